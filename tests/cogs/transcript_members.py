"""Transcripts in the simulated Discord: asked for by members, delivered as the runner does it."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord

from bot.models import Job, JobState, TranscriptRequest
from tests.cogs.conftest import Studio

SOUND = b"OggS" + bytes(40_000)
SEGMENTS = [
    {"start": 0.0, "end": 2.0, "text": "Good evening, @everyone.", "speaker": "Ann"},
    {"start": 2.5, "end": 4.0, "text": "The **cats** are out <@12>.", "speaker": "Ben"},
]


@dataclass
class Listening:
    """Members who have things written down, and the service that does it at once."""

    studio: Studio
    folder: Path

    async def note(self, author: Any, name: str = "voice-message.ogg", content: bytes = SOUND) -> discord.Message:
        """A message with a recording."""
        return await author.send(self.studio.channel, "", attachments=[(name, content)])

    async def menu(self, member: Any, note: discord.Message) -> Any:
        return await member.context_menu(self.studio.channel, "Transcribe", note)

    async def deliver(self, segments: list[dict[str, Any]] | None = None, **changes: Any) -> Job:
        """Post the transcript of the only job that is not over."""
        (job,) = await self.studio.jobs()
        job = dataclasses.replace(job, state=JobState.DELIVERING, **changes)
        folder = self.folder / job.id
        folder.mkdir()
        said = SEGMENTS if segments is None else segments
        document = {"language": "en", "duration": 34.0, "text": "", "segments": said}
        result = folder / "result"
        result.write_text(json.dumps(document), encoding="utf-8")
        posted = await self.studio.bot.services.delivery.deliver(job, result, again=False)
        await self.studio.store.move(
            (await self.studio.jobs())[0],
            JobState.DONE,
            self.studio.env.now(),
            result_channel_id=posted.channel_id,
            result_message_id=posted.message_id,
        )
        return job

    async def transcribed(self, member: Any, **changes: Any) -> tuple[Any, Job]:
        """A recording of sam's that the member had transcribed, and the card."""
        shown = await self.menu(member, await self.note(self.studio.sam))
        return shown, await self.deliver(**changes)


async def request_of(studio: Studio) -> TranscriptRequest:
    """What the only job in line or at work is about."""
    (job,) = await studio.jobs()
    assert isinstance(job.request, TranscriptRequest)
    return job.request
