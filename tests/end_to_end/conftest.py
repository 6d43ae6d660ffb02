import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.audio.transcode import write_samples
from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import ADA, GENERAL, ROBIN, SAM
from tests.end_to_end.driver import BotProcess, Member

TOKEN = "token-of-the-sandbox-for-tests"
API_KEY = "key-of-the-fake-service"


@dataclass
class FakeFineVoice:
    """The hosted API as far as speech goes, on loopback. Strict about the key; can be told to misbehave."""

    clip: bytes
    url: str = ""
    submits: list[str] = field(default_factory=list)
    """The text of each submit that came in."""
    broken_submits: int = 0
    """How many of the next submits are answered with 500."""
    finish: asyncio.Event = field(default_factory=asyncio.Event)
    """Tasks are in progress until this is set."""
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    """Submits are not answered until this is set."""

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._check_key])
        app.router.add_post("/v1/audio/speech-synthesis", self._submit)
        app.router.add_get("/v1/task/{id}", self._task)
        app.router.add_get("/v1/voice/pagevoices", self._voices)
        app.router.add_get("/files/{id}.mp3", self._file)
        return app

    @web.middleware
    async def _check_key(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/v1/") and request.headers.get("Authorization") != f"Bearer {API_KEY}":
            return web.json_response({"error": {"code": "unauthorized", "message": "no"}}, status=401)
        return await handler(request)

    async def _submit(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert body.keys() == {"voice", "text"}
        self.submits.append(body["text"])
        await self.answering.wait()
        if self.broken_submits:
            self.broken_submits -= 1
            return web.json_response({"error": {"code": "internal", "message": "sorry"}}, status=500)
        return web.json_response({"status": 202, "taskId": f"task-{len(self.submits)}"})

    async def _task(self, request: web.Request) -> web.Response:
        task_id = request.match_info["id"]
        if not self.finish.is_set():
            return web.json_response({"status": 202, "taskId": task_id})
        return web.json_response({"status": 200, "taskId": task_id, "url": f"{self.url}/files/{task_id}.mp3"})

    async def _voices(self, _: web.Request) -> web.Response:
        voices = [
            {"name": "harper", "displayName": "Harper", "gender": "female", "language": "en-US"},
            {"name": "james", "displayName": "James", "gender": "male", "language": "en-GB"},
        ]
        return web.json_response({"page": 0, "limit": 100, "total": 2, "voices": voices})

    async def _file(self, _: web.Request) -> web.Response:
        return web.Response(body=self.clip, content_type="audio/mpeg")


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """1.5 s of a rising tone as MP3."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp3"
    time = np.arange(36_000) / 24_000
    write_samples((0.4 * np.sin(2 * np.pi * (200 + 300 * time) * time)).astype(np.float32), 24_000, path)
    return path.read_bytes()


@pytest.fixture
async def finevoice(clip: bytes) -> AsyncGenerator[FakeFineVoice]:
    fake = FakeFineVoice(clip)
    fake.finish.set()
    fake.answering.set()
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    fake.answering.set()
    await runner.cleanup()


@pytest.fixture
async def sandbox() -> AsyncGenerator[SandboxServer]:
    async with SandboxServer(token=TOKEN) as server:
        yield server


@dataclass
class Members:
    robin: Member
    """Owns the guild."""
    sam: Member
    ada: Member
    """Moderates: Manage Messages."""


@pytest.fixture
async def members(sandbox: SandboxServer) -> AsyncGenerator[Members]:
    async with aiohttp.ClientSession() as session:
        yield Members(*(Member(session, sandbox.url, user, GENERAL) for user in (ROBIN, SAM, ADA)))


@dataclass
class Bots:
    """Starts bots that are stopped at the end of the test, in whatever state it ends."""

    stack: AsyncExitStack
    environment: dict[str, str]
    folder: Path

    async def new(self, **settings: str) -> BotProcess:
        """A bot that is not started yet. ``limits__member_burst="1"`` sets that setting."""
        given = {f"SOUNDBOOTH_{name.upper()}": value for name, value in settings.items()}
        return await self.stack.enter_async_context(BotProcess(self.folder, {**self.environment, **given}))


@pytest.fixture
async def bots(sandbox: SandboxServer, tmp_path: Path) -> AsyncGenerator[Bots]:
    environment = {
        "DISCORD_TOKEN": TOKEN,
        "SOUNDBOOTH_DISCORD__API_URL": sandbox.api_url,
        "SOUNDBOOTH_DISCORD__GATEWAY_URL": sandbox.gateway_url,
        "SOUNDBOOTH_STORAGE__URL": f"sqlite+aiosqlite:///{tmp_path}/soundbooth.db",
        "SOUNDBOOTH_STORAGE__WORK_DIR": f"{tmp_path}/work",
    }
    async with AsyncExitStack() as stack:
        yield Bots(stack, environment, tmp_path)


@pytest.fixture
def with_finevoice(bots: Bots, finevoice: FakeFineVoice) -> Bots:
    """Bots that use the fake service instead of the embedded studio."""
    bots.environment |= {"FINEVOICE_API_KEY": API_KEY, "SOUNDBOOTH_FINEVOICE__BASE_URL": finevoice.url}
    return bots
