"""A hosted service that says as much as it can: more voices than a list takes, names of any length, endless talk."""

from dataclasses import dataclass, field

from aiohttp import web

from tests.end_to_end.driver import Json
from tests.end_to_end.fake_finevoice import FakeFineVoice

VOICES = 60
LONGEST_VALUE = "n" * 100
"""The name of a voice, as long as the value of a choice may be."""
TOO_LONG_VALUE = "m" * 101
LONG_LABEL = "Lady *Wordy* of the Many @everyone Names " * 8
OWN_LABEL = "Someone whose name no value can carry"
# Each sign takes a backslash to be shown as it is, so that a page gets as long as it can; and no space to cut at.
HOSTILE = "*_~|`>" * 500
SEGMENTS = 400


@dataclass
class FullService(FakeFineVoice):
    """Answers every request at once."""

    spoken: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """The voice and the text of each clip."""
    prompts: list[str] = field(default_factory=list[str])

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_post("/v1/audio/sfx-generation", self._effect)
        app.router.add_post("/v1/audio/stt", self._listen)
        app.router.add_get("/said.json", self._said)
        app.router.add_get("/clip.mp3", self._clip)
        return app

    async def _submit(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.spoken.append((body["voice"], body["text"]))
        return web.json_response({"status": 200, "url": f"{self.url}/clip.mp3"})

    async def _effect(self, request: web.Request) -> web.Response:
        self.prompts.append((await request.json())["prompt"])
        return web.json_response({"status": 200, "url": f"{self.url}/clip.mp3"})

    async def _listen(self, _: web.Request) -> web.Response:
        return web.json_response({"status": 200, "url": f"{self.url}/said.json"})

    async def _clip(self, _: web.Request) -> web.Response:
        return web.Response(body=self.clip, content_type="audio/mpeg")

    async def _said(self, _: web.Request) -> web.Response:
        texts = [HOSTILE, *(f"Sentence {number} of a long talk." for number in range(SEGMENTS))]
        segments = [{"start": float(n), "end": n + 0.9, "text": text} for n, text in enumerate(texts)]
        return web.json_response({"language": "en", "duration": float(len(texts)), "segments": segments})

    async def _voices(self, _: web.Request) -> web.Response:
        voices = [_voice(f"speaker-{number:02d}", f"Speaker {number:02d}", number) for number in range(VOICES)]
        voices[0] = _voice(LONGEST_VALUE, LONG_LABEL, 0)
        voices[-1] = _voice(TOO_LONG_VALUE, OWN_LABEL, VOICES - 1)
        return web.json_response({"page": 0, "limit": 100, "total": len(voices), "voices": voices})


def _voice(name: str, label: str, number: int) -> Json:
    return {
        "name": name,
        "displayName": label,
        "gender": ("female", "male", "g" * 90)[number % 3],
        "language": ("en-US", "de-DE", "ja-JP")[number % 3],
        "age": f"age {number % 30} " + "a" * 90,
        "style": f"style {number % 30} " + "s" * 90,
        "category": f"category {number % 30} " + "c" * 90,
    }
