"""What a member does on the page: write, use commands, press buttons, fill in windows."""

from aiohttp import web

from bot.sandbox.acting import Acting
from bot.sandbox.interactions import Interaction
from bot.sandbox.mentions import EVERYBODY
from bot.sandbox.message_forms import CONTENT_LIMIT, Draft, NewFile
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.models import VOICE_MESSAGE
from bot.sandbox.page_api import PAGE_API_PATH, PageProblem, acting_user, channel_for, guarded, read_page_body
from bot.sandbox.posting import Posting
from bot.sandbox.uploads import Body
from bot.sandbox.voice_messages import check_metadata
from bot.sandbox.wire import JsonObject, is_json_object, json_answer
from bot.sandbox.world import World


class PageActions:
    """Serves the page's writing routes."""

    def __init__(self, world: World, *, acting: Acting, posting: Posting, writer: MessageWriter) -> None:
        self._world = world
        self._acting = acting
        self._posting = posting
        self._writer = writer

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.post(f"{PAGE_API_PATH}/channels/{{channel_id}}/messages", guarded(self._write_message)),
            web.post(f"{PAGE_API_PATH}/interactions", guarded(self._act)),
            web.post(f"{PAGE_API_PATH}/autocomplete", guarded(self._complete)),
        ]

    async def _write_message(self, request: web.Request) -> web.Response:
        user_id = acting_user(self._world, request)
        channel = channel_for(self._world, request.match_info["channel_id"], user_id)
        draft = _read_draft(await read_page_body(self._world, request))
        message = self._posting.post(channel, user_id, draft)
        return json_answer(self._writer.message_json(message))

    async def _act(self, request: web.Request) -> web.Response:
        user_id = acting_user(self._world, request)
        body = await read_page_body(self._world, request)
        return json_answer({"interaction_id": self._interact(user_id, body.object(), body).id})

    def _interact(self, user_id: str, asked: JsonObject, body: Body) -> Interaction:
        kind = asked.get("kind")
        if kind == "modal":
            return self._acting.submit_modal(user_id, asked, body.files)
        channel = channel_for(self._world, asked.get("channel_id"), user_id)
        if kind == "command":
            return self._acting.use_command(user_id, channel, asked, body.files)
        if kind == "component":
            return self._acting.use_component(user_id, channel, asked)
        raise PageProblem("“kind” is command, component or modal.")

    async def _complete(self, request: web.Request) -> web.Response:
        user_id = acting_user(self._world, request)
        asked = (await read_page_body(self._world, request)).object()
        channel = channel_for(self._world, asked.get("channel_id"), user_id)
        return json_answer({"choices": await self._acting.complete(user_id, channel, asked)})


def _read_draft(body: Body) -> Draft:
    """Read what a member writes: text and files, or a voice message of one file."""
    fields = body.object()
    content = fields.get("content") or ""
    if not isinstance(content, str) or len(content) > CONTENT_LIMIT:
        raise PageProblem(f"A message has at most {CONTENT_LIMIT} characters.")
    draft = Draft(
        content=content.strip(),
        embeds=[],
        components=[],
        flags=0,
        tts=False,
        mentions=EVERYBODY,
        sent=frozenset(),
        new_files=[NewFile(body.files[number]) for number in sorted(body.files)],
    )
    voice = fields.get("voice")
    if is_json_object(voice):
        _make_voice(draft, voice)
    return draft


def _make_voice(draft: Draft, voice: JsonObject) -> None:
    duration, waveform = voice.get("duration_secs"), voice.get("waveform")
    duration_s = float(duration) if isinstance(duration, int | float) else None
    wave = waveform if isinstance(waveform, str) else None
    check_metadata(duration_s, wave)
    draft.flags = VOICE_MESSAGE
    draft.new_files = [NewFile(file.upload, duration_secs=duration_s, waveform=wave) for file in draft.new_files]
