"""The process dies, and nothing is lost or paid twice."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Bots, FakeFineVoice, Members
from tests.end_to_end.driver import Json, is_finished, is_voice_message, text_of, until

pytestmark = pytest.mark.process


async def voice_messages(members: Members) -> list[Json]:
    return [message for message in await members.robin.messages() if is_voice_message(message)]


async def test_a_bot_killed_between_submit_and_delivery_delivers_once_and_submits_once(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    finevoice.finish.clear()
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.command("tts", text="Do not lose me", voice="harper")
    await members.robin.see(lambda message: "Working" in text_of(message), "the card at work")
    await bot.kill()
    finevoice.finish.set()
    await bot.start()
    await members.robin.see(is_voice_message, "the voice message")
    await members.robin.see(is_finished, "the finished card")
    assert finevoice.submits == ["Do not lose me"]
    assert len(await voice_messages(members)) == 1


async def test_a_bot_killed_right_after_posting_does_not_post_again(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    # discord.py repeats the edit that finishes the card after a second: time to kill the process before DONE.
    await members.robin.inject(method="PATCH", path=".*", status=500, times=1)
    await members.robin.command("tts", text="Only once", voice="harper")
    await members.robin.see(is_voice_message, "the voice message")
    await bot.kill()
    await bot.start()
    await members.robin.see(is_finished, "the finished card")
    assert len(await voice_messages(members)) == 1
    assert finevoice.submits == ["Only once"]


async def test_a_submit_whose_answer_died_with_the_process_is_explained_and_not_sent_again(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    finevoice.answering.clear()
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.command("tts", text="Was I made?", voice="harper")

    async def arrived() -> bool:
        return bool(finevoice.submits)

    await until(arrived, "the submit")
    await bot.kill()
    finevoice.answering.set()
    await bot.start()
    failed = await members.robin.see(lambda message: "⚠️" in text_of(message), "the explanation")
    assert "nobody knows whether it was made" in text_of(failed)
    assert [button["label"] for button in failed["components"][0]["components"]] == ["Retry"]
    assert finevoice.submits == ["Was I made?"]


async def test_sigterm_ends_the_bot_in_time_and_its_jobs_go_on_at_the_next_start(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice, tmp_path: Path
) -> None:
    finevoice.finish.clear()
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.command("tts", text="Later", voice="harper")
    await members.robin.see(lambda message: "Working" in text_of(message), "the card at work")
    async with asyncio.timeout(10):
        assert await bot.stop() == 0
    with sqlite3.connect(tmp_path / "soundbooth.db") as database:
        assert database.execute("SELECT state FROM jobs").fetchall() == [("running",)]
    database.close()
    finevoice.finish.set()
    await bot.start()
    await members.robin.see(is_finished, "the finished card")
    assert finevoice.submits == ["Later"]


async def test_the_embedded_studio_finishes_after_a_kill_what_it_had_accepted(bots: Bots, members: Members) -> None:
    bot = await bots.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.command("tts", text="A longer text. " * 40)
    await bot.logged("Job admitted")

    async def handed_over() -> bool:
        requests = [r for r in await members.robin.requests() if r["method"] == "PATCH"]
        return bool(requests) or any(is_voice_message(m) for m in await members.robin.messages())

    await until(handed_over, "the job to be under way")
    await bot.kill()
    await bot.start()
    await members.robin.see(is_voice_message, "the voice message")
    await members.robin.see(is_finished, "the finished card")
    assert len(await voice_messages(members)) == 1
