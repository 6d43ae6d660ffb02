"""How fast the studio's voices are made, and how many words survive: conversion, design and podcast.

Nobody listens here. Speed is the real-time factor (seconds of work per second of sound, lower is better) of the
engine alone, on one core. Words are counted by Whisper: the word error rate of the same sentences converted to every
preset and spoken by every listed voice. The recogniser's own errors are in the first two lines. Prints Markdown tables,
the second one only where the recogniser's packages are installed. Run it with `make bench`.
"""

import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.studio.models import installed_models
from bot.studio.podcast.plan import plan_podcast
from bot.studio.podcast.recording import record
from bot.studio.speech.parts import PausePart, Shape, SpeechPart
from bot.studio.voices import Voice, catalogue
from bot.studio.voicing.conversion import convert_voice
from bot.studio.voicing.design import PREVIEW_TEXT, design_voice
from bot.studio.voicing.shaped_text import plan_in_shape
from bot.studio.voicing.speaking import NeuralVoice, load_neural_voice
from bot.studio.voicing.targets import PRESETS
from tests.studio.voicing.listening import SENTENCES, missing_recogniser, word_errors

SAID = " ".join(SENTENCES)
LONG = 6
"""How often the sentences are repeated where speed is measured."""
MODELS = ("tiny.en", "base")


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        voice = load_neural_voice(installed_models())
        print(f"{platform.machine()}, Python {platform.python_version()}, one run each.\n")
        speed(voice, folder)
        if missing_recogniser():
            print(f"\nWords were not counted: {missing_recogniser()}.")
            return
        words(voice, folder)
        print(f"\nMost memory of the whole process, recognisers included: {peak_mb():.0f} MB.")


def speed(voice: NeuralVoice, folder: Path) -> None:
    """Print the real-time factors."""
    recording = folder / "long.mp3"
    length_s = voice.speak(tuple(SpeechPart(text=SAID, shape=Shape()) for _ in range(LONG)), recording)
    rows: list[tuple[str, float, float]] = []
    for name in ("man", "child", "robot", "whisper"):
        took_s = timed(lambda preset=name: convert_voice(recording, folder / "c.mp3", voice=PRESETS[preset]))
        rows.append((f"conversion to {name}", length_s, took_s))
    shape = design_voice("an old, raspy man").voice.shape
    parts, _ = plan_in_shape(PREVIEW_TEXT, shape)
    preview_s = voice.speak(parts, folder / "p.mp3")
    rows.append(("design with preview", preview_s, timed(lambda: voice.speak(parts, folder / "p.mp3"))))
    script = "\n".join(f"{name}: {text}" for _ in range(LONG) for name, text in zip("ABCAB", SENTENCES, strict=True))
    plan = plan_podcast(text=script, prompt=None, find_saved=nobody)
    done = record(plan, voice, folder / "podcast.mp3")
    rows.append(("podcast of three", done.duration_s, timed(lambda: record(plan, voice, folder / "podcast.mp3"))))
    print("| what | sound, s | work, s | real-time factor |\n|---|---|---|---|")
    for what, sound_s, took_s in rows:
        print(f"| {what} | {sound_s:.1f} | {took_s:.2f} | {took_s / sound_s:.3f} |")
    print(f"\nMost memory of the whole process: {peak_mb():.0f} MB.")


def words(voice: NeuralVoice, folder: Path) -> None:
    """Print the word error rates: of presets as recordings are converted, of listed voices as they speak."""
    woman, man, made = folder / "woman.mp3", folder / "man.mp3", folder / "made.mp3"
    say(voice, woman, PRESETS["woman"])
    say(voice, man, PRESETS["man"])
    print("\n| words lost | " + " | ".join(MODELS) + " |\n|---|" + "---|" * len(MODELS))
    line("a woman, as she is", woman, folder)
    line("a man, as he is", man, folder)
    for name, shape in PRESETS.items():
        for speaker, recording in (("a woman", woman), ("a man", man)):
            convert_voice(recording, made, voice=shape)
            line(f"{speaker} converted to {name}", made, folder)
    for name, listed in catalogue().items():
        say(voice, made, listed.shape)
        line(f"{name} speaking", made, folder)


def line(what: str, recording: Path, folder: Path) -> None:
    """Print what each model makes of a recording."""
    rates = [word_errors(recording, SAID, model=model, cache_folder=folder) for model in MODELS]
    print(f"| {what} | " + " | ".join(f"{100 * rate:.1f} %" for rate in rates) + " |", flush=True)


def say(voice: NeuralVoice, path: Path, shape: Shape) -> None:
    """Speak the sentences with half a second between them."""
    parts = [part for text in SENTENCES for part in (SpeechPart(text=text, shape=shape), PausePart(seconds=0.5))]
    voice.speak(tuple(parts), path)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_mb() -> float:
    """Return the most memory this process ever had."""
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def nobody(name: str) -> Voice | None:
    """Return no designed voice."""
    del name
    return None


if __name__ == "__main__":
    main()
