"""Which voice speaks: the one asked for, else the first that is there of those chosen before, else the bot's own."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import InvalidRequest
from bot.jobs.preferences import Preferences
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Place, Voice
from bot.preferences import MAX_CHANNEL_VOICES, ChosenVoice, GuildSettings, VoiceScope
from bot.storage.database import StorageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """The voice that speaks."""

    voice: Voice
    gone: str = ""
    """The name of the voice that was chosen, where it is gone and the member was not told yet."""


class ChosenVoices:
    """What was chosen for a member in one place. Raises StorageError where the database fails."""

    def __init__(
        self, library: VoiceLibrary, preferences: Preferences, place: Place, channel_ids: tuple[int, ...]
    ) -> None:
        """``channel_ids``: whose voices count, a thread's own before its channel's."""
        self._library = library
        self._preferences = preferences
        self._place = place
        self._channel_ids = channel_ids

    async def load(self) -> tuple[ChosenVoice, ...]:
        """What was chosen, one of each scope at most, the one that goes before the others first."""
        first: dict[VoiceScope, ChosenVoice] = {}
        for one in await self._in_order():
            first.setdefault(one.scope, one)
        return tuple(first.values())

    async def speaking(self, typed: str | None = None) -> VoiceChoice:
        """Who speaks: the voice that was typed, else the first of the chosen that is there, else the bot's own.

        A choice whose voice is gone is kept: it may come back. Until then the nearest stands in.

        Raises:
            VoiceUnknown, InvalidRequest: as ``VoiceLibrary.resolve``.
        """
        if typed is not None and typed.strip():
            return VoiceChoice(await self._library.resolve(typed))
        default = await self._library.default()
        here = await self._in_order()
        voice = next((one.speaks for one in here if one.speaks is not None), default)
        return VoiceChoice(voice, await self._gone(here))

    async def remember(self, voice: Voice) -> None:
        """Remember the voice that the member used last. A database that fails is logged."""
        try:
            await self._library.remember(self._place.scope_id, self._place.user_id, voice)
        except StorageError as error:
            log.warning("The voice that a member used last was not kept: %s", error)

    async def note_told(self, choice: VoiceChoice) -> None:
        """Remember that the member was told of a voice that is gone. Where the database fails they are told again."""
        if not choice.gone:
            return
        try:
            await self._preferences.change_member(self._place.scope_id, self._place.user_id, replaced_voice=choice.gone)
        except StorageError as error:
            log.warning("A member will be told again of a voice that is gone: %s", error)

    async def choose(self, scope: VoiceScope, name: str | None) -> None:
        """Let this voice speak for the member, in the channel or in the guild; None takes the choice back.

        The caller makes sure that the member may.

        Raises:
            InvalidRequest: ``too_many_channel_voices``.
        """
        scope_id = self._place.scope_id
        if scope is VoiceScope.MEMBER:
            await self._preferences.change_member(scope_id, self._place.user_id, voice=name, replaced_voice=None)
        elif scope is VoiceScope.GUILD:
            await self._preferences.change_guild(scope_id, lambda now: replace(now, voice=name))
        elif scope is VoiceScope.CHANNEL:
            await self._preferences.change_guild(scope_id, lambda now: self._with_channel(now, name))

    async def _in_order(self) -> list[ChosenVoice]:
        """All that was chosen, what goes before the others first. Nobody manages direct messages."""
        place = self._place
        member = await self._preferences.member(place.scope_id, place.user_id)
        guild = GuildSettings() if place.guild_id is None else await self._preferences.guild(place.guild_id)
        names = [
            (VoiceScope.MEMBER, member.voice),
            *((VoiceScope.CHANNEL, guild.channel_voices.get(channel_id)) for channel_id in self._channel_ids),
            (VoiceScope.GUILD, guild.voice),
        ]
        return [self._chosen(scope, name) for scope, name in names if name]

    def _chosen(self, scope: VoiceScope, name: str) -> ChosenVoice:
        label = self._library.label_of(name)
        return ChosenVoice(scope, name, label, self._library.get(name), self._library.replacement(name))

    async def _gone(self, here: Sequence[ChosenVoice]) -> str:
        """The name of what goes before all others, where that voice is gone and the member was not told yet."""
        if not here or here[0].voice is not None:
            return ""
        member = await self._preferences.member(self._place.scope_id, self._place.user_id)
        return "" if member.replaced_voice == here[0].name else here[0].name

    def _with_channel(self, now: GuildSettings, name: str | None) -> GuildSettings:
        # What is taken back is what counts here: in a thread that may be its channel's.
        counting = next((channel_id for channel_id in self._channel_ids if channel_id in now.channel_voices), None)
        channel_id = self._place.channel_id if name else counting
        return now if channel_id is None else replace(now, channel_voices=_with(now.channel_voices, channel_id, name))


def _with(voices: Mapping[int, str], channel_id: int, name: str | None) -> dict[int, str]:
    others = {channel: voice for channel, voice in voices.items() if channel != channel_id}
    if name is None:
        return others
    if len(others) >= MAX_CHANNEL_VOICES:
        raise InvalidRequest("too_many_channel_voices", str(MAX_CHANNEL_VOICES))
    return {**others, channel_id: name}
