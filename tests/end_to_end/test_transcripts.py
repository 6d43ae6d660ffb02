"""Transcripts over the wire: the bot as a process, a service that fetches the file itself, and the bot's own relay."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.end_to_end.conftest import API_KEY, Bots
from tests.sandbox.clients import File, Json, Page

pytestmark = pytest.mark.process

SOUND = b"OggS" + bytes(50_000)
SAID = {"language": "en", "duration": 4.0, "segments": [{"start": 0.5, "end": 2.0, "text": "Dinner is ready"}]}
PATIENCE_S = 60.0


@dataclass
class Listener:
    """A service that writes down one thing, whatever it hears."""

    session: aiohttp.ClientSession
    url: str = ""
    fetched: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1/audio/stt", self._listen)
        app.router.add_get("/v1/voice/pagevoices", self._voices)
        app.router.add_get("/said.json", self._said)
        return app

    async def _listen(self, request: web.Request) -> web.Response:
        link = (await request.json())["url"]
        async with self.session.get(link) as answer:
            self.fetched.append((link, await answer.read()))
        return web.json_response({"status": 200, "url": f"{self.url}/said.json"})

    async def _voices(self, _: web.Request) -> web.Response:
        return web.json_response({"page": 0, "limit": 100, "total": 1, "voices": [{"name": "harper"}]})

    async def _said(self, _: web.Request) -> web.Response:
        return web.json_response(SAID)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest.fixture
async def listener(session: aiohttp.ClientSession) -> AsyncIterator[Listener]:
    listener = Listener(session)
    runner = web.AppRunner(listener.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield listener
    await runner.cleanup()


async def seen(page: Page, what: str) -> Json:
    """The newest message of the bot that says this."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for message in reversed(await page.messages()):
                if message["author"]["id"] == places.BOT and what in json.dumps(message["embeds"]):
                    return message
            await asyncio.sleep(0.05)


def custom_id_of(message: Json, label: str) -> str:
    buttons = [part for row in message["components"] for part in row["components"]]
    return next(button["custom_id"] for button in buttons if button["label"] == label)


async def ready(page: Page) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            world = await page.world()
            if world["bot"]["connected"] and any(one["name"] == "Transcribe" for one in world["commands"]):
                return
            await asyncio.sleep(0.05)


async def test_a_recording_is_fetched_by_the_service_and_its_text_comes_back(
    bots: Bots, sandbox: SandboxServer, session: aiohttp.ClientSession, listener: Listener
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = Page(sandbox, session)
    bots.environment |= {"FINEVOICE_API_KEY": API_KEY, "SOUNDBOOTH_FINEVOICE__BASE_URL": listener.url}
    relayed = {"http__port": str(port), "http__public_url": f"http://127.0.0.1:{port}"}
    bot = await bots.new(**relayed)
    await bot.start()
    await ready(page)
    path = f"/channels/{places.GENERAL}/messages"
    note = (await page.post(path, {"content": ""}, files=[File("note.ogg", SOUND)])).json
    assert (await page.use("Transcribe", target_id=note["id"])).status == 200
    card = await seen(page, "Dinner is ready")
    assert [one["filename"] for one in card["attachments"]] == ["transcript-note-ogg.json", "transcript-note-ogg.txt"]
    ((link, heard),) = listener.fetched
    assert link.startswith(f"http://127.0.0.1:{port}/relay/")
    assert heard == SOUND
    await page.press(card, custom_id_of(card, "Post here"))
    posted = await seen(page, "shared by")
    assert "Transcript of note.ogg" in json.dumps(posted["embeds"])
    assert [one["description"] for one in posted["attachments"]] == ["Transcript of note.ogg"] * 2
