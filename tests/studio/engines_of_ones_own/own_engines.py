"""Engines as a user would write them; loaded through ``[studio.engines]``, in the server and in workers."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.studio.bodies import EffectBody, SpeechBody, TranscriptionBody
from bot.studio.engines.base import Engine, EngineUnavailable, Order, Produced
from bot.studio.refusal import Refusal, not_possible

RATE_HZ = 24_000


def write_tone(target: Path, seconds: float, form: AudioForm = AudioForm.MP3) -> Path:
    import numpy as np  # noqa: PLC0415 - as engines should: nothing heavy at the top

    wave = np.sin(np.arange(round(seconds * RATE_HZ)) * 0.1).astype(np.float32)[np.newaxis, :] * 0.5
    with AudioWriter(target, Encoding(form, RATE_HZ)) as writer:
        writer.write(wave)
    return target


class Quick(Engine):
    """Speech that takes no time to load: one tone for each word."""

    name = "own/quick"
    is_approximate = True

    def load(self) -> None:
        pass

    def run(self, order: Order, folder: Path) -> Produced:
        words = len(order.body_as(SpeechBody).text.split())
        facts = MappingProxyType({"words": words, "status": "overwritten?"})
        return Produced((write_tone(folder / "tone.mp3", 0.1 * words),), ("Only tones.",), facts=facts)


class ByPrompt(Engine):
    """Effects that misbehave as the prompt says."""

    name = "own/by-prompt"

    def check(self, order: Order) -> None:
        prompt = order.body_as(EffectBody).prompt or ""
        if prompt == "impossible":
            raise not_possible("This engine cannot do it.", instead="Use another one.", code="told_so")

    def allowed_s(self, order: Order) -> float:
        return 0.0 if order.body_as(EffectBody).prompt == "hang" else 30.0

    def load(self) -> None:
        pass

    def run(self, order: Order, folder: Path) -> Produced:
        prompt = order.body_as(EffectBody).prompt or ""
        if prompt in BAD_DEEDS:
            BAD_DEEDS[prompt](self.setup.cache)
        if prompt in ODD_RESULTS:
            return ODD_RESULTS[prompt](folder)
        return Produced((write_tone(folder / "effect.mp3", 0.2),))


def _killed_once(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    marker = cache / "was-here"
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _grow(_: Path) -> None:
    kept: list[bytearray] = []
    while len(kept) < 40:
        kept.append(bytearray(b"x" * (32 * 1024 * 1024)))
        time.sleep(0.02)
    time.sleep(600)


def _refuse(_: Path) -> None:
    raise Refusal(422, "not_today", "Not today.")


def _forget(_: Path) -> None:
    raise KeyError("forgotten")


BAD_DEEDS: Mapping[str, Callable[[Path], None]] = MappingProxyType(
    {
        "hang": lambda _: time.sleep(600),
        "slow": lambda _: time.sleep(0.5),
        "crash": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
        "killed always": lambda _: os.kill(os.getpid(), signal.SIGKILL),
        "leave": lambda _: os._exit(0),
        "bug": _forget,
        "refuse": _refuse,
        "grow": _grow,
        "killed once": _killed_once,
    }
)


def _link(folder: Path) -> Produced:
    (folder / "link.mp3").symlink_to(__file__)
    return Produced((folder / "link.mp3",))


def _page(folder: Path) -> Produced:
    (folder / "page.html").write_text("<script>", encoding="utf-8")
    return Produced((folder / "page.html",))


def _two_files(folder: Path) -> Produced:
    return Produced((write_tone(folder / "a.mp3", 0.1), write_tone(folder / "b.wav", 0.1, AudioForm.WAV)))


ODD_RESULTS: Mapping[str, Callable[[Path], Produced]] = MappingProxyType(
    {
        "nothing there": lambda folder: Produced((folder / "missing.mp3",)),
        "link": _link,
        "odd suffix": _page,
        "odd facts": lambda _: Produced(facts=MappingProxyType({"what": object()})),
        "two files": _two_files,
    }
)


class Listener(Engine):
    """Transcripts that only say how long the recording is."""

    name = "own/listener"
    longest_source_s = 20.0

    def load(self) -> None:
        pass

    def run(self, order: Order, folder: Path) -> Produced:
        order.body_as(TranscriptionBody)
        target = folder / "transcript.json"
        target.write_text('{"text": "something"}', encoding="utf-8")
        return Produced((target,), facts=MappingProxyType({"seconds": order.source_s}))


class CrashesWhenLoaded(Engine):
    """An engine whose library brings the process down."""

    name = "own/crashes"

    def load(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def run(self, order: Order, folder: Path) -> Produced:
        raise EngineUnavailable(f"never loaded, and so not at {order.operation} in {folder.name}")


class CannotBeLoaded(Engine):
    """An engine whose model is not there."""

    name = "own/absent"

    def load(self) -> None:
        raise EngineUnavailable("The model of own/absent is not there.")

    def run(self, order: Order, folder: Path) -> Produced:
        raise EngineUnavailable(f"never loaded, and so not at {order.operation} in {folder.name}")


class NeedsMore(Quick):
    """An engine whose package is not installed."""

    needs = MappingProxyType({"no_such_module_zq7": "no-such-package"})


class NotAnEngine:
    """Something else."""
