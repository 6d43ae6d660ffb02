"""Drives the bot as a process and the sandbox as a member would: over the wire, with nothing of the bot imported."""

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp

Json = dict[str, Any]
T = TypeVar("T")

PATIENCE_S = 100.0
ASKED_AGAIN_AFTER_S = 2.0
VOICE_MESSAGE, EPHEMERAL = 8192, 64


async def until(look: Callable[[], Awaitable[T | None]], what: str, *, every_s: float = 0.04) -> T:
    """Look again and again until there is something: processes have their own time."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await look()):  # noqa: ASYNC110  # another process cannot set an event of ours
                await asyncio.sleep(every_s)
            return found
    except TimeoutError:
        raise AssertionError(f"waited {PATIENCE_S:.0f} s in vain for {what}") from None


class Refused(AssertionError):
    """The sandbox did not do what a member wanted."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(answer)
        self.status = status


class Member:
    """A member in a channel of the sandbox."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, user_id: str, channel_id: str, *, since: int = 0
    ) -> None:
        """``since``: messages up to this id are not seen, as if the channel were new."""
        self._session = session
        self._base_url = url
        self._url = f"{url}/sandbox/api"
        self.user_id = user_id
        self.channel_id = channel_id
        self._since = since

    def in_channel(self, channel_id: str) -> "Member":
        """The same member somewhere else."""
        return Member(self._session, self._base_url, self.user_id, channel_id, since=self._since)

    async def _call(self, method: str, path: str, *, json: Json | None = None, **query: str) -> Json:
        return await self._request(method, path, query, json=json)

    async def _request(self, method: str, path: str, query: dict[str, str], **body: Any) -> Json:
        async with self._session.request(
            method, f"{self._url}/{path}", params={"as": self.user_id, **query}, **body
        ) as response:
            answer: Json = await response.json()
            if response.status != 200:
                raise Refused(response.status, answer)
            return answer

    async def world(self) -> Json:
        return await self._call("GET", "world")

    async def bot_is_ready(self) -> None:
        """Wait until the bot is connected, its commands are there and it knows its voices."""

        async def look() -> bool:
            world = await self.world()
            if not (world["bot"]["connected"] and world["commands"]):
                return False
            try:
                async with asyncio.timeout(ASKED_AGAIN_AFTER_S):
                    return bool(await self.choices("tts", "voice", ""))
            except TimeoutError:
                # What is connected is another shard's process, or one that was killed just now.
                return False
            except Refused as refused:
                if refused.status != 504:
                    raise
                return False

        await until(look, "the bot to connect")

    async def _command_id(self, name: str) -> str:
        return next(command["id"] for command in (await self.world())["commands"] if command["name"] == name)

    async def command(
        self,
        name: str,
        *,
        files: Sequence[tuple[str, bytes]] = (),
        **options: str | int | float,  # noqa: PYI041  # whole numbers are options of their own
    ) -> str:
        """Send a slash command; returns the interaction's id. A file is given as its place in ``files``."""
        return await self._interact(
            {
                "kind": "command",
                "channel_id": self.channel_id,
                "command_id": await self._command_id(name),
                "options": [{"name": key.rstrip("_"), "type": 3, "value": value} for key, value in options.items()],
            },
            files,
        )

    async def choices(self, command: str, option: str, typed: str) -> list[Json]:
        """What the autocomplete of an option offers."""
        options = [{"name": option, "type": 3, "value": typed, "focused": True}]
        body = {"channel_id": self.channel_id, "command_id": await self._command_id(command), "options": options}
        found: list[Json] = (await self._call("POST", "autocomplete", json=body))["choices"]
        return found

    async def press(self, message: Json, label: str) -> str:
        """Press a button of a message."""
        buttons = [part for row in message["components"] for part in row["components"]]
        button = next(button for button in buttons if button["label"] == label)
        return await self._interact(
            {
                "kind": "component",
                "channel_id": self.channel_id,
                "message_id": message["id"],
                "custom_id": button["custom_id"],
                "component_type": 2,
                "values": [],
            }
        )

    async def _interact(self, payload: Json, files: Sequence[tuple[str, bytes]] = ()) -> str:
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("payload", json.dumps(payload))
        for number, (name, content) in enumerate(files):
            form.add_field(f"file{number}", io.BytesIO(content), filename=name)
        answer = await self._request("POST", "interactions", {}, data=form)
        interaction_id: str = answer["interaction_id"]
        return interaction_id

    async def messages(self) -> list[Json]:
        """What the member sees in the channel, the oldest first."""
        found: list[Json] = (await self._call("GET", f"channels/{self.channel_id}/messages"))["messages"]
        return [message for message in found if int(message["id"]) > self._since]

    async def all_messages(self) -> list[Json]:
        """Everything that the member sees in the channel, also more than fits into one answer; the oldest first."""
        found: list[Json] = []
        while True:
            before = {"before": found[0]["id"]} if found else {}
            page = await self._call("GET", f"channels/{self.channel_id}/messages", limit="100", **before)
            if not page["messages"]:
                return found
            found = [*page["messages"], *found]

    async def see(self, what: Callable[[Json], bool], name: str) -> Json:
        """Wait for a message."""

        async def look() -> Json | None:
            return next((message for message in reversed(await self.messages()) if what(message)), None)

        return await until(look, name)

    async def forbid(self, permission: str) -> None:
        """Take a permission away from the bot in the member's guild."""
        await self._switch(permission, allowed=False)

    async def permit(self, permission: str) -> None:
        """Give it back."""
        await self._switch(permission, allowed=True)

    async def _switch(self, permission: str, *, allowed: bool) -> None:
        world = await self.world()
        guild = next(g for g in world["guilds"] if any(c["id"] == self.channel_id for c in g["channels"]))
        body = {"guild_id": guild["id"], "permission": permission, "allowed": allowed}
        await self._call("POST", "permissions", json=body)

    async def inject(self, **fault: Any) -> None:
        """Let the sandbox answer the bot's next matching requests with a fault."""
        await self._call("POST", "faults", json=fault)

    async def take_back_faults(self) -> None:
        """Let nothing more go wrong."""
        await self._call("DELETE", "faults")

    async def happen(self, event: str, **fields: Any) -> Json:
        """Let something happen to the world."""
        return await self._call("POST", "world-events", json={"event": event, **fields})

    async def requests(self) -> list[Json]:
        """The bot's REST requests so far."""
        found: list[Json] = (await self._call("GET", "requests"))["requests"]
        return found

    async def download(self, attachment: Json, target: Path) -> Path:
        async with self._session.get(attachment["url"]) as response:
            assert response.status == 200
            target.write_bytes(await response.read())
        return target


