"""What members are told when something did not work: what happened, and what to do next."""

import re
import unicodedata

import discord

from bot.errors import (
    AudioUnreadable,
    Blocked,
    InvalidRequest,
    JobNotFound,
    LimitReached,
    MissingPermission,
    NotAdmitted,
    SourceGone,
    UserError,
    VoiceUnknown,
)
from bot.models import FailureReason, JobKind
from bot.replies.effect_refusals import EFFECT_REFUSALS
from bot.replies.language import N_, _
from bot.replies.limits import say_limit_reached
from bot.replies.permissions import say_missing
from bot.replies.transcript_refusals import TRANSCRIPT_REFUSALS
from bot.replies.voice_refusals import VOICE_REFUSALS

_INVALID = {
    "text_empty": N_(
        "There is nothing to say: spoilers, signs, emoji and emotion tags alone are silent. Write some words."
    ),
    "word_blocked": N_(
        "This server's AutoMod lets nobody write “{detail}” here, so I do not say it either. Leave it out and ask "
        "again."
    ),
    "file_empty": N_("That file is empty. Attach one with something in it."),
    "log_channel_silent": N_("Discord did not take it just now. Look into the log channel, and try again in a minute."),
    "text_too_long": N_(
        "That text is too long: at most {detail} characters fit into one clip. Shorten it or send it in parts."
    ),
    "prompt_empty": N_("There is nothing to make a sound of: say what you want to hear."),
    "made_already": N_("This is being made already, or was: look for its card, or see /jobs."),
    "ask_again": N_("I do not remember this question any more, and nothing was used. Ask again with the command."),
    "emotion_unknown": N_("I know no emotion called “{detail}”. Pick one from the list that opens while you type."),
    "message_without_text": N_("There is nothing to read in this message: it has no text."),
    "message_only_files": N_(
        "There is nothing to read in this message: it has files, but no text. If somebody speaks in them, "
        "**Apps → Transcribe** writes it down."
    ),
    "message_says_nothing": N_(
        "There is nothing to read in this message: without its spoilers and signs, no text is left."
    ),
    "voices_loading": N_("The list of voices is still loading. Try again in a few seconds."),
    "not_your_job": N_("Only the one who asked for this, or a moderator, can do that. Ask one of them."),
    "only_asker": N_("Only the one who asked for this can do that. Send the command yourself to have one of your own."),
    "too_late_to_cancel": N_(
        "It is too late to cancel: this is over, or being posted right now. What was posted has a button to delete it."
    ),
    "nothing_to_send": N_(
        "There is no result to send: this was not made, or is being sent already. Look here again in a moment, or send "
        "the command again."
    ),
    "asked_elsewhere": N_("This was made somewhere else. Ask for it there."),
    "limit_too_small": N_("That is too little: it has to be at least 1."),
    "limit_above_ceiling": N_(
        "Whoever runs this bot set {detail} for a server as a whole. A server can be stricter with "
        "itself than that, not more generous."
    ),
    "too_many_overrides": N_("This server has {detail} limits already. Take some back first: /limits reset."),
    "too_many_blocked": N_(
        "{detail} members and roles are blocked already. Take some back first: /block remove, or block "
        "a role instead of each of its members."
    ),
    "managers_only": N_("Only members with the permission **Manage Server** can do that. Ask one of them."),
    "block_yourself": N_("That is you. Ask another manager if you really want to be blocked."),
    "block_own_role": N_(
        "You have this role yourself, so you would block yourself too. A manager without it can do it."
    ),
    "block_everyone": N_(
        "That would block every member, you included. To close the bot to most members, take /tts from "
        "them in Server Settings → Integrations."
    ),
    "not_offered": N_("That is not offered any more. Send the command again."),
    "voice_not_named": N_("Write the name of a voice, or press **No default** to have none."),
    "note_lengths": N_(
        "Write two numbers of seconds from 0 to {detail}, the first one not larger than the second: 2 and 300, say."
    ),
    "jobs_unfinished": N_(
        "Some of your jobs are not over yet ({detail}). Wait for them or cancel them in each server with /jobs, then "
        "try again."
    ),
    "nothing_to_retry": N_(
        "This was already tried again, or there is nothing to try again. To have it made once more, send the command."
    ),
    "not_speech": N_("That works with spoken texts only. Make one with /tts."),
    "no_other_voice": N_("There is no other voice to choose from here. /voice search shows all there are."),
    "not_deleted": N_(
        "Discord did not let me delete all of it. Try again in a minute, or delete the messages by hand."
    ),
    **EFFECT_REFUSALS,
    **TRANSCRIPT_REFUSALS,
    **VOICE_REFUSALS,
}

