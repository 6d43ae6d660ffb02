"""Which voices were chosen for a member, a channel and a server, and which of them speaks now."""

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import InvalidRequest
from bot.jobs.preferences import Preferences
from bot.jobs.voice_choice import choose_voice
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Place, Voice
from bot.preferences import MAX_CHANNEL_VOICES, ChosenVoice, GuildSettings, VoiceScope


class ChosenVoices:
    """Reads and changes the choices. Raises StorageError where the database fails."""

    def __init__(self, library: VoiceLibrary, preferences: Preferences, channel_ids: tuple[int, ...]) -> None:
        """``channel_ids``: whose voices count, a thread's own before its channel's."""
        self._library = library
        self._preferences = preferences
        self._channel_ids = channel_ids

    async def load(self, place: Place) -> tuple[ChosenVoice, ...]:
        """What was chosen for this member here, the one that goes before the others first."""
        member = await self._preferences.member(place.scope_id, place.user_id)
        guild = GuildSettings() if place.guild_id is None else await self._preferences.guild(place.guild_id)
        channel_id = self._counting(guild)
        last = await self._library.last_used(place.scope_id, place.user_id)
        names = {
            VoiceScope.MEMBER: member.voice,
            VoiceScope.LAST: None if last is None else last.name,
            VoiceScope.CHANNEL: None if channel_id is None else guild.channel_voices[channel_id],
            VoiceScope.GUILD: guild.voice,
        }
        return tuple(self._chosen(scope, name) for scope, name in names.items() if name)

    def _chosen(self, scope: VoiceScope, name: str) -> ChosenVoice:
        label = self._library.label_of(name)
        return ChosenVoice(scope, label, self._library.get(name), self._library.replacement(name))

    async def speaking(self, place: Place) -> Voice:
        """Who speaks for this member here where no voice is named.

        Raises:
            InvalidRequest: ``voices_loading``.
        """
        choice = await choose_voice(self._library, self._preferences, place, channel_ids=self._channel_ids)
        return choice.voice

    def _counting(self, guild: GuildSettings) -> int | None:
        """The channel whose voice counts here, if one has its own."""
        return next((channel_id for channel_id in self._channel_ids if channel_id in guild.channel_voices), None)

    async def choose(self, scope: VoiceScope, place: Place, name: str | None) -> None:
        """Let this voice speak for the member, in the channel or in the guild; None takes the choice back.

        The caller makes sure that the member may.

        Raises:
            InvalidRequest: ``too_many_channel_voices``.
        """
        if scope is VoiceScope.MEMBER:
            await self._preferences.change_member(place.scope_id, place.user_id, voice=name, replaced_voice=None)
        elif scope is VoiceScope.GUILD:
            await self._preferences.change_guild(place.scope_id, lambda now: replace(now, voice=name))
        elif scope is VoiceScope.CHANNEL:
            await self._preferences.change_guild(place.scope_id, lambda now: self._with_channel(now, place, name))

    def _with_channel(self, now: GuildSettings, place: Place, name: str | None) -> GuildSettings:
        # What is taken back is what counts here: in a thread that may be its channel's.
        channel_id = place.channel_id if name else self._counting(now)
        return now if channel_id is None else replace(now, channel_voices=_with(now.channel_voices, channel_id, name))


def _with(voices: Mapping[int, str], channel_id: int, name: str | None) -> dict[int, str]:
    others = {channel: voice for channel, voice in voices.items() if channel != channel_id}
    if name is None:
        return others
    if len(others) >= MAX_CHANNEL_VOICES:
        raise InvalidRequest("too_many_channel_voices", str(MAX_CHANNEL_VOICES))
    return {**others, channel_id: name}
