"""Every refusal and every failure has its sentence, and it says what to do next."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.errors import (
    AudioUnreadable,
    Blocked,
    Deed,
    Grant,
    InvalidRequest,
    JobNotFound,
    LimitReached,
    MissingPermission,
    NotAdmitted,
    Remedy,
    SoundboardFull,
    SoundLost,
    SourceGone,
    UserError,
    VoiceUnknown,
)
from bot.limits import LimitName, Subject
from bot.models import FailureReason, JobKind
from bot.replies import sentences
from bot.replies.permissions import PERMISSION_NAMES
from bot.replies.sentences import plain, quiet, say_bug, say_error, say_failure
from cogs.settings_controls import NEEDED_TO_HEAR, NEEDED_TO_POST
from tests.replies.conftest import HOSTILE, UNHURRIED, formatting_in, read

ROOT = Path(__file__).parents[2]
CONTENT_LIMIT = 2000

REFUSALS: list[tuple[UserError, str]] = [
    (
        InvalidRequest("text_empty"),
        "There is nothing to say: spoilers, signs, emoji and emotion tags alone are silent. Write some words.",
    ),
    (
        InvalidRequest("text_too_long", "2000"),
        "That text is too long: at most 2000 characters fit into one clip. Shorten it or send it in parts.",
    ),
    (
        NotAdmitted(channels=(5, 6)),
        "The managers of this server keep audio to certain channels. Ask for it in one of these: <#5> <#6>",
    ),
    (
        NotAdmitted(roles=(7,)),
        (
            "The managers of this server let members with certain roles ask for audio, and you have none of them: "
            "<@&7>. If you should, ask a manager for one."
        ),
    ),
    (
        SoundboardFull(),
        "The soundboard of this server is full. Remove a sound in Server Settings → Soundboard, then try again.",
    ),
    (
        SoundLost("soundboard_lost", "horn"),
        (
            "Discord did not take the new sound, and the old one, “horn”, could not be put back. Here it is as a file: "
            "a manager can upload it in Server Settings → Soundboard."
        ),
    ),
    (SourceGone(), "The file, or the message it was in, is not there any more. Attach it again."),
    (InvalidRequest("prompt_empty"), "There is nothing to make a sound of: say what you want to hear."),
    (InvalidRequest("voices_loading"), "The list of voices is still loading. Try again in a few seconds."),
    (InvalidRequest("not_your_job"), "Only the one who asked for this, or a moderator, can do that. Ask one of them."),
    (
        InvalidRequest("only_asker"),
        "Only the one who asked for this can do that. Send the command yourself to have one of your own.",
    ),
    (
        InvalidRequest("too_late_to_cancel"),
        (
            "It is too late to cancel: this is over, or being posted right now. What was posted has a button to "
            "delete it."
        ),
    ),
    (
        InvalidRequest("nothing_to_send"),
        (
            "There is no result to send: this was not made, or is being sent already. Look here again in a moment, "
            "or send the command again."
        ),
    ),
    (InvalidRequest("asked_elsewhere"), "This was made somewhere else. Ask for it there."),
    (InvalidRequest("limit_too_small"), "That is too little: it has to be at least 1."),
    (
        InvalidRequest("limit_above_ceiling", "5000"),
        (
            "Whoever runs this bot set 5000 for a server as a whole. A server can be stricter with itself than "
            "that, not more generous."
        ),
    ),
    (
        InvalidRequest("too_many_overrides", "200"),
        "This server has 200 limits already. Take some back first: /limits reset.",
    ),
    (
        InvalidRequest("too_many_blocked", "1000"),
        (
            "1000 members and roles are blocked already. Take some back first: /block remove, or block a role "
            "instead of each of its members."
        ),
    ),
    (
        InvalidRequest("managers_only"),
        "Only members with the permission **Manage Server** can do that. Ask one of them.",
    ),
    (
        InvalidRequest("block_yourself"),
        "That is you. Ask another manager if you really want to be blocked.",
    ),
    (
        InvalidRequest("block_own_role"),
        "You have this role yourself, so you would block yourself too. A manager without it can do it.",
    ),
    (
        InvalidRequest("block_everyone"),
        (
            "That would block every member, you included. To close the bot to most members, take /tts from them "
            "in Server Settings → Integrations."
        ),
    ),
    (
        InvalidRequest("nothing_to_retry"),
        (
            "This was already tried again, or there is nothing to try again. To have it made once more, send the "
            "command."
        ),
    ),
    (InvalidRequest("a_reason_of_the_future"), "That did not work."),
    (
        VoiceUnknown("voice_unknown", "Harpr", ("Harper", "Har*per*")),
        r"There is no voice called “Harpr”. The nearest: **Harper**, **Har\*per\***.",
    ),
    (
        VoiceUnknown("voice_unknown", "xyz”**"),
        'There is no voice called “xyz"\\*\\*”. Pick one from the list that opens while you type.',
    ),
    (
        Blocked(),
        (
            "The managers of this server blocked you, or a role of yours, from asking for audio here. What you "
            "asked for already stays yours: /jobs. If this is a mistake, talk to them."
        ),
    ),
    (
        LimitReached(LimitName.IN_FLIGHT, Subject.MEMBER, allowed=1, used=1),
        "You have 1 of 1 job waiting or running. Wait until one is done, or cancel one: /jobs.",
    ),
    (
        MissingPermission(("attach_files", "send_voice_messages", "speak")),
        (
            "I cannot post audio here. I lack **Attach Files**, **Send Voice Messages**, **speak** here: somebody with "
            "**Manage Roles** can turn it on for me in Server Settings → Roles, or for this channel alone under Edit "
            "Channel → Permissions."
        ),
    ),
    (JobNotFound("ab" * 16), "I do not know this job any more. Send the command again to have it made anew."),
    (AudioUnreadable("not_audio"), "That file is not audio that I can read. Try another one."),
    (UserError(), "That did not work."),
]

FAILURES = {
    FailureReason.OUTCOME_UNKNOWN: "The connection broke just as this was handed over, so nobody knows whether it was "
    "made. It does not count against your limit. Press Retry to ask again.",
    FailureReason.REJECTED: "The audio service did not accept this: “too loud”. Change the text or the voice and send "
    "the command again. It does not count against your limit.",
    FailureReason.UNAUTHORIZED: "The audio service does not accept this bot's key. Please tell whoever runs the bot.",
    FailureReason.OUT_OF_CREDIT: "This bot's account at the audio service is out of credit. Please tell whoever runs "
    "the bot.",
    FailureReason.SERVICE_DOWN: "The audio service cannot be reached, or has too much to do. It does not count against "
    "your limit. Press Retry in a minute.",
    FailureReason.SERVICE_BROKEN: "The audio service answered with an error. It does not count against your limit. "
    "Press Retry in a minute.",
    FailureReason.TASK_FAILED: "The audio service could not make this: “too loud”. It does not count against your "
    "limit. Change the text, or press Retry.",
    FailureReason.TASK_LOST: "The audio service lost this one. It does not count against your limit. Press Retry.",
    FailureReason.RESULT_UNREADABLE: "The audio service sent something that is not audio. It does not count against "
    "your limit. Press Retry; if that gives the same, ask for it in other words and tell whoever runs the bot.",
    FailureReason.RESULT_TOO_LARGE: "The result is too large to be fetched. Ask for something shorter.",
    FailureReason.TOO_LATE: "This took too long and was given up. It does not count against your limit. Press Retry.",
    FailureReason.NEVER_STARTED: "Its turn did not come in time, so it was given up. It does not count against your "
    "limit. Press Retry.",
    FailureReason.UNDELIVERABLE: "The audio is ready, but Discord did not take it here. It is kept for now: a "
    "moderator can check the bot's permissions in this channel; then press Send again. That costs nothing.",
    FailureReason.RESULT_GONE: "The result is not kept any longer. Press Retry to have it made anew; that counts like "
    "any other.",
    FailureReason.SOURCE_GONE: (
        "The file, or the message it was in, is not there any more. It does not count against your limit. Attach it "
        "again."
    ),
    FailureReason.NOT_TRANSCRIBED: "Whoever sent this does not want others to have it written down. It does not count "
    "against your limit.",
    FailureReason.BUG: "Something went wrong inside the bot. It does not count against your limit. Press Retry, and "
    "tell whoever runs the bot if it happens again.",
}


@pytest.mark.parametrize(("error", "sentence"), REFUSALS, ids=lambda value: type(value).__name__)
def test_each_refusal_says_what_to_do(error: UserError, sentence: str) -> None:
    assert say_error(error) == sentence


@pytest.mark.parametrize("reason", FailureReason)
def test_each_failure_says_what_to_do(reason: FailureReason) -> None:
    assert say_failure(reason, "too loud") == FAILURES[reason]
    assert "{" not in say_failure(reason, "")


@pytest.mark.parametrize("reason", FailureReason)
def test_a_failure_tells_to_change_only_what_the_kind_of_job_has(reason: FailureReason) -> None:
    of_sound, of_transcript = (say_failure(reason, "", kind) for kind in (JobKind.EFFECT, JobKind.TRANSCRIPT))
    assert not re.search(r"the text|voice", of_sound)
    assert not re.search(r"the text|voice|[Tt]he audio is|not audio", of_transcript)


def test_the_services_full_stop_is_left_to_our_sentence() -> None:
    said = say_failure(FailureReason.REJECTED, "The source is empty. ", JobKind.TRANSCRIPT)
    assert said.startswith("The audio service did not accept this recording: “The source is empty”. Play it")


def test_a_failure_without_the_services_words_quotes_nothing() -> None:
    for words in ("", "  ", "\x00"):
        assert "“" not in say_failure(FailureReason.REJECTED, words)


def test_a_bug_is_told_with_its_id() -> None:
    assert "`7f3a21`" in say_bug("7f3a21")


def test_no_kind_of_refusal_was_forgotten() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UserError)}
    assert {type(error) for error, _ in REFUSALS} == kinds


def calls_in_source(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for folder in ("bot", "cogs"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            # Reading the text of a file takes far less time than understanding it.
            for node in ast.walk(ast.parse(source)) if f"{name}(" in source else ():
                if isinstance(node, ast.Call) and _called(node.func) == name:
                    yield path, node


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def written_out(path: Path, argument: ast.expr) -> str | None:
    """A text that stands in the call, or in a constant of the same file."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [ast.unparse(target) for target in node.targets] if isinstance(node, ast.Assign) else []
        if ast.unparse(argument) in names and isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return None


