"""The price before something costly: who is asked, what Go and Cancel do, and what a restart leaves of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.limits import LimitName, Override, Subject
from bot.models import Job, ResultForm
from bot.preferences import GuildSettings
from bot.replies import answer
from bot.replies.answer import ask_privately
from bot.replies.cards import Card, still_view
from bot.storage.database import StorageError
from tests.cogs.conftest import LIMITS, SLOW_S, Studio, footer_of, labels_of, speech_of, text_of

ABOVE = 50
LONG = "Ten letters and some more of them, again and again."


@pytest.fixture(autouse=True)
def asks(studio: Studio) -> None:
    ask_above(studio, ABOVE)


def ask_above(studio: Studio, units: int) -> None:
    studio.bot.services = replace(studio.bot.services, confirm_above=units)


async def asked(studio: Studio, text: str = LONG, **options: str) -> Any:
    """The question after /tts with a long text."""
    result = await studio.tts(studio.robin, text, **options)
    question = result.response or result.followups[-1]
    assert question.ephemeral
    assert labels_of(question.message) == ["Go", "Cancel"]
    return question


def look_up_slowly(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on looking up what is left takes longer than Discord waits."""
    check = studio.bot.services.fair_use.check_affordable

    async def slowly(*arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(SLOW_S)
        return await check(*arguments, **options)

    monkeypatch.setattr(answer, "DEFER_AFTER_S", SLOW_S / 2)
    monkeypatch.setattr(studio.bot.services.fair_use, "check_affordable", slowly)


def wish_id_of(question: Any) -> str:
    """The id of what is asked about, as the buttons name it."""
    (row,) = question.message.components
    return str(row.children[0].custom_id).rpartition(":")[2]


async def only_job(studio: Studio) -> Job:
    (job,) = await studio.jobs()
    return job


async def test_what_is_cheap_is_made_at_once(studio: Studio) -> None:
    result = await studio.tts(studio.robin, LONG[: ABOVE - 1])
    assert footer_of(result.response) == "⏳ In line"


async def test_at_zero_nobody_is_asked(studio: Studio) -> None:
    ask_above(studio, 0)
    result = await studio.tts(studio.robin, LONG)
    assert footer_of(result.response) == "⏳ In line"


@pytest.mark.parametrize("is_slow", [False, True], ids=["at once", "after thinking"])
async def test_the_price_and_what_is_left_are_shown_to_the_member_alone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    if is_slow:
        look_up_slowly(studio, monkeypatch)
    question = await asked(studio, voice="james")
    said = text_of(question)
    assert f"This costs **{len(LONG)} units**" in said
    assert "You have 1,000 of 1,000 units left today" in said
    assert "This server has 5,000 of 5,000 units left today" in said
    assert "**James**" in said
    assert await studio.jobs() == []
    assert studio.channel.history(viewer=studio.bystander) == [], "nobody else sees a trace of it"


@pytest.mark.parametrize("is_slow", [False, True], ids=["at once", "after thinking"])
async def test_go_makes_it_and_shows_the_card_to_everyone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    question = await asked(studio, voice="james", **{"as": "file"})
    if is_slow:
        monkeypatch.setattr(answer, "DEFER_AFTER_S", 0.0)
    result = await studio.robin.click(question.message, label="Go")
    assert not result.response.ephemeral
    assert footer_of(result.response) == "⏳ In line"
    job = await only_job(studio)
    assert (job.card_message_id, job.cost, job.form) == (result.response.id, len(LONG), ResultForm.FILE)
    assert job.place.user_id == studio.robin.id
    assert studio.channel.history(viewer=studio.robin)[-1].id == result.response.id
    assert len(studio.channel.history(viewer=studio.robin)) == 1, "the question is gone"
    offered = await studio.robin.autocomplete(studio.channel, "tts", "voice", "")
    assert offered[0]["value"] == "james", "the voice is the one used last"
    assert studio.env.errors == []


async def test_cancel_makes_nothing(studio: Studio) -> None:
    question = await asked(studio)
    await studio.robin.click(question.message, label="Cancel")
    (left,) = studio.channel.history(viewer=studio.robin)
    assert "Nothing was made, and nothing was used." in text_of(left)
    assert labels_of(left) == []
    assert await studio.jobs() == []


async def test_go_after_a_restart_says_to_ask_again(studio: Studio) -> None:
    question = await asked(studio)
    await studio.restart()
    result = await studio.robin.click(question.message, label="Go")
    assert result.ephemeral
    assert "Ask again" in result.response.content
    assert await studio.jobs() == []


async def test_a_question_that_stays_after_go_says_that_it_is_being_made(studio: Studio) -> None:
    question = await asked(studio)
    # Discord does not take the question away.
    studio.bot.services.unconfirmed.note_question(wish_id_of(question), AsyncMock())
    await studio.robin.click(question.message, label="Go")
    for label in ("Go", "Cancel"):
        again = await studio.robin.click(question.message, label=label)
        assert again.ephemeral
        assert "This is being made already, or was" in again.response.content
    assert len(await studio.jobs()) == 1


async def test_go_works_once_the_database_that_failed_works_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await asked(studio)
    with monkeypatch.context() as patch:
        patch.setattr(studio.store, "admit", AsyncMock(side_effect=StorageError("away")))
        failed = await studio.robin.click(question.message, label="Go")
    assert "My memory does not answer" in failed.response.content
    await studio.robin.click(question.message, label="Go")
    assert len(await studio.jobs()) == 1


async def test_cancel_after_a_restart_is_as_good_as_before(studio: Studio) -> None:
    question = await asked(studio)
    await studio.restart()
    await studio.robin.click(question.message, label="Cancel")
    assert "nothing was used" in text_of(studio.channel.history(viewer=studio.robin)[0])


async def test_go_after_a_quarter_of_an_hour_says_to_ask_again(studio: Studio) -> None:
    question = await asked(studio)
    await studio.env.advance_time(timedelta(minutes=16).total_seconds())
    result = await studio.robin.click(question.message, label="Go")
    assert "Ask again" in result.response.content
    assert await studio.jobs() == []


async def test_what_would_be_refused_after_go_is_refused_before_the_question(studio: Studio) -> None:
    limit = Override(Subject.GUILD, studio.guild.id, LimitName.DAY, ABOVE)
    await studio.bot.services.fair_use.set_limit(studio.guild.id, limit, is_operator=True)
    result = await studio.tts(studio.robin, LONG)
    assert result.ephemeral
    assert f"This costs {len(LONG)} units, more than the {ABOVE} that this server may use" in result.response.content


async def test_what_a_manager_forbade_is_refused_before_the_question_and_at_go(studio: Studio) -> None:
    def elsewhere_only(now: GuildSettings) -> GuildSettings:
        return replace(now, channels=(studio.limited_channel().id,))

    question = await asked(studio)
    await studio.bot.services.preferences.change_guild(studio.guild.id, elsewhere_only)
    result = await studio.robin.click(question.message, label="Go")
    assert result.ephemeral
    assert labels_of((await studio.tts(studio.robin, LONG)).response.message) == []
    assert await studio.jobs() == []


async def test_go_works_once_the_limit_that_refused_it_is_over(studio: Studio) -> None:
    question = await asked(studio)
    for _ in range(LIMITS.member.rate.burst):
        await studio.tts(studio.robin, "Hi")
    refused = await studio.robin.click(question.message, label="Go")
    assert "comes free" in refused.response.content
    await studio.env.advance_time(LIMITS.member.rate.refill_s)
    await studio.robin.click(question.message, label="Go")
    assert [len(speech_of(job).text) for job in await studio.jobs()][-1] == len(LONG)


async def test_what_else_the_member_should_know_stands_in_the_question_and_is_not_said_again(studio: Studio) -> None:
    question = await asked(studio, f"[happy] [sad] {LONG}")
    assert "**[happy]** does nothing" in text_of(question)
    result = await studio.robin.click(question.message, label="Go")
    assert result.followups == []
    assert len(await studio.jobs()) == 1


async def test_a_question_whose_card_cannot_be_shown_is_not_paid_for(studio: Studio) -> None:
    question = await asked(studio)
    studio.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    await studio.robin.click(question.message, label="Go")
    assert await studio.jobs() == []


async def test_a_question_after_a_public_thinking_takes_that_away_first() -> None:
    order, sent = Mock(), Mock(delete=AsyncMock())
    interaction = Mock(spec=discord.Interaction)
    interaction.response.type = discord.InteractionResponseType.deferred_channel_message
    order.delete, order.send = AsyncMock(), AsyncMock(return_value=sent)
    interaction.delete_original_response, interaction.followup.send = order.delete, order.send
    withdraw = await ask_privately(interaction, Card(discord.Embed(), still_view()), is_thinking_private=False)
    assert [name for name, *_ in order.mock_calls] == ["delete", "send"]
    assert order.send.call_args.kwargs["ephemeral"]
    await withdraw()
    sent.delete.assert_awaited_once()
