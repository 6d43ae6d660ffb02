"""The process dies, and nothing is lost or paid twice."""

import asyncio
import sqlite3

import pytest

from bot.sandbox.starting_world import GENERAL, ROBIN
from tests.end_to_end.driver import Json, Member, is_finished, is_voice_message, text_of, until
from tests.end_to_end.one_bot import OneBot
from tests.end_to_end.workshop import Workshop

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


async def voice_messages(member: Member) -> list[Json]:
    return [message for message in await member.messages() if is_voice_message(message)]


async def test_a_bot_killed_between_submit_and_delivery_delivers_once_and_submits_once(workshop: Workshop) -> None:
    workshop.service.finish.clear()
    await workshop.robin.command("tts", text="Do not lose me", voice="harper")
    await workshop.robin.see(lambda message: "Working" in text_of(message), "the card at work")
    await workshop.bot.kill()
    workshop.service.finish.set()
    await workshop.bot.start()
    await workshop.robin.see(is_voice_message, "the voice message")
    await workshop.robin.see(is_finished, "the finished card")
    assert workshop.service.submits == ["Do not lose me"]
    assert len(await voice_messages(workshop.robin)) == 1


async def test_a_bot_killed_right_after_posting_does_not_post_again(workshop: Workshop) -> None:
    # discord.py repeats the edit that finishes the card after a second: time to kill the process before DONE.
    await workshop.robin.inject(method="PATCH", path=".*", status=500, times=1)
    await workshop.robin.command("tts", text="Only once", voice="harper")
    await workshop.robin.see(is_voice_message, "the voice message")
    await workshop.bot.kill()
    await workshop.bot.start()
    await workshop.robin.see(is_finished, "the finished card")
    assert len(await voice_messages(workshop.robin)) == 1
    assert workshop.service.submits == ["Only once"]


async def test_a_submit_whose_answer_died_with_the_process_is_explained_and_not_sent_again(workshop: Workshop) -> None:
    workshop.service.answering.clear()
    await workshop.robin.command("tts", text="Was I made?", voice="harper")

    async def arrived() -> bool:
        return bool(workshop.service.submits)

    await until(arrived, "the submit")
    await workshop.bot.kill()
    workshop.service.answering.set()
    await workshop.bot.start()
    failed = await workshop.robin.see(lambda message: "⚠️" in text_of(message), "the explanation")
    assert "nobody knows whether it was made" in text_of(failed)
    assert [button["label"] for button in failed["components"][0]["components"]] == ["Retry"]
    assert workshop.service.submits == ["Was I made?"]


async def test_sigterm_ends_the_bot_in_time_and_its_jobs_go_on_at_the_next_start(workshop: Workshop) -> None:
    workshop.service.finish.clear()
    await workshop.robin.command("tts", text="Later", voice="harper")
    await workshop.robin.see(lambda message: "Working" in text_of(message), "the card at work")
    async with asyncio.timeout(10):
        assert await workshop.bot.stop() == 0
    with sqlite3.connect(workshop.folder / "soundbooth.db") as database:
        assert database.execute(
            "SELECT state FROM jobs WHERE state NOT IN ('done', 'failed', 'cancelled')"
        ).fetchall() == [("running",)]
    database.close()
    workshop.service.finish.set()
    await workshop.bot.start()
    await workshop.robin.see(is_finished, "the finished card")
    assert workshop.service.submits == ["Later"]


async def test_the_embedded_studio_finishes_after_a_kill_what_it_had_accepted(bot: OneBot) -> None:
    robin = Member(bot.session, bot.sandbox.url, ROBIN, GENERAL, since=int(bot.sandbox.world.ids.make()))
    await robin.command("tts", text="A longer text, so that it takes a while. " * 3)
    await robin.see(lambda message: "Working" in text_of(message) or is_finished(message), "the job under way")
    await bot.process.kill()
    await bot.process.start()
    await robin.see(is_voice_message, "the voice message")
    await robin.see(is_finished, "the finished card")
    assert len(await voice_messages(robin)) == 1
    await robin.bot_is_ready()
