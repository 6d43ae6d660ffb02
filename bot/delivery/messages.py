"""Messages as they go over the wire: new ones, edits, and edits with an interaction's token.

discord.py 2.7.1 has all of this in its public API except what the jobs here need: a nonce of one's own together with
voice message fields (its issue #10165), attachments that stay while others are added without asking for the message
first, and an interaction's token under the same rules for rate limits as the rest (its webhook client waits for as long
as a 429 says, without a bound). So the requests are put together here and go through its HTTP client.
"""

import json
import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

import discord
from discord.http import Route

from bot.delivery.faults import discord_faults
from bot.errors import DiscordUnavailable
from bot.models import Place
from bot.replies.cards import Card

log = logging.getLogger(__name__)

Payload: TypeAlias = dict[str, Any]
"""The JSON of a request; what may stand in it is Discord's business."""

# Nothing that a member wrote may ping anybody.
NOBODY = {"parse": list[str]()}
# discord.py's own type for files; Discord looks at the names. A voice message needs its true type.
ANY_FILE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to go with a message. ``fields`` are further ones of its entry in ``attachments``."""

    path: Path
    name: str
    alt_text: str
    size_bytes: int
    content_type: str = ANY_FILE
    fields: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is part of a message."""

    attachment_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as Discord has it now."""

    channel_id: int
    message_id: int
    attached: tuple[Attached, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, in order."""
        return tuple(one.name for one in self.attached)


def shown(card: Card) -> Payload:
    """The fields of a message that show a card."""
    return {"embeds": [card.embed.to_dict()], "components": card.view.to_components()}


class Messages:
    """Sends requests about messages. Every one may raise what ``discord_faults`` says."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(
        self, channel_id: int, payload: Payload, uploads: Sequence[Upload] = (), *, nonce: str | None = None
    ) -> Sent:
        """Post a message. With the nonce of one of the last few minutes Discord gives that message instead."""
        wanted = payload if nonce is None else {**payload, "nonce": nonce, "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        return await self._send(route, channel_id, wanted, uploads)

    async def edit(
        self,
        channel_id: int,
        message_id: int,
        payload: Payload,
        uploads: Sequence[Upload] | None = None,
        kept: Sequence[Attached] = (),
    ) -> Sent:
        """Edit a message of the bot's own. Its files become ``kept`` and ``uploads``; None leaves them as they are."""
        route = Route(
            "PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=channel_id, message_id=message_id
        )
        return await self._send(route, channel_id, payload, uploads, kept)

    async def edit_answer(
        self,
        place: Place,
        message_id: int,
        payload: Payload,
        uploads: Sequence[Upload] | None = None,
        kept: Sequence[Attached] = (),
    ) -> Sent:
        """Edit a message that answered an interaction, with the interaction's token."""
        route = _webhook_route("PATCH", place, str(message_id))
        return await self._send(route, place.channel_id, payload, uploads, kept)

    async def find_answer(self, place: Place) -> int:
        """The id of the message that answered an interaction."""
        async with discord_faults(place.channel_id):
            return int((await self._client.http.request(_webhook_route("GET", place, "@original")))["id"])

    async def _send(
        self,
        route: Route,
        channel_id: int,
        payload: Payload,
        uploads: Sequence[Upload] | None,
        kept: Sequence[Attached] = (),
    ) -> Sent:
        wanted: Payload = {**payload, "allowed_mentions": NOBODY}
        if uploads is not None:
            entries = [{"id": number, **_entry(upload)} for number, upload in enumerate(uploads)]
            wanted["attachments"] = [{"id": one.attachment_id} for one in kept] + entries
        size_bytes = sum(upload.size_bytes for upload in uploads or ())
        try:
            async with discord_faults(channel_id, size_bytes):
                with _opened(uploads or ()) as files:
                    return _read(await self._request(route, wanted, uploads or (), files))
        except DiscordUnavailable as error:
            if isinstance(error.__cause__, TimeoutError):
                self._end_global_pause()
            raise

    async def _request(
        self, route: Route, payload: Payload, uploads: Sequence[Upload], files: Sequence[discord.File]
    ) -> Payload:
        if not files:
            return cast("Payload", await self._client.http.request(route, json=payload))
        form: list[dict[str, Any]] = [
            {"name": "payload_json", "value": json.dumps(payload), "content_type": "application/json"}
        ]
        for number, (file, upload) in enumerate(zip(files, uploads, strict=True)):
            part = {"value": file.fp, "filename": upload.name, "content_type": upload.content_type}
            form.append({"name": f"files[{number}]", **part})
        return cast("Payload", await self._client.http.request(route, form=form, files=files))

    def _end_global_pause(self) -> None:
        """Let requests go on where one was given up while it waited for a global rate limit to end.

        discord.py 2.7.1 lets all requests wait until the one that met the limit has slept; if that one is cancelled,
        they would wait for ever. Nothing public ends that.
        """
        pause = getattr(self._client.http, "_global_over", None)
        if pause is not None and not pause.is_set():
            log.warning("A global rate limit is not waited for any longer")
            pause.set()


@contextmanager
def _opened(uploads: Sequence[Upload]) -> Generator[list[discord.File]]:
    """Files that discord.py can read again from the start when it repeats a request."""
    files: list[discord.File] = []
    try:
        for upload in uploads:
            files.append(discord.File(upload.path, filename=upload.name))  # noqa: PERF401  # what was opened is closed
        yield files
    finally:
        for file in files:
            file.close()


def _webhook_route(method: str, place: Place, message: str) -> Route:
    # discord.py quotes what it fills in, and "@" need not be.
    last = message if message == "@original" else "{message_id}"
    return Route(
        method,
        f"/webhooks/{{webhook_id}}/{{webhook_token}}/messages/{last}",
        webhook_id=place.application_id,
        webhook_token=place.interaction_token,
        message_id=message,
    )


def _entry(upload: Upload) -> Payload:
    description = {"description": upload.alt_text} if upload.alt_text else {}
    return {"filename": upload.name, **description, **upload.fields}


def _read(message: Payload) -> Sent:
    attached = tuple(Attached(str(one["id"]), str(one["filename"])) for one in message.get("attachments", ()))
    return Sent(int(message["channel_id"]), int(message["id"]), attached)
