"""Where the audio service can fetch what a member attached: Discord's own signed link, renewed, or one of the bot's.

Discord's links end about a day after they were handed out (their ``ex`` says when); a job may wait for hours. A file
that hangs in a message gets a new link with every reading of that message; one that came with a command has only the
link that it came with. A link works on for a while after its message was deleted, which is no reason to follow it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import discord
from yarl import URL

from bot.delivery.faults import MessageGone, discord_faults
from bot.errors import DeliveryError, SourceGone
from bot.models import Source

log = logging.getLogger(__name__)

# The service fetches when it gets to it, not when it is asked.
RENEWED_BEFORE = timedelta(hours=2)


class MakesLinks(Protocol):
    """The relay, as far as it matters here (bot/relay.py)."""

    def link(self, url: str) -> str | None:
        """A link through the bot's own server; None where the file is not one of the CDN's."""
        ...


class DiscordSources:
    """Links to attachments. ``origins`` are those of Discord's CDN; no other address is ever handed on."""

    def __init__(
        self,
        client: discord.Client,
        *,
        origins: Sequence[URL],
        now: Callable[[], datetime],
        relay: MakesLinks | None = None,
    ) -> None:
        self._client = client
        self._origins = frozenset(origins)
        self._now = now
        self._relay = relay

    async def link(self, source: Source, *, has_bot: bool) -> str:
        """A link to the file that works for a while; ``has_bot``: it was asked for where the bot is a member itself.

        Raises:
            SourceGone: the file, or the message it hung in, is gone.
        """
        url = source.url
        # Where the bot is no member, Discord would refuse nearly always.
        if has_bot or self._ends_within(url, RENEWED_BEFORE):
            url = await self._renewed(source) or url
        if not self._is_of_cdn(url) or self._ends_within(url, timedelta()):
            raise SourceGone
        return url if self._relay is None else self._relay.link(url) or url

    def _is_of_cdn(self, url: str) -> bool:
        try:
            return URL(url).origin() in self._origins
        except ValueError:
            return False

    def _ends_within(self, url: str, margin: timedelta) -> bool:
        ends_at = end_of(url)
        return ends_at is not None and self._now() + margin >= ends_at

    async def _renewed(self, source: Source) -> str | None:
        """The link that the message has now; None where there is no message to read, or it cannot be read now.

        Raises:
            SourceGone: the message was deleted, or is there without the file.
        """
        if not source.message_id:
            return None
        try:
            async with discord_faults(source.channel_id):
                message = await self._client.http.get_message(source.channel_id, source.message_id)
        except MessageGone as error:
            raise SourceGone from error
        except (DeliveryError, discord.HTTPException) as error:
            log.info("A link could not be renewed: %s", type(error).__name__)
            return None
        attachments = list(_attachments(cast("Mapping[str, Any]", message)))
        if not attachments and not self._client.intents.message_content:
            # Discord tells of no files then. Source: its documentation, "Message Object", attachments, read 2026-11.
            return None
        for attachment in attachments:
            if str(attachment.get("id")) == str(source.attachment_id):
                return str(attachment["url"])
        raise SourceGone


def end_of(url: str) -> datetime | None:
    """When a signed link ends; None where it does not say so.

    Source: Discord's documentation, "Signed Attachment CDN URLs": ``ex`` is seconds since 1970, in hexadecimal.
    """
    try:
        return datetime.fromtimestamp(int(URL(url).query.get("ex", ""), 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _attachments(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The files of a message, and those of a message that it forwards."""
    yield from message.get("attachments", ())
    for snapshot in message.get("message_snapshots", ()):
        yield from snapshot.get("message", {}).get("attachments", ())
