"""The hosted API as far as speech goes, on loopback: with job times, and ways to keep one request waiting."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import numpy as np
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.audio.transcode import write_samples

FakeT = TypeVar("FakeT", bound="FakeFineVoice")
API_KEY = "key-of-the-fake-service"


def no_time(_: str) -> float:
    """Tasks that are done as soon as they are accepted."""
    return 0.0


class Stage(StrEnum):
    """The requests of a job, in their order."""

    SUBMIT = "submit"
    POLL = "poll"
    DOWNLOAD = "download"


@dataclass
class Hold:
    """One request that is kept waiting, so that the bot can be stopped exactly there."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Task:
    """What was accepted."""

    text: str
    ends_at: float
    was_told: bool = False
    """Somebody was answered that it is done."""


@dataclass
class FakeFineVoice:
    """The server. Strict about the key; can be told to misbehave."""

    clip: bytes
    url: str = ""
    job_time_s: Callable[[str], float] = no_time
    """How long the task of a text takes, at least until ``finish`` is set."""
    submits: list[str] = field(default_factory=list[str])
    """The text of each submit that came in."""
    broken_submits: int = 0
    """How many of the next submits are answered with 500."""
    finish: asyncio.Event = field(default_factory=asyncio.Event)
    """Tasks are in progress until this is set."""
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    """Submits are not answered until this is set."""
    tasks: dict[str, Task] = field(default_factory=dict[str, Task])
    most_at_once: int = 0
    """Tasks that were in progress at the same time, at most."""
    _holds: dict[tuple[Stage, str], Hold] = field(default_factory=dict[tuple[Stage, str], Hold])
    _held: list[Hold] = field(default_factory=list[Hold])

    def hold(self, stage: Stage, text: str) -> Hold:
        """Keep the next request of that stage of that text's job waiting until it is let go."""
        self._holds[stage, text] = hold = Hold()
        self._held.append(hold)
        return hold

    def let_all_go(self) -> None:
        """Answer everything that waits, and everything that comes."""
        self.answering.set()
        self._holds.clear()
        for hold in self._held:
            hold.let_go.set()

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
        await self._wait_if_held(Stage.SUBMIT, body["text"])
        if self.broken_submits:
            self.broken_submits -= 1
            return web.json_response({"error": {"code": "internal", "message": "sorry"}}, status=500)
        if request.transport is None or request.transport.is_closing():
            # Whoever asked is dead: what was kept waiting is not begun any more.
            return web.Response(status=499)
        task_id = f"task-{len(self.tasks) + 1}"
        now = asyncio.get_running_loop().time()
        self.tasks[task_id] = Task(body["text"], now + self.job_time_s(body["text"]))
        self.most_at_once = max(self.most_at_once, sum(not self._is_done(task) for task in self.tasks.values()))
        return web.json_response({"status": 202, "taskId": task_id})

    async def _task(self, request: web.Request) -> web.Response:
        task_id = request.match_info["id"]
        task = self.tasks[task_id]
        await self._wait_if_held(Stage.POLL, task.text)
        if not self._is_done(task):
            return web.json_response({"status": 202, "taskId": task_id})
        task.was_told = True
        return web.json_response({"status": 200, "taskId": task_id, "url": f"{self.url}/files/{task_id}.mp3"})

    def _is_done(self, task: Task) -> bool:
        return self.finish.is_set() and asyncio.get_running_loop().time() >= task.ends_at

    async def _voices(self, _: web.Request) -> web.Response:
        voices = [
            {"name": "harper", "displayName": "Harper", "gender": "female", "language": "en-US"},
            {"name": "james", "displayName": "James", "gender": "male", "language": "en-GB"},
        ]
        return web.json_response({"page": 0, "limit": 100, "total": 2, "voices": voices})

    async def _file(self, request: web.Request) -> web.Response:
        await self._wait_if_held(Stage.DOWNLOAD, self.tasks[request.match_info["id"]].text)
        return web.Response(body=self.clip, content_type="audio/mpeg")

    async def _wait_if_held(self, stage: Stage, text: str) -> None:
        hold = self._holds.pop((stage, text), None)
        if hold is not None:
            hold.reached.set()
            await hold.let_go.wait()


@asynccontextmanager
async def serve_finevoice(clip: bytes) -> AsyncGenerator[FakeFineVoice]:
    """A service that answers at once, until it is told otherwise."""
    async with served(FakeFineVoice(clip)) as fake:
        yield fake


@asynccontextmanager
async def served(fake: FakeT) -> AsyncGenerator[FakeT]:
    """Such a service of any kind."""
    fake.finish.set()
    fake.answering.set()
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        fake.let_all_go()
        await runner.cleanup()


def some_seconds(rng: random.Random, most: float) -> Callable[[str], float]:
    """Job times between nothing and ``most`` seconds, mostly short."""
    return lambda _: most * rng.random() ** 2


def make_clip(folder: Path) -> bytes:
    """1.5 s of a rising tone as MP3."""
    path = folder / "clip.mp3"
    time = np.arange(36_000) / 24_000
    write_samples((0.4 * np.sin(2 * np.pi * (200 + 300 * time) * time)).astype(np.float32), 24_000, path)
    return path.read_bytes()
