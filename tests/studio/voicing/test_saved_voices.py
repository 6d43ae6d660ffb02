import json
from pathlib import Path

import pytest

from bot.studio.refusal import Refusal
from bot.studio.voices import Voice, catalogue
from bot.studio.voicing import saved_voices
from bot.studio.voicing.design import Design, design_voice
from bot.studio.voicing.saved_voices import SavedVoices


@pytest.fixture
def voices(tmp_path: Path) -> SavedVoices:
    return SavedVoices(tmp_path / "voices")


def add(voices: SavedVoices, prompt: str) -> Design:
    design = design_voice(prompt)
    voices.add(design.voice, design.design_uuid)
    return design


def test_a_voice_is_there_after_a_restart_with_all_it_was(voices: SavedVoices, tmp_path: Path) -> None:
    design = add(voices, "old raspy wizard")
    found = SavedVoices(tmp_path / "voices").get(design.voice.name.upper())
    assert found is not None
    assert found.voice == design.voice
    assert voices.find(design.voice.name) == design.voice
    assert voices.by_design(design.design_uuid) == found
    shown = found.as_json()
    assert shown["desigUuid"] == design.design_uuid
    assert shown["tts"] is True
    assert "shape" not in shown


def test_the_design_id_may_have_hyphens(voices: SavedVoices) -> None:
    design = add(voices, "girl")
    one = design.design_uuid
    found = voices.by_design(f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}")
    assert found is not None
    assert found.voice == design.voice


def test_nothing_is_there_at_first(voices: SavedVoices) -> None:
    assert voices.all() == ()
    assert voices.get("nobody") is None
    assert voices.by_design("0" * 32) is None
    assert not voices.delete("nobody")


def test_voices_are_listed_by_name_and_once_each(voices: SavedVoices) -> None:
    names = [add(voices, prompt).voice.name for prompt in ("woman", "boy", "woman", "giant")]
    assert [saved.voice.name for saved in voices.all()] == sorted(set(names))


def test_a_deleted_voice_is_gone(voices: SavedVoices) -> None:
    name = add(voices, "robot").voice.name
    assert voices.delete(name)
    assert voices.get(name) is None
    assert not voices.delete(name)


def test_past_the_limit_none_is_added_but_the_same_may_be_made_again(
    voices: SavedVoices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_voices, "MAX_VOICES", 2)
    add(voices, "woman")
    add(voices, "man")
    with pytest.raises(Refusal) as refused:
        add(voices, "child")
    assert (refused.value.status, refused.value.code) == (422, "voice_limit_reached")
    add(voices, "woman")
    assert len(voices.all()) == 2


def test_a_name_of_the_catalogue_is_not_taken(voices: SavedVoices) -> None:
    with pytest.raises(Refusal) as refused:
        voices.add(catalogue()["bruno"], "0" * 32)
    assert refused.value.code == "voice_exists"


@pytest.mark.parametrize("name", ["../voices", "..", "a/b", "a\\b", "x" * 41, "", "name\0", "n\u00e4me", "a.json"])
def test_names_from_outside_never_leave_the_folder(voices: SavedVoices, tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    assert voices.get(name) is None
    assert not voices.delete(name)
    assert secret.exists()


def test_damaged_foreign_and_renamed_files_are_left_out(voices: SavedVoices, tmp_path: Path) -> None:
    good = add(voices, "woman").voice.name
    folder = tmp_path / "voices"
    content = json.loads((folder / f"{good}.json").read_text())
    (folder / "half.json").write_text(json.dumps(content)[:50])
    (folder / "renamed.json").write_text(json.dumps(content))
    (folder / "endless.json").write_text("[" * 1_000_000)
    (folder / "unfinished.0.part").write_text("x")
    content["voice"]["shape"]["pitch"] = 1e9
    (folder / "mad.json").write_text(json.dumps(content))
    assert [saved.voice.name for saved in voices.all()] == [good]


def test_a_full_disk_keeps_what_was_there(voices: SavedVoices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = add(voices, "woman").voice
    before = (tmp_path / "voices" / f"{voice.name}.json").read_bytes()

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device", descriptor)

    monkeypatch.setattr(saved_voices.os, "fsync", no_space)
    changed = Voice.model_validate({**voice.model_dump(by_alias=True), "description": "another"})
    with pytest.raises(OSError, match="No space"):
        voices.add(changed, "0" * 32)
    assert (tmp_path / "voices" / f"{voice.name}.json").read_bytes() == before
    assert [path.suffix for path in (tmp_path / "voices").iterdir()] == [".json"]
