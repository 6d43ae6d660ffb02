"""One sound in the place of another, through the real client: whatever Discord answers, none is lost unheard."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.soundboard_routes import SOUNDS_LIMIT
from tests.cogs.soundboard_members import ALL_OLD, EPHEMERAL, OWN_SOUND, Board
from tests.cogs.wire import Wire
from tests.sandbox.clients import Events


@pytest.fixture
async def board(wire: Wire, tmp_path: Path) -> AsyncIterator[Board]:
    page = wire.page
    async with page.session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket:
        yield Board(wire, Events(socket), tmp_path)


async def test_a_full_soundboard_offers_what_may_go_and_puts_the_new_one_in_its_place(board: Board) -> None:
    await board.fill()
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), "A: new rain", "🌧️")
    menu = await board.told("The soundboard of this server is full", "**A: new rain**")
    options = menu["components"][0]["components"][0]["options"]
    assert [one["label"] for one in options] == [f"🔔 {name}" for name in ALL_OLD]
    await board.choose(menu, "Old 3")
    await board.told("**A: new rain** is in the soundboard", "took the place of **Old 3**")
    assert sorted(board.names()) == sorted({*ALL_OLD, "A: new rain"} - {"Old 3"})


async def test_where_the_new_sound_is_refused_the_old_one_is_put_back(board: Board) -> None:
    await board.fill()
    menu = await board.menu()
    await board.order("POST", 400, code=50035)
    await board.choose(menu, "Old 3")
    await board.told("I put the old one back")
    assert ("Old 3", "🔔") in board.sounds()
    assert board.content_of("Old 3") == OWN_SOUND
    assert len(board.sounds()) == SOUNDS_LIMIT


async def test_where_the_old_one_cannot_be_put_back_either_the_member_gets_it_as_a_file(board: Board) -> None:
    await board.fill()
    menu = await board.menu()
    await board.order("POST", 400, code=50035, times=2)
    await board.choose(menu, "Old 3")
    await board.told("the old one, “Old 3”, could not be put back")
    message = await board.wire.sees(lambda one: [file["filename"] for file in one["attachments"]] == ["sound.ogg"])
    assert message["flags"] & EPHEMERAL
    async with board.wire.page.session.get(message["attachments"][0]["url"]) as answer:
        assert await answer.read() == OWN_SOUND


@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize("status", [502, 503])
async def test_a_swap_that_discord_made_without_saying_so_is_made_to_its_end(
    board: Board, method: str, status: int
) -> None:
    # After a 502 discord.py asks again, and is told 404 for what it removed and "full" for what it added.
    await board.fill()
    menu = await board.menu()
    await board.order(method, status, acted=True)
    await board.choose(menu, "Old 3")
    await board.told("**New rain** is in the soundboard", "took the place of **Old 3**")
    assert sorted(board.names()) == sorted({*ALL_OLD, "New rain"} - {"Old 3"})


async def test_a_sound_that_was_not_removed_stays(board: Board) -> None:
    await board.fill()
    menu = await board.menu()
    await board.order("DELETE", 503)
    await board.choose(menu, "Old 3")
    await board.told("Discord does not answer about the soundboard")
    assert board.names() == ALL_OLD


async def test_a_sound_that_was_put_back_unheard_is_not_called_lost(board: Board) -> None:
    await board.fill()
    menu = await board.menu()
    await board.order("POST", 400, code=50035)
    await board.order("POST", 503, acted=True)
    await board.choose(menu, "Old 3")
    await board.told("I put the old one back")
    assert sorted(board.names()) == ALL_OLD


@pytest.mark.parametrize(
    ("outcome", "sentence", "left"),
    [
        ("put back", "I put the old one back", ALL_OLD),
        ("lost", "the old one, “Old 3”, could not be put back", [name for name in ALL_OLD if name != "Old 3"]),
        ("never removed", "Discord does not answer about the soundboard", ALL_OLD),
    ],
)
async def test_where_nobody_can_tell_whether_it_was_removed_it_is_put_back(
    board: Board, monkeypatch: pytest.MonkeyPatch, outcome: str, sentence: str, left: list[str]
) -> None:
    await board.fill()
    menu = await board.menu()
    delete = board.wire.bot.http.delete_soundboard_sound

    async def unheard(guild_id: int, sound_id: int, *, reason: str | None) -> None:
        await board.order("DELETE", 503, acted=outcome != "never removed")
        await board.order("GET", 503)
        if outcome == "lost":
            await board.order("POST", 503)
        await delete(guild_id, sound_id, reason=reason)

    monkeypatch.setattr(board.wire.bot.http, "delete_soundboard_sound", unheard)
    await board.choose(menu, "Old 3")
    await board.told(sentence)
    assert sorted(board.names()) == left


async def test_a_second_choice_meanwhile_removes_nothing(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    await board.fill()
    menu = await board.menu()
    delete, goes_on = board.wire.bot.http.delete_soundboard_sound, asyncio.Event()

    async def waiting(guild_id: int, sound_id: int, *, reason: str | None) -> None:
        await goes_on.wait()
        await delete(guild_id, sound_id, reason=reason)

    monkeypatch.setattr(board.wire.bot.http, "delete_soundboard_sound", waiting)
    await board.choose(menu, "Old 3")
    await board.choose(menu, "Old 4")
    await board.told("being replaced on this server's soundboard")
    goes_on.set()
    await board.told("**New rain** is in the soundboard", "took the place of **Old 3**")
    assert sorted(board.names()) == sorted({*ALL_OLD, "New rain"} - {"Old 3"})
    await board.choose(await board.menu("Newer rain"), "Old 4")
    await board.told("took the place of **Old 4**")


async def test_a_sound_that_cannot_be_kept_is_not_removed(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    await board.fill()
    menu = await board.menu()
    monkeypatch.setattr("discord.Asset.BASE", f"{board.wire.server.url}/nowhere")
    await board.choose(menu, "Old 3")
    await board.told("I left everything as it is")
    assert ("Old 3", "🔔") in board.sounds()


async def test_nobody_removes_through_the_bot_what_they_could_not_remove_themselves(board: Board) -> None:
    await board.fill()
    world = board.wire.server.world
    members_role = world.guilds[places.TAVERN].roles[str(int(places.TAVERN) + 1000)]
    members_role.permissions |= 1 << 43
    card, _ = await board.finished(0.5)
    board.wire.page.user_id = places.SAM
    page = board.wire.page
    async with page.session.ws_connect(page.url("/events"), params={"as": places.SAM}) as socket:
        sams = Board(board.wire, Events(socket), board.folder)
        await sams.submit(await sams.press(card), "New rain")
        await sams.told("none of its sounds may be replaced by both of us", "**Manage Expressions**")
    assert len(board.sounds()) == SOUNDS_LIMIT


@pytest.mark.parametrize("what", ["card", "sound"])
async def test_what_is_gone_meanwhile_is_told(board: Board, what: str) -> None:
    await board.fill()
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), "New rain")
    menu = await board.told("is full")
    if what == "card":
        await board.wire.page.happen("delete_message", channel_id=places.GENERAL, message_id=card["id"])
    else:
        board.wire.server.world.guilds[places.TAVERN].sounds.clear()
    await board.choose(menu, "Old 3")
    await board.told("not there any more")
    assert "New rain" not in json.dumps(board.sounds())
