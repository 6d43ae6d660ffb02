import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from bot.audio.decoding import open_audio
from bot.studio.models import missing_packages
from bot.studio.server import EngineState, StudioOptions, StudioServer

Samples: TypeAlias = NDArray[np.float32]
Json: TypeAlias = dict[str, object]

KEY = "studio-key"
RATE_HZ = 24_000


@dataclass(frozen=True)
class Speech:
    """A finished task: what the API said, and the sound."""

    answer: Json
    samples: Samples

    @property
    def seconds(self) -> float:
        return self.samples.size / RATE_HZ

    @property
    def warnings(self) -> list[str]:
        return cast("list[str]", self.answer["warnings"])


class Caller:
    """A small client of the API, independent of the one in bot/finevoice."""

    def __init__(
        self, server: StudioServer, session: aiohttp.ClientSession, folder: Path, work_dir: Path | None = None
    ) -> None:
        self.server = server
        self.session = session
        self.folder = folder
        self.work_dir = work_dir or folder
        self._spoken: dict[tuple[object, ...], Speech] = {}

    async def get(self, path: str, *, key: str | None = KEY, **query: str) -> tuple[int, Json]:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        async with self.session.get(self.server.base_url + path, headers=headers, params=query) as response:
            return response.status, cast("Json", await response.json())

    async def post(self, body: object, path: str = "/v1/audio/speech-synthesis") -> tuple[int, Json]:
        data = body if isinstance(body, bytes) else None
        headers = {"Authorization": f"Bearer {KEY}"}
        url = self.server.base_url + path
        async with self.session.post(url, headers=headers, data=data, json=None if data is not None else body) as got:
            return got.status, cast("Json", await got.json())

    async def submit(self, text: str, voice: str = "heart", **more: float) -> str:
        status, answer = await self.post({"voice": voice, "text": text, **more})
        assert (status, answer["status"]) == (200, 202), answer
        return str(answer["taskId"])

    async def outcome(self, task_id: str) -> Json:
        while True:
            status, answer = await self.get(f"/v1/task/{task_id}")
            assert status == 200
            if answer["status"] != 202:
                return answer
            await asyncio.sleep(0.02)

    async def speak(self, text: str, voice: str = "heart", **more: float) -> Speech:
        """The same request gives the same sound, so it is made once for all tests."""
        request = (text, voice, *sorted(more.items()))
        if request not in self._spoken:
            self._spoken[request] = await self.speak_anew(text, voice, **more)
        return self._spoken[request]

    async def speak_anew(self, text: str, voice: str = "heart", **more: float) -> Speech:
        answer = await self.outcome(await self.submit(text, voice, **more))
        assert answer["status"] == 200, answer
        async with self.session.get(str(answer["url"])) as response:
            assert response.content_type == "audio/mpeg"
            content = await response.read()
        return Speech(answer, decoded(self.folder / "result", content))

    async def until_ready(self) -> None:
        async with asyncio.timeout(60):
            while self.server.state is not EngineState.READY:  # noqa: ASYNC110 - as below
                await asyncio.sleep(0.02)  # the engine is a process: nothing here could be awaited instead


def decoded(path: Path, content: bytes) -> Samples:
    path.write_bytes(content)
    with open_audio(path) as source:
        return np.concatenate(list(source.blocks(rate_hz=RATE_HZ, channels=1)), axis=1)[0]


@pytest.fixture(scope="session")
def needs_engines() -> None:
    if missing_packages():
        pytest.skip(f"the studio packages are not installed: {', '.join(missing_packages())}")


OpenStudio: TypeAlias = Callable[..., AbstractAsyncContextManager[Caller]]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_studio(tmp_path: Path, clock: Clock) -> OpenStudio:
    """open_studio() -> a studio of the test's own; opened again it finds what the one before left."""

    @asynccontextmanager
    async def opened(options: StudioOptions | None = None, workers: int = 1) -> AsyncGenerator[Caller]:
        server = StudioServer(
            work_dir=tmp_path / "studio", api_keys=frozenset({KEY}), clock=clock, options=options, workers=workers
        )
        async with server, aiohttp.ClientSession() as session:
            yield Caller(server, session, tmp_path)

    return opened


@asynccontextmanager
async def _running(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Caller]:
    work_dir = tmp_path_factory.mktemp("studio")
    server = StudioServer(work_dir=work_dir, api_keys=frozenset({KEY, "other"}))
    async with server, aiohttp.ClientSession() as session:
        caller = Caller(server, session, tmp_path_factory.mktemp("results"), work_dir)
        await caller.until_ready()
        yield caller


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def studio(tmp_path_factory: pytest.TempPathFactory, needs_engines: None) -> AsyncIterator[Caller]:
    """One running studio for all tests that neither harm it nor leave anything in it."""
    del needs_engines
    async with _running(tmp_path_factory) as caller:
        yield caller


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workshop(tmp_path_factory: pytest.TempPathFactory, needs_engines: None) -> AsyncIterator[Caller]:
    """Another one, for tests that make voices."""
    del needs_engines
    async with _running(tmp_path_factory) as caller:
        yield caller


@pytest.fixture(scope="session")
def make_caller() -> type[Caller]:
    """For conftest files in subfolders: test folders are no packages to import from."""
    return Caller
