import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
import pytest
import pytest_asyncio

from bot.studio.engines.base import Capability
from bot.studio.server import StudioOptions, StudioServer

if TYPE_CHECKING:
    from tests.studio.conftest import Caller

KEY = "studio-key"
QUICK = {
    Capability.SPEECH: "own_engines.Quick",
    Capability.EFFECTS: "own_engines.ByPrompt",
    Capability.TRANSCRIPTION: "own_engines.Listener",
}

OpenOwn: TypeAlias = "Callable[..., AbstractAsyncContextManager[Caller]]"


@pytest.fixture(scope="session")
def own_engines() -> Iterator[None]:
    """The module of the engines, found by this process and by workers."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(Path(__file__).parent)
        patch.setattr(sys, "path", [folder, *sys.path])
        patch.setenv("PYTHONPATH", folder)
        yield


@pytest.fixture(scope="session")
def start_own(
    own_engines: None, tmp_path_factory: pytest.TempPathFactory, make_caller: "Callable[..., Caller]"
) -> "OpenOwn":
    """start_own(options…) -> a studio with quick engines."""
    del own_engines

    @asynccontextmanager
    async def started(
        *,
        engines: Mapping[Capability, str] | None = None,
        workers: int = 1,
        folder: Path | None = None,
        **options: object,
    ) -> "AsyncGenerator[Caller]":
        folder = folder or tmp_path_factory.mktemp("own")
        chosen = StudioOptions(engines={**QUICK, **(engines or {})}, **options)  # pyright: ignore[reportArgumentType]  # tests give what fits
        keys = frozenset({KEY})
        server = StudioServer(work_dir=folder / "studio", api_keys=keys, options=chosen, workers=workers)
        async with server, aiohttp.ClientSession() as session:
            yield make_caller(server, session, folder)

    return started


@pytest.fixture
def open_own(start_own: "OpenOwn", tmp_path: Path) -> "OpenOwn":
    """open_own(options…) -> a studio of the test's own; opened again it finds what the one before left."""
    return partial(start_own, folder=tmp_path)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def own(start_own: "OpenOwn") -> "AsyncIterator[Caller]":
    """One running studio with quick engines, for tests that harm at most a worker."""
    async with start_own() as studio:
        yield studio
