"""The endpoints. Each handler reads, asks one object, and answers."""

import re
from collections.abc import Callable

from aiohttp import web

from bot.studio.answers import as_errors_in_json, dumped, only_with_key, task_answer
from bot.studio.line import EngineState, Line
from bot.studio.plan import plan_speech
from bot.studio.refusal import Refusal
from bot.studio.tasks import LineIsFull, SpeechRequest, TaskStore
from bot.studio.voices import VoiceQuery, find_voice, matching, nearest_names

MAX_BODY_BYTES = 64 * 1024
"""5,000 characters are at most 30,000 bytes of JSON with every character escaped, or 60,000 beyond the BMP."""

_RETRY_AFTER_S = 5
_RESULT_NAME = re.compile(r"([\w-]{20,64})\.mp3")
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?")
_NOT_HERE = (
    "/v1/audio/voice-conversion",
    "/v1/audio/stt",
    "/v1/audio/sfx-generation",
    "/v1/audio/separation",
    "/v1/audio/podcastgen",
    "/v1/voice/train",
    "/v1/voice/design",
    "/v1/music/musicgenbyprompt",
    "/v1/music/musicgen",
    "/v1/music/cover",
    "/v1/enhancer/speech_enhancement",
    "/v1/enhancer/speech_super_resolution",
    "/v1/enhancer/speech_separation",
    "/v1/enhancer/remove_mouth_sounds",
    "/v1/enhancer/remove_long_silences",
    "/v1/enhancer/filler_words/detect",
    "/v1/enhancer/filler_words/remove",
    "/v1/enhancer/stuttering/remove",
    "/v1/enhancer/audio_normalization",
    "/v1/enhancer/process/pipeline",
)
"""Documented calls the embedded studio does not do; all are POST. Source: FineVoice OpenAPI document, 2026-11-22."""


class Routes:
    """The handlers, and the application made of them."""

    def __init__(self, store: TaskStore, line: Line, base_url: Callable[[], str]) -> None:
        self._store = store
        self._line = line
        self._base_url = base_url

    def application(self, api_keys: frozenset[str]) -> web.Application:
        """Return the application; nothing is started."""
        middlewares = [as_errors_in_json(), only_with_key(api_keys)]
        app = web.Application(middlewares=middlewares, client_max_size=MAX_BODY_BYTES)
        app.router.add_post("/v1/audio/speech-synthesis", self.speak)
        app.router.add_get("/v1/task/{task_id}", self.task)
        app.router.add_get("/v1/voice/pagevoices", self.voices)
        app.router.add_get("/v1/voice/{name}", self.voice)
        app.router.add_get("/files/{file}", self.file)
        app.router.add_get("/healthz", self.health)
        for path in _NOT_HERE:
            app.router.add_post(path, self.not_here)
        return app

    async def speak(self, request: web.Request) -> web.Response:
        """Take a speech request: it is on disk before its task id is told."""
        wanted = SpeechRequest.model_validate_json(await request.read())
        plan = plan_speech(voice=wanted.voice, text=wanted.text, speed=wanted.speed, pitch=wanted.pitch)
        if self._line.state is EngineState.BROKEN:
            raise Refusal(503, "engine_unavailable", self._line.trouble, _RETRY_AFTER_S)
        try:
            record = await self._store.add(wanted, warnings=plan.warnings, is_approximate=plan.is_approximate)
        except LineIsFull as error:
            message = "Too many requests are waiting. Try again in a few seconds."
            raise Refusal(429, "too_many_tasks", message, _RETRY_AFTER_S) from error
        except OSError as error:
            message = "The request could not be written to disk."
            raise Refusal(503, "storage_unavailable", message, _RETRY_AFTER_S) from error
        await self._line.put(record)
        return dumped(task_answer(record, self._origin(request)))

    async def task(self, request: web.Request) -> web.Response:
        """Tell how a task is doing. A failed one has a status of its own inside a 200 answer, as documented."""
        record = self._store.get(request.match_info["task_id"])
        if record is None:
            raise Refusal(404, "task_not_found", "There is no such task, or it is older than 24 hours.")
        return dumped(task_answer(record, self._origin(request)))

    async def voices(self, request: web.Request) -> web.Response:
        """List voices, filtered and by page."""
        given = {name: value for name, value in request.query.items() if value}
        query = VoiceQuery.model_validate(given)
        found = matching(query)
        start = query.page * query.limit
        shown = [voice.as_json() for voice in found[start : start + query.limit]]
        return dumped({"page": query.page, "limit": query.limit, "total": len(found), "voices": shown})

    async def voice(self, request: web.Request) -> web.Response:
        """Tell all about one voice. ``desigUuid`` names a designed version, of which there are none here."""
        name = request.match_info["name"]
        voice = find_voice(name)
        if voice is None:
            near = nearest_names(name)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise Refusal(404, "voice_not_found", f"There is no such voice.{hint}")
        return dumped(voice.as_json())

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Send a result; its name is the only secret, as with the hosted service's files. Ranges work."""
        name = _RESULT_NAME.fullmatch(request.match_info["file"])
        path = self._store.find_result(name[1]) if name else None
        if path is None:
            raise Refusal(404, "file_not_found", "There is no such file, or it is older than 24 hours.")
        return web.FileResponse(path, headers={"Content-Type": "audio/mpeg", "X-Content-Type-Options": "nosniff"})

    async def health(self, request: web.Request) -> web.Response:
        """Tell whether speech is possible: ``starting``, ``ready`` or ``broken``."""
        del request
        answer = {"status": "ok", "engine": self._line.state.value}
        return dumped(answer | ({"message": self._line.trouble} if self._line.trouble else {}))

    def _origin(self, request: web.Request) -> str:
        """The address the caller used: a server bound to 0.0.0.0 or in a container has others than its own."""
        return f"http://{request.host}" if _HOST.fullmatch(request.host) else self._base_url()

    async def not_here(self, request: web.Request) -> web.Response:
        """Answer the documented calls that need the hosted service."""
        del request
        message = "The embedded studio does not do this yet. It needs a FineVoice API key."
        raise Refusal(501, "not_available", message)
