"""The rules of voice messages: flag 8192, one audio file, its length and its waveform, nothing else.

Source: discord-api-docs resources/message.mdx "Voice Messages", discord-api-docs pull request 6082 (only
SEND_VOICE_MESSAGES is needed), and the OpenAPI document (waveform of at most 400 characters), read 2026-11-22.
"""

import base64
import binascii
import math

from bot.sandbox.errors import (
    VOICE_NOT_ONE_AUDIO,
    VOICE_WITH_CONTENT,
    VOICE_WITHOUT_DURATION,
    VOICE_WITHOUT_METADATA,
    ApiError,
    wrong_field,
)
from bot.sandbox.message_forms import Draft, NewFile

WAVEFORM_POINTS = 256


def check_voice_message(draft: Draft) -> None:
    """Let only a proper voice message through.

    Raises:
        ApiError: 50159 with text or embeds beside it, 50160 unless there is exactly one file sent as audio,
            50161 without waveform, 50192 without a length above zero, 50035 for a waveform that is none.
    """
    if draft.content or draft.embeds or draft.components:
        raise ApiError(VOICE_WITH_CONTENT)
    if len(draft.new_files) != 1 or not _is_audio(draft.new_files[0]):
        raise ApiError(VOICE_NOT_ONE_AUDIO)
    check_metadata(draft.new_files[0].duration_secs, draft.new_files[0].waveform)


def check_metadata(duration_secs: float | None, waveform: str | None) -> None:
    """Check length and waveform of a voice message.

    Raises:
        ApiError: 50161, 50192 or 50035 as in ``check_voice_message``.
    """
    if waveform is None:
        raise ApiError(VOICE_WITHOUT_METADATA)
    if duration_secs is None or not math.isfinite(duration_secs) or duration_secs <= 0:
        raise ApiError(VOICE_WITHOUT_DURATION)
    _check_waveform(waveform)


def _is_audio(file: NewFile) -> bool:
    """Discord looks at the part's own Content-Type; discord.py's default, octet-stream, is not audio."""
    return file.upload.content_type.lower().startswith("audio/")


def _check_waveform(waveform: str) -> None:
    path = ("attachments", "0", "waveform")
    try:
        points = base64.b64decode(waveform, validate=True)
    except (binascii.Error, ValueError) as error:
        raise wrong_field(path, "BASE64_TYPE_INVALID", "Could not decode the value as base64.") from error
    if not 1 <= len(points) <= WAVEFORM_POINTS:
        message = f"Must be between 1 and {WAVEFORM_POINTS} in length."
        raise wrong_field(path, "BASE_TYPE_BAD_LENGTH", message)
