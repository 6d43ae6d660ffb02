"""A command's first answer over the wire: what is lost on the way neither doubles a job nor leaves one unseen."""

import asyncio

import pytest

from bot.errors import InvalidRequest
from bot.models import JobState, Voice
from bot.replies import answer
from tests.delivery.conftest import Stage, text_of
from tests.sandbox.clients import PATIENCE_S, Json

CALLBACK = "/callback$"
EPHEMERAL = 64


async def ask(stage: Stage) -> None:
    await stage.page.use("tts", [{"name": "text", "type": 3, "value": "Hello"}])


async def eventually(stage: Stage, words: str) -> Json:
    """The message with these words, as the asking member sees it."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for message in await stage.page.messages():
                if words in text_of(message):
                    return message
            await asyncio.sleep(0.01)


def be_slow(stage: Stage, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> None:
    """Storage answers only after "thinking…" was sent (or refused)."""
    thought = asyncio.Event()
    say_thinking = answer._say_thinking  # pyright: ignore[reportPrivateUsage] - the moment to wait for

    async def say_thinking_and_tell(*arguments: object, **named: object) -> None:
        await say_thinking(*arguments, **named)  # pyright: ignore[reportArgumentType] - passed on
        thought.set()

    async def default() -> Voice:
        await thought.wait()
        if error is not None:
            raise error
        return Voice("harper", "Harper")

    monkeypatch.setattr(answer, "_say_thinking", say_thinking_and_tell)
    monkeypatch.setattr(answer, "DEFER_AFTER_S", 0.0)
    monkeypatch.setattr(stage.bot.services.voices, "default", default)


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 400, "code": 40060}, {"status": 404, "code": 10062}])
async def test_a_card_that_arrived_although_discord_said_otherwise_is_found(
    stage: Stage, fault: dict[str, object]
) -> None:
    await stage.fault("POST", CALLBACK, after_acting=True, **fault)
    job = await stage.job()
    assert "In line" in text_of(await stage.card(job))
    assert stage.jobs.dropped.empty()


async def test_a_500_after_discord_acted_is_repeated_without_doubling_anything(stage: Stage) -> None:
    await stage.fault("POST", CALLBACK, status=500, after_acting=True)
    job = await stage.job()
    assert [text_of(one) for one in await stage.page.messages()].count(text_of(await stage.card(job))) == 1


async def test_a_card_that_never_arrived_drops_its_job(stage: Stage) -> None:
    await stage.fault("POST", CALLBACK, drop=True)
    await ask(stage)
    async with asyncio.timeout(PATIENCE_S):
        await stage.jobs.dropped.get()
    assert stage.jobs.admitted.empty()


async def test_a_card_that_cannot_be_looked_for_now_is_looked_for_later(stage: Stage) -> None:
    await stage.fault("POST", CALLBACK, drop=True)
    await stage.fault("GET", "@original", status=503)
    await ask(stage)
    async with asyncio.timeout(30):
        await stage.jobs.looked_for.get()
    assert stage.jobs.dropped.empty()
    assert stage.jobs.admitted.empty()


async def test_after_thinking_the_card_takes_its_place(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    be_slow(stage, monkeypatch)
    before = len(await stage.page.messages())
    job = await stage.job()
    assert "In line" in text_of(await stage.card(job))
    assert len(await stage.page.messages()) == before + 1


@pytest.mark.parametrize("after_acting", [True, False])
async def test_where_thinking_could_not_be_said_the_card_comes_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, after_acting: bool
) -> None:
    be_slow(stage, monkeypatch)
    await stage.fault("POST", CALLBACK, drop=True, after_acting=after_acting)
    job = await stage.job(state=JobState.QUEUED)
    # What Discord shows as "thinking…" is the card from now on; the first edit makes it one.
    await stage.delivery.show(job)
    assert "In line" in text_of(await stage.card(job))
    assert stage.jobs.dropped.empty()


async def test_a_refusal_after_thinking_is_for_the_member_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    be_slow(stage, monkeypatch, InvalidRequest("voices_loading"))
    before = await stage.page.messages()
    await ask(stage)
    refusal = await eventually(stage, "still loading")
    assert refusal["flags"] & EPHEMERAL
    assert [one for one in await stage.page.messages() if not one["flags"] & EPHEMERAL] == before


async def test_a_refusal_is_told_even_when_an_earlier_answer_got_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_slow(stage, monkeypatch, InvalidRequest("voices_loading"))
    await stage.fault("POST", CALLBACK, drop=True, after_acting=True)
    await ask(stage)
    assert "still loading" in text_of(await eventually(stage, "still loading"))


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 404, "code": 10062}, {"status": 403, "code": 50001}])
async def test_a_member_who_cannot_be_told_is_no_bug(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: dict[str, object]
) -> None:
    async def refuse() -> Voice:
        raise InvalidRequest("voices_loading")

    monkeypatch.setattr(stage.bot.services.voices, "default", refuse)
    await stage.fault("POST", CALLBACK, **fault)
    await ask(stage)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if "A member could not be told" in caplog.text:
                break
            await asyncio.sleep(0.01)
    assert "Traceback" not in caplog.text
