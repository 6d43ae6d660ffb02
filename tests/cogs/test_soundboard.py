"""Add to soundboard, through the real client: from the button on a card to a sound that members can play."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.audio.probe import probe
from bot.sandbox import starting_world as places
from tests.cogs.soundboard_members import Board, id_of
from tests.cogs.wire import Wire, says
from tests.sandbox.clients import Events


@pytest.fixture
async def board(wire: Wire, tmp_path: Path) -> AsyncIterator[Board]:
    page = wire.page
    async with page.session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket:
        yield Board(wire, Events(socket), tmp_path)


async def test_a_short_sound_goes_into_the_soundboard_as_it_is(board: Board) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(1.0)
    shown = await board.press(card)
    fields = [one["component"] for one in shown["modal"]["components"]]
    assert [one["custom_id"] for one in fields] == ["name", "emoji"]
    assert fields[0]["value"] == "rain on a tin roof"
    await board.submit(shown, "Rain on the roof", "🌧️")
    told = await board.told("**Rain on the roof** is in the soundboard")
    assert "5.2" not in str(told)
    assert board.sounds() == [("Rain on the roof", "🌧️")]
    (board.folder / "heard").write_bytes(board.content_of("Rain on the roof"))
    assert probe(board.folder / "heard").duration_s == pytest.approx(1.0, abs=0.1)


async def test_a_long_take_is_chosen_cut_and_told(board: Board) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(1.0, 8.0)
    shown = await board.press(card)
    takes = shown["modal"]["components"][0]["component"]["options"]
    assert [one["label"] for one in takes] == ["Take 1", "Take 2"]
    await board.submit(shown, "Long rain", take="2")
    await board.told("**Long rain** is in the soundboard", "fades out")
    (board.folder / "heard").write_bytes(board.content_of("Long rain"))
    assert 4.9 < probe(board.folder / "heard").duration_s <= 5.2


async def test_the_audit_log_says_who_wanted_it(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(0.5)
    create, reasons = board.wire.bot.http.create_soundboard_sound, list[str | None]()

    def noting(guild_id: int, *, reason: str | None, **payload: Any) -> Any:
        reasons.append(reason)
        return create(guild_id, reason=reason, **payload)

    monkeypatch.setattr(board.wire.bot.http, "create_soundboard_sound", noting)
    await board.submit(await board.press(card))
    await board.told("is in the soundboard")
    assert reasons == [f"Asked for by robin ({places.ROBIN})"]


@pytest.mark.parametrize(("who", "sentence"), [(places.SAM, "You need the permission"), (places.ROBIN, "I need the")])
async def test_member_and_bot_both_need_the_permission(board: Board, who: str, sentence: str) -> None:
    card, _ = await board.finished(0.5)
    board.wire.page.user_id = who
    await board.wire.page.press(card, id_of(card, "Add to soundboard"))
    await board.told(sentence, "**Create Expressions**")
    assert board.sounds() == []


async def test_a_permission_that_ends_before_the_window_is_sent_counts(board: Board) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(0.5)
    shown = await board.press(card)
    await board.allow("create_guild_expressions", allowed=False)
    await board.submit(shown)
    await board.told("I need the permission **Create Expressions**")
    assert board.sounds() == []


@pytest.mark.parametrize(
    ("name", "emoji", "sentence"),
    [
        ("Rain", "dog", "I cannot use that emoji"),
        ("Rain", "<:wave:123456789012345678>", "I cannot use that emoji"),
        (" x ", "", "The name of a sound has 2 to 32 characters"),
    ],
)
async def test_a_wrong_name_or_emoji_is_told(board: Board, name: str, emoji: str, sentence: str) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), name, emoji)
    await board.told(sentence)
    assert board.sounds() == []


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (400, 50124, "too long: 5.2 seconds at most"),
        (413, 40005, "too large: 512 kB at most"),
        (503, 0, "Discord does not answer about the soundboard"),
        (400, 12345, "Discord did not take this sound"),
    ],
)
async def test_every_refusal_of_discord_is_a_sentence(board: Board, status: int, code: int, sentence: str) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(0.5)
    shown = await board.press(card)
    await board.order("POST", status, code=code, times=10)
    await board.submit(shown)
    await board.told(sentence)


async def test_another_servers_sound_cannot_be_added_here(board: Board) -> None:
    await board.allow("create_guild_expressions")
    _, job = await board.finished(0.5)
    page, bot = board.wire.page, board.wire.bot
    world = board.wire.server.world
    world.switch_bot_permission(world.guilds[places.STUDY_HALL], "create_guild_expressions", allowed=True)
    page.user_id = places.NOOR
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button[discord.ui.View](label="Press", custom_id=f"effect:soundboard:{job.id}:1"))
    view.stop()
    await bot.get_partial_messageable(int(places.LOUNGE)).send("card", view=view)
    message = await board.wire.sees(says("card"), places.LOUNGE)
    async with page.session.ws_connect(page.url("/events"), params={"as": places.NOOR}) as socket:
        noors = Board(board.wire, Events(socket), board.folder)
        await page.press(message, f"effect:soundboard:{job.id}:1")
        await noors.submit(await noors.events.next("modal"))
        await board.wire.sees(says("made somewhere else"), places.LOUNGE)
    assert world.guilds[places.STUDY_HALL].sounds == {}
