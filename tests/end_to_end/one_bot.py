"""One bot for all tests of a module: its sandbox, its members, and what it wrote down of what they asked for.

The tests share it, so each looks only at what came after it asked, and takes back what it changed.
"""

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.end_to_end.always_there import sandbox_in_a_thread
from tests.end_to_end.driver import BotProcess, Json, Member, is_private, text_of, until
from tests.end_to_end.environment import bot_environment

TOKEN = "token-of-the-sandbox-for-one-bot"
LOADING = 128
ANSWERED_WITHIN_S = 60.0
BUTTON, MENU = 2, 3
SETTINGS = {
    # Nobody meets a limit that no test sets; but who asked for one thing is an hour away from asking at once again.
    "limits__member_burst": "1000",
    "limits__guild_burst": "1000",
    "limits__member_refill_s": "3600",
    "limits__guild_refill_s": "3600",
    "limits__member_day": "1000000",
    "limits__guild_day": "1000000",
    "limits__guild_month": "10000000",
    "limits__member_month": "10000000",
    "limits__confirm_above": "700",
    "limits__guild_samples_day": "2",
    "limits__max_source_mb": "1",
}
# What is asked for is there: a job, and what it takes from rates and budgets.
COUNTED = "SELECT (SELECT count(*) FROM jobs), (SELECT coalesce(sum(used), 0) FROM spent), (SELECT count(*) FROM usage)"

IN_PROGRESS = "SELECT count(*) FROM jobs WHERE state NOT IN ('done', 'failed', 'cancelled', 'expired')"


class Guest(Member):
    """A member who also opens menus, writes messages and fills in windows."""

    def __init__(self, session: aiohttp.ClientSession, url: str, user_id: str, channel_id: str) -> None:
        super().__init__(session, url, user_id, channel_id)
        self.url = url
        self.session = session

    def at(self, channel_id: str) -> "Guest":
        """The same member somewhere else."""
        return Guest(self.session, self.url, self.user_id, channel_id)

    async def write(self, content: str = "", *, files: Sequence[tuple[str, bytes]] = (), **voice: Any) -> Json:
        """Write a message; with ``duration_secs`` and ``waveform`` it is a voice note."""
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("payload", json.dumps({"content": content, **({"voice": voice} if voice else {})}))
        for number, (name, given) in enumerate(files):
            form.add_field(f"file{number}", io.BytesIO(given), filename=name, content_type=type_of(name))
        return await self._request("POST", f"channels/{self.channel_id}/messages", {}, data=form)

    async def subcommand(self, name: str, **options: str | float) -> str:
        """Send ``/group command``."""
        group, _, command = name.partition(" ")
        given = [{"name": key.rstrip("_"), "value": value} for key, value in options.items()]
        return await self._use(group, options=[{"name": command, "options": given}])

    async def menu(self, name: str, message: Json) -> str:
        """Choose an entry of a message's menu."""
        return await self._use(name, target_id=message["id"])

    async def attach(self, command: str, *files: tuple[str, bytes], **options: str | float) -> str:
        """Send a command with a file as its option ``file``."""
        given = [{"name": "file", "value": 0}, *({"name": key, "value": value} for key, value in options.items())]
        return await self._use(command, files, options=given)

    async def _use(self, command: str, files: Sequence[tuple[str, bytes]] = (), **more: Any) -> str:
        about = {"kind": "command", "channel_id": self.channel_id, "command_id": await self._command_id(command)}
        return await self._interact({**about, **more}, files)

    async def use(self, message: Json, custom_id: str, values: Sequence[str] = ()) -> str:
        """Press the button, or choose from the menu, whose id begins so."""
        part = part_of(message, custom_id)
        about = {"kind": "component", "channel_id": self.channel_id, "message_id": message["id"]}
        kind = {"custom_id": part["custom_id"], "component_type": part["type"], "values": list(values)}
        return await self._interact({**about, **kind})

    async def submit(self, interaction_id: str, window: Json, typed: dict[str, str]) -> str:
        """Send a window off; a menu of it is given as what was chosen."""
        return await self._interact(
            {
                "kind": "modal",
                "interaction_id": interaction_id,
                "custom_id": window["custom_id"],
                "components": [_filled(label, typed) for label in window["components"]],
            }
        )

    async def window_of(self, acting: Callable[[], Awaitable[str]]) -> tuple[str, Json]:
        """The window that an action opens, and the id of the interaction that it answers."""
        address = f"{self.url}/sandbox/api/events"
        async with (
            self.session.ws_connect(address, params={"as": self.user_id}) as page,
            asyncio.timeout(ANSWERED_WITHIN_S),
        ):
            interaction_id = await acting()
            while True:
                event = await page.receive_json()
                if event["type"] == "modal" and event["interaction_id"] == interaction_id:
                    return interaction_id, event["modal"]

    async def newest(self) -> int:
        """The id of the newest message that the member sees."""
        found = await self._call("GET", f"channels/{self.channel_id}/messages", limit="1")
        return max((int(message["id"]) for message in found["messages"]), default=0)

    async def answers(self, after: int) -> list[Json]:
        """What the bot wrote after that message, as far as it is more than “thinking…”."""
        found = (await self._call("GET", f"channels/{self.channel_id}/messages", limit="20"))["messages"]
        mine = [message for message in found if message["author"]["id"] == places.BOT and int(message["id"]) > after]
        return [message for message in mine if not message["flags"] & LOADING]

    async def answer(
        self,
        after: int,
        says: str = "",
        *,
        what: Callable[[Json], bool] | None = None,
    ) -> Json:
        """Wait for the first such answer."""
        found: list[Json] = []
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                while True:
                    found = await self.answers(after)
                    for one in found:
                        if says in said_in(one) and (what is None or what(one)):
                            return one
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"no answer with “{says}” among {[said_in(one) for one in found]}") from None


