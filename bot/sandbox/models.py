"""What the little Discord consists of: people, guilds, channels and messages. Ids are text, as on the wire."""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.sandbox.errors import REQUEST_TOO_LARGE, Refusal
from bot.sandbox.wire import JsonObject

EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12
VOICE_MESSAGE = 1 << 13
COMPONENTS_V2 = 1 << 15
"""Message flags. Source: discord-api-docs resources/message.mdx, "Message Flags", read 2026-11-22."""

IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2
"""Interaction contexts. Source: discord-api-docs interactions/receiving-and-responding.mdx."""

ENGLISH = "en-US"
LOCALES = frozenset(
    (
        "id", "da", "de", "en-GB", ENGLISH, "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
        "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
        "zh-TW", "ko",
    )
)  # fmt: skip
"""The languages of Discord. Source: discord-api-docs reference.mdx, "Locales", read 2026-11-22."""

PLAIN_MESSAGE, REPLY, SLASH_RESPONSE, MENU_RESPONSE = 0, 19, 20, 23
"""Message types, same source."""


@dataclass
class User:
    """A person or the bot. ``color`` is what the page paints the avatar with.

    ``has_app``: the person added the bot to their own account (a user install), and so may use it anywhere.
    ``locale`` is the language they have chosen in their Discord.
    """

    id: str
    username: str
    display_name: str
    color: str
    is_bot: bool = False
    takes_dms: bool = True
    has_app: bool = False
    locale: str = ENGLISH


@dataclass
class Role:
    """A role of one guild; ``bot_id`` is set on the role that Discord manages for the bot."""

    id: str
    name: str
    permissions: int
    position: int
    bot_id: str | None = None


@dataclass(frozen=True)
class SoundboardSound:
    """A sound of a server's soundboard, with its bytes. ``user_id`` is who added it."""

    id: str
    name: str
    volume: float
    emoji_name: str | None
    user_id: str
    content_type: str
    content: bytes


@dataclass
class Guild:
    """A server. Its own id is also the id of its ``@everyone`` role; ``member_roles`` has everybody who is in it."""

    id: str
    name: str
    color: str
    owner_id: str
    joined_at: float
    roles: dict[str, Role] = field(default_factory=dict[str, Role])
    member_roles: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    channel_ids: list[str] = field(default_factory=list[str])
    automod_keywords: tuple[str, ...] = ()
    """The keywords of the only AutoMod rule there is; none: no rule."""
    sounds: dict[str, SoundboardSound] = field(default_factory=dict[str, SoundboardSound])


@dataclass
class Attachment:
    """A file of a message; its bytes live in the CDN under the same id."""

    id: str
    channel_id: str
    filename: str
    size: int
    content_type: str
    description: str | None = None
    title: str | None = None
    duration_secs: float | None = None
    waveform: str | None = None


@dataclass(frozen=True)
class Pings:
    """Who a message really pinged, after ``allowed_mentions``."""

    user_ids: tuple[str, ...] = ()
    role_ids: tuple[str, ...] = ()
    everyone: bool = False


@dataclass
class Message:
    """A message. ``only_for`` is the one member who sees an ephemeral one."""

    id: str
    channel_id: str
    author_id: str
    created_at: float
    content: str = ""
    type: int = PLAIN_MESSAGE
    flags: int = 0
    edited_at: float | None = None
    tts: bool = False
    nonce: str | None = None
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    embeds: list[JsonObject] = field(default_factory=list[JsonObject])
    components: list[JsonObject] = field(default_factory=list[JsonObject])
    pings: Pings = Pings()
    replies_to: str | None = None
    only_for: str | None = None
    interaction: JsonObject | None = None
    application_id: str | None = None

    @property
    def is_voice(self) -> bool:
        """Whether this is a voice message, which can never be edited."""
        return bool(self.flags & VOICE_MESSAGE)

    @property
    def is_loading(self) -> bool:
        """Whether this is the "is thinking…" that a deferred answer shows."""
        return bool(self.flags & LOADING)


@dataclass(frozen=True)
class FileLimit:
    """How large one attachment may be, how Discord refuses a larger one, and what interactions say of it."""

    size_bytes: int
    refusal: Refusal = REQUEST_TOO_LARGE
    told_bytes: int | None = None
    """``attachment_size_limit`` where it is not the truth, as when a boost has just ended."""


@dataclass
class Channel:
    """A text channel of a guild, the direct messages of one person with the bot, or a talk the bot is not in.

    ``recipient_id`` is set for direct messages with the bot, ``member_ids`` for talks between people: two are
    direct messages of these two, more are a group.
    """

    id: str
    name: str
    topic: str = ""
    position: int = 0
    guild_id: str | None = None
    recipient_id: str | None = None
    member_ids: tuple[str, ...] = ()
    is_archived: bool = False
    bot_denied: int = 0
    """Permission bits that an overwrite of this channel takes from the bot's role."""
    file_limit: FileLimit | None = None
    last_message_id: str | None = None
    messages: OrderedDict[str, Message] = field(default_factory=OrderedDict[str, Message])

    @property
    def context(self) -> int:
        """The interaction context: in a guild, with the bot alone, or among people."""
        if self.guild_id is not None:
            return IN_GUILD
        return IN_BOT_DM if self.recipient_id is not None else IN_PRIVATE_CHANNEL
