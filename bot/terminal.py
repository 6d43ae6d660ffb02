"""The commands for people who try a key or the embedded studio without Discord: voices, say, task."""

import asyncio
import os
import random
import shlex
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

from bot.audio.encoding import AudioForm
from bot.audio.probe import probe
from bot.audio.transcode import transcode
from bot.config import ConfigError, Settings
from bot.endings import Stopped, unless_stopped
from bot.errors import AudioUnreadable, VoiceUnknown
from bot.finevoice.answers import TaskAnswer, TaskState
from bot.finevoice.catalogue import as_voice, read_catalogue
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import (
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiUnauthorized,
    ApiUnreachable,
    TaskFailed,
)
from bot.finevoice.requests import SpeechSynthesis, VoiceQuery
from bot.finevoice.retry import SUBMITS
from bot.finevoice.transport import Conduct
from bot.jobs.pace import next_delay_s, usual_time
from bot.jobs.voice_search import VoiceFilter, VoiceSearch
from bot.models import Voice
from bot.opening import open_finevoice
from bot.terminal_lines import CommandFailed, Progress, explained, printable, voice_table

NEW_TASK_GRACE_S = 10.0
SPEECH = "speech"
# What is not known of a task that is only looked at: it is asked for as one of an everyday sentence.
USUAL_LENGTH = 100
OTHER_FILE = "choose another file, or add --force."
ENDS_WITH_US = "Stopped; the embedded studio ends with this program, and nothing was charged."
MAYBE_MADE = "Stopped while the text was handed over, so it may be made and charged all the same: look at your usage."

Result = TypeVar("Result")


@dataclass(frozen=True)
class Saying:
    """What ``soundbooth say`` was asked for. ``voice`` None: the default one."""

    text: str
    voice: str | None
    out: Path
    overwrite: bool = False


