"""/usage: whose figures it shows to whom, and the picture that comes with them."""

import asyncio
from typing import Any

import pytest

from bot.limits import UsageReport
from bot.models import JobState
from tests.cogs.conftest import SLOW_S, Studio, text_of

EVERYONES = {"whose": "everyone's"}


async def usage(studio: Studio, member: Any, channel: Any = None, **options: str) -> Any:
    result = await member.slash(channel or studio.channel, "usage", **options)
    assert result.ephemeral
    assert studio.env.errors == []
    return result.response


async def test_a_member_sees_their_own_figures_with_a_picture_and_its_words(studio: Studio) -> None:
    await studio.tts(studio.robin)
    await studio.tts(studio.sam)
    shown = await usage(studio, studio.robin)
    assert "you asked once, for 11 units." in text_of(shown)
    assert "You, today: 989 of 1,000 units left" in text_of(shown)
    assert "The server, jobs at the same time: 38 of 40 free" in text_of(shown)
    assert str(studio.sam.id) not in text_of(shown)
    (picture,) = shown.attachments
    assert picture.filename == "usage.png"
    assert picture.description.startswith("Bars of the units used on each of the last 30 days.")
    content = await picture.read()
    assert content.startswith(b"\x89PNG\r\n")
    assert shown.embeds[0].image.url is not None
    assert shown.embeds[0].image.url.endswith("usage.png") or shown.embeds[0].image.url == picture.url


async def test_a_slow_answer_is_private_too(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.replies.answer.DEFER_AFTER_S", 0.0)
    fair_use = studio.bot.services.fair_use
    look_up = fair_use.usage

    async def look_up_slowly(*arguments: Any, **options: Any) -> UsageReport:
        await asyncio.sleep(SLOW_S)
        return await look_up(*arguments, **options)

    monkeypatch.setattr(fair_use, "usage", look_up_slowly)
    shown = await usage(studio, studio.robin)
    assert studio.callbacks() == [5]
    assert len(shown.attachments) == 1
    assert studio.channel.history(viewer=studio.bystander) == []


async def test_a_manager_sees_the_servers_figures_and_who_used_the_most(studio: Studio) -> None:
    for member, text in ((studio.robin, "Hi"), (studio.sam, "Hello there")):
        await studio.tts(member, text)
    text = text_of(await usage(studio, studio.manager, **EVERYONES))
    assert "this server asked 2 times, for 13 units." in text
    assert "You, " not in text
    assert text.endswith(f"**Most used by**\n<@{studio.sam.id}>: 11 units\n<@{studio.robin.id}>: 2 units")


async def test_others_do_not_see_the_servers_figures(studio: Studio) -> None:
    for member in (studio.robin, studio.moderator):
        result = await member.slash(studio.channel, "usage", **EVERYONES)
        assert result.ephemeral
        assert (
            result.response.content
            == "Only members with the permission **Manage Server** can do that. Ask one of them."
        )


async def test_what_is_given_back_is_not_counted(studio: Studio) -> None:
    await studio.tts(studio.robin)
    (job,) = await studio.jobs()
    assert await studio.store.finish_without_result(job, JobState.FAILED, studio.env.now()) is not None
    text = text_of(await usage(studio, studio.robin))
    assert "you asked for nothing here" in text
    assert "You, today: 1,000 of 1,000 units left" in text


async def test_one_servers_figures_are_not_seen_in_another(studio: Studio) -> None:
    await studio.tts(studio.robin)
    there = studio.elsewhere
    for member, options in ((there.robin, {}), (there.manager, EVERYONES)):
        text = text_of(await usage(studio, member, there.channel, **options))
        assert "asked for nothing here" in text
        assert "<@" not in text


async def test_direct_messages_have_figures_of_their_own(studio: Studio) -> None:
    await studio.tts(studio.robin)
    await studio.env_dm(studio.robin)
    result = await studio.user_of(studio.robin).slash("usage")
    assert "you asked once" in text_of(result.response)
    assert "The server" not in text_of(result.response)
