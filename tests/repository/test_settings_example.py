"""config.example.toml and bot/config.py say the same."""

import tomllib
from pathlib import Path
from typing import cast

import pytest
from pydantic import BaseModel, SecretStr

from bot.config import Settings, load_settings

EXAMPLE = Path("config.example.toml")


def known_settings() -> dict[str, object]:
    """``section.name`` and default of every setting that the program knows."""
    known: dict[str, object] = {}
    for section, field in Settings.model_fields.items():
        defaults = field.get_default()
        assert isinstance(defaults, BaseModel)
        for name in type(defaults).model_fields:
            known[f"{section}.{name}"] = getattr(defaults, name)
    return known


def example_settings() -> dict[str, object]:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    return {f"{section}.{name}": value for section, table in tables.items() for name, value in table.items()}


def test_every_setting_stands_in_the_example_and_the_other_way_round() -> None:
    assert example_settings().keys() == known_settings().keys()


@pytest.mark.parametrize("name", sorted(known_settings()))
def test_the_example_shows_the_default_of(name: str) -> None:
    default = known_settings()[name]
    shown = example_settings()[name]
    if default is None or isinstance(default, SecretStr):
        assert shown == ""
    else:
        in_toml = list(cast("tuple[object, ...]", default)) if isinstance(default, tuple) else default
        assert str(shown) == str(in_toml)


def test_every_setting_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    section_has_comment = False
    for line in lines:
        if line.startswith("["):
            section_has_comment = False
        elif line.startswith("#"):
            section_has_comment = True
        elif "=" in line:
            assert section_has_comment, f"no comment above {line}"


def test_the_example_can_be_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    monkeypatch.delenv("FINEVOICE_API_KEY", raising=False)
    copy = tmp_path / "config.toml"
    copy.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    settings = load_settings(copy, tmp_path / "secrets")
    assert settings.model_dump() == Settings().model_dump()
