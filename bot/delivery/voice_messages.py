"""Sends a native voice message, once.

discord.py 2.7.1 cannot send them through its public API (its issue #10165), so the request is put together here and
goes through its HTTP client, which keeps rate limits and retries. To be removed when the library can.
"""

import base64
import json
from asyncio import to_thread
from datetime import timedelta

import discord
from discord.http import Route

from bot.audio.voice_message import VoiceMessage
from bot.delivery.faults import discord_faults
from bot.models import Job

# Source: Discord's documentation, "Voice Messages" and "Message Flags", read 2026-11.
IS_VOICE_MESSAGE = 1 << 13
FILE_NAME = "voice-message.ogg"
MAX_NONCE = 25
# How many messages since the job was made are looked at for its voice message.
LOOKED_AT = 200
# Message ids carry Discord's time, jobs carry ours.
CLOCK_DIFFERENCE = timedelta(minutes=1)


class VoiceMessageSender:
    """Posts a voice message as a reply to the job's card."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def send(self, job: Job, voice: VoiceMessage) -> int:
        """Post it and return its id.

        The nonce makes Discord answer a repeated request of the next minutes with the same message.

        Raises:
            DeliveryError: see ``discord_faults``; NotAllowed where voice messages may not be sent.
        """
        payload: dict[str, object] = {
            "flags": IS_VOICE_MESSAGE,
            "nonce": nonce_of(job),
            "enforce_nonce": True,
            "allowed_mentions": {"parse": []},
            "attachments": [
                {
                    "id": "0",
                    "filename": FILE_NAME,
                    "duration_secs": round(voice.duration_s, 3),
                    "waveform": base64.b64encode(voice.waveform).decode(),
                }
            ],
        }
        if job.card_message_id is not None:
            payload["message_reference"] = {"message_id": str(job.card_message_id), "fail_if_not_exists": False}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=job.place.channel_id)
        content = await to_thread(voice.path.read_bytes)
        form = [
            {"name": "payload_json", "value": json.dumps(payload), "content_type": "application/json"},
            {"name": "files[0]", "value": content, "filename": FILE_NAME, "content_type": "audio/ogg"},
        ]
        async with discord_faults(job.place.channel_id, len(content)):
            return int((await self._client.http.request(route, form=form))["id"])

    async def find(self, job: Job, voice: VoiceMessage) -> int | None:
        """The id of the voice message that an earlier try posted, or None.

        It answers the job's card or, where the card was deleted, has the same waveform.

        Raises:
            DeliveryError: it cannot be looked at.
        """
        if self._client.user is None:
            return None
        # The card may be far older than the job, and answered before: a retry takes over the card it was pressed on.
        since = max(job.card_message_id or 0, discord.utils.time_snowflake(job.created_at - CLOCK_DIFFERENCE))
        channel = self._client.get_partial_messageable(job.place.channel_id)
        async with discord_faults(job.place.channel_id):
            async for message in channel.history(after=discord.Object(since), limit=LOOKED_AT):
                is_ours = message.flags.voice and message.author.id == self._client.user.id
                if is_ours and _belongs_to(job, voice, message):
                    return message.id
        return None


def nonce_of(job: Job) -> str:
    """What makes Discord post a job's result once however often it is asked, for each time the result is wanted."""
    return f"{job.id[: MAX_NONCE - 3]}-{job.deliveries % 100}"


def _belongs_to(job: Job, voice: VoiceMessage, message: discord.Message) -> bool:
    if message.reference is not None:
        return message.reference.message_id == job.card_message_id
    return any(attachment.waveform == voice.waveform for attachment in message.attachments)