_SOMETHING_ELSE = N_("That did not work.")

_FAILURES = {
    FailureReason.OUTCOME_UNKNOWN: N_(
        "The connection broke just as this was handed over, so nobody knows whether it was "
        "made. It does not count against your limit. Press Retry to ask again."
    ),
    FailureReason.REJECTED: N_(
        "The audio service did not accept this{detail}. Change the text or the voice and send the "
        "command again. It does not count against your limit."
    ),
    FailureReason.UNAUTHORIZED: N_(
        "The audio service does not accept this bot's key. Please tell whoever runs the bot."
    ),
    FailureReason.OUT_OF_CREDIT: N_(
        "This bot's account at the audio service is out of credit. Please tell whoever runs the bot."
    ),
    FailureReason.SERVICE_DOWN: N_(
        "The audio service cannot be reached, or has too much to do. It does not count against your limit. Press Retry "
        "in a minute."
    ),
    FailureReason.SERVICE_BROKEN: N_(
        "The audio service answered with an error. It does not count against your limit. Press Retry in a minute."
    ),
    FailureReason.TASK_FAILED: N_(
        "The audio service could not make this{detail}. It does not count against your limit. "
        "Change the text, or press Retry."
    ),
    FailureReason.TASK_LOST: N_("The audio service lost this one. It does not count against your limit. Press Retry."),
    FailureReason.RESULT_UNREADABLE: N_(
        "The audio service sent something that is not audio. It does not count against your limit. Press Retry; if "
        "that gives the same, ask for it in other words and tell whoever runs the bot."
    ),
    FailureReason.RESULT_TOO_LARGE: N_("The result is too large to be fetched. Ask for something shorter."),
    FailureReason.TOO_LATE: N_(
        "This took too long and was given up. It does not count against your limit. Press Retry."
    ),
    FailureReason.NEVER_STARTED: N_(
        "Its turn did not come in time, so it was given up. It does not count against your limit. Press Retry."
    ),
    FailureReason.UNDELIVERABLE: N_(
        "The audio is ready, but Discord did not take it here. It is kept for now: a "
        "moderator can check the bot's permissions in this channel; then press Send again. That costs nothing."
    ),
    FailureReason.RESULT_GONE: N_(
        "The result is not kept any longer. Press Retry to have it made anew; that counts like any other."
    ),
    FailureReason.SOURCE_GONE: N_(
        "The file, or the message it was in, is not there any more. It does not count against "
        "your limit. Attach it again."
    ),
    FailureReason.NOT_TRANSCRIBED: N_(
        "Whoever sent this does not want others to have it written down. It does not count against your limit."
    ),
    FailureReason.BUG: N_(
        "Something went wrong inside the bot. It does not count against your limit. Press Retry, and "
        "tell whoever runs the bot if it happens again."
    ),
}

# Where what to do next depends on what was asked for; all else is as for speech.
_FAILURES_OF_KIND = {
    (JobKind.EFFECT, FailureReason.REJECTED): N_(
        "The audio service did not accept this{detail}. Describe the sound in other words and send the command again. "
        "It does not count against your limit."
    ),
    (JobKind.EFFECT, FailureReason.TASK_FAILED): N_(
        "The audio service could not make this{detail}. It does not count against your limit. "
        "Describe the sound in other words, or press Retry."
    ),
    (JobKind.TRANSCRIPT, FailureReason.REJECTED): N_(
        "The audio service did not accept this recording{detail}. Play it to see whether it is whole, save it as MP3 "
        "or WAV, and send it again. It does not count against your limit."
    ),
    (JobKind.TRANSCRIPT, FailureReason.TASK_FAILED): N_(
        "The audio service could not write this down{detail}. It does not count against your limit. "
        "Try another recording, or press Retry."
    ),
    (JobKind.TRANSCRIPT, FailureReason.RESULT_UNREADABLE): N_(
        "The audio service sent something that is not a transcript. It does not count against your limit. Press "
        "Retry; if that gives the same, tell whoever runs the bot."
    ),
    (JobKind.TRANSCRIPT, FailureReason.RESULT_TOO_LARGE): N_(
        "The result is too large to be fetched. Cut the recording into parts and try again."
    ),
    (JobKind.TRANSCRIPT, FailureReason.UNDELIVERABLE): N_(
        "The transcript is ready, but Discord did not take it here. It is kept for now: a "
        "moderator can check the bot's permissions in this channel; then press Send again. That costs nothing."
    ),
}

