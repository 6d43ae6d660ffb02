"""A hosted service that fails in the way that a text, a prompt, a recording's name or a voice's name speaks of."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from tests.end_to_end.driver import Json
from tests.end_to_end.fake_finevoice import FakeFineVoice

LARGEST_RESULT_MB = 1
SAID = {"language": "en", "duration": 4.0, "segments": [{"start": 0.5, "end": 2.0, "text": "Dinner is ready"}]}
RUDE = "Too *rude* for @everyone."
# The part of a text that is spoken of, and the answer to whoever asks for it.
REFUSALS: dict[str, tuple[int, Json]] = {
    "unwanted": (422, {"error": {"code": "invalid_text", "message": RUDE}}),
    "locked": (401, {"error": {"code": "unauthorized", "message": "no"}}),
    "penniless": (402, {"error": {"code": "insufficient_credit", "message": "no"}}),
    "overrun": (429, {"error": {"code": "busy", "message": "later"}}),
    "broken": (500, {"error": {"code": "internal", "message": "sorry"}}),
    "hopeless": (200, {"status": 500, "taskId": "task-0", "error": {"code": "failed", "message": RUDE}}),
    "endless": (200, {"status": 202, "taskId": "task-endless"}),
}
# Likewise, and what its result is.
RESULTS = ("vanished", "garbled", "enormous", "fleeting")
# A menu has no room for so long a name.
UNLISTED = "u" * 101


@dataclass
class FailingService(FakeFineVoice):
    """Answers every request at once."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    """Nobody is told of its voices until this is set."""
    asked_for: list[str] = field(default_factory=list[str])
    """What was to be made, in the words that were sent."""
    fetched: set[str] = field(default_factory=set[str])
    """The results that were fetched at least once."""

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_post("/v1/audio/sfx-generation", self._effect)
        app.router.add_post("/v1/audio/stt", self._listen)
        app.router.add_get("/results/{name}", self._result)
        return app

    async def _submit(self, request: web.Request) -> web.Response:
        body = await request.json()
        return await self._answer(body["voice"] if UNLISTED in body["voice"] else body["text"], "clip")

    async def _effect(self, request: web.Request) -> web.Response:
        return await self._answer((await request.json())["prompt"], "clip")

    async def _listen(self, request: web.Request) -> web.Response:
        return await self._answer((await request.json())["url"], "said")

    async def _answer(self, words: str, usual: str) -> web.Response:
        self.asked_for.append(words)
        await self.answering.wait()
        refused = next((answer for word, answer in REFUSALS.items() if word in words), None)
        if refused is not None:
            status, refusal = refused
            headers = {"Retry-After": "0.05"} if status == 429 else {}
            return web.json_response(refusal, status=status, headers=headers)
        name = next((word for word in RESULTS if word in words), usual)
        return web.json_response({"status": 200, "url": f"{self.url}/results/{name}"})

    async def _task(self, request: web.Request) -> web.Response:
        return web.json_response({"status": 202, "taskId": request.match_info["id"]})

    async def _result(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        is_first = name not in self.fetched
        self.fetched.add(name)
        if name == "vanished" or (name == "fleeting" and not is_first):
            return web.Response(status=404)
        if name == "said":
            return web.json_response(SAID)
        contents = {"garbled": b"\x00\x01\x02" * 100, "enormous": self.clip + bytes(LARGEST_RESULT_MB << 20)}
        return web.Response(body=contents.get(name, self.clip), content_type="audio/mpeg")

    async def _voices(self, _: web.Request) -> web.Response:
        await self.opened.wait()
        voices = [{"name": "harper", "displayName": "Harper", "gender": "female", "language": "en-US"}]
        voices += [
            {"name": f"{word}-{UNLISTED}", "displayName": word.title(), "gender": "male", "language": "en-US"}
            for word in ("hopeless", "locked", "overrun", "garbled")
        ]
        return web.json_response({"page": 0, "limit": 100, "total": len(voices), "voices": voices})
