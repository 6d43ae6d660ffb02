"""Sends a native voice message, once."""

import base64

import discord

from bot.audio.voice_message import VoiceMessage
from bot.delivery.history import History, nonce_of
from bot.delivery.messages import Messages, Payload, Sent, Upload
from bot.models import Job

# Source: Discord's documentation, "Voice Messages" and "Message Flags", read 2026-11.
IS_VOICE_MESSAGE = 1 << 13
FILE_NAME = "voice-message.ogg"
# Discord takes the file for audio only where its part of the request says so.
CONTENT_TYPE = "audio/ogg"


class VoiceMessageSender:
    """Posts a voice message as a reply to the job's card."""

    def __init__(self, messages: Messages, history: History) -> None:
        self._messages = messages
        self._history = history

    async def send(self, job: Job, voice: VoiceMessage) -> Sent:
        """Post it.

        The nonce makes Discord answer a repeated request of the next minutes with the same message.

        Raises:
            DeliveryError: see ``discord_faults``; NotAllowed where voice messages may not be sent, MessageGone where
                an earlier try posted it and somebody deleted it since.
        """
        payload: Payload = {"flags": IS_VOICE_MESSAGE}
        if job.card_message_id is not None:
            payload["message_reference"] = {"message_id": str(job.card_message_id), "fail_if_not_exists": False}
        fields = {
            "duration_secs": round(voice.duration_s, 3),
            "waveform": base64.b64encode(voice.waveform).decode(),
        }
        upload = Upload(voice.path, FILE_NAME, "", voice.path.stat().st_size, CONTENT_TYPE, fields)
        return await self._messages.post(job.place.channel_id, payload, [upload], nonce=nonce_of(job))

    async def find(self, job: Job, voice: VoiceMessage) -> Sent | None:
        """The voice message that an earlier try posted, or None.

        It answers the job's card or, where the card was deleted, has the same waveform.

        Raises:
            DeliveryError: it cannot be looked at.
        """

        def is_it(message: discord.Message) -> bool:
            return message.flags.voice and _belongs_to(job, voice, message)

        return await self._history.find(job, job.place.channel_id, is_it)


def _belongs_to(job: Job, voice: VoiceMessage, message: discord.Message) -> bool:
    if message.reference is not None:
        return message.reference.message_id == job.card_message_id
    return any(attachment.waveform == voice.waveform for attachment in message.attachments)
