"""What guilds and members chose for themselves. Standard library and plain files only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.discord_limits import MAX_OPTIONS
from bot.models import ResultForm, Voice

MAX_CHANNEL_VOICES = 100
# As many as one menu lets managers pick.
MAX_CHANNELS = MAX_ROLES = MAX_OPTIONS
NO_RETENTION = 0


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the managers of a guild chose; what they left open is the operator's choice."""

    voice: str | None = None
    """The name of the voice for members who chose none."""
    channel_voices: Mapping[int, str] = field(default_factory=dict[int, str])
    """Names of voices by channel id; they come before the guild's."""
    form: ResultForm | None = None
    channels: tuple[int, ...] = ()
    """Where audio may be asked for; empty: everywhere."""
    roles: tuple[int, ...] = ()
    """Who may ask for it; empty: everyone."""
    transcribed_channels: tuple[int, ...] = ()
    """Where voice notes are written down without being asked for."""
    notes_from_s: float = 2.0
    """Shorter voice notes are left alone there."""
    notes_to_s: float = 300.0
    """Longer ones too."""
    log_channel: int | None = None
    """Where moderators have transcripts sent to."""
    locale: str | None = None
    """The language for everyone, as Discord names it; None: each member's own."""
    keep_transcripts_days: int = NO_RETENTION
    """How long the text of transcripts is kept; 0: not at all."""


def without_channel(settings: GuildSettings, channel_id: int) -> GuildSettings:
    """What stays chosen when a channel is deleted.

    The last one where audio may be asked for stays: without it, audio might be asked for everywhere, which nobody said.
    """
    return replace(
        settings,
        channels=tuple(one for one in settings.channels if one != channel_id) or settings.channels,
        channel_voices={one: voice for one, voice in settings.channel_voices.items() if one != channel_id},
        transcribed_channels=tuple(one for one in settings.transcribed_channels if one != channel_id),
        log_channel=None if settings.log_channel == channel_id else settings.log_channel,
    )


def without_role(settings: GuildSettings, role_id: int) -> GuildSettings:
    """What stays chosen when a role is deleted. The last one that may ask stays, likewise."""
    return replace(settings, roles=tuple(one for one in settings.roles if one != role_id) or settings.roles)


@dataclass(frozen=True, slots=True)
class MemberSettings:
    """What a member chose in one guild, or in their direct messages."""

    voice: str | None = None
    replaced_voice: str | None = None
    """The name of a voice that would speak for them but is gone, and of which they were told."""


class VoiceScope(StrEnum):
    """For whom a voice was chosen. The values stand in custom ids."""

    MEMBER = "me"
    CHANNEL = "channel"
    GUILD = "server"


@dataclass(frozen=True, slots=True)
class ChosenVoice:
    """A choice. ``voice`` is None where the voice is gone; then ``nearest`` may stand in for it."""

    scope: VoiceScope
    name: str
    label: str
    voice: Voice | None
    nearest: Voice | None = None

    @property
    def speaks(self) -> Voice | None:
        """Who speaks by this choice."""
        return self.voice or self.nearest
