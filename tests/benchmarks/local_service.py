"""A service in a process of its own, so that what it takes is not counted as the client's."""

import asyncio
import multiprocessing
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from aiohttp import web

POLL_TAKES_S = 0.5
FILE_BYTES = 100 * 1024 * 1024
CHUNK = bytes(256 * 1024)
ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"
SPAWN = multiprocessing.get_context("spawn")


@contextmanager
def running_service() -> Generator[str]:
    """Where the service is, while the block runs."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection) -> None:
    asyncio.run(_serve_for_ever(pipe))


async def _serve_for_ever(pipe: Connection) -> None:
    app = web.Application()
    app.router.add_post("/v1/audio/speech-synthesis", _accept)
    app.router.add_get("/v1/task/slow", _slow_task)
    app.router.add_get("/v1/task/{task_id}", _task)
    app.router.add_get("/file", _file)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pipe.send(runner.addresses[0][1])
    await asyncio.Event().wait()


async def _accept(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response({"taskId": "p1-a1b2c3d4", "status": 202})


async def _task(_: web.Request) -> web.Response:
    return web.json_response({"taskId": "p1-a1b2c3d4", "status": "processing"})


async def _slow_task(_: web.Request) -> web.Response:
    await asyncio.sleep(POLL_TAKES_S)
    return web.json_response({"taskId": "p1-a1b2c3d4", "status": "processing"})


async def _file(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(FILE_BYTES), "Content-Type": "audio/mpeg"})
    await response.prepare(request)
    await response.write(ID3)
    left = FILE_BYTES - len(ID3)
    while left > 0:
        await response.write(CHUNK[:left])
        left -= len(CHUNK)
    return response
