"""What each capability of the embedded studio costs, over HTTP as the bot uses it, each in a studio of its own.

"First" is the first result of a capability: after the studio has started (it loads the speech engine by itself), the
others are loaded when they are first needed. "Then" is the median of the next ones. The real-time factor is seconds of
waiting for one second of sound, made or listened to. Memory is the most that the worker's process ever had. Prints a
Markdown table. Run it with `make bench`.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.audio.probe import probe
from bot.finevoice.answers import TaskAnswer, TaskState
from bot.finevoice.client import FineVoice
from bot.finevoice.requests import (
    BackgroundMusic,
    Podcast,
    Separation,
    SoundEffect,
    SpeechEnhancement,
    SpeechSynthesis,
    Transcription,
    VoiceConversion,
    VoiceDesign,
)
from bot.studio.server import StudioServer
from tests.benchmarks.machine import machine

KEY = "key-of-the-benchmark"
ASK_EVERY_S = 0.02
PATIENCE_S = 300.0
MAX_BYTES = 200 * 1024 * 1024
ROUNDS = 3
TEXT = (
    "The old lighthouse stood at the end of the pier, and nobody had lit its lamp for eleven years. Then, one evening "
    "in November, the light came back."
)
SCRIPT = f"Anna: {TEXT}\nBen: Who lit it?\nAnna: Nobody knows. {TEXT}"


@dataclass(frozen=True)
class Studio:
    """A running studio with a recording to work on."""

    server: StudioServer
    api: FineVoice
    folder: Path
    recording_url: str
    recording_s: float


Work = Callable[[Studio, int], Awaitable[float]]
"""Does one piece of work and returns how many seconds of sound it made or listened to."""


async def speak(studio: Studio, number: int) -> float:
    return await made(
        studio, await studio.api.speech.synthesize(SpeechSynthesis(voice="heart", text=f"{number}. {TEXT}"))
    )


async def effect(studio: Studio, number: int) -> float:
    request = SoundEffect(prompt=f"thunderstorm with a distant church bell, {number + 2} knocks", duration_s=5)
    return await made(studio, await studio.api.effects.generate(request))


async def music(studio: Studio, number: int) -> float:
    request = BackgroundMusic(prompt=f"calm lo-fi at {80 + number} bpm", duration_s=30, instrumental=True)
    return await made(studio, await studio.api.music.compose_background(request))


async def listen(studio: Studio, _: int) -> float:
    await result(studio, await studio.api.transcription.transcribe(Transcription(url=studio.recording_url)))
    return studio.recording_s


async def convert(studio: Studio, _: int) -> float:
    request = VoiceConversion(voice="man", source_url=studio.recording_url)
    return await made(studio, await studio.api.conversion.convert(request))


async def design(studio: Studio, number: int) -> float:
    await studio.api.voices.design(VoiceDesign(prompt="an old, raspy man", preview_text=TEXT, seed=number))
    return studio.recording_s


async def podcast(studio: Studio, _: int) -> float:
    return await made(studio, await studio.api.podcast.generate(Podcast(text=SCRIPT)))


async def separate(studio: Studio, _: int) -> float:
    await result(studio, await studio.api.separation.separate(Separation(source_url=studio.recording_url)))
    return studio.recording_s


async def enhance(studio: Studio, number: int) -> float:
    request = SpeechEnhancement(url=studio.recording_url)
    await studio.api.enhancement.enhance_speech(request, studio.folder / f"clean-{number}", max_bytes=MAX_BYTES)
    return studio.recording_s


CAPABILITIES: dict[str, Work] = {
    "speech": speak,
    "speech to text": listen,
    "sound effects (5 s)": effect,
    "background music (30 s)": music,
    "voice conversion": convert,
    "voice design, with a preview": design,
    "podcast of two": podcast,
    "separation": separate,
    "enhancement (noise)": enhance,
}


@asynccontextmanager
async def studio_with_recording(folder: Path, *, of_music: bool) -> AsyncGenerator[Studio]:
    """A studio that made one recording, which is what others work on: speech, or music in stereo."""
    async with (
        StudioServer(work_dir=folder / "studio", api_keys=frozenset({KEY})) as server,
        FineVoice(base_url=server.base_url, api_key=KEY) as api,
    ):
        if of_music:
            request = BackgroundMusic(prompt="calm lo-fi", duration_s=15, instrumental=True)
            recorded = await result_of(api, await api.music.compose_background(request))
        else:
            recorded = await result_of(api, await api.speech.synthesize(SpeechSynthesis(voice="heart", text=TEXT)))
        await api.download(recorded.urls[0], folder / "recording", max_bytes=MAX_BYTES)
        length_s = (await asyncio.to_thread(probe, folder / "recording")).duration_s
        yield Studio(server, api, folder, recorded.urls[0], length_s)


async def made(studio: Studio, answer: TaskAnswer) -> float:
    """Wait for a result, fetch it, and return how long it plays."""
    done = await result(studio, answer)
    target = studio.folder / "result"
    await studio.api.download(done.urls[0], target, max_bytes=MAX_BYTES)
    return (await asyncio.to_thread(probe, target)).duration_s


async def result(studio: Studio, answer: TaskAnswer) -> TaskAnswer:
    """Ask until it is there."""
    return await result_of(studio.api, answer)


async def result_of(api: FineVoice, answer: TaskAnswer) -> TaskAnswer:
    """Ask until it is there."""
    async with asyncio.timeout(PATIENCE_S):
        while answer.state is TaskState.RUNNING:
            await asyncio.sleep(ASK_EVERY_S)
            answer = await api.tasks.get(answer.task_id or "")
    if answer.state is TaskState.FAILED:
        raise RuntimeError(answer.error_message)
    return answer


def worker_peak_mb() -> float:
    """The most memory that any child process of ours has had, from the system's own count."""
    peaks = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if fields.get("PPid", "").strip() == str(os.getpid()) and "VmHWM" in fields:
            peaks.append(int(fields["VmHWM"].split()[0]))
    return max(peaks) / 1024


async def measure(name: str, work: Work, folder: Path) -> str:
    """One line of the table."""
    async with studio_with_recording(folder, of_music=work is separate) as studio:
        waits: list[float] = []
        factors: list[float] = []
        for number in range(1 + ROUNDS):
            began = time.perf_counter()
            sound_s = await work(studio, number)
            waits.append(time.perf_counter() - began)
            factors.append(waits[-1] / sound_s)
        first, then = waits[0], statistics.median(waits[1:])
        factor = statistics.median(factors[1:])
        return f"| {name} | {first:.2f} s | {then:.2f} s | {factor:.3f} | {worker_peak_mb():.0f} MB |"


def main() -> None:
    """Measure, and print."""
    print(f"\n{machine()}, one worker\n")
    print("| capability | first result | then | real-time factor | worker's memory |")
    print("|---|---|---|---|---|")
    for name, work in CAPABILITIES.items():
        with tempfile.TemporaryDirectory() as folder:
            print(asyncio.run(measure(name, work, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
