"""What all parts of the page's API share: who acts where, and how a refusal is put."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from bot.sandbox.errors import ApiError
from bot.sandbox.models import Channel
from bot.sandbox.page_guard import is_own_origin
from bot.sandbox.uploads import PAGE_FILE, Body, read_body
from bot.sandbox.wire import json_answer
from bot.sandbox.world import World

PAGE_API_PATH = "/sandbox/api"
_JSON_LIMIT_BYTES = 128 * 1024
"""What a member can say at once fits many times over; interactions keep it for a while."""

_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageProblem(Exception):
    """Something the page cannot have; the text is in plain words, ``status`` for HTTP."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def acting_user(world: World, request: web.Request) -> str:
    """Read ``as``: the id of the member the page acts as.

    Raises:
        PageProblem: 400 when it is nobody, or the bot.
    """
    user = world.users.get(request.query.get("as", ""))
    if user is None or user.is_bot:
        raise PageProblem("“as” must be the id of a member.")
    return user.id


def channel_for(world: World, channel_id: object, user_id: str) -> Channel:
    """Find a channel the member is in.

    Raises:
        PageProblem: 404 when there is none.
    """
    channel = world.channels.get(str(channel_id))
    if channel is None or not world.is_member(user_id, channel):
        raise PageProblem("There is no such channel.", 404)
    return channel


async def read_page_body(world: World, request: web.Request) -> Body:
    """Read what the page sends: JSON, or multipart with ``payload`` and ``file0`` to ``file9``."""
    limit = world.attachment_limit_bytes
    return await read_body(
        request,
        file_limit_bytes=limit,
        json_limit_bytes=_JSON_LIMIT_BYTES,
        payload_name="payload",
        file_name=PAGE_FILE,
    )


def guarded(handler: _Handler) -> _Handler:
    """Refuse other sites, and put every refusal into the page's form."""

    async def guarded_handler(request: web.Request) -> web.StreamResponse:
        is_plain_read = request.method in {"GET", "HEAD"} and "Upgrade" not in request.headers
        if not is_plain_read and not is_own_origin(request):
            return _problem("Other sites may not drive the sandbox.", 403)
        try:
            return await handler(request)
        except PageProblem as problem:
            return _problem(str(problem), problem.status)
        except ApiError as error:
            return _problem(_in_one_line(error), error.refusal.status)

    return guarded_handler


def _problem(message: str, status: int) -> web.Response:
    return json_answer({"message": message}, status=status)


def _in_one_line(error: ApiError) -> str:
    if error.errors:
        return f"{error.refusal.message}: {', '.join(error.errors)}"
    return error.refusal.message
