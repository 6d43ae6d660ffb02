"""Voice design behind the interface of engines: words become a voice that is kept, and a preview of it."""

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.studio.bodies import DesignBody
from bot.studio.engines.base import Engine, EngineSetup, EngineUnavailable, Order, Produced
from bot.studio.models import PACKAGES, ModelMismatch, installed_models
from bot.studio.refusal import unprocessable
from bot.studio.speech.parts import Part
from bot.studio.voicing.design import PREVIEW_TEXT, Design, design_voice
from bot.studio.voicing.saved_voices import SavedVoice, SavedVoices
from bot.studio.voicing.shaped_text import plan_in_shape

if TYPE_CHECKING:
    from bot.studio.voicing.speaking import NeuralVoice

_LIMIT_S = 120.0  # a preview of 1,000 characters is a minute of speech


class VoiceDesign(Engine):
    """Words choose pitch, resonances, breath, melody and pace of the one neural voice."""

    name = "embedded/words"
    is_approximate = True
    needs = PACKAGES

    def __init__(self, setup: EngineSetup) -> None:
        super().__init__(setup)
        self._saved = SavedVoices(setup.voices)
        self._voice: NeuralVoice | None = None

    def check(self, order: Order) -> None:
        """Refuse descriptions without a word that is understood, accents, persons, and unspeakable previews."""
        self._plan(order)

    def allowed_s(self, order: Order) -> float:
        """Longer than any preview takes."""
        del order
        return _LIMIT_S

    def load(self) -> None:
        """Load the neural voice, or share it with the podcast's."""
        self._voice = loaded_voice(self.setup)

    def run(self, order: Order, folder: Path) -> Produced:
        """Speak the preview and keep the voice."""
        from bot.studio.speech.engine import NothingSpoken  # noqa: PLC0415 - loaded by now

        if self._voice is None:
            raise EngineUnavailable("The speech engine is not loaded.")
        design, parts, warnings = self._plan(order)
        target = folder / "preview.mp3"
        try:
            duration_s = self._voice.speak(parts, target)
        except NothingSpoken as error:
            message = "The voice cannot say the preview text: no sound came out."
            raise unprocessable("nothing_spoken", message) from error
        saved = self._saved.add(design.voice, design.design_uuid)
        facts = {
            "voice": saved.voice.name,
            "displayName": saved.voice.display_name,
            "desigUuid": saved.design_uuid,
            "gender": saved.voice.gender,
            "age": saved.voice.age,
            "durationSeconds": round(duration_s, 3),
        }
        return Produced((target,), warnings, facts=MappingProxyType(facts))

    def _plan(self, order: Order) -> tuple[Design, tuple[Part, ...], tuple[str, ...]]:
        body = order.body_as(DesignBody)
        base = self._base(body)
        if body.prompt is None and base is not None:
            design = Design(base.voice, base.design_uuid, ())
        else:
            design = design_voice(body.prompt or "", seed=body.seed, base=base.voice if base else None)
        parts, warnings = plan_in_shape(body.preview_text or PREVIEW_TEXT, design.voice.shape)
        return design, parts, (*design.warnings, *warnings)

    def _base(self, body: DesignBody) -> SavedVoice | None:
        """The voice that ``task_id`` or ``model_id`` names; a designed one, by its name or the id of its design."""
        named = body.task_id or body.model_id
        if named is None:
            return None
        found = self._saved.get(named) or self._saved.by_design(named)
        if found is None and body.task_id is not None:
            message = "There is no designed voice of that task. Give the voice's name or its desigUuid as taskId."
            raise unprocessable("design_not_found", message)
        return found


def loaded_voice(setup: EngineSetup) -> "NeuralVoice":
    """Return the neural voice of this process.

    Raises:
        EngineUnavailable: a model file is missing or not the one that was pinned.
    """
    from bot.studio.voicing.speaking import load_neural_voice  # noqa: PLC0415 - engine packages, for workers only

    chosen = setup.options.get("speech_models")
    try:
        return load_neural_voice(Path(chosen) if chosen else installed_models())
    except ModelMismatch as mismatch:
        raise EngineUnavailable(str(mismatch)) from mismatch