@dataclass
class Terminal:
    """Runs one command. Raises ConfigError, CommandFailed, ServiceFailed or Stopped, each with one sentence."""

    settings: Settings
    stop: asyncio.Event
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        """What Ctrl-C has to tell: nothing yet."""
        self._progress = Progress(self.err, self.clock)
        self._if_stopped = "Stopped; nothing was asked for."

    async def voices(self, words: str, only: VoiceFilter, limit: int) -> None:
        """Print the voices that fit the words."""
        found = await self._unless_stopped(self._find(words, only, limit))
        self.out.write(voice_table(found))

    async def say(self, wanted: Saying) -> None:
        """Have the text spoken and write the audio to the file. Spends credits."""
        await asyncio.to_thread(_refuse_impossible, wanted.out, overwrite=wanted.overwrite)
        if not wanted.text.strip():
            raise CommandFailed("There is nothing to say: give some text.")
        await self._unless_stopped(self._say(wanted))

    async def task(self, task_id: str, out: Path | None, *, overwrite: bool) -> None:
        """Print what a task is doing; with ``out``, wait until it is done and write its first result there."""
        if self.settings.uses_studio:
            raise ConfigError(
                "Tasks of the embedded studio end with the program that began them: set FINEVOICE_API_KEY, or "
                "[finevoice] base_url to a studio that runs by itself."
            )
        if out is not None:
            await asyncio.to_thread(_refuse_impossible, out, overwrite=overwrite)
        self._if_stopped = f"Stopped; the task goes on: {_later(task_id)}"
        await self._unless_stopped(self._task(task_id, out, overwrite=overwrite))

    async def _find(self, words: str, only: VoiceFilter, limit: int) -> list[Voice]:
        async with open_finevoice(self.settings) as api:
            index = await self._read_index(api)
        found = index.find(words, limit, only)
        if not found:
            raise CommandFailed(f"None of {len(index.voices):,} voices fits: use fewer words or filters.")
        self.err.write(f"{len(found)} of {len(index.voices):,} voices, the best first:\n")
        return found

    async def _say(self, wanted: Saying) -> None:
        began = self.clock()
        # There is no line to put it back into.
        async with open_finevoice(self.settings, Conduct(submits=SUBMITS)) as api:
            voice = await self._resolve(api, wanted.voice)
            self._progress.say(f"Asking {printable(voice.label)} to speak")
            self._if_stopped = ENDS_WITH_US if self.settings.uses_studio else MAYBE_MADE
            answer = await api.speech.synthesize(SpeechSynthesis(voice=voice.name, text=wanted.text))
            self._note_task(answer)
            answer = await self._until_done(api, answer, len(wanted.text))
            kept = await self._save(api, answer, wanted.out, overwrite=wanted.overwrite)
        spent_s = self.clock() - began
        self.out.write(f"{printable(voice.label)} ({printable(voice.name)}): {kept}, made in {spent_s:.1f} s\n")

    async def _task(self, task_id: str, out: Path | None, *, overwrite: bool) -> None:
        async with open_finevoice(self.settings) as api:
            answer = await api.tasks.get(task_id)
            if out is not None:
                answer = await self._until_done(api, answer.model_copy(update={"task_id": task_id}), USUAL_LENGTH)
                kept = await self._save(api, answer, out, overwrite=overwrite)
                self.out.write(f"{printable(task_id)}: {kept}\n")
                return
        self.out.write(f"{printable(task_id)}: {_what_it_does(answer)}\n")
        self.out.writelines(f"{printable(url, None)}\n" for url in answer.urls)
        if answer.state is TaskState.FAILED:
            raise TaskFailed(answer.error_code, answer.error_message)

    async def _resolve(self, api: FineVoice, typed: str | None) -> Voice:
        """The voice that is meant, as the bot understands it; a voice's own name is asked for by itself."""
        self._progress.say("Looking for the voice")
        wanted = (typed or self.settings.finevoice.default_voice).strip()
        if not wanted:
            page = await api.voices.list(VoiceQuery(tts=True, page=0, limit=1))
            return Voice(page.voices[0].name, page.voices[0].label) if page.voices else _no_voices()
        if not any(map(str.isspace, wanted)):
            try:
                found = await api.voices.get(wanted)
            except ApiUnauthorized:
                raise
            except ApiError:
                pass  # Perhaps a label: the whole list will tell.
            else:
                if found.name == wanted:
                    return Voice(found.name, found.label)
        index = await self._read_index(api)
        try:
            return index.resolve(wanted)
        except VoiceUnknown as error:
            nearest = index.find(wanted, 3)
            names = ", ".join(f"{printable(voice.label)} ({printable(voice.name)})" for voice in nearest)
            hint = f"the nearest: {names}" if nearest else "soundbooth voices lists them"
            raise CommandFailed(f"There is no voice called “{printable(wanted, 60)}”; {hint}.") from error

    async def _read_index(self, api: FineVoice) -> VoiceSearch:
        found: list[Voice] = []
        self._progress.say("Reading the voices")
        async for voice in read_catalogue(api):
            found.append(as_voice(voice))
            if len(found) % 100 == 0:
                self._progress.say(f"Reading the voices: {len(found):,}")
        return await asyncio.to_thread(VoiceSearch, found) if found else _no_voices()

    def _note_task(self, answer: TaskAnswer) -> None:
        if self.settings.uses_studio:
            self._if_stopped = ENDS_WITH_US
        elif answer.task_id:
            self._if_stopped = f"Stopped; the task goes on and is charged: {_later(answer.task_id)}"
        else:
            self._if_stopped = "Stopped before the finished audio was saved; it was charged, say it again if need be."

    async def _until_done(self, api: FineVoice, answer: TaskAnswer, size: int) -> TaskAnswer:
        """Ask until the task has ended. A passing failure to ask does not end it."""
        began, usual = self.clock(), usual_time(SPEECH, size)
        task_id = answer.task_id
        while answer.state is TaskState.RUNNING and task_id:
            waited_s = self.clock() - began
            if waited_s > self.settings.jobs.speech_deadline_s:
                raise CommandFailed(f"The task takes longer than {waited_s:.0f} s; it goes on: {_later(task_id)}")
            self._progress.say(f"Task {printable(task_id)} is being made")
            await self.sleep(next_delay_s(usual, waited_s, self.rng))
            try:
                answer = await api.tasks.get(task_id)
            except ApiNotFound:
                if waited_s > NEW_TASK_GRACE_S:
                    raise
            except (ApiUnreachable, ApiBusy, ApiBroken, ApiOutcomeUnknown):
                continue
        if answer.state is not TaskState.DONE:
            raise TaskFailed(answer.error_code, answer.error_message)
        return answer

    async def _save(self, api: FineVoice, answer: TaskAnswer, out: Path, *, overwrite: bool) -> str:
        """Write the result to ``out``, in the form its suffix names; say what is there now."""
        self._progress.say("Fetching the audio")
        limit = int(self.settings.jobs.max_result_mb * 1024 * 1024)
        if not answer.urls:
            raise CommandFailed("The task is done, but the service names no result: look for it at finevoice.ai.")
        try:
            # Beside the target, so that it appears there complete or not at all.
            with tempfile.TemporaryDirectory(
                dir=out.parent, prefix=".soundbooth-", ignore_cleanup_errors=True
            ) as folder:
                fetched = Path(folder) / "result"
                await api.download(answer.urls[0], fetched, max_bytes=limit)
                return await asyncio.to_thread(_put_in_place, fetched, out, overwrite=overwrite)
        except AudioUnreadable as error:
            raise CommandFailed("The service sent something that is not audio: try again.") from error
        except FileExistsError as error:
            raise CommandFailed(f"{out} appeared meanwhile and was left alone: {OTHER_FILE}") from error
        except OSError as error:
            raise CommandFailed(f"{out} cannot be written ({error.strerror}): choose another file.") from error

    async def _unless_stopped(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do the work with its progress shown, until Ctrl-C; every failure becomes one sentence."""
        try:
            async with self._progress.shown():
                return await unless_stopped(work, self.stop)
        except Stopped as stopped:
            # Only now it is known how far the work came.
            raise Stopped(self._if_stopped) from stopped
        except ApiError as error:
            service = "The embedded studio" if self.settings.uses_studio else self.settings.finevoice.base_url
            raise explained(error, service) from error


def _put_in_place(fetched: Path, out: Path, *, overwrite: bool) -> str:
    """Move the result to where it is wanted, as another form where the suffix names one; say what it is."""
    facts = probe(fetched)
    suffix, note = out.suffix.lower().removeprefix("."), ""
    if suffix in set(AudioForm) and suffix != facts.container:
        ready = fetched.with_suffix(out.suffix.lower())
        transcode(fetched, ready, AudioForm(suffix))
    else:
        ready = fetched
        note = "" if suffix == facts.container else f" (it holds {facts.container})"
    if not overwrite:
        # Reserves the name: a rename alone would take the place of a file that appeared meanwhile.
        out.touch(exist_ok=False)
    ready.replace(out)
    return f"{facts.duration_s:.1f} s of audio in {out}{note}"


def _refuse_impossible(out: Path, *, overwrite: bool) -> None:
    """What would fail after the work was paid for is said before it is asked for."""
    if out.is_dir() or not out.parent.is_dir():
        raise CommandFailed(f"{out} cannot be written: name a file in a folder that exists.")
    if out.exists() and not overwrite:
        raise CommandFailed(f"{out} is there already: {OTHER_FILE}")
    if not os.access(out.parent, os.W_OK):
        raise CommandFailed(f"The folder {out.parent} cannot be written to: name a file in another one.")


def _what_it_does(answer: TaskAnswer) -> str:
    match answer.state:
        case TaskState.RUNNING:
            return "in progress"
        case TaskState.DONE:
            return "done"
        case TaskState.FAILED:
            return "failed"


def _later(task_id: str) -> str:
    return f"soundbooth task {shlex.quote(printable(task_id, None))} --out FILE"


def _no_voices() -> NoReturn:
    raise CommandFailed("The service lists no voices: check the key with soundbooth check.")
