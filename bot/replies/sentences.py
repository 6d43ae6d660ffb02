"""What members are told when something did not work: what happened, and what to do next."""

import re
import unicodedata

import discord

from bot.errors import (
    AudioUnreadable,
    Blocked,
    FeatureOff,
    InvalidRequest,
    JobNotFound,
    LimitReached,
    MissingPermission,
    UserError,
    VoiceUnknown,
)
from bot.models import FailureReason
from bot.replies.limits import say_limit_reached

_INVALID = {
    "text_empty": "There is nothing to say: write some text.",
    "text_too_long": "That text is too long: at most {detail} characters fit into one clip. "
    "Shorten it or send it in parts.",
    "voices_loading": "The list of voices is still loading. Try again in a few seconds.",
    "not_your_job": "Only the one who asked for this, or a moderator, can do that.",
    "too_late_to_cancel": "It is too late to cancel: this is already finished or being posted.",
    "nothing_to_send": "There is no result to send: this was not made, or is being sent already.",
    "asked_elsewhere": "This was made somewhere else. Ask for it there.",
    "limit_too_small": "That is too little: it has to be at least 1.",
    "limit_above_ceiling": "Whoever runs this bot set {detail} for a server as a whole. A server can be stricter with "
    "itself than that, not more generous.",
    "too_many_overrides": "This server has {detail} limits already. Take some back first: /limits reset.",
    "too_many_blocked": "{detail} members and roles are blocked already. Take some back first: /block remove, or block "
    "a role instead of each of its members.",
    "managers_only": "Only members with the permission **Manage Server** can do that.",
    "block_yourself": "That is you. Ask another manager if you really want to be blocked.",
    "block_own_role": "You have this role yourself, so you would block yourself too. A manager without it can do it.",
    "block_everyone": "That would block every member, you included. To close the bot to most members, take /tts from "
    "them in Server Settings → Integrations.",
    "nothing_to_retry": "This was already tried again, or there is nothing to try again.",
}

_SOMETHING_ELSE = "That did not work."

_FAILURES = {
    FailureReason.OUTCOME_UNKNOWN: "The connection broke just as this was handed over, so nobody knows whether it was "
    "made. It does not count against your limit. Press Retry to ask again.",
    FailureReason.REJECTED: "The audio service did not accept this{detail}. Change the text or the voice and send the "
    "command again. It does not count against your limit.",
    FailureReason.UNAUTHORIZED: "The audio service does not accept this bot's key. Please tell whoever runs the bot.",
    FailureReason.OUT_OF_CREDIT: "This bot's account at the audio service is out of credit. Please tell whoever runs "
    "the bot.",
    FailureReason.SERVICE_DOWN: "The audio service cannot be reached. It does not count against your limit. Press "
    "Retry in a minute.",
    FailureReason.SERVICE_BROKEN: "The audio service answered with an error. It does not count against your limit. "
    "Press Retry in a minute.",
    FailureReason.TASK_FAILED: "The audio service could not make this{detail}. It does not count against your limit. "
    "Change the text, or press Retry.",
    FailureReason.TASK_LOST: "The audio service lost this one. It does not count against your limit. Press Retry.",
    FailureReason.RESULT_UNREADABLE: "The audio service sent something that is not audio. It does not count against "
    "your limit. Press Retry.",
    FailureReason.RESULT_TOO_LARGE: "The result is too large to be fetched. Ask for something shorter.",
    FailureReason.TOO_LATE: "This took too long and was given up. It does not count against your limit. Press Retry.",
    FailureReason.NEVER_STARTED: "Its turn did not come in time, so it was given up. It does not count against your "
    "limit. Press Retry.",
    FailureReason.UNDELIVERABLE: "The audio is ready, but Discord did not take it here. It is kept for now: a "
    "moderator can check the bot's permissions in this channel; then press Send again. That costs nothing.",
    FailureReason.RESULT_GONE: "The result is not kept any longer. Press Retry to have it made anew; that counts like "
    "any other.",
    FailureReason.BUG: "Something went wrong inside the bot. It does not count against your limit. Press Retry, and "
    "tell whoever runs the bot if it happens again.",
}

