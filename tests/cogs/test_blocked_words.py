"""What a server's own AutoMod lets nobody write there, members cannot have said there either."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.cogs.conftest import Studio, allow_automod, text_of

SAYS = "AutoMod lets nobody write “cats” here"
Act = Callable[[Studio, Any], Awaitable[Any]]


ASKING: dict[str, Act] = {
    "/tts": lambda studio, _: studio.tts(studio.robin, "It rains cats and dogs"),
    "/sfx": lambda studio, _: studio.robin.slash(studio.channel, "sfx", prompt="rain of cats"),
    "/sfx avoid": lambda studio, _: studio.robin.slash(studio.channel, "sfx", prompt="rain", avoid="cats"),
    "Read aloud": lambda studio, message: studio.robin.context_menu(studio.channel, "Read aloud", message),
}


@pytest.mark.parametrize("act", ASKING.values(), ids=ASKING)
async def test_it_is_refused_privately_and_takes_nothing(studio: Studio, act: Act) -> None:
    # From before there was a rule.
    message = await studio.sam.send(studio.channel, "It rains cats and dogs")
    allow_automod(studio)
    refused = await act(studio, message)
    assert refused.response.ephemeral
    assert SAYS in text_of(refused.response)
    assert await studio.jobs() == []


async def test_other_words_pass_and_managers_may_write_anything(studio: Studio) -> None:
    allow_automod(studio)
    await studio.tts(studio.robin, "It rains dogs")
    await studio.tts(studio.manager, "It rains cats and dogs")
    assert len(await studio.jobs()) == 2


async def test_what_is_refused_is_refused_before_its_price_is_asked_about(
    studio: Studio,
) -> None:
    allow_automod(studio)
    studio.bot.services = replace(studio.bot.services, confirm_above=1)
    refused = await studio.tts(studio.robin, "It rains cats and dogs")
    assert SAYS in text_of(refused.response)
