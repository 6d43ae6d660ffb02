"""The bot's own small HTTP server: is it alive, connected, and can it use its database?"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.opening import listening

HealthCheck = Callable[[], Awaitable[dict[str, bool]]]
SHUTDOWN_S = 1.0


@asynccontextmanager
async def health_server(
    host: str, port: int, check: HealthCheck, routes: Iterable[web.RouteDef] = ()
) -> AsyncGenerator[None]:
    """Serve ``GET /healthz``: 200 when everything that ``check`` names is true, else 503. Port 0: no server.

    ``routes`` are what else is served there.

    Raises:
        StartError: the port is taken, or the host is not of this machine.
    """
    if port == 0:
        yield
        return

    async def answer(_: web.Request) -> web.Response:
        parts = await check()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    app = web.Application()
    app.router.add_get("/healthz", answer)
    app.router.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        with listening("The bot's HTTP server", host, port, section="http"):
            await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()
