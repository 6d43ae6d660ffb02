"""The endpoints. Each handler reads, asks one object, and answers."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from importlib import resources

from aiohttp import web

from bot.studio.answers import as_errors_in_json, dumped, only_with_key, result_headers, task_answer
from bot.studio.bodies import Body
from bot.studio.capabilities import Capabilities
from bot.studio.documents import openapi_document
from bot.studio.engines.base import Capability, Order
from bot.studio.line import EngineState, Line
from bot.studio.operations import CALLS, Answering, Call
from bot.studio.refusal import Refusal
from bot.studio.sources import RESULT_NAME, Sources, own_result_name
from bot.studio.tasks import LineIsFull, TaskRecord, TaskStore
from bot.studio.voices import VoiceQuery, find_voice, matching, nearest_names
from bot.studio.voicing.saved_voices import SavedVoices

MAX_BODY_BYTES = 256 * 1024
"""30,000 characters of a script are at most 180,000 bytes of JSON with every character escaped."""
SYNC_WAIT_S = 20.0
"""Whoever waits for a result gets a task id after this long: most clients give up after 30 s."""

_RETRY_AFTER_S = 5
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?")
_CONTENT_TYPES = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_PAGE = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Routes:
    """The handlers, and the application made of them."""

    def __init__(
        self,
        store: TaskStore,
        line: Line,
        capabilities: Capabilities,
        sources: Sources,
        saved: SavedVoices,
        *,
        queue_limit: int,
        base_url: Callable[[], str],
    ) -> None:
        self._store = store
        self._line = line
        self._capabilities = capabilities
        self._sources = sources
        self._saved = saved
        self._queue_limit = queue_limit
        self._base_url = base_url

    def application(self, api_keys: frozenset[str]) -> web.Application:
        """Return the application; nothing is started."""
        middlewares = [as_errors_in_json(), only_with_key(api_keys)]
        app = web.Application(middlewares=middlewares, client_max_size=MAX_BODY_BYTES)
        for call in CALLS:
            app.router.add_post(call.path, self._handler(call))
        app.router.add_get("/v1/task/{task_id}", self.task)
        app.router.add_get("/v1/voice/pagevoices", self.voices)
        app.router.add_get("/v1/voice/{name}", self.voice)
        app.router.add_get("/files/{file}", self.file)
        app.router.add_get("/healthz", self.health)
        app.router.add_get("/openapi.json", self.openapi)
        for path in _PAGE:
            app.router.add_get(path, self.page)
        return app

    def _handler(self, call: Call) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            body = call.body.model_validate_json(await request.read())
            record = await self._accepted(call, body, request)
            if not _waits(call, body):
                return dumped(task_answer(record, self._origin(request)))
            await self._store.wait_finished(record.id, SYNC_WAIT_S)
            return self._result(call, self._store.get(record.id) or record, request)

        return handle

    async def _accepted(self, call: Call, body: Body, request: web.Request) -> TaskRecord:
        """Take a request: what is not possible is refused before any work, the rest is on disk before its id is told.

        Raises:
            Refusal: not possible, not now, or too many are waiting.
        """
        own_source = None
        if body.source_url is not None:
            own_source = own_result_name(body.source_url, frozenset({self._origin(request), self._base_url()}))
            if own_source is None:
                self._sources.check(body.source_url)
        await self._capabilities.check(call.capability, Order(call.operation, body))
        if self._line.state is EngineState.BROKEN:
            raise Refusal(503, "engine_unavailable", self._line.trouble, _RETRY_AFTER_S)
        try:
            record = await self._store.add(call.operation, body, own_source)
        except LineIsFull as error:
            message = "Too many requests are waiting. Try again in a few seconds."
            raise Refusal(429, "too_many_tasks", message, _RETRY_AFTER_S) from error
        except OSError as error:
            message = "The request could not be written to disk."
            raise Refusal(503, "storage_unavailable", message, _RETRY_AFTER_S) from error
        await self._line.put(record)
        return record

    def _result(self, call: Call, record: TaskRecord, request: web.Request) -> web.StreamResponse:
        """Answer somebody who waited: the file or its address, the failure, or a task id if it is not done yet."""
        if record.error is not None:
            retry_after_s = _RETRY_AFTER_S if record.error.status == 503 else None
            raise Refusal(record.error.status, record.error.code, record.error.message, retry_after_s)
        if call.answering is Answering.FILE and record.files:
            file = record.files[0]
            headers = {"Content-Type": _CONTENT_TYPES[file.suffix], **result_headers(record)}
            return web.FileResponse(self._store.path_of(file), headers=headers)
        return dumped(task_answer(record, self._origin(request)))

    async def task(self, request: web.Request) -> web.Response:
        """Tell how a task is doing. A failed one has a status of its own inside a 200 answer, as documented."""
        record = self._store.get(request.match_info["task_id"])
        if record is None:
            raise Refusal(404, "task_not_found", "There is no such task, or its result is not kept any more.")
        return dumped(task_answer(record, self._origin(request)))

    async def voices(self, request: web.Request) -> web.Response:
        """List voices, filtered and by page."""
        given = {name: value for name, value in request.query.items() if value}
        query = VoiceQuery.model_validate(given)
        designed = matching(query, [saved.voice for saved in await asyncio.to_thread(self._saved.all)])
        found = designed if query.categroy == "my_voices" else [*matching(query), *designed]
        start = query.page * query.limit
        shown = [voice.as_json() for voice in found[start : start + query.limit]]
        return dumped({"page": query.page, "limit": query.limit, "total": len(found), "voices": shown})

    async def voice(self, request: web.Request) -> web.Response:
        """Tell all about one voice. ``desigUuid`` names a design, which goes before the name."""
        name = request.match_info["name"]
        design = request.query.get("desigUuid", "")
        saved = await asyncio.to_thread(self._saved.by_design, design) if design else None
        saved = saved or await asyncio.to_thread(self._saved.get, name)
        if saved is not None:
            return dumped(saved.as_json())
        voice = find_voice(name)
        if voice is None:
            near = nearest_names(name)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise Refusal(404, "voice_not_found", f"There is no such voice.{hint}")
        return dumped(voice.as_json())

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Send a result; its name is the only secret, as with the hosted service's files. Ranges work."""
        name = request.match_info["file"]
        path = self._store.find_result(name) if RESULT_NAME.fullmatch(name) else None
        if path is None:
            raise Refusal(404, "file_not_found", "There is no such file, or it is not kept any more.")
        headers = {"Content-Type": _CONTENT_TYPES[path.suffix[1:]], "X-Content-Type-Options": "nosniff"}
        return web.FileResponse(path, headers=headers)

    async def health(self, request: web.Request) -> web.Response:
        """Tell what can be done: the workers, the queue, and each capability's engine."""
        del request
        trouble = self._line.trouble or self._capabilities.trouble(Capability.SPEECH)
        reports = self._capabilities.reports()
        engines: dict[str, object] = {}
        for capability, report in reports.items():
            told = {"engine": report.engine, "state": report.state.value}
            engines[capability.value] = told | ({"message": report.trouble} if report.trouble else {})
        workers = {"running": len(self._line.engine_pids), "busy": self._line.busy, "state": self._line.state.value}
        answer: dict[str, object] = {
            "status": "ok",
            "queue": {"unfinished": self._store.unfinished, "limit": self._queue_limit},
            "workers": workers,
            "engines": engines,
        }
        return dumped(answer | ({"message": trouble} if trouble else {}))

    async def openapi(self, request: web.Request) -> web.Response:
        """Send the document of this API."""
        del request
        return dumped(openapi_document())

    async def page(self, request: web.Request) -> web.Response:
        """Send the page to try it; it holds no key and asks for one."""
        name, content_type = _PAGE[request.path]
        content = resources.files("bot.studio").joinpath("page", name).read_text("utf-8")
        return web.Response(text=content, content_type=content_type, charset="utf-8", headers=_PAGE_HEADERS)

    def _origin(self, request: web.Request) -> str:
        """The address the caller used: a server bound to 0.0.0.0 or in a container has others than its own."""
        return f"http://{request.host}" if _HOST.fullmatch(request.host) else self._base_url()


def _waits(call: Call, body: Body) -> bool:
    return call.answering is not Answering.TASK if body.use_async is None else not body.use_async
