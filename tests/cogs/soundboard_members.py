"""Members beside a soundboard, over the wire: effects made as the runner makes them, windows and menus used."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
ALL_OLD = [f"Old {number}" for number in range(SOUNDS_LIMIT)]


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

    def names(self) -> list[str]:
        return [name for name, _ in self.sounds()]

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

    async def order(self, method: str, status: int, *, code: int = 0, acted: bool = False, times: int = 1) -> None:
        """Let the next requests about the soundboard fail; ``acted``: they are carried out, but nobody hears of it."""
        fault = {"method": method, "path": SOUNDS, "status": status, "code": code, "times": times}
        assert (await self.wire.page.post("/faults", {**fault, "after_acting": acted})).status == 200

    async def menu(self, name: str = "New rain") -> Json:
        """Ask for a sound on a full soundboard, and see the menu of what may go for it."""
        card, _ = await self.finished(0.5)
        await self.submit(await self.press(card), name)
        return await self.told("is full", f"**{name}**")

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
