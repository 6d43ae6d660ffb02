"""The keys that may call a studio that runs alone."""

import logging
from pathlib import Path

import pytest

from bot.studio.key_file import MAX_FILE_BYTES, KeyFileUnusable, read_key_file


def key_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "keys"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b"one\n", {"one"}),
        (b"one\ntwo\none\n", {"one", "two"}),
        (b"# all of them\n\n  one  # of Ada\r\ntwo", {"one", "two"}),
    ],
)
def test_every_line_is_a_key(tmp_path: Path, content: bytes, keys: set[str]) -> None:
    assert read_key_file(key_file(tmp_path, content)) == keys


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "holds no key"),
        (b"# nothing\n \n", "holds no key"),
        (b"fine\nzq7 zq7\n", "Line 2"),
        ("k\u00e9y".encode(), "Line 1"),
        (b"\x00zq7", "Line 1"),
        (b"zq7" * 200, "Line 1"),
        (b"k" * (MAX_FILE_BYTES + 1), "no key file"),
    ],
)
def test_what_holds_no_keys_is_refused_without_showing_it(tmp_path: Path, content: bytes, hint: str) -> None:
    with pytest.raises(KeyFileUnusable, match=hint) as refused:
        read_key_file(key_file(tmp_path, content))
    assert "zq7" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnusable, match="nowhere cannot be read"):
        read_key_file(tmp_path / "nowhere")


@pytest.mark.parametrize(("mode", "is_warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_can_read_is_used_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, *, is_warned: bool
) -> None:
    with caplog.at_level(logging.WARNING):
        assert read_key_file(key_file(tmp_path, b"secret-zq7\n", mode)) == {"secret-zq7"}
    assert ("chmod 600" in caplog.text) is is_warned
    assert "zq7" not in caplog.text
