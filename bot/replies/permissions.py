"""Permissions that are missing: what cannot be done, who lacks what where, and how it is given to them."""

from bot.errors import Deed, Grant, MissingPermission
from bot.models import ResultForm
from bot.replies.language import N_, _

# As Discord's own settings call them.
PERMISSION_NAMES = {
    "attach_files": N_("Attach Files"),
    "embed_links": N_("Embed Links"),
    "send_voice_messages": N_("Send Voice Messages"),
    "view_channel": N_("View Channel"),
    "send_messages": N_("Send Messages"),
    "send_messages_in_threads": N_("Send Messages in Threads"),
    "read_message_history": N_("Read Message History"),
}

_CANNOT = {
    Deed.AUDIO: N_("I cannot post audio here."),
    Deed.VOICE_MESSAGE: N_("I cannot post a voice message here."),
    Deed.FILE: N_("I cannot post a file here."),
    Deed.TAKES: N_("I cannot post several sounds here."),
    Deed.TRANSCRIPT: N_("I cannot post a transcript here."),
    Deed.SAMPLE: N_("I cannot play you a voice here."),
    Deed.LOG: N_("I cannot write into the log channel."),
}

# Discord lets whoever has Manage Roles change roles, and what roles may do in a channel. Source: its documentation,
# "Permissions", read 2026-11.
_GIVEN = {
    Grant.CHANNEL: N_(
        "In {channel} I lack {permissions}: somebody with **Manage Roles** can turn it on for me under Edit Channel → "
        "Permissions → **{role}**."
    ),
    Grant.SERVER: N_(
        "In this server I lack {permissions}: somebody with **Manage Roles** can turn it on for me under Server "
        "Settings → Roles → **{role}** → Permissions."
    ),
    Grant.MEMBER: N_(
        "You lack {permissions} in {channel}, and here I may do only what you may: ask somebody with **Manage Roles** "
        "for it, or use me in a direct message."
    ),
    Grant.TIME_OUT: N_(
        "I am timed out in this server: somebody with **Timeout Members** can end that in the list of members, or ask "
        "again when it is over."
    ),
    Grant.UNKNOWN: N_(
        "I lack {permissions} here: somebody with **Manage Roles** can turn it on for me in Server Settings → Roles, "
        "or for this channel alone under Edit Channel → Permissions."
    ),
}


def say_missing(error: MissingPermission, role: str) -> str:
    """What cannot be done, and how to change that. ``role`` is the bot's, in a form that can be shown."""
    remedy = error.remedy
    given = _(_GIVEN[remedy.grant]).format(
        permissions=permission_names(error.permissions), channel=f"<#{remedy.channel_id}>", role=role
    )
    return f"{_(_CANNOT[error.deed])} {given}"


def permission_names(permissions: tuple[str, ...]) -> str:
    """Permissions as Discord shows them, in bold."""
    return ", ".join(f"**{_(PERMISSION_NAMES.get(name, name))}**" for name in permissions)


def say_other_form(wanted: ResultForm | None, posted: ResultForm) -> str:
    """What a member is told who wanted one form where only the other may be posted; empty where nothing is amiss."""
    if wanted in {None, posted}:
        return ""
    if posted is ResultForm.FILE:
        return _("📎 I may not post voice messages here, so this comes as a file.")
    return _("🎙️ I may not attach files here, so this comes as a voice message.")
