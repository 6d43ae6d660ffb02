"""Keeps other web pages in the user's browser from driving the sandbox, and serves the sandbox's own page.

A page on the internet can send requests to 127.0.0.1 and, by DNS rebinding, even read the answers. So the Host
must be a loopback name, and whatever changes something must come from this very origin or from no browser.
"""

import asyncio
import re
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
_LOOPBACK_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_PAGE_FOLDER = Path(__file__).with_name("page")
_TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
    ".webp": "image/webp", ".ico": "image/x-icon", ".woff2": "font/woff2", ".json": "application/json",
}  # fmt: skip


def is_loopback_host(host: str) -> bool:
    """Say whether a Host header (with or without a port) names this machine's loopback interface."""
    return _LOOPBACK_HOST.fullmatch(host) is not None


def is_own_origin(request: web.Request) -> bool:
    """Say whether a request comes from the sandbox's own page, or from something that is no browser."""
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def host_guard() -> Middleware:
    """Build the middleware that refuses every request whose Host is not a loopback name."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_loopback_host(request.host):
            return web.json_response({"message": "Only loopback names are served."}, status=403)
        return await handler(request)

    return guard


def _security_headers(host: str) -> dict[str, str]:
    # Some browsers do not count ws: as 'self', so the events socket is named.
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        f"font-src 'self'; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


class PageFiles:
    """Serves the files of the page's folder, and only those that are really in it."""

    def routes(self) -> list[web.RouteDef]:
        """List the routes of the page."""
        return [web.get("/", self._index), web.get("/page/{name}", self._file)]

    async def _index(self, request: web.Request) -> web.Response:
        return await self._serve(request, "index.html")

    async def _file(self, request: web.Request) -> web.Response:
        return await self._serve(request, request.match_info["name"])

    async def _serve(self, request: web.Request, name: str) -> web.Response:
        content = await asyncio.to_thread(_read_page_file, name)
        if content is None:
            raise web.HTTPNotFound(text="There is no such file.")
        kind = _TYPES[Path(name).suffix]
        return web.Response(body=content, headers={"Content-Type": kind, **_security_headers(request.host)})


def _read_page_file(name: str) -> bytes | None:
    """Compare names with the folder's listing: a name from outside never becomes a path."""
    for path in _PAGE_FOLDER.iterdir() if _PAGE_FOLDER.is_dir() else ():
        if path.name == name and path.suffix in _TYPES and path.is_file():
            return path.read_bytes()
    return None
