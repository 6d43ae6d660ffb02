"""/sfx over the wire: the bot as a process with the embedded studio, the sandbox as Discord."""

from pathlib import Path

import av
import numpy as np
import pytest

from bot.sandbox.starting_world import GENERAL, ROBIN, SAM
from tests.end_to_end.driver import Json, Member, is_finished, is_private, text_of
from tests.end_to_end.one_bot import OneBot

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


def sound_of(path: Path) -> tuple[float, float]:
    """Length in seconds and loudness, by a decoder that is not ours."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray().astype(np.float64) for frame in container.decode(audio=0)]
        rate_hz = container.streams.audio[0].rate
    samples = np.concatenate(frames, axis=1)
    return samples.shape[1] / rate_hz, float(np.sqrt(np.mean(samples**2)))


def is_of(card: Json, takes: int) -> bool:
    return is_finished(card) and len(card["attachments"]) == takes


async def test_members_get_takes_to_choose_from_and_longer_ones_of_words_but_not_of_pictures(
    bot: OneBot, tmp_path: Path
) -> None:
    since = int(bot.sandbox.world.ids.make())
    robin, sam = (Member(bot.session, bot.sandbox.url, user, GENERAL, since=since) for user in (ROBIN, SAM))
    choices = await robin.choices("sfx", "prompt", "rain with thu")
    assert "rain with thunder" in [choice["value"] for choice in choices]
    await robin.command("sfx", prompt="rain with thunder", duration=1.5, takes=2, avoid="wind")
    card = await robin.see(lambda one: is_of(one, 2), "two takes")
    assert [one["filename"] for one in card["attachments"]] == [
        f"{number}-of-2-rain-with-thunder.{card['attachments'][0]['filename'].rpartition('.')[2]}" for number in (1, 2)
    ]
    contents: list[bytes] = []
    for attachment in card["attachments"]:
        path = await robin.download(attachment, tmp_path / attachment["filename"])
        length_s, loudness = sound_of(path)
        assert length_s == pytest.approx(1.5, abs=0.2)
        assert loudness > 0.005, "silent"
        contents.append(path.read_bytes())
    assert contents[0] != contents[1], "different takes"

    await sam.press(card, "Longer")
    longer = await robin.see(lambda one: is_of(one, 2) and one["id"] != card["id"], "longer ones")
    assert "3.0 s of audio" in text_of(longer)

    await robin.command("sfx", file=0, files=[("night.png", b"\x89PNG\r\n\x1a\n")])
    refusal = await robin.see(lambda one: "cannot look at pictures" in text_of(one), "the refusal of a picture")
    assert is_private(refusal)
