"""Every operation over HTTP, with real engines and real audio made by the studio itself, through our own client."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from bot.audio.decoding import open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.finevoice import requests
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiBadRequest, ApiBroken, ApiRejected
from bot.finevoice.task_answers import TaskAnswer, TaskState
from bot.studio.engines.base import Capability, EngineSetup, EngineUnavailable
from bot.studio.engines.registry import DEFAULT_ENGINES, make_engine

if TYPE_CHECKING:
    from tests.studio.conftest import Caller

pytestmark = pytest.mark.asyncio(loop_scope="session")

Samples: TypeAlias = NDArray[np.float32]
RATE_HZ = 16_000
TEXT = "Welcome to the game night. Please find your seats, the show begins in a minute."
MANY_BYTES = 50_000_000


def needs(capability: Capability) -> pytest.MarkDecorator:
    """Skip where the packages of an engine are not installed."""
    reason = ""
    try:
        make_engine(capability, DEFAULT_ENGINES[capability], EngineSetup(Path("cache"), Path("voices")))
    except EngineUnavailable as error:
        reason = str(error)
    return pytest.mark.skipif(bool(reason), reason=reason)


class Studio:
    """The studio as our own client sees it."""

    def __init__(self, caller: "Caller", api: FineVoice) -> None:
        self.caller = caller
        self.api = api

    async def done(self, answer: TaskAnswer) -> TaskAnswer:
        """Wait for a task."""
        while answer.state is TaskState.RUNNING:
            await asyncio.sleep(0.05)
            answer = await self.api.tasks.get(str(answer.task_id))
        assert answer.state is TaskState.DONE, (answer.error_code, answer.error_message)
        return answer

    async def sound(self, url: str, rate_hz: int = RATE_HZ, channels: int = 1) -> Samples:
        return await asyncio.to_thread(decoded, await self.fetched(url), rate_hz, channels)

    async def fetched(self, url: str) -> Path:
        target = self.caller.folder / f"fetched-{len(list(self.caller.folder.iterdir()))}"
        async with self.caller.session.get(url) as response:
            assert response.status == 200
            target.write_bytes(await response.read())
        return target

    async def upload(self, samples: Samples, rate_hz: int) -> str:
        """Put a recording among the studio's results, where it may fetch from; samples are (channels, n)."""
        spoken = await self.caller.speak_anew("A place for a recording.")
        url = str(spoken.answer["url"])
        name = url.rpartition("/")[2]
        (path,) = self.caller.work_dir.rglob(name)
        form = Encoding(AudioForm.WAV, rate_hz, channels=samples.shape[0])
        with AudioWriter(path, form) as writer:
            writer.write(samples)
        return url


