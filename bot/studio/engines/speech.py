"""Text to speech behind the interface of engines."""

import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.studio.bodies import SpeechBody
from bot.studio.engines.base import Engine, EngineSetup, EngineUnavailable, Order, Produced
from bot.studio.models import PACKAGES, ModelMismatch, installed_models, verify_models
from bot.studio.refusal import unprocessable
from bot.studio.speech.parts import Shape, SpeechPart
from bot.studio.speech.plan import SpeechPlan, plan_speech
from bot.studio.voicing.saved_voices import SavedVoices

if TYPE_CHECKING:
    from bot.studio.speech import engine as speech_engine

_LIMIT_S = 60.0
_LIMIT_PER_CHARACTER_S = 0.08  # about ten times what a character takes on one slow core


class Speech(Engine):
    """The neural voice "heart", and the voices and emotions that are made of it by reshaping."""

    name = "embedded/hibari"
    needs = PACKAGES

    def __init__(self, setup: EngineSetup) -> None:
        super().__init__(setup)
        self._engine: speech_engine.Engine | None = None
        self._saved = SavedVoices(setup.voices)

    def check(self, order: Order) -> None:
        """Refuse unknown voices, other languages, and texts with nothing to say or too much."""
        self._plan(order)

    def allowed_s(self, order: Order) -> float:
        """By the length of the text."""
        return _LIMIT_S + _LIMIT_PER_CHARACTER_S * len(order.body_as(SpeechBody).text)

    def load(self) -> None:
        """Check the model files, load them (0.5 s, 240 MB) and speak once, so that lazy parts are there, too."""
        chosen = self.setup.options.get("speech_models")
        folder = Path(chosen) if chosen else installed_models()
        try:
            verify_models(folder)
        except ModelMismatch as mismatch:
            raise EngineUnavailable(str(mismatch)) from mismatch
        # The heavy import waits until the files are known to be the right ones.
        from bot.studio.speech.engine import Engine as SpeechEngine  # noqa: PLC0415 - see above

        loaded = SpeechEngine(folder / "hibari.onnx")
        with tempfile.TemporaryDirectory() as warm:
            loaded.speak((SpeechPart(text="Ready to speak.", shape=Shape(pitch=0.9)),), Path(warm) / "warm.mp3")
        self._engine = loaded

    def run(self, order: Order, folder: Path) -> Produced:
        """Speak it into an MP3 file."""
        from bot.studio.speech.engine import MAX_DURATION_S, NothingSpoken, TooLong  # noqa: PLC0415 - loaded by now

        if self._engine is None:
            raise EngineUnavailable("The speech engine is not loaded.")
        plan = self._plan(order)
        target = folder / "speech.mp3"
        try:
            duration_s = self._engine.speak(plan.parts, target)
        except NothingSpoken as error:
            raise unprocessable("nothing_spoken", "The voice cannot say this text: no sound came out.") from error
        except TooLong as error:
            message = f"The speech would be longer than {MAX_DURATION_S // 60} minutes."
            raise unprocessable("too_long", message) from error
        facts = MappingProxyType({"durationSeconds": round(duration_s, 3)})
        return Produced((target,), plan.warnings, plan.is_approximate, facts)

    def _plan(self, order: Order) -> SpeechPlan:
        body = order.body_as(SpeechBody)
        return plan_speech(
            voice=body.voice, text=body.text, speed=body.speed, pitch=body.pitch, find_saved=self._saved.find
        )