# What Discord's markdown gives a meaning to, wherever it stands: emphasis, code, spoilers, and with "<" mentions,
# timestamps, emoji and links. Then what means something at the start of a line only, and the two halves of links.
_MARKS = re.compile(r"[\\*_~`|<]|^(?:[#>+-]|\d+(?=\.))|(?<=\])\(|:(?=//)")
# Characters that turn the direction of the text around them, ours included.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
FILE_NAME_CHARACTERS = 40
_QUOTATION_MARKS = str.maketrans("“”„‟«»「」", '""""""""')


def say_error(error: UserError) -> str:  # noqa: C901, PLR0911  # one sentence a kind
    """The sentence for a refusal."""
    match error:
        case LimitReached():
            return say_limit_reached(error)
        case Blocked():
            return _(
                "The managers of this server blocked you, or a role of yours, from asking for audio here. What you "
                "asked for already stays yours: /jobs. If this is a mistake, talk to them."
            )
        case VoiceUnknown():
            return _say_unknown_voice(error)
        case InvalidRequest():
            return _(_INVALID.get(error.reason, _SOMETHING_ELSE)).format(detail=quiet(error.detail))
        case NotAdmitted():
            return _say_not_admitted(error)
        case MissingPermission():
            return say_missing(error, quiet(error.remedy.role, 100))
        case JobNotFound():
            return _("I do not know this job any more. Send the command again to have it made anew.")
        case SourceGone():
            return _("The file, or the message it was in, is not there any more. Attach it again.")
        case AudioUnreadable():
            return _("That file is not audio that I can read. Try another one.")
        case _:
            return _(_SOMETHING_ELSE)


def say_failure(reason: FailureReason, detail: str, kind: JobKind = JobKind.SPEECH) -> str:
    """The sentence for a job that failed. ``detail`` is the service's own text and is quoted harmlessly."""
    # Our sentence goes on behind the quotation and has a full stop of its own.
    words = _inside_quotes(detail.strip().removesuffix("."))
    # Translators: what the audio service said, put after “did not accept this” and the like.
    quoted = _(": “{words}”").format(words=words) if words else ""
    return _(_FAILURES_OF_KIND.get((kind, reason), _FAILURES[reason])).format(detail=quoted)


def say_no_memory() -> str:
    """The sentence for a database that does not answer."""
    return _("My memory does not answer just now. Try again in a minute; what you asked for before is not lost.")


def say_bug(bug_id: str) -> str:
    """The sentence for an error nobody foresaw; the log has its traceback under the same id."""
    return _(
        "Something went wrong inside the bot. Try again; if it stays so, tell whoever runs the bot the id `{id}`."
    ).format(id=bug_id)


def quiet(text: str, limit: int = 300) -> str:
    """Text from outside so that it can neither ping, link nor format, in one line, shortened to ``limit`` characters.

    With the backslashes that this takes it has at most twice as many.
    """
    return discord.utils.escape_mentions(_MARKS.sub(_escape, plain(text, limit)))


def plain(text: str, limit: int) -> str:
    """Text from outside for places without formatting: one line of what can be shown, ``limit`` characters at most."""
    line = " ".join("".join(char for char in " ".join(text.split()) if _can_be_shown(char)).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def file_stem(text: str) -> str:
    """Text from outside as the name of a file, in letters, digits and dashes; empty where there are none in it."""
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in text.lower())
    name = ""
    for word in kept.split():
        if len(name) + len(word) > FILE_NAME_CHARACTERS:
            break
        name = f"{name}-{word}" if name else word
    return name


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
        return _("There is no voice called “{typed}”. Pick one from the list that opens while you type.").format(
            typed=typed
        )
    nearest = ", ".join(f"**{quiet(label, 60)}**" for label in error.nearest)
    return _("There is no voice called “{typed}”. The nearest: {nearest}.").format(typed=typed, nearest=nearest)


def _say_not_admitted(error: NotAdmitted) -> str:
    if error.channels:
        channels = " ".join(f"<#{channel_id}>" for channel_id in error.channels)
        return _(
            "The managers of this server keep audio to certain channels. Ask for it in one of these: {channels}"
        ).format(channels=channels)
    if error.channels is not None:
        return _(
            "The managers of this server keep audio to certain channels, and all of these are deleted. Ask a manager "
            "to choose others: /settings."
        )
    if not error.roles:
        return _(
            "The managers of this server let members with certain roles ask for audio, and all of these roles are "
            "deleted. Ask a manager to choose others: /settings."
        )
    roles = " ".join(f"<@&{role_id}>" for role_id in error.roles)
    return _(
        "The managers of this server let members with certain roles ask for audio, and you have none of them: {roles}. "
        "If you should, ask a manager for one."
    ).format(roles=roles)
