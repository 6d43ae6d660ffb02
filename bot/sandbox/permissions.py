"""Discord's permission bits and the rules by which one implies the loss of another.

Source: discord-api-docs topics/permissions.mdx, commit c98d64bc, read 2026-11-22.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """One permission: Discord's name for it, its bit, and words for the page."""

    name: str
    bit: int
    label: str


_LISTED = (
    Permission("view_channel", 1 << 10, "View channels"),
    Permission("send_messages", 1 << 11, "Send messages"),
    Permission("embed_links", 1 << 14, "Embed links"),
    Permission("attach_files", 1 << 15, "Attach files"),
    Permission("read_message_history", 1 << 16, "Read message history"),
    Permission("send_voice_messages", 1 << 46, "Send voice messages"),
    Permission("send_messages_in_threads", 1 << 38, "Send messages in threads"),
    Permission("mention_everyone", 1 << 17, "Mention everyone"),
    Permission("manage_messages", 1 << 13, "Manage messages"),
    Permission("connect", 1 << 20, "Connect to voice channels"),
    Permission("speak", 1 << 21, "Speak in voice channels"),
    Permission("use_soundboard", 1 << 42, "Use the soundboard"),
    Permission("create_guild_expressions", 1 << 43, "Create expressions"),
    Permission("manage_guild", 1 << 5, "Manage server"),
    Permission("manage_guild_expressions", 1 << 30, "Manage expressions"),
)
_UNLISTED = (
    Permission("administrator", 1 << 3, "Administrator"),
    Permission("add_reactions", 1 << 6, "Add reactions"),
    Permission("use_external_emojis", 1 << 18, "Use external emojis"),
    Permission("use_application_commands", 1 << 31, "Use application commands"),
    Permission("moderate_members", 1 << 40, "Time out members"),
    Permission("use_external_apps", 1 << 50, "Use external apps"),
)

SWITCHABLE = _LISTED
"""What the page may switch on and off for the bot, in the order it is shown."""

_BITS = {permission.name: permission.bit for permission in _LISTED + _UNLISTED}
_ALL = (1 << 53) - 1

_LOST_WITHOUT_SENDING = ("mention_everyone", "embed_links", "attach_files", "send_voice_messages")


def bits(names: Iterable[str]) -> int:
    """Add up the bits of permissions given by Discord's names."""
    total = 0
    for name in names:
        total |= _BITS[name]
    return total


def allows(granted: int, name: str) -> bool:
    """Say whether ``granted`` contains the permission ``name``."""
    return bool(granted & _BITS[name])


def with_implied_losses(granted: int) -> int:
    """Take away what a missing permission implies: no view, nothing at all; no sending, no files or links."""
    if allows(granted, "administrator"):
        return _ALL
    if not allows(granted, "view_channel"):
        return 0
    if not allows(granted, "send_messages"):
        return granted & ~bits(_LOST_WITHOUT_SENDING)
    return granted


MEMBER_PERMISSIONS = bits((
    "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history", "add_reactions",
    "send_voice_messages", "send_messages_in_threads", "connect", "speak", "use_soundboard",
    "use_application_commands", "use_external_apps",
))  # fmt: skip
MODERATOR_PERMISSIONS = bits(("manage_messages", "moderate_members"))
MANAGER_PERMISSIONS = bits((
    "manage_guild", "manage_messages", "mention_everyone", "create_guild_expressions", "manage_guild_expressions",
))  # fmt: skip
BOT_PERMISSIONS = bits((
    "view_channel", "send_messages", "send_messages_in_threads", "embed_links", "attach_files",
    "read_message_history", "send_voice_messages",
))  # fmt: skip
"""What the invite link of the bot asks for (70643622202368)."""

DM_PERMISSIONS = MEMBER_PERMISSIONS & ~bits(("use_application_commands",))
"""Nobody can take anything away in a direct message."""

PRIVATE_APP_PERMISSIONS = bits(("attach_files", "embed_links", "mention_everyone"))
"""``app_permissions`` where people talk without the bot. Source: discord-api-docs
interactions/receiving-and-responding.mdx, "Interaction Object", footnote on ``app_permissions``."""

BOT_DM_APP_PERMISSIONS = PRIVATE_APP_PERMISSIONS | bits(("use_external_emojis",))
"""``app_permissions`` in direct messages with the bot, same source: less than what is really allowed there."""
