"""“Wrong language?”: the same recording once more, for nothing, once, and for whom."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.models import FailureReason, Job, JobState
from tests.cogs.conftest import Studio, labels_of
from tests.cogs.transcript_members import Listening, request_of


@pytest.fixture
def listening(studio: Studio, tmp_path: Path) -> Listening:
    return Listening(studio, tmp_path)


async def picked(member: Any, asked: Any, language: str) -> Any:
    """Choose from the menu of the languages that are spoken most."""
    menu = asked.response.message.components[0].children[0]
    return await member.select(asked.response.message, [language], custom_id=menu.custom_id)


async def test_another_language_is_free_once(listening: Listening) -> None:
    studio = listening.studio
    shown, first = await listening.transcribed(studio.robin)
    assert first.cost > 0
    asked = await studio.robin.click(shown.response.message, label="Wrong language?")
    assert asked.ephemeral
    again = await picked(studio.robin, asked, "de")
    assert not again.ephemeral
    (job,) = await studio.jobs()
    request = await request_of(studio)
    assert (job.cost, request.language, request.is_second_try) == (0, "de", True)
    assert request.source.message_id > 0
    refused = await picked(studio.robin, asked, "fr")
    assert "free one time" in refused.response.content
    await listening.deliver()
    assert "Wrong language?" not in labels_of(again.response.message)
    # Said at once, not after a language was picked in vain.
    pressed = await studio.robin.click(shown.response.message, label="Wrong language?")
    assert "free one time" in pressed.response.content
    assert studio.env.errors == []


async def test_only_the_asker_and_moderators_may_have_it_in_another_language(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.robin)
    refused = await studio.sam.click(shown.response.message, label="Wrong language?")
    assert "Only the one who asked" in refused.response.content
    asked = await studio.moderator.click(shown.response.message, label="Wrong language?")
    await picked(studio.moderator, asked, "es")
    (job,) = await studio.jobs()
    assert job.place.user_id == studio.moderator.id


async def test_a_private_one_stays_private_in_another_language(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.moderator)
    asked = await studio.moderator.click(shown.response.message, label="Wrong language?")
    again = await picked(studio.moderator, asked, "de")
    assert again.ephemeral
    (job,) = await studio.jobs()
    assert job.place.is_private


async def test_a_transcript_of_another_server_is_not_made_again_here(listening: Listening) -> None:
    studio = listening.studio
    shown, job = await listening.transcribed(studio.robin)
    del shown
    button = await studio.post_button(studio.elsewhere.channel, f"transcript:again:{job.id}")
    refused = await studio.elsewhere.robin.click(button, label="Press")
    assert "made somewhere else" in refused.response.content


async def test_whoever_may_not_ask_here_gets_nothing_in_another_language(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.robin)
    asked = await studio.robin.click(shown.response.message, label="Wrong language?")
    log = studio.guild.create_text_channel("audio")
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, channels=(log.id,)))
    refused = await picked(studio.robin, asked, "de")
    assert f"<#{log.id}>" in refused.response.content
    assert await studio.jobs() == []


async def second_try(listening: Listening) -> Job:
    """The free one, in line."""
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.robin)
    asked = await studio.robin.click(shown.response.message, label="Wrong language?")
    await picked(studio.robin, asked, "de")
    (job,) = await studio.jobs()
    return job


async def test_a_free_one_that_failed_is_still_free_when_it_is_tried_again(listening: Listening) -> None:
    studio = listening.studio
    job = await second_try(listening)
    await studio.store.finish_without_result(job, JobState.FAILED, studio.env.now(), failure=FailureReason.SERVICE_DOWN)
    await studio.robin.click(await studio.post_button(studio.channel, f"job:retry:{job.id}"), label="Press")
    (again,) = await studio.jobs()
    assert (again.cost, again.request) == (0, job.request)


async def test_a_free_one_that_was_cancelled_after_it_was_begun_is_not_free_once_more(listening: Listening) -> None:
    studio = listening.studio
    job = await second_try(listening)
    await studio.store.finish_without_result(job, JobState.CANCELLED, studio.env.now(), refund=False)
    await studio.robin.click(await studio.post_button(studio.channel, f"job:retry:{job.id}"), label="Press")
    (again,) = await studio.jobs()
    assert again.cost > 0


async def test_who_opted_out_meanwhile_is_not_heard_once_more_by_any_button(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.robin)
    asked = await studio.robin.click(shown.response.message, label="Wrong language?")
    await listening.menu(studio.robin, await listening.note(studio.sam))
    (failed,) = await studio.jobs()
    await studio.store.finish_without_result(failed, JobState.FAILED, studio.env.now(), failure=FailureReason.TOO_LATE)
    await studio.bot.services.transcribing.opt_out(studio.sam.id)
    retry = await studio.post_button(studio.channel, f"job:retry:{failed.id}")
    for refused in (
        await picked(studio.robin, asked, "de"),
        await studio.robin.click(retry, label="Press"),
    ):
        assert "does not want it" in refused.response.content
    assert await studio.jobs() == []
