"""Which voice speaks: the one asked for, else the member's, their last one, the channel's, the guild's, the bot's."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from bot.jobs.preferences import Preferences
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Place, Voice
from bot.storage.database import StorageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """The voice that speaks."""

    voice: Voice
    gone: str = ""
    """The name of the member's own choice, where that voice is gone and they were not told yet."""


async def choose_voice(
    voices: VoiceLibrary,
    preferences: Preferences,
    place: Place,
    typed: str | None = None,
    *,
    channel_ids: Iterable[int] = (),
) -> VoiceChoice:
    """The voice for a member here. ``channel_ids``: whose voices count, a thread's own before its channel's.

    A voice that the member chose and that is gone is kept: it may come back. Until then the nearest stands in for it.

    Raises:
        VoiceUnknown, InvalidRequest: as ``VoiceLibrary.resolve``.
        StorageError: the database failed.
    """
    member = await preferences.member(place.scope_id, place.user_id)
    chosen = member.voice
    others = await _voices_here(preferences, place, channel_ids or (place.channel_id,))
    voice = await voices.resolve(typed, place.scope_id, place.user_id, chosen, others)
    was_asked_for = typed is not None and bool(typed.strip())
    if chosen is None or was_asked_for or voices.get(chosen) is not None:
        return VoiceChoice(voice)
    return VoiceChoice(voice, gone="" if member.replaced_voice == chosen else chosen)


async def remember_named(
    voices: VoiceLibrary, preferences: Preferences, place: Place, voice: Voice, *, channel_ids: Iterable[int] = ()
) -> None:
    """Remember a voice that the member named, as the one they used last. A database that fails is logged.

    One that would have spoken anyway says nothing of what they like: when the managers choose another, that speaks.
    """
    try:
        unasked = await choose_voice(voices, preferences, place, channel_ids=channel_ids)
    except StorageError as error:
        log.warning("The voice that a member named was not kept: %s", error)
        return
    if unasked.voice.name != voice.name:
        await voices.remember(place.scope_id, place.user_id, voice)


async def note_told(preferences: Preferences, place: Place, choice: VoiceChoice) -> None:
    """Remember that the member was told of a voice that is gone. Where the database fails they are told again."""
    if not choice.gone:
        return
    try:
        await preferences.change_member(place.scope_id, place.user_id, replaced_voice=choice.gone)
    except StorageError as error:
        log.warning("A member will be told again of a voice that is gone: %s", error)


async def _voices_here(preferences: Preferences, place: Place, channel_ids: Iterable[int]) -> list[str]:
    """What the managers chose for the channel, then for the guild. Nobody manages direct messages."""
    if place.guild_id is None:
        return []
    guild = await preferences.guild(place.guild_id)
    channels = [guild.channel_voices[channel_id] for channel_id in channel_ids if channel_id in guild.channel_voices]
    return [*channels, *([guild.voice] if guild.voice else [])]
