"""Windows: their words fit in every language, and their ids say what the answer needs."""

from collections.abc import Callable, Iterator
from typing import Any

import discord
import pytest

from bot.discord_limits import TYPED_CHARACTERS
from bot.preferences import GuildSettings
from bot.replies.effects import build_avoid_window
from bot.replies.language import LANGUAGES, speaking
from bot.replies.settings_controls import build_lengths_window, build_voice_window
from bot.replies.soundboard import build_sound_window
from bot.replies.speech import build_text_window

JOB_ID = "0123456789abcdef" * 2
WINDOWS: list[Callable[[], discord.ui.Modal]] = [
    lambda: build_avoid_window(JOB_ID),
    lambda: build_sound_window(JOB_ID, 4, "thunder"),
    build_voice_window,
    lambda: build_lengths_window(GuildSettings()),
    lambda: build_text_window("read:voice message:whispering:abcdefgh", 10_000),
]


def texts(component: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("label", "placeholder"):
        if component.get(name):
            yield name, component[name]
    for inner in (component.get("component"), *component.get("components", ())):
        if inner is not None:
            yield from texts(inner)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("build", WINDOWS)
async def test_words_are_whole_and_fit_in_every_language(build: Callable[[], discord.ui.Modal], locale: str) -> None:
    with speaking(locale):
        window = build().to_dict()
    limits = {"label": 45, "placeholder": 100}
    shown = [("label", window["title"]), *(one for field in window["components"] for one in texts(field))]
    assert len(shown) > 1
    for kind, text in shown:
        assert 1 <= len(text) <= limits[kind]
        # What is cut to fit ends so; a title may end so by itself.
        assert len(text) < limits[kind] or not text.endswith("…"), text


@pytest.mark.parametrize("build", WINDOWS)
async def test_discord_py_is_not_asked_to_remember_a_window(build: Callable[[], discord.ui.Modal]) -> None:
    window = build()
    assert window.is_finished()
    assert len(window.custom_id) <= 100
    assert 1 <= len(window.to_dict()["components"]) <= 5


async def test_a_field_takes_no_more_than_discord_does() -> None:
    (field,) = build_text_window("read:::", 10_000).to_dict()["components"]
    assert field["component"]["max_length"] == TYPED_CHARACTERS
