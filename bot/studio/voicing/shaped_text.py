"""Text, with its emotion tags, for a voice that is known by its shape instead of its name. Pure."""

from bot.studio.speech.parts import Part, PausePart, Shape, SpeechPart
from bot.studio.speech.plan import plan_speech
from bot.studio.voices import BASE_VOICE


def plan_in_shape(text: str, shape: Shape) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Return what to speak in ``shape``, and warnings.

    Raises:
        Refusal: as `plan_speech`.
    """
    plan = plan_speech(voice=BASE_VOICE, text=text, speed=1.0, pitch=0.0)
    return tuple(_in_shape(part, shape) for part in plan.parts), plan.warnings


def _in_shape(part: Part, shape: Shape) -> Part:
    if isinstance(part, PausePart):
        return part
    return SpeechPart(text=part.text, shape=shape.combined(part.shape))
