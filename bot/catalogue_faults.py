"""What is wrong with a catalogue of translations, in words for whoever translates."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from discord.app_commands.commands import VALID_SLASH_COMMAND_NAME

from bot.replies.command_names import COMMAND, OPTION
from bot.sentences_in_code import Message

# What has a meaning for Discord and has to be in a translation as often as in the sentence.
_MARKDOWN = re.compile(r"\*\*|`|\]\(|\n")
_MENTIONED = re.compile(r"(?<![\w/])/([\w-]+(?: [\w-]+)?)")
_QUOTED_CHARACTERS = 60


def faults(entries: Catalog, messages: Sequence[Message]) -> list[str]:
    """All that keeps the catalogue from being complete and right; empty where nothing does."""
    wanted = {(message.context, message.text): message for message in sorted(messages, key=_by_limit, reverse=True)}
    known = {(entry.context or "", _forms_in_code(entry)[0]): entry for entry in entries if entry.id}
    names = {key[1]: forms_of(entry)[0] or key[1] for key, entry in known.items() if key[0] == COMMAND}
    return [
        *(f"missing, run the update: {_quoted(text)}" for context, text in wanted if (context, text) not in known),
        *(f"not in the code any more, run the update: {_quoted(key[1])}" for key in known if key not in wanted),
        *(f"not in the code any more, run the update: {_quoted(str(key))}" for key in entries.obsolete),
        *(
            f"{fault}: {_quoted(key[1])}"
            for key, entry in known.items()
            if key in wanted
            for fault in _faults_of(entry, wanted[key], names)
        ),
    ]


def _faults_of(entry: Entry, message: Message, names: dict[str, str]) -> Iterator[str]:
    forms = forms_of(entry)
    if not all(forms):
        yield "not translated"
        return
    if entry.fuzzy:
        yield "only guessed (fuzzy)"
    for number, form in enumerate(forms):
        is_last = number == len(forms) - 1
        yield from _faults_of_form(form, _forms_in_code(entry), is_last=is_last)
        yield from _faults_of_length(form, message)
        yield from _faults_of_commands(form, message, names)


def _faults_of_form(form: str, in_code: list[str], *, is_last: bool) -> Iterator[str]:
    """Fields and markdown. The forms for small numbers may leave the number out."""
    try:
        fields = _fields(form)
    except ValueError:
        yield "braces that do not match"
        return
    most = _fields(in_code[-1])
    least = most if is_last else most & _fields(in_code[0])
    if not least <= fields <= most:
        yield f"has the fields {_listed(fields)} where {_listed(most)} belong"
    if Counter(_MARKDOWN.findall(form)) != Counter(_MARKDOWN.findall(in_code[-1])):
        yield "has other markdown or line ends than the English"


def _faults_of_length(form: str, message: Message) -> Iterator[str]:
    if 0 < message.most_characters < len(form):
        yield f"has {len(form)} characters where Discord takes {message.most_characters}"
    if message.context in {COMMAND, OPTION} and (VALID_SLASH_COMMAND_NAME.match(form) is None or form != form.lower()):
        yield f"is no name for Discord ({form}): lower-case letters, digits, - and _ only"


def _faults_of_commands(form: str, message: Message, names: dict[str, str]) -> Iterator[str]:
    """A sentence that tells members to use a command names it as they see it."""
    for mentioned in _MENTIONED.findall(message.text):
        words = [names[word] for word in mentioned.split() if word in names]
        if words and "/" + " ".join(words) not in form:
            yield f"does not name the command /{' '.join(words)}"


def forms_of(entry: Entry) -> list[str]:
    """The translations of an entry: one, or where there is a number one for each form of the language; maybe empty."""
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or [""])


def _by_limit(message: Message) -> float:
    """The same sentence may stand in several places: the narrowest counts, so it comes last."""
    return message.most_characters or math.inf


def _forms_in_code(entry: Entry) -> list[str]:
    return [entry.id] if isinstance(entry.id, str) else list(entry.id)


def _fields(text: str) -> set[str]:
    return {f"{name}{':' if spec else ''}{spec}" for _, name, spec, _ in Formatter().parse(text) if name is not None}


def _listed(fields: set[str]) -> str:
    return ", ".join(f"{{{field}}}" for field in sorted(fields)) or "none"


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= _QUOTED_CHARACTERS else text[: _QUOTED_CHARACTERS - 1] + '…'}”"
