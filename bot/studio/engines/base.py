"""What an engine is: one class per capability, loaded in a worker process, asked one order at a time.

How to write one (docs/studio.md has a whole example):

    class Effects(Engine):
        name = "embedded/effects"                      # shown in every answer
        needs = MappingProxyType({"pyworld": "pyworld-prebuilt"})  # module → what to install; absent: a clear 503

        def check(self, order):                        # in the server: quick, no I/O, before any work is done
            body = order.body_as(EffectBody)
            plan_scene(body.prompt, ...)               # raises Refusal (422, 501…) for what cannot be done

        def load(self):                                # in the worker, once: heavy imports and models belong here
            ...

        def run(self, order, folder):                  # in the worker: files into `folder`, by names of your choice
            ...
            return Produced(files=(folder / "effect.mp3",), warnings=("...",), facts={"seed": 7})

The module of an engine is imported by the server too (for ``check``), so its top must be light: no numpy-heavy work,
no engine package; import those inside ``load`` and ``run``. A `Refusal` raised by ``check`` is the HTTP answer at once;
raised by ``run`` it is the answer of the task. `bot.errors.AudioUnreadable` and a full disk (OSError) are translated
by the worker. Any other exception is a bug: it fails this one task with 500 and restarts the worker. registry.py
lists the default class of each capability.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeVar

from bot.studio.refusal import Refusal

if TYPE_CHECKING:
    from bot.studio.bodies import Body

__all__ = ["Capability", "Engine", "EngineSetup", "EngineUnavailable", "Operation", "Order", "Produced", "Refusal"]

BodyT = TypeVar("BodyT", bound="Body")


class Capability(StrEnum):
    """What engines are chosen for: the keys of ``[studio.engines]``."""

    SPEECH = "speech"
    CONVERSION = "conversion"
    TRANSCRIPTION = "transcription"
    EFFECTS = "effects"
    SEPARATION = "separation"
    PODCAST = "podcast"
    VOICE_DESIGN = "voice_design"
    CLONING = "cloning"
    MUSIC = "music"
    """Background music, and songs without a singer."""
    COVER = "cover"
    ENHANCEMENT = "enhancement"
    """All ten operations of the enhancer."""


class Operation(StrEnum):
    """One call of the API that makes something. bot/studio/operations.py has its path, body and capability."""

    SPEECH = "speech"
    CONVERSION = "conversion"
    TRANSCRIPTION = "transcription"
    EFFECT = "effect"
    SEPARATION = "separation"
    PODCAST = "podcast"
    VOICE_DESIGN = "voice_design"
    CLONING = "cloning"
    BACKGROUND_MUSIC = "background_music"
    SONG = "song"
    COVER = "cover"
    REMOVE_NOISE = "remove_noise"
    SUPER_RESOLUTION = "super_resolution"
    ISOLATE_SPEAKER = "isolate_speaker"
    REMOVE_MOUTH_SOUNDS = "remove_mouth_sounds"
    REMOVE_LONG_SILENCES = "remove_long_silences"
    DETECT_FILLERS = "detect_fillers"
    REMOVE_FILLERS = "remove_fillers"
    REMOVE_STUTTERING = "remove_stuttering"
    NORMALIZE = "normalize"
    PIPELINE = "pipeline"


class EngineUnavailable(Exception):
    """The engine cannot work on this machine (package absent, model file changed); the text is for people."""


@dataclass(frozen=True, slots=True)
class EngineSetup:
    """What an engine may use beyond the order."""

    cache: Path
    """A folder for what is made once and kept (a joined model); may not exist yet. Shared by all workers."""
    voices: Path
    """The folder of designed voices; may not exist yet. Shared by all workers and the server."""
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Settings for engines, such as ``whisper_model``; a missing or empty one means the engine's own choice."""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to do."""

    operation: Operation
    body: "Body"
    """The checked request."""
    source: Path | None = None
    """The recording of ``body.source_url``, fetched and found to hold decodable sound; None in `Engine.check`."""
    source_s: float = 0.0
    """Its length in seconds, measured by decoding all of it."""

    def body_as(self, kind: type[BodyT]) -> BodyT:
        """Return the body as what it is.

        Raises:
            TypeError: it is of another kind; a bug in the table of operations.
        """
        if not isinstance(self.body, kind):
            raise TypeError(f"{self.operation} has a {type(self.body).__name__}, not a {kind.__name__}")
        return self.body

    def source_file(self) -> Path:
        """Return ``source``.

        Raises:
            TypeError: this operation has none, or it is not there yet.
        """
        if self.source is None:
            raise TypeError(f"{self.operation} has no source here")
        return self.source


@dataclass(frozen=True, slots=True)
class Produced:
    """What came of an order. At least one file, or facts."""

    files: tuple[Path, ...] = ()
    """Directly in the order's folder, the main one first; suffixes mp3 wav flac m4a ogg srt vtt json txt."""
    warnings: tuple[str, ...] = ()
    """Sentences for people: what was left out, what is only roughly as asked."""
    is_approximate: bool | None = None
    """None: as the engine's own `is_approximate` says."""
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """More fields of the JSON answer: names in camelCase, values that JSON can hold."""


class Engine(ABC):
    """Base class of all engines; the module says how to write one. Server and workers each make their instances."""

    name: str
    """``embedded/<what>``. May be made more exact by `load` or `run` (the model that was found)."""
    is_approximate: bool = False
    """Whether what it makes is less than what the API promises (a reshaped voice, a synthesised sound)."""
    needs: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Top-level module → package to install. Any that is missing: the capability answers 503 and says so."""
    longest_source_s: float = 600.0
    """Longer recordings are refused with 413 before `run`, whatever their headers say."""

    def __init__(self, setup: EngineSetup) -> None:
        self.setup = setup

    def check(self, order: Order) -> None:  # noqa: B027 - most engines have nothing to refuse beforehand
        """Raise `Refusal` for what is not possible. Called in the server, in a thread, before anything is fetched."""

    def allowed_s(self, order: Order) -> float:
        """Return how long `run` may take (seconds) before the worker counts as hung and is killed. Be generous."""
        return 60.0 + 2.0 * order.source_s

    @abstractmethod
    def load(self) -> None:
        """Import and load what is heavy. Called once in each worker that needs it; under two minutes.

        Raises:
            EngineUnavailable: it cannot work here.
        """

    @abstractmethod
    def run(self, order: Order, folder: Path) -> Produced:
        """Do it, writing into ``folder`` only. The same order gives the same result.

        Raises:
            Refusal: it cannot be done with this content; nothing else is affected.
        """
