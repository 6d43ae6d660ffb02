"""Add to soundboard, through the real client: from the button on a card to a sound that members can play."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.audio.probe import probe
from bot.models import Job, JobState, take_path
from bot.sandbox import starting_world as places
from bot.sandbox.soundboard_routes import SOUNDS_LIMIT
from tests.cogs.wire import Wire, option, says
from tests.delivery.conftest import write_tone
from tests.sandbox.clients import Answer, Events, Json

TEXT, INTEGER = 3, 4
EPHEMERAL = 64
SOUNDS = f"/guilds/{places.TAVERN}/soundboard-sounds"
OWN_SOUND = b"OggS" + bytes(60)


@dataclass
class Board:
    """A member beside a soundboard."""

    wire: Wire
    events: Events
    folder: Path

    async def allow(self, *permissions: str, allowed: bool = True) -> None:
        """Give the bot permissions in the server, or take them."""
        for permission in permissions:
            body = {"guild_id": places.TAVERN, "permission": permission, "allowed": allowed}
            assert (await self.wire.page.post("/permissions", body)).status == 200

    def sounds(self) -> list[tuple[str, str | None]]:
        sounds = self.wire.server.world.guilds[places.TAVERN].sounds.values()
        return [(sound.name, sound.emoji_name) for sound in sounds]

    def content_of(self, name: str) -> bytes:
        sounds = self.wire.server.world.guilds[places.TAVERN].sounds.values()
        return next(sound.content for sound in sounds if sound.name == name)

    async def fill(self) -> None:
        """Let the bot, some time ago, have added as many sounds as there is room for."""
        await self.allow("create_guild_expressions")
        sound = f"data:audio/ogg;base64,{base64.b64encode(OWN_SOUND).decode()}"
        for number in range(SOUNDS_LIMIT):
            await self.wire.bot.http.create_soundboard_sound(
                int(places.TAVERN), reason=None, name=f"Old {number}", sound=sound, volume=0.5, emoji_name="🔔"
            )

    async def finished(self, *lengths_s: float) -> tuple[Json, Job]:
        """A card with that many takes on it, and its job."""
        options = [option("prompt", TEXT, "rain on a tin roof"), option("takes", INTEGER, len(lengths_s))]
        await self.wire.page.use("sfx", [*options, option("as", TEXT, "file")])
        card = await self.wire.sees(says("In line", "rain on a tin roof"))
        asked = await self.wire.job_of_card(int(places.TAVERN), int(card["id"]))
        job = await self.made(asked, lengths_s)
        return await self.wire.sees(lambda one: one["id"] == card["id"] and bool(one["attachments"])), job

    async def made(self, asked: Job, lengths_s: tuple[float, ...]) -> Job:
        store, first = self.wire.store, self.folder / asked.id / "result"
        first.parent.mkdir()
        for number, length_s in enumerate(lengths_s):
            write_tone(first.with_name("made.mp3"), length_s, rate_hz=48_000).replace(take_path(first, number))
        job = await store.claim(asked.created_at, 99)
        assert job is not None
        for state in (JobState.RUNNING, JobState.READY, JobState.DELIVERING):
            moved = await store.move(job, state, job.created_at, takes_made=len(lengths_s))
            assert moved is not None
            job = moved
        posted = await self.wire.bot.services.delivery.deliver(job, first, again=False)
        ids: dict[str, Any] = {"result_channel_id": posted.channel_id, "result_message_id": posted.message_id}
        done = await store.move(job, JobState.DONE, job.created_at, **ids)
        assert done is not None
        return done

    async def press(self, card: Json) -> Json:
        """Press "Add to soundboard" and see the window that opens."""
        await self.wire.page.press(card, id_of(card, "Add to soundboard"))
        return await self.events.next("modal")

    async def submit(self, shown: Json, name: str = "Rain", emoji: str = "", take: str = "1") -> Answer:
        """Fill the window in."""
        values: Json = {"name": {"value": name}, "emoji": {"value": emoji}, "take": {"values": [take]}}
        filled = [
            {
                "type": 18,
                "component": {"type": inner["type"], "custom_id": inner["custom_id"], **values[inner["custom_id"]]},
            }
            for inner in (one["component"] for one in shown["modal"]["components"])
        ]
        sent = {
            "kind": "modal",
            "interaction_id": shown["interaction_id"],
            "custom_id": shown["modal"]["custom_id"],
            "components": filled,
        }
        return await self.wire.page.post("/interactions", sent)

    async def told(self, *words: str) -> Json:
        """What the member alone is told."""
        message = await self.wire.sees(says(*words))
        assert message["flags"] & EPHEMERAL
        return message

    async def choose(self, menu: Json, label: str) -> None:
        """Choose the sound that has to go."""
        select = menu["components"][0]["components"][0]
        value = next(one["value"] for one in select["options"] if label in one["label"])
        await self.wire.page.press(menu, select["custom_id"], component_type=3, values=[value])


def id_of(card: Json, label: str) -> str:
    buttons = [button for row in card["components"] for button in row["components"]]
    return next(button["custom_id"] for button in buttons if button["label"] == label)


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


async def test_a_full_soundboard_offers_what_may_go_and_puts_the_new_one_in_its_place(board: Board) -> None:
    await board.fill()
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), "A: new rain", "🌧️")
    menu = await board.told("The soundboard of this server is full", "**A: new rain**")
    options = menu["components"][0]["components"][0]["options"]
    assert [one["label"] for one in options] == [f"🔔 Old {number}" for number in range(SOUNDS_LIMIT)]
    await board.choose(menu, "Old 3")
    await board.told("**A: new rain** is in the soundboard", "took the place of **Old 3**")
    names = [name for name, _ in board.sounds()]
    assert ("Old 3" in names, "A: new rain" in names, len(names)) == (False, True, SOUNDS_LIMIT)


async def test_where_the_new_sound_is_refused_the_old_one_is_put_back(board: Board) -> None:
    await board.fill()
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), "New rain")
    menu = await board.told("is full")
    await board.wire.page.post("/faults", {"method": "POST", "path": SOUNDS, "status": 400, "code": 50035})
    await board.choose(menu, "Old 3")
    await board.told("I put the old one back")
    assert ("Old 3", "🔔") in board.sounds()
    assert board.content_of("Old 3") == OWN_SOUND
    assert len(board.sounds()) == SOUNDS_LIMIT


async def test_where_the_old_one_cannot_be_put_back_either_the_member_gets_it_as_a_file(board: Board) -> None:
    await board.fill()
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), "New rain")
    menu = await board.told("is full")
    await board.wire.page.post("/faults", {"method": "POST", "path": SOUNDS, "status": 400, "code": 50035, "times": 2})
    await board.choose(menu, "Old 3")
    await board.told("the old one, “Old 3”, could not be put back")
    message = await board.wire.sees(lambda one: [file["filename"] for file in one["attachments"]] == ["sound.ogg"])
    assert message["flags"] & EPHEMERAL
    async with board.wire.page.session.get(message["attachments"][0]["url"]) as answer:
        assert await answer.read() == OWN_SOUND


async def test_a_sound_that_cannot_be_kept_is_not_removed(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    await board.fill()
    card, _ = await board.finished(0.5)
    await board.submit(await board.press(card), "New rain")
    menu = await board.told("is full")
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


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 400, "code": 50124}, "too long: 5.2 seconds at most"),
        ({"status": 413, "code": 40005}, "too large: 512 kB at most"),
        ({"status": 503, "code": 0}, "Discord does not answer about the soundboard"),
        ({"status": 400, "code": 12345}, "Discord did not take this sound"),
    ],
)
async def test_every_refusal_of_discord_is_a_sentence(board: Board, fault: Json, sentence: str) -> None:
    await board.allow("create_guild_expressions")
    card, _ = await board.finished(0.5)
    shown = await board.press(card)
    await board.wire.page.post("/faults", {"method": "POST", "path": SOUNDS, "times": 10, **fault})
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
