"""Voice conversion behind the interface of engines."""

import importlib
from pathlib import Path
from types import MappingProxyType

from bot.studio.bodies import ConversionBody
from bot.studio.engines.base import Engine, Order, Produced
from bot.studio.speech.parts import Shape
from bot.studio.voicing.saved_voices import SavedVoices
from bot.studio.voicing.targets import conversion_target


class Conversion(Engine):
    """WORLD: pitch, resonances and breath of the speaker become those of a listed voice, a designed one or a preset."""

    name = "embedded/world"
    is_approximate = True
    needs = MappingProxyType({"pyworld": "pyworld-prebuilt"})
    longest_source_s = 600.0

    def check(self, order: Order) -> None:
        """Refuse unknown voices, and wishes to sound like a certain person."""
        self._target(order)

    def load(self) -> None:
        """Import WORLD (1 MB); there is no model."""
        importlib.import_module("bot.studio.voicing.conversion")  # an engine package, for workers only

    def run(self, order: Order, folder: Path) -> Produced:
        """Write the recording in the other voice."""
        from bot.audio.encoding import AudioForm  # noqa: PLC0415 - loaded by now
        from bot.studio.voicing.conversion import convert_voice  # noqa: PLC0415 - as above

        form = AudioForm(order.body_as(ConversionBody).output_format.value)
        target = folder / f"converted.{form.value}"
        done = convert_voice(order.source_file(), target, voice=self._target(order), form=form)
        facts: dict[str, object] = {"durationSeconds": round(done.duration_s, 3)}
        if done.source.pitch_hz is not None:
            facts["sourcePitchHz"] = round(done.source.pitch_hz, 1)
        return Produced((target,), done.warnings, facts=MappingProxyType(facts))

    def _target(self, order: Order) -> Shape:
        return conversion_target(order.body_as(ConversionBody).voice, SavedVoices(self.setup.voices).find)
