"""Who wants not to be transcribed by others is not, also where somebody asked for it before they said so."""

from dataclasses import replace

import pytest

from bot.errors import InvalidRequest
from bot.models import FailureReason, JobState, ResultForm, Source, SourceKind, TranscriptRequest
from bot.storage.transcripts import TranscriptStore
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import done_after
from tests.storage.samples import place

SPEAKER, OTHER = 9, 7
URL = "https://cdn.example.org/note.ogg"
NOTE = TranscriptRequest(Source(URL, "note.ogg", SourceKind.AUDIO, 10, 5, author_id=SPEAKER), 3.0)


async def outcome(
    bot: BotProcess, asked_by: int, *, has_interaction: bool = True
) -> tuple[JobState, FailureReason | None, bool]:
    """How a transcript ends, and whether it is refunded, when its speaker opts out while it waits in line."""
    where = place(asked_by, at=bot.clock.now())
    if not has_interaction:
        where = replace(where, interaction_token="")
    job = await bot.service.submit(NOTE, ResultForm.FILE, where)
    await bot.service.accepted(job, 1)
    await TranscriptStore(bot.database).opt_out(SPEAKER)
    bot.start()
    (job,) = await bot.until_over(job)
    assert bot.discord.last_shown(job.id) is job.state
    return job.state, job.failure, job.was_refunded


async def test_what_waits_in_line_is_not_handed_over_once_the_speaker_opted_out(world: World) -> None:
    async with world.process() as bot:
        assert await outcome(bot, OTHER) == (JobState.FAILED, FailureReason.NOT_TRANSCRIBED, True)
        assert bot.fake.submits.total() == 0


async def test_speakers_may_have_themselves_transcribed_all_the_same(world: World) -> None:
    async with world.process() as bot:
        bot.fake.on(URL, submit=["rejected"])
        assert (await outcome(bot, SPEAKER))[1] is FailureReason.REJECTED
        assert bot.fake.submits[URL] == 1


async def test_a_voice_note_that_nobody_asked_about_is_left_alone_once_its_sender_opted_out(world: World) -> None:
    async with world.process() as bot:
        ended = await outcome(bot, SPEAKER, has_interaction=False)
        assert ended == (JobState.FAILED, FailureReason.NOT_TRANSCRIBED, True)
        assert bot.fake.submits.total() == 0


async def test_what_is_with_the_service_already_is_shown_to_nobody_once_the_speaker_opted_out(world: World) -> None:
    world.fake.on(URL, poll=done_after(5))
    async with world.process() as bot:
        bot.start()
        job = await bot.service.submit(NOTE, ResultForm.FILE, place(OTHER, at=bot.clock.now()))
        await bot.service.accepted(job, 1)
        await bot.until_state(job, JobState.RUNNING)
        await TranscriptStore(bot.database).opt_out(SPEAKER)
        (job,) = await bot.until_over(job)
    assert (job.state, job.failure, job.was_refunded) == (JobState.FAILED, FailureReason.NOT_TRANSCRIBED, True)
    assert world.discord.posted == {}


async def test_nobody_can_ask_again_for_what_was_not_written_down_for_that_reason(world: World) -> None:
    async with world.process() as bot:
        await outcome(bot, OTHER)
        (job,) = await bot.service.recent(100, count=2)
        with pytest.raises(InvalidRequest) as refused:
            await bot.service.retry(job.id, job.place)
    assert (job.can_retry, refused.value.reason) == (False, "nothing_to_retry")
