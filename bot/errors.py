"""What may be said to a user, and what may go wrong on the way to Discord.

    UserError                 a sentence for the member, made in bot/replies from the fields below; never retried
      LimitReached            a rate, a number of jobs in flight or a budget is used up
      Blocked                 the member, or a role of theirs, may ask for nothing here
      InvalidRequest          the request itself cannot be done as asked
        VoiceUnknown          no voice of that name; the nearest names are offered
        SoundboardFull        no room for one more sound; another one has to go
        SoundLost             a sound had to go for another, and neither could be put there
      NotAdmitted             the managers of this server let others ask, or elsewhere
      MissingPermission       Discord does not let the bot, or the member, do it here
      JobNotFound             no such job, or not one this member may touch
      SourceGone              what a member attached is not there any more
      AudioUnreadable         bytes that were promised to be audio are not
    DeliveryError             Discord did not take what was made; bot/delivery tries the next best place
      ChannelGone             message, channel or guild does not exist any more
      NotAllowed              a permission is missing; ``permission`` names it where Discord does
      FileTooLarge            more bytes than this place takes
      DiscordUnavailable      5xx, connection fault or timeout after discord.py's own retries

(Not frozen: contextlib writes ``__traceback__`` on an exception that passes through it.)

The third family, ``ApiError``, lives in bot/finevoice/errors.py. Errors carry fields, not sentences.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.limits import LimitName, Subject


class UserError(Exception):
    """Something the member can act on."""


@dataclass(eq=False)
class LimitReached(UserError):
    """A limit refuses the job; nothing was reserved."""

    limit: LimitName
    subject: Subject
    """MEMBER or GUILD: whose limit it is."""
    allowed: int
    used: int
    """Of ``allowed``, in jobs or in cost units."""
    cost: int = 1
    """What the refused job would have taken."""
    resets_at: datetime | None = None
    """When the job will be taken; None where only the end of other jobs makes room."""
    refill_s: float = 0.0
    """Of a rate: seconds until each further job comes free."""


@dataclass(eq=False)
class Blocked(UserError):
    """The managers of this server do not let the member, or one of their roles, ask for anything."""


@dataclass(eq=False)
class InvalidRequest(UserError):
    """The request cannot be done as asked. ``reason`` is a key that bot/replies has a sentence for."""

    reason: str
    detail: str = ""


@dataclass(eq=False)
class VoiceUnknown(InvalidRequest):
    """No voice of that name. ``nearest`` holds up to three labels, best first."""

    nearest: tuple[str, ...] = ()


@dataclass(eq=False)
class NotAdmitted(UserError):
    """The managers of this server let audio be asked for elsewhere, or by others, only; one of the two is not None."""

    channels: tuple[int, ...] | None = None
    """The ids of the channels where it may be asked for; none where all of them are deleted."""
    roles: tuple[int, ...] | None = None
    """The ids of the roles whose members may ask; likewise."""


class SoundboardFull(InvalidRequest):
    """The soundboard of the guild has as many sounds as Discord gives it room for."""

    def __init__(self) -> None:
        super().__init__("soundboard_full")


@dataclass(eq=False)
class SoundLost(InvalidRequest):
    """A sound, ``detail`` is its name, had to go for another, and neither could be put there."""

    content: bytes = b""
    """What it was."""


class Deed(StrEnum):
    """What cannot be done without a permission."""

    AUDIO = "audio"
    VOICE_MESSAGE = "voice message"
    FILE = "file"
    TAKES = "takes"
    TRANSCRIPT = "transcript"
    SAMPLE = "sample"
    LOG = "log"


class Grant(StrEnum):
    """Where a permission that is missing can be given."""

    CHANNEL = "channel"
    """In the settings of the channel: it is denied there, whatever the role says."""
    SERVER = "server"
    """In the settings of the server: the role of the bot does not have it."""
    MEMBER = "member"
    """The member lacks it, with whose rights the bot is there."""
    TIME_OUT = "time-out"
    """Nowhere: a moderator timed the bot out, and no role helps against that."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a permission can be given. ``role`` is the bot's, as it is called there: text from outside."""

    grant: Grant = Grant.UNKNOWN
    channel_id: int = 0
    role: str = ""


@dataclass(eq=False)
class MissingPermission(UserError):
    """Without ``permissions`` (Discord's names, e.g. ``attach_files``) the ``deed`` cannot be done."""

    permissions: tuple[str, ...]
    deed: Deed = Deed.AUDIO
    remedy: Remedy = field(default_factory=Remedy)


@dataclass(eq=False)
class JobNotFound(UserError):
    """No such job, or it belongs to somebody else."""

    job_id: str


class SourceGone(UserError):
    """The file that something was to be made from, or the message it hung in, is gone."""


@dataclass(eq=False)
class AudioUnreadable(UserError):
    """The bytes are not what they should be: ``not_audio``, ``empty``, ``truncated``, ``too_long`` or ``not_text``."""

    reason: str


class DeliveryError(Exception):
    """Discord did not take what was made."""


@dataclass(eq=False)
class ChannelGone(DeliveryError):
    """Message, channel or guild does not exist any more."""

    channel_id: int


@dataclass(eq=False)
class NotAllowed(DeliveryError):
    """The bot may not do this here."""

    channel_id: int
    permission: str = ""


@dataclass(eq=False)
class FileTooLarge(DeliveryError):
    """``size_bytes`` is more than this place takes."""

    size_bytes: int


@dataclass(eq=False)
class DiscordUnavailable(DeliveryError):
    """Discord could not be asked; the same delivery may be tried again after ``retry_after_s``."""

    retry_after_s: float = field(default=5.0)
