"""A file is complete under its name, or not there."""

from pathlib import Path

import pytest

from bot.fetch.partial_file import FileTooLong, PartialFile


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_it_takes_its_name_when_it_is_kept(target: Path) -> None:
    with PartialFile(target, 10) as file:
        await file.write(b"12345")
        await file.write(b"67890")
        assert names_in(target.parent) == ["result.part"]
        await file.keep()
    assert (target.read_bytes(), file.size, names_in(target.parent)) == (b"1234567890", 10, ["result"])


async def test_what_is_not_kept_is_gone(target: Path) -> None:
    with PartialFile(target, 10) as file:
        await file.write(b"12345")
    assert names_in(target.parent) == []


async def test_a_byte_too_many_is_not_written(target: Path) -> None:
    with PartialFile(target, 5) as file:
        await file.write(b"12345")
        with pytest.raises(FileTooLong):
            await file.write(b"6")
        assert file.size == 5
        await file.keep()
    assert target.read_bytes() == b"12345"


async def test_a_new_beginning_forgets_the_old_one(target: Path) -> None:
    with PartialFile(target, 5) as file:
        await file.write(b"12345")
        file.restart()
        await file.write(b"abc")
        await file.keep()
    assert target.read_bytes() == b"abc"


async def test_it_is_of_no_use_outside_of_its_block(target: Path) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        await PartialFile(target, 5).write(b"1")
