"""Audio separation behind the interface of engines."""

from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from bot.studio.bodies import SeparationBody, SeparationModel
from bot.studio.engines.base import Engine, Order, Produced
from bot.studio.refusal import not_possible

_ROUGH = (
    "The voice was found by its place in the middle and the accompaniment by what repeats, without a model: "
    "traces of each are left in the other."
)
_NO_BEAT = "In most of the recording no beat was found to go by, so the voice was found by its place alone."
_TRUNCATED = "The recording breaks off before the end that it declares."


class Separation(Engine):
    """Voice and accompaniment of a stereo recording; other stems and echo are refused."""

    name = "embedded/centre-repet"
    is_approximate = True
    longest_source_s = 600.0

    def check(self, order: Order) -> None:
        """Refuse six stems and taking echo away."""
        model = order.body_as(SeparationBody).model
        if model is SeparationModel.SIX_STEMS:
            _refuse(
                "The embedded studio cannot tell instruments apart: that needs a model of several hundred megabytes.",
                "six_stems_not_available",
            )
        if model is SeparationModel.REVERB:
            _refuse("The embedded studio cannot take echo away.", "reverb_not_available")

    def load(self) -> None:
        """Load nothing: there is no model."""

    def run(self, order: Order, folder: Path) -> Produced:
        """Write the voice and the accompaniment."""
        from bot.studio.separation.stems import separate  # noqa: PLC0415 - numpy is not for the server

        self.check(order)
        stems = separate(order.source_file(), folder)
        warnings = [_ROUGH]
        warnings += [_NO_BEAT] if stems.repeating_share < 0.5 else []
        warnings += [_TRUNCATED] if stems.is_truncated else []
        facts: dict[str, object] = {
            "stems": ["vocals", "accompaniment"],
            "durationSeconds": round(stems.duration_s, 3),
            "repeatingShare": round(stems.repeating_share, 2),
        }
        return Produced((stems.vocals, stems.accompaniment), tuple(warnings), facts=MappingProxyType(facts))


def _refuse(reason: str, code: str) -> NoReturn:
    raise not_possible(
        reason,
        instead=(
            "The model vocal-remover takes voice and accompaniment of a stereo recording apart; "
            "an engine of your own ([studio.engines]) can do more."
        ),
        code=code,
    )