def test_every_reason_that_the_code_gives_has_a_sentence_and_none_is_left_over() -> None:
    given: set[str] = set()
    for path, call in (*calls_in_source("InvalidRequest"), *calls_in_source("SoundLost")):
        reason = written_out(path, call.args[0])
        assert reason, f"{path}: the reason must be written out, or its sentence cannot be checked"
        given.add(reason)
    given.add(SoundboardFull().reason)
    assert len(given) >= 6
    assert given == set(sentences._INVALID)  # pyright: ignore[reportPrivateUsage] - the table is what must be complete


def texts_in(call: ast.Call) -> set[str]:
    """The texts that stand in a call, in tuples too."""
    return {str(one.value) for one in ast.walk(call) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_permission_that_the_code_asks_for_has_a_name() -> None:
    asked = [call for name in ("missing", "refusal_in", "NotAllowed") for _, call in calls_in_source(name)]
    names = {*NEEDED_TO_POST, *NEEDED_TO_HEAR, "view_channel", "send_messages", "send_messages_in_threads"}
    names |= {name for call in asked for name in texts_in(call) if name in discord.Permissions.VALID_FLAGS}
    assert {"attach_files", "send_voice_messages", "embed_links"} <= names
    assert names == set(PERMISSION_NAMES)


@pytest.mark.parametrize("grant", Grant)
@pytest.mark.parametrize("deed", Deed)
def test_a_missing_permission_is_said_in_two_sentences_with_a_harmless_name(grant: Grant, deed: Deed) -> None:
    error = MissingPermission(("attach_files",), deed, Remedy(grant, 5, "**Bots** @everyone <@123456789012345678>"))
    said = say_error(error)
    assert said.startswith("I cannot ")
    assert said.count(". ") == 1
    # In time-out the bot has none of its permissions, and nobody can give them back one by one.
    wanted = ["Timeout Members"] if grant is Grant.TIME_OUT else ["Attach Files", "Manage Roles"]
    assert all(f"**{name}**" in said for name in wanted)
    assert set(formatting_in(said.replace("<#5>", ""))) == {"*"}, "bold is ours"
    assert ("<#5>" in said) is (grant in {Grant.CHANNEL, Grant.MEMBER})


@UNHURRIED
@given(HOSTILE, st.integers(2, 400))
def test_text_from_outside_is_shown_as_it_stands(text: str, limit: int) -> None:
    shown = quiet(text, limit)
    assert formatting_in(shown) == []
    assert len(shown) <= 2 * limit
    assert len(shown.splitlines()) <= 1
    shown.encode()


@UNHURRIED
@given(HOSTILE)
def test_nothing_that_can_be_read_is_lost(text: str) -> None:
    assert read(quiet(text, 10_000)) == plain(text, 10_000).replace("@\u200b", "@")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello there, C# and 3-4 (or [5])!", "Hello there, C# and 3-4 (or [5])!"),
        ("[happy] Hi", "[happy] Hi"),
        ("two\nlines\u2028and\x00 more", "two lines and more"),
        ("# Big", r"\# Big"),
        ("1. one", r"1\. one"),
        ("-# small", r"\-# small"),
        ("[a](https://b.example)", r"[a]\(https\://b.example)"),
        ("<@123456789012345678>", "\\<@\u200b123456789012345678>"),
        ("https://a.example/**b**", r"https\://a.example/\*\*b\*\*"),
        ("abc\u202edef", "abcdef"),
        ("x" * 301, "x" * 299 + "…"),
    ],
)
def test_examples_of_text_from_outside(text: str, shown: str) -> None:
    assert quiet(text) == shown


@UNHURRIED
@given(HOSTILE, st.sampled_from(sorted(FailureReason)))
def test_the_services_words_stay_inside_their_quotation(words: str, reason: FailureReason) -> None:
    said = say_failure(reason, words)
    assert said.count("“") == said.count("”") <= 1
    assert formatting_in(said) == []


@UNHURRIED
@given(HOSTILE, st.lists(HOSTILE, max_size=3))
def test_an_unknown_voice_fits_into_a_message_and_pings_nobody(typed: str, nearest: list[str]) -> None:
    said = say_error(VoiceUnknown("voice_unknown", typed, tuple(nearest)))
    assert len(said) <= CONTENT_LIMIT
    assert said.count("“") - sum(label.count("“") for label in nearest) <= 1
    assert set(formatting_in(said)) <= {"*"}, "bold is ours"