# What Discord's markdown gives a meaning to, wherever it stands: emphasis, code, spoilers, and with "<" mentions,
# timestamps, emoji and links. Then what means something at the start of a line only, and the two halves of links.
_MARKS = re.compile(r"[\\*_~`|<]|^(?:[#>+-]|\d+(?=\.))|(?<=\])\(|:(?=//)")
# Characters that turn the direction of the text around them, ours included.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_QUOTATION_MARKS = str.maketrans("“”„‟", '""""')

PERMISSION_NAMES = {
    "attach_files": "Attach Files",
    "send_voice_messages": "Send Voice Messages",
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
}


def say_error(error: UserError) -> str:  # noqa: C901, PLR0911  # one sentence a kind
    """The sentence for a refusal."""
    match error:
        case LimitReached():
            return say_limit_reached(error)
        case Blocked():
            return (
                "The managers of this server blocked you, or a role of yours, from asking for audio here. What you "
                "asked for already stays yours: /jobs. If this is a mistake, talk to them."
            )
        case VoiceUnknown():
            return _say_unknown_voice(error)
        case InvalidRequest():
            return _INVALID.get(error.reason, _SOMETHING_ELSE).format(detail=quiet(error.detail))
        case MissingPermission():
            names = ", ".join(f"**{PERMISSION_NAMES.get(name, name)}**" for name in error.permissions)
            return f"I cannot post audio here: I need the permission {names}. A server manager can give it to me."
        case FeatureOff():
            return f"{error.feature} is turned off here."
        case JobNotFound():
            return "I do not know this job any more."
        case AudioUnreadable():
            return "That file is not audio that I can read."
        case _:
            return _SOMETHING_ELSE


def say_failure(reason: FailureReason, detail: str) -> str:
    """The sentence for a job that failed. ``detail`` is the service's own text and is quoted harmlessly."""
    words = _inside_quotes(detail)
    quoted = f": “{words}”" if words else ""
    return _FAILURES[reason].format(detail=quoted)


def say_bug(bug_id: str) -> str:
    """The sentence for an error nobody foresaw; the log has its traceback under the same id."""
    return (
        f"Something went wrong inside the bot. Try again; if it stays so, tell whoever runs the bot the id `{bug_id}`."
    )


def quiet(text: str, limit: int = 300) -> str:
    """Text from outside so that it can neither ping, link nor format, in one line, shortened to ``limit`` characters.

    With the backslashes that this takes it has at most twice as many.
    """
    return discord.utils.escape_mentions(_MARKS.sub(_escape, plain(text, limit)))


def plain(text: str, limit: int) -> str:
    """Text from outside for places without formatting: one line of what can be shown, ``limit`` characters at most."""
    line = " ".join("".join(char for char in " ".join(text.split()) if _can_be_shown(char)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _can_be_shown(char: str) -> bool:
    """False for control characters, halves of characters that Discord refuses, and what turns the text around."""
    return unicodedata.category(char) not in {"Cc", "Cs"} and char not in _TURNS


def _escape(match: re.Match[str]) -> str:
    mark = match[0]
    # A backslash before a digit would be shown, so in a numbered list it goes before the dot.
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _inside_quotes(text: str, limit: int = 300) -> str:
    """Text that cannot end the quotation it stands in."""
    return quiet(text.translate(_QUOTATION_MARKS), limit)


def _say_unknown_voice(error: VoiceUnknown) -> str:
    typed = _inside_quotes(error.detail, 60)
    if not error.nearest:
        return f"There is no voice called “{typed}”. Pick one from the list that opens while you type."
    nearest = ", ".join(f"**{quiet(label, 60)}**" for label in error.nearest)
    return f"There is no voice called “{typed}”. The nearest: {nearest}."