@dataclass
class OneBot:
    """A bot at work, and everything around it."""

    sandbox: SandboxServer
    process: BotProcess
    session: aiohttp.ClientSession
    folder: Path

    def guest(self, user_id: str, channel_id: str) -> Guest:
        return Guest(self.session, self.sandbox.url, user_id, channel_id)

    def spent(self) -> tuple[int, ...]:
        """What was asked for and used up to now: as long as it stays the same, nothing was made and nothing taken."""
        return self._counted(COUNTED)

    async def idle(self) -> None:
        """Wait until nothing is in progress any more."""

        async def look() -> bool:
            return self._counted(IN_PROGRESS) == (0,)

        await until(look, "all jobs to be over")

    def _counted(self, statement: str) -> tuple[int, ...]:
        with closing(sqlite3.connect(f"file:{self.folder}/soundbooth.db?mode=ro", uri=True, timeout=10)) as database:
            counts: tuple[int, ...] = database.execute(statement).fetchone()
            return counts

    async def api(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """A request with the bot's own token: what an earlier bot may have left behind, or another one may try."""
        headers = {"Authorization": f"Bot {TOKEN}"}
        url = f"{self.sandbox.api_url}{path}"
        async with self.session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json() if response.content_type == "application/json" else None

    async def old_buttons(self, channel_id: str, *custom_ids: str) -> Json:
        """A message of the bot from an earlier time, with at most 25 buttons of these ids."""
        buttons = [{"type": BUTTON, "style": 2, "label": "old", "custom_id": custom_id} for custom_id in custom_ids]
        rows = [{"type": 1, "components": buttons[start : start + 5]} for start in range(0, len(buttons), 5)]
        body = {"content": "From an earlier time", "components": rows}
        status, message = await self.api("POST", f"/channels/{channel_id}/messages", body)
        assert status == 200, message
        return message

    async def refusal(self, guest: Guest, acting: Callable[[], Awaitable[object]], says: str) -> Json:
        """The private refusal that an action meets; nothing else was shown, made or spent."""
        before, spent = await guest.newest(), self.spent()
        await acting()
        refusal = await guest.answer(before, says)
        answers = await guest.answers(before)
        assert all(is_private(one) for one in answers), [said_in(one) for one in answers]
        assert self.spent() == spent
        return refusal


@asynccontextmanager
async def started_bot(folder: Path, **settings: str) -> AsyncGenerator[OneBot]:
    """A bot that is ready for whoever asks. ``limits__member_burst="1"`` sets that setting."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(sandbox_in_a_thread(TOKEN))
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)))
        environment = bot_environment(sandbox, TOKEN, folder, studio__allowed_origins=sandbox.url, **settings)
        process = await stack.enter_async_context(BotProcess(folder, environment))
        await process.start()
        bot = OneBot(sandbox, process, session, folder)
        await bot.guest(places.ROBIN, places.GENERAL).bot_is_ready()
        yield bot


def said_in(message: Json) -> str:
    """Everything that is written in a message, titles included."""
    return "\n".join([text_of(message), *(embed.get("title", "") for embed in message["embeds"])])


def parts_of(message: Json) -> list[Json]:
    return [part for row in message["components"] for part in row["components"]]


def part_of(message: Json, custom_id: str) -> Json:
    """The button or menu whose id begins so."""
    return next(part for part in parts_of(message) if part.get("custom_id", "").startswith(custom_id))


def is_shown(message: Json, custom_id: str) -> bool:
    return any(part.get("custom_id", "").startswith(custom_id) for part in parts_of(message))


def job_id_in(card: Json) -> str:
    """The id of the job that a card is about, as its buttons name it."""
    words = [word for part in parts_of(card) for word in part["custom_id"].split(":")]
    return next(word for word in words if len(word) == 32)


def type_of(name: str) -> str:
    """What Discord says of a file, by its name."""
    ending = name.rpartition(".")[2]
    known = {"txt": "text/plain", "png": "image/png", "svg": "image/svg+xml", "ogg": "audio/ogg", "mp3": "audio/mpeg"}
    return known.get(ending, "application/octet-stream")


def _filled(label: Json, typed: dict[str, str]) -> Json:
    part = label["component"]
    given = typed.get(part["custom_id"], "")
    about = {"type": part["type"], "custom_id": part["custom_id"]}
    return {
        "type": label["type"],
        "component": {**about, **({"values": [given]} if part["type"] == MENU else {"value": given})},
    }


@dataclass
class Made:
    """What Robin had made in the lounge before anybody looks: one of each kind."""

    clip: Json
    """Spoken, as a file on its card."""
    effect: Json
    """A sound effect, as a file."""
    longest: Json
    """One that was cancelled, of 30 seconds, which is as long as they get."""

    @property
    def clip_id(self) -> str:
        return job_id_in(self.clip)

    @property
    def effect_id(self) -> str:
        return job_id_in(self.effect)

    @property
    def longest_id(self) -> str:
        return job_id_in(self.longest)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[OneBot]:
    """A bot with the embedded studio for all tests that take it."""
    async with started_bot(tmp_path_factory.mktemp("one-bot"), **SETTINGS) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def made(bot: OneBot) -> Made:
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    before = await robin.newest()
    await robin.command("tts", text="Tea is ready, come in", as_="file")
    await robin.command("sfx", prompt="steady rain", duration=2, as_="file")
    clip = await robin.answer(before, "✅", what=lambda one: is_shown(one, "job:again") and bool(one["attachments"]))
    effect = await robin.answer(before, "✅", what=lambda one: is_shown(one, "effect:again"))
    await robin.command("sfx", prompt="a storm", duration=30)
    longest = await robin.answer(before, "a storm", what=lambda one: is_shown(one, "job:cancel"))
    await robin.use(longest, "job:cancel")
    await robin.answer(before, "Cancelled")
    return Made(clip, effect, longest)
