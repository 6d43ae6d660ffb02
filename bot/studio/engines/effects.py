"""Sound effects behind the interface of engines."""

from pathlib import Path
from types import MappingProxyType

from bot.studio.bodies import EffectBody
from bot.studio.effects.prompt import read_prompt
from bot.studio.engines.base import Engine, Order, Produced
from bot.studio.refusal import not_possible, unprocessable

_BITRATE_BPS = 192_000


class Effects(Engine):
    """Synthesised from the prompt's words; nature is fair, games and impacts are good, voices are refused."""

    name = "embedded/effects"
    is_approximate = True

    def check(self, order: Order) -> None:
        """Refuse pictures and films (501), and prompts that name no sound that can be made (422)."""
        body = order.body_as(EffectBody)
        if body.picture_url is not None or body.picture_kind is not None:
            raise not_possible(
                "The embedded studio cannot see, so it makes no sounds for a picture or a film.",
                instead="Describe the sound in words with prompt.",
                code="picture_not_possible",
            )
        if not body.prompt:
            raise unprocessable("prompt_missing", "A prompt is needed, such as: heavy rain, then distant thunder.")
        read_prompt(body.prompt, body.negative_prompt or "")

    def load(self) -> None:
        """Make one sound, so that tables and FFT plans are there."""
        from bot.studio.effects.mixing import render  # noqa: PLC0415 - numpy and all generators: not for the server
        from bot.studio.effects.scene import plan_scene  # noqa: PLC0415 - same

        render(plan_scene("distant beep", duration_s=0.5))

    def run(self, order: Order, folder: Path) -> Produced:
        """Render it into an MP3 file, 48 kHz stereo."""
        from bot.audio.encoding import AudioForm, AudioWriter, Encoding  # noqa: PLC0415 - PyAV: not for the server
        from bot.studio.effects.mixing import render  # noqa: PLC0415 - same
        from bot.studio.effects.scene import plan_scene  # noqa: PLC0415 - same
        from bot.studio.effects.waves import RATE_HZ  # noqa: PLC0415 - same

        body = order.body_as(EffectBody)
        scene = plan_scene(body.prompt or "", body.negative_prompt or "", duration_s=body.duration_s, seed=body.seed)
        target = folder / "effect.mp3"
        with AudioWriter(target, Encoding(AudioForm.MP3, RATE_HZ, channels=2, bitrate_bps=_BITRATE_BPS)) as writer:
            writer.write(render(scene))
        sounds = list(dict.fromkeys(layer.generator for layer in scene.layers))
        facts = {"durationSeconds": round(scene.length_s, 3), "sounds": sounds, "seed": str(scene.seed)}
        return Produced((target,), scene.warnings, facts=MappingProxyType(facts))