def decoded(path: Path, rate_hz: int, channels: int) -> Samples:
    with open_audio(path) as source:
        return np.concatenate(list(source.blocks(rate_hz=rate_hz, channels=channels)), axis=1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def real(workshop: "Caller") -> AsyncIterator[Studio]:
    async with FineVoice(base_url=workshop.server.base_url, api_key="studio-key", timeout_s=120.0) as api:
        yield Studio(workshop, api)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def recording(workshop: "Caller") -> str:
    """The address of a spoken sentence."""
    return str((await workshop.speak(TEXT)).answer["url"])


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


async def answer_of(real: Studio, task: TaskAnswer) -> "dict[str, object]":
    """What the studio tells beyond what our client reads."""
    _, answer = await real.caller.get(f"/v1/task/{task.task_id}")
    assert str(answer["engine"]).startswith("embedded/")
    assert isinstance(answer["approximate"], bool)
    return answer


@needs(Capability.CONVERSION)
async def test_a_recording_is_converted_to_any_listed_voice(real: Studio, recording: str) -> None:
    before = await real.sound(recording)
    for voice in ("bruno", "hush"):
        wanted = requests.VoiceConversion(voice=voice, source_url=recording, use_async=True)
        task = await real.done(await real.api.conversion.convert(wanted))
        after = await real.sound(task.urls[0])
        assert after.size == pytest.approx(before.size, rel=0.03)
        assert level(after) > 0.01
        assert (await answer_of(real, task))["approximate"] is True


@needs(Capability.TRANSCRIPTION)
@pytest.mark.parametrize("form", ["json", "srt"])
async def test_speech_comes_back_as_its_words(real: Studio, recording: str, form: str) -> None:
    wanted = requests.Transcription(url=recording, format=requests.TranscriptFormat(form), use_async=False)
    task = await real.done(await real.api.transcription.transcribe(wanted))
    text = (await real.fetched(task.urls[0])).read_text("utf-8")
    words = set(re.findall(r"[a-z]+", text.lower()))
    assert {"welcome", "game", "night", "seats", "show", "minute"} <= words
    if form == "json":
        assert json.loads(text)["segments"]


@needs(Capability.EFFECTS)
async def test_an_effect_comes_from_words(real: Studio) -> None:
    task = await real.done(await real.api.effects.generate(requests.SoundEffect(prompt="three knocks", duration_s=4.0)))
    samples = await real.sound(task.urls[0], 48_000, 2)
    assert samples.shape[1] == pytest.approx(4 * 48_000, rel=0.05)
    assert level(samples) > 0.005


@needs(Capability.EFFECTS)
async def test_an_effect_nobody_knows_is_refused_with_what_is_known(real: Studio) -> None:
    with pytest.raises(ApiBadRequest):
        await real.api.effects.generate(requests.SoundEffect(prompt="zqxv blorptang"))


@needs(Capability.MUSIC)
async def test_music_comes_from_words(real: Studio) -> None:
    wanted = requests.BackgroundMusic(prompt="calm lo-fi", duration_s=10, instrumental=True)
    task = await real.done(await real.api.music.compose_background(wanted))
    samples = await real.sound(task.urls[0], 48_000, 2)
    assert 8 * 48_000 < samples.shape[1] < 16 * 48_000
    assert level(samples) > 0.01


@needs(Capability.PODCAST)
async def test_a_script_becomes_a_podcast_of_two_voices(real: Studio) -> None:
    script = "Anna: Hello and welcome to the show.\nBen: Thank you. It is good to be here."
    task = await real.done(await real.api.podcast.generate(requests.Podcast(text=script, keep_wording=True)))
    samples = await real.sound(task.urls[0])
    assert 3 * RATE_HZ < samples.size < 30 * RATE_HZ


@needs(Capability.VOICE_DESIGN)
async def test_a_designed_voice_can_speak_is_listed_and_converts(real: Studio, recording: str) -> None:
    design = await real.api.voices.design(requests.VoiceDesign(prompt="an old, deep, slow storyteller"))
    assert design.voice
    assert level(await real.sound(design.urls[0])) > 0.01
    listed = await real.api.voices.list(requests.VoiceQuery(category=requests.VoiceCategory.MINE, limit=100))
    assert design.voice in {voice.name for voice in listed.voices}
    everything = await real.api.voices.list(requests.VoiceQuery(limit=100))
    assert {"heart", design.voice} <= {voice.name for voice in everything.voices}
    assert (await real.api.voices.get(design.voice)).name == design.voice
    spoken = await real.caller.speak("I was made of words.", design.voice)
    assert spoken.seconds > 0.5
    wanted = requests.VoiceConversion(voice=design.voice, source_url=recording)
    assert (await real.done(await real.api.conversion.convert(wanted))).urls


@needs(Capability.SEPARATION)
async def test_a_stereo_recording_is_taken_apart_into_two_stems(real: Studio, recording: str) -> None:
    voice = (await real.sound(recording, 44_100))[0]
    seconds = np.arange(voice.size, dtype=np.float32) / np.float32(44_100)
    left, right = (np.sin(np.float32(2 * np.pi * hz) * seconds) * np.float32(0.2) for hz in (330.0, 495.0))
    url = await real.upload(np.stack([voice + left, voice + right]).astype(np.float32), 44_100)
    task = await real.done(await real.api.separation.separate(requests.Separation(source_url=url)))
    assert len(task.urls) == 2
    for stem in task.urls:
        assert level(await real.sound(stem)) > 0.001


@needs(Capability.ENHANCEMENT)
async def test_enhancement_answers_with_the_audio_itself_and_says_who_made_it(real: Studio, recording: str) -> None:
    body = {"url": recording, "method": "rms", "rms_db": -26.0, "output_format": "wav"}
    url = f"{real.caller.server.base_url}/v1/enhancer/audio_normalization"
    headers = {"Authorization": "Bearer studio-key"}
    async with real.caller.session.post(url, json=body, headers=headers) as response:
        assert (response.status, response.content_type) == (200, "audio/wav")
        assert response.headers["X-Soundbooth-Engine"].startswith("embedded/")
        assert response.headers["X-Soundbooth-Approximate"] in {"true", "false"}
        assert isinstance(json.loads(response.headers["X-Soundbooth-Warnings"]), list)
        assert (await response.read())[:4] == b"RIFF"


@needs(Capability.ENHANCEMENT)
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("enhance_speech", requests.SpeechEnhancement),
        ("remove_mouth_sounds", requests.MouthSoundRemoval),
        ("remove_long_silences", requests.LongSilenceRemoval),
        ("normalize", requests.Normalization),
        ("run_pipeline", requests.Pipeline),
        ("remove_filler_words", requests.FillerWords),
        ("remove_stuttering", requests.StutteringRemoval),
        ("raise_resolution", requests.SuperResolution),
        ("isolate_speaker", requests.SpeakerIsolation),
    ],
)
async def test_every_repair_makes_a_recording_or_says_what_to_use_instead(
    real: Studio, recording: str, tmp_path: Path, name: str, wanted: type[requests.EnhancementRequest]
) -> None:
    target = tmp_path / "repaired"
    repair = getattr(real.api.enhancement, name)
    if name in {"raise_resolution", "isolate_speaker"}:
        with pytest.raises(ApiBroken) as refused:
            await repair(wanted(url=recording), target, max_bytes=MANY_BYTES)
        assert refused.value.status == 501
        return
    answer: TaskAnswer = await repair(wanted(url=recording), target, max_bytes=MANY_BYTES)
    answer = await real.done(answer)
    path = answer.file or await real.fetched(answer.urls[0])
    samples = await asyncio.to_thread(decoded, path, RATE_HZ, 1)
    assert samples.size > 2 * RATE_HZ
    assert level(samples) > 0.005


