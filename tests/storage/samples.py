"""Jobs, places and voices as tests want them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from bot.limits import Allowance, Limits, Rate
from bot.models import Job, NewJob, Place, ResultForm, SpeechRequest, Voice
from bot.storage.database import Database
from bot.storage.job_rows import from_row
from bot.storage.jobs import JobStore
from bot.storage.reserving import UNFINISHED
from bot.storage.tables import jobs, kept_transcripts
from bot.storage.transcripts import KeptTranscript

START = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
TOKEN_LIFE = timedelta(minutes=15)
WIDE = Limits(member=Allowance(Rate(1_000, 1.0)), guild=Allowance(Rate(1_000, 1.0)))
TIGHT = Limits(member=Allowance(Rate(3, 20.0)), guild=Allowance(Rate(5, 5.0)))
ANNA = Voice("anna-1", "Anna", gender="female", language="en-US", style="calm", tags=("warm", "story"))

_ids = count(1)


def place(user_id: int = 7, guild_id: int | None = 100, at: datetime = START) -> Place:
    return Place(
        user_id=user_id,
        channel_id=55,
        guild_id=guild_id,
        application_id=9,
        interaction_token="token",
        token_expires_at=at + TOKEN_LIFE,
    )


def new_job(
    user_id: int = 7,
    guild_id: int | None = 100,
    *,
    at: datetime = START,
    text: str = "Hello there",
    retry_of: str | None = None,
    form: ResultForm = ResultForm.FILE,
    role_ids: tuple[int, ...] = (),
) -> NewJob:
    request = SpeechRequest(text, ANNA.name, ANNA.label)
    return NewJob(f"{next(_ids):032x}", request, form, place(user_id, guild_id, at), at, retry_of, role_ids)


def text_of(job: Job) -> str:
    """What is spoken."""
    assert isinstance(job.request, SpeechRequest)
    return job.request.text


async def unfinished(store: JobStore) -> list[Job]:
    """All jobs that are not final, the oldest first."""
    async with store._database.read() as connection:  # pyright: ignore[reportPrivateUsage]  # no program asks for this
        rows = await connection.execute(select(jobs).where(jobs.c.state.in_(UNFINISHED)).order_by(jobs.c.created_at))
        return [from_row(row) for row in rows]


def voice(name: str, label: str, **more: str) -> Voice:
    return replace(Voice(name, label), **more)


async def kept_texts(database: Database, scope_id: int) -> list[KeptTranscript]:
    """The transcripts that are kept of a guild, the latest to end first."""
    query = select(kept_transcripts).where(kept_transcripts.c.scope_id == scope_id)
    async with database.read() as connection:
        rows = (await connection.execute(query.order_by(kept_transcripts.c.ends_at.desc()))).mappings()
        return [KeptTranscript(**row) for row in rows]