def is_voice_message(message: Json) -> bool:
    return bool(message["flags"] & VOICE_MESSAGE)


def is_private(message: Json) -> bool:
    return bool(message["flags"] & EPHEMERAL)


def text_of(message: Json) -> str:
    """Everything a reader sees of a message."""
    embeds = [embed.get("description", "") + embed.get("footer", {}).get("text", "") for embed in message["embeds"]]
    return "\n".join([message["content"], *embeds])


def is_finished(message: Json) -> bool:
    """True for the card of a clip that is there."""
    return "✅" in text_of(message)


class BotProcess:
    """`soundbooth …` as a process of its own, with its log in a file."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self.log_file = folder / "log.txt"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.stop()

    async def start(self, *arguments: str) -> None:
        """Start `soundbooth` with these arguments, or `run` without any."""
        config = str(self.folder / "config.toml")
        await self.start_program("-m", "bot", "--config", config, *(arguments or ("run",)))

    async def start_program(self, *arguments: str) -> None:
        """Start Python with these arguments."""
        # Whatever the shell thinks of bytecode files: without them each start compiles everything anew.
        unwanted = ("SOUNDBOOTH_", "DISCORD_TOKEN", "FINEVOICE_API_KEY", "PYTHONDONTWRITEBYTECODE")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
        # All is on loopback and in the clear: reading the machine's certificates is a tenth of a second for nothing.
        inherited["SSL_CERT_FILE"] = os.devnull
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments,
                env={**inherited, **self._environment}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    async def logged(self, words: str) -> None:
        """Wait until the log says so."""

        async def look() -> bool:
            return words in self.log

        await until(look, f"“{words}” in the log")

    async def kill(self) -> None:
        """SIGKILL: the process gets no chance to do anything."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self._process is not None
        self._process.terminate()
        return await self._process.wait()

    async def interrupt(self) -> int:
        """Ctrl-C, as a terminal sends it to everything that was started from it; the exit code."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        return await self._process.wait()

    async def ended(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE_S):
            return await self._process.wait()
