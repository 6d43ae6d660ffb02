"""A small FineVoice on loopback that counts what it is sent and misbehaves as told."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, TypeVar
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

Submit = Literal[
    "url", "task", "busy", "busy for 7 s", "broken", "hang up", "hold", "hold, then hang up", "unauthorized",
    "rejected", "bare",
]  # fmt: skip
Poll = Literal["running", "done", "failed", "not found", "broken", "busy for 9 s", "unauthorized", "hang up"]
Result = Literal["ok", "gone", "too large", "not audio", "empty", "broken"]

AUDIO = b"ID3 made by the fake"
MAX_RESULT_BYTES = 10_000


@dataclass
class Script:
    """What happens to one request, step by step. The last word of each list is repeated."""

    submit: deque[Submit] = field(default_factory=lambda: deque[Submit](["task"]))
    poll: deque[Poll] = field(default_factory=lambda: deque[Poll](["running", "done"]))
    result: deque[Result] = field(default_factory=lambda: deque[Result](["ok"]))


T = TypeVar("T")


def done_after(polls: int) -> list[Poll]:
    """A task that is done at the question after so many."""
    running: list[Poll] = ["running"]
    return [*(running * polls), "done"]


def _next(words: deque[T]) -> T:
    return words.popleft() if len(words) > 1 else words[0]


class FakeFineVoice:
    """The server. Requests are told apart by their text, or by where the recording is.

    One without a script is done after a poll.
    """

    def __init__(self) -> None:
        self.submits: Counter[str] = Counter()
        self.polls: Counter[str] = Counter()
        self.scripts: dict[str, Script] = {}
        self.accepted: list[str] = []
        """The texts of accepted requests, in their order."""
        self.in_flight = 0
        self.unfinished: set[str] = set()
        """The texts of accepted tasks whose end was not told yet."""
        self.most_at_once = 0
        self.let_go = asyncio.Event()
        self.voices: list[dict[str, object]] = [{"name": "anna-1", "displayName": "Anna"}]
        self.voice_list_status = 200
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._counted])
        app.router.add_post("/v1/audio/speech-synthesis", self._submit)
        app.router.add_post("/v1/audio/sfx-generation", self._submit)
        app.router.add_post("/v1/audio/stt", self._submit)
        app.router.add_get("/v1/task/{text}", self._task)
        app.router.add_get("/results/{text}", self._result)
        app.router.add_get("/v1/voice/pagevoices", self._voices)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.accept_connections()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.let_go.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def accept_connections(self) -> None:
        if self._runner is None:
            raise RuntimeError("not started")
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = int(self._runner.addresses[0][1])

    async def refuse_connections(self) -> None:
        if self._site is not None:
            await self._site.stop()

    def on(
        self, text: str, *, submit: Sequence[Submit] | None = None, poll: Sequence[Poll] | None = None,
        result: Sequence[Result] | None = None,
    ) -> None:  # fmt: skip
        """Say what happens to the request of this text."""
        usual = Script()
        self.scripts[text] = Script(
            deque(submit or usual.submit), deque(poll or usual.poll), deque(result or usual.result)
        )

    def _script(self, text: str) -> Script:
        return self.scripts.setdefault(text, Script())

    @web.middleware
    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.in_flight += 1
        try:
            response = await handler(request)
        finally:
            self.in_flight -= 1
        # A kept connection would go on past a port that was closed.
        response.force_close()
        return response

    async def _submit(self, request: web.Request) -> web.Response:
        asked: dict[str, str] = await request.json()
        text = next(asked[key] for key in ("text", "prompt", "url") if key in asked)
        self.submits[text] += 1
        word = _next(self._script(text).submit)
        refusal = _refusal(word)
        if refusal is not None:
            return refusal
        self.accepted.append(text)
        self.unfinished.add(text)
        self.most_at_once = max(self.most_at_once, len(self.unfinished))
        if word.startswith("hold"):
            # Not counted meanwhile: time goes on for everybody else.
            self.in_flight -= 1
            await self.let_go.wait()
            self.in_flight += 1
        if word.endswith("hang up"):
            self.unfinished.discard(text)
            _hang_up(request)
        if word == "bare":
            self.unfinished.discard(text)
            return web.json_response({"status": "processing"})
        if word == "url":
            self.unfinished.discard(text)
            return web.json_response({"url": self._result_url(text)})
        return web.json_response({"taskId": text})

    async def _task(self, request: web.Request) -> web.Response:
        text = request.match_info["text"]
        self.polls[text] += 1
        word = _next(self._script(text).poll)
        refusal = _refusal(word)
        if word in {"done", "failed", "not found", "unauthorized"}:
            self.unfinished.discard(text)
        if refusal is not None:
            return refusal
        if word == "hang up":
            _hang_up(request)
        if word == "failed":
            return web.json_response(
                {"taskId": text, "status": "failed", "error": {"code": "E7", "message": "no such style"}}
            )
        if word == "done":
            return web.json_response({"taskId": text, "status": "completed", "url": self._result_url(text)})
        return web.json_response({"taskId": text, "status": "processing"})

    def _result_url(self, text: str) -> str:
        return f"{self.base_url}/results/{quote(text, safe='')}"

    async def _result(self, request: web.Request) -> web.Response:
        text = request.match_info["text"]
        match _next(self._script(text).result):
            case "gone":
                return web.json_response({}, status=404)
            case "broken":
                return web.json_response({}, status=502)
            case "empty":
                return web.Response(body=b"")
            case "too large":
                return web.Response(body=AUDIO + b"." * MAX_RESULT_BYTES)
            case "not audio":
                return web.Response(body=b"<html>")
            case "ok":
                return web.Response(body=AUDIO + text.encode())

    async def _voices(self, request: web.Request) -> web.Response:
        page = int(request.query.get("page", "0"))
        data = self.voices if page == 0 else []
        return web.json_response({"data": data}, status=self.voice_list_status)


REFUSALS: dict[str, tuple[int, dict[str, str]]] = {
    "busy": (429, {}),
    "busy for 7 s": (429, {"Retry-After": "7"}),
    "busy for 9 s": (429, {"Retry-After": "9"}),
    "broken": (500, {}),
    "unauthorized": (401, {}),
    "rejected": (422, {}),
    "not found": (404, {}),
}


def _refusal(word: str) -> web.Response | None:
    """The answer of a request that starts nothing."""
    if word not in REFUSALS:
        return None
    status, headers = REFUSALS[word]
    return web.json_response({"code": "no", "message": "not that text"}, status=status, headers=headers)


def _hang_up(request: web.Request) -> None:
    """Close the connection where an answer was due."""
    if request.transport is not None:
        request.transport.abort()
