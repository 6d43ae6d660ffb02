"""Background music, and songs without a singer, behind the interface of engines."""

from pathlib import Path
from types import MappingProxyType

from bot.studio.bodies import BackgroundMusicBody, SongBody
from bot.studio.engines.base import Engine, Operation, Order, Produced
from bot.studio.music.brief import read_brief
from bot.studio.refusal import Refusal, not_possible, unprocessable

_BITRATE_BPS = 192_000


class Music(Engine):
    """Composed by rule and synthesised: pleasant loops, no produced music, and nobody sings."""

    name = "embedded/music"
    is_approximate = True

    def check(self, order: Order) -> None:
        """Refuse singing and what builds on other recordings (501), and prompts that say nothing of music (422)."""
        if order.operation is Operation.SONG:
            _check_song(order.body_as(SongBody))
        else:
            _check_background(order.body_as(BackgroundMusicBody))
        read_brief(_prompt(order))

    def load(self) -> None:
        """Play one bar, so that tables and FFT plans are there."""
        from bot.studio.music.composing import compose  # noqa: PLC0415 - numpy and the instruments: not for the server
        from bot.studio.music.performing import perform  # noqa: PLC0415 - same

        perform(compose("calm", duration_s=1))

    def run(self, order: Order, folder: Path) -> Produced:
        """Play it into an MP3 file, 48 kHz stereo, that ends where it begins."""
        from bot.audio.encoding import AudioForm, AudioWriter, Encoding  # noqa: PLC0415 - PyAV: not for the server
        from bot.studio.effects.waves import RATE_HZ  # noqa: PLC0415 - same
        from bot.studio.music.composing import compose  # noqa: PLC0415 - same
        from bot.studio.music.performing import perform  # noqa: PLC0415 - same

        duration_s, seed = _wishes(order)
        piece = compose(_prompt(order), duration_s=duration_s, seed=seed)
        target = folder / "music.mp3"
        with AudioWriter(target, Encoding(AudioForm.MP3, RATE_HZ, channels=2, bitrate_bps=_BITRATE_BPS)) as writer:
            writer.write(perform(piece))
        facts = {
            "durationSeconds": piece.length_s,
            "style": piece.brief.style,
            "key": str(piece.key),
            "bpm": round(piece.bpm, 2),
            "isLoopable": True,
            "seed": str(piece.seed),
        }
        return Produced((target,), (*_left_out(order), *piece.warnings), facts=MappingProxyType(facts))


def _prompt(order: Order) -> str:
    if order.operation is Operation.SONG:
        return order.body_as(SongBody).style or ""
    return order.body_as(BackgroundMusicBody).prompt


def _wishes(order: Order) -> tuple[int | None, int | None]:
    if order.operation is Operation.SONG:
        return None, order.body_as(SongBody).seed  # a song's request has no length
    body = order.body_as(BackgroundMusicBody)
    return body.duration_s, body.seed


def _left_out(order: Order) -> tuple[str, ...]:
    if order.operation is Operation.SONG and order.body_as(SongBody).lyrics:
        return ("The lyrics were left out: the music is instrumental.",)
    return ()


def _check_background(body: BackgroundMusicBody) -> None:
    if body.continuation or body.audio_id is not None or body.input_audio is not None:
        raise not_possible(
            "The embedded studio cannot go on from another recording.",
            instead="Leave out continuation and describe the music in prompt; the same seed gives the same piece.",
            code="continuation_not_possible",
        )
    if body.instrumental is False:
        raise _nobody_sings()


def _check_song(body: SongBody) -> None:
    if body.audio_id or body.refer_voice or body.refer_instrumental:
        raise not_possible(
            "The embedded studio cannot imitate another recording.",
            instead="Describe the music in style and send instrumental: true.",
            code="reference_not_possible",
        )
    if not body.instrumental:
        raise _nobody_sings()
    if not body.style:
        raise unprocessable("style_missing", "An instrumental piece needs a style, such as: calm piano, slow.")


def _nobody_sings() -> Refusal:
    return not_possible(
        "The embedded studio has no singer, so it makes no songs with lyrics or vocals.",
        instead="Send instrumental: true with a style, or ask POST /v1/music/musicgenbyprompt for background music.",
        code="singing_not_possible",
    )
