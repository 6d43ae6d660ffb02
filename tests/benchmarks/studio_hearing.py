"""How well and how fast the embedded studio listens, takes noise away and takes music apart.

    python -m tests.benchmarks.studio_hearing

Speech is the studio's own, so the word error rates are a ceiling, not what a microphone in a living room gives. Each
row is measured in a process of its own; its memory holds what makes and scores the sound, too: an upper bound.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bot.audio.decoding import open_audio
from bot.audio.transcode import write_samples
from bot.studio.cleaning.noise import noise_filter
from bot.studio.cleaning.track import written
from bot.studio.hearing.models import find_model, installed_models
from bot.studio.hearing.recognition import Recogniser
from bot.studio.hearing.transcription import Wanted, transcribe_file
from bot.studio.separation.stems import separate
from tests.studio.speaking import SENTENCES, pink_noise, say, si_sdr_db, synthetic_music, word_errors

Samples = NDArray[np.float32]

RATE_HZ = 48_000
VOICES = ("heart", "bruno", "poppy", "hush")
TURNS = [(VOICES[at % 2], text) for at, text in enumerate(SENTENCES * 2)]


def made(folder: Path) -> None:
    """Make the recordings once; the processes that measure must not hold the voice as well."""
    for voice in VOICES:
        sound, _ = say([(voice, text) for text in SENTENCES], folder)
        write_samples(sound, RATE_HZ, folder / f"{voice}.wav")
    write_samples(say([("heart", "Hello there.")], folder)[0], RATE_HZ, folder / "short.wav")
    speech, _ = say(TURNS, folder, pause_s=0.3)
    write_samples(speech * np.float32(0.5), RATE_HZ, folder / "speech.wav")


def read(path: Path, channels: int = 1) -> Samples:
    with open_audio(path) as source:
        return np.concatenate(list(source.blocks(rate_hz=RATE_HZ, channels=channels)), axis=1)


def listening(folder: Path, model: str) -> dict[str, object]:
    recogniser = Recogniser(find_model(model, folder), threads=min(os.cpu_count() or 1, 2))
    began = time.perf_counter()
    transcribe_file(recogniser, folder / "short.wav", Wanted(language="en"))
    latency_s = time.perf_counter() - began
    errors: dict[str, float] = {}
    worked = length = 0.0
    for voice in VOICES:
        began = time.perf_counter()
        done = transcribe_file(recogniser, folder / f"{voice}.wav", Wanted(language="en", has_speakers=True))
        worked += time.perf_counter() - began
        length += done.transcript.duration_s or 0.0
        errors[voice] = word_errors(" ".join(SENTENCES), done.transcript.text)
    rates = ", ".join(f"{voice} {rate:.1%}" for voice, rate in errors.items())
    return {"rtf": worked / length, "latency_s": latency_s, "quality": f"WER {rates}"}


def denoising(folder: Path, name: str) -> dict[str, object]:
    speech = read(folder / "speech.wav")
    noise = pink_noise(speech.shape[1], 1) * speech.std()
    gained: list[str] = []
    began, length = time.perf_counter(), 0.0
    for snr_db in (0, 10):
        noisy = written(folder / "noisy", 1, [speech + noise * np.float32(10 ** (-snr_db / 20))])
        clean = noise_filter(name).apply(noisy, folder / "clean")
        sound = np.concatenate(list(clean.blocks()), axis=1)
        gained.append(f"{snr_db} → {si_sdr_db(speech, sound):.1f} dB")
        length += clean.duration_s
    return {"rtf": (time.perf_counter() - began) / length, "quality": f"SI-SDR {', '.join(gained)}"}


def separating(folder: Path, kind: str) -> dict[str, object]:
    speech = np.tile(read(folder / "speech.wav"), (2, 1))
    unsteady_s = 0.0 if kind == "loop" else 0.012
    music = synthetic_music(speech.shape[1] / RATE_HZ, bpm=100, unsteady_s=unsteady_s, seed=1)[:, : speech.shape[1]]
    music *= np.float32(np.sqrt(np.square(speech).sum() / np.square(music).sum()))
    write_samples((speech + music) * np.float32(0.5), RATE_HZ, folder / "mix.wav")
    began = time.perf_counter()
    stems = separate(folder / "mix.wav", folder)
    took_s = time.perf_counter() - began
    found = [read(path, 2)[:, : speech.shape[1]] for path in (stems.vocals, stems.accompaniment)]
    voice_db, music_db = (
        si_sdr_db(wanted[:, : one.shape[1]], one) for wanted, one in zip((speech, music), found, strict=True)
    )
    return {
        "rtf": took_s / stems.duration_s,
        "quality": f"SI-SDR voice 0 → {voice_db:.1f}, music 0 → {music_db:.1f} dB",
    }


MEASURES: Mapping[str, Callable[[Path, str], dict[str, object]]] = MappingProxyType(
    {"listen": listening, "denoise": denoising, "separate": separating}
)


def rows() -> list[tuple[str, str]]:
    models = [("listen", model) for model in installed_models()]
    return [*models, ("denoise", "wiener"), ("denoise", "deepfilternet3"), ("separate", "loop"), ("separate", "played")]


def measured(what: str, which: str, folder: Path) -> None:
    """In a process of its own: print one JSON object."""
    found = MEASURES[what](folder, which)
    print(json.dumps({**found, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def main() -> None:
    if len(sys.argv) == 4:
        measured(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {sys.platform}\n")
    print("| what | with | real-time factor | first answer | memory | quality |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder))
        for what, which in rows():
            command = [sys.executable, "-m", "tests.benchmarks.studio_hearing", what, which, folder]
            answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
            found = json.loads(answer.stdout)
            latency = f"{found['latency_s']:.2f} s" if "latency_s" in found else ""
            print(
                f"| {what} | {which} | {found['rtf']:.3f} | {latency} | {found['memory_mb']:.0f} MB "
                f"| {found['quality']} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
