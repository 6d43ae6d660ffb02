"""The neural voice, loaded once for everything in a worker process that speaks. Engine process only."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.audio.decoding import Samples
from bot.studio.models import verify_models
from bot.studio.speech.engine import Engine
from bot.studio.speech.parts import Part


class NeuralVoice(Engine):
    """The speech engine, which also gives sound by the sentence instead of writing a file."""

    def sounds(self, parts: tuple[Part, ...]) -> Iterator[Samples]:
        """Yield mono sound at `bot.studio.speech.engine.RATE_HZ`, a sentence or a pause at a time.

        Raises:
            NothingSpoken: a part with words made no sound.
        """
        return self._sounds(parts)


@cache
def load_neural_voice(folder: Path) -> NeuralVoice:
    """Check the model files in ``folder`` and load them (0.5 s, 240 MB); the second time it is there already.

    Raises:
        ModelMismatch: a file is missing or not the one that was pinned.
    """
    verify_models(folder)
    return NeuralVoice(folder / "hibari.onnx")