@needs(Capability.ENHANCEMENT)
async def test_a_pipeline_with_an_impossible_step_is_refused_before_any_work(real: Studio, recording: str) -> None:
    body = {"url": recording, "step_super_resolution": True}
    status, answer = await real.caller.post(body, "/v1/enhancer/process/pipeline")
    assert status in {501, 422}
    assert set(cast("dict[str, str]", answer["error"])) == {"code", "message"}


@needs(Capability.ENHANCEMENT)
async def test_filler_words_are_told_with_their_times(real: Studio, recording: str) -> None:
    answer = await real.api.enhancement.detect_filler_words(requests.FillerWords(url=recording, use_whisper=True))
    assert all(word.end_s >= word.start_s for word in answer.words)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/voice/train", {"name": "me", "audioUrl": "https://example.org/me.wav"}),
        ("/v1/music/cover", {"voice": "heart", "sourceUrl": "https://example.org/song.mp3"}),
        ("/v1/music/musicgen", {"style": "pop", "lyrics": "La la la", "instrumental": False}),
        ("/v1/music/musicgenbyprompt", {"prompt": "a song with a singer", "instrumental": False}),
        ("/v1/audio/separation", {"sourceUrl": "https://example.org/song.mp3", "model": "htdemucs_6s-4"}),
        ("/v1/audio/separation", {"sourceUrl": "https://example.org/song.mp3", "model": "reverb"}),
        ("/v1/audio/sfx-generation", {"prompt": "x", "sourceUrl": "https://e.org/a.png", "sourceType": "image"}),
        ("/v1/audio/sfx-generation", {"sourceUrl": "https://example.org/a.mp4", "sourceType": "video"}),
        ("/v1/enhancer/speech_super_resolution", {"url": "https://example.org/a.wav"}),
    ],
)
async def test_what_cannot_be_done_honestly_is_a_501_with_what_to_use_instead(
    real: Studio, path: str, body: dict[str, object]
) -> None:
    status, answer = await real.caller.post(body, path)
    error = cast("dict[str, str]", answer["error"])
    if error["code"] == "engine_unavailable":
        pytest.skip(error["message"])
    assert status == 501, answer
    assert len(error["message"]) > 60
    assert error["message"].count(".") >= 2, "the reason, and what to use instead"


async def test_our_own_client_understands_a_501(real: Studio) -> None:
    with pytest.raises((ApiRejected, ApiBroken)):
        await real.api.music.cover(requests.Cover(source_url="https://example.org/song.mp3", voice="heart"))
