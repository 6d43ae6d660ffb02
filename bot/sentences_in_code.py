"""Finds the sentences that are to be translated: in the code by reading it, in the commands by asking for them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from bot.discord_bot import EXTENSIONS, SoundboothBot
from bot.discord_limits import (
    BUTTON_CHARACTERS,
    CHOICE_CHARACTERS,
    COMMAND_DESCRIPTION_CHARACTERS,
    COMMAND_NAME_CHARACTERS,
    FIELD_DESCRIPTION_CHARACTERS,
    FIELD_LABEL_CHARACTERS,
    HINT_CHARACTERS,
    OPTION_CHARACTERS,
    PLACEHOLDER_CHARACTERS,
    WINDOW_TITLE_CHARACTERS,
)
from bot.replies.command_names import CHOICE, COMMAND, DESCRIPTION, MENU, OPTION, context_of

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "bot" / "replies", ROOT / "cogs")
FOR_TRANSLATORS = "# Translators:"
MARKS = frozenset({"_", "N_", "n_"})
# Characters that Discord takes: the callee's last name and the argument's, where a sentence is given to it at once.
LIMITS_OF_ARGUMENTS = {
    ("button", "label"): BUTTON_CHARACTERS,
    ("Button", "label"): BUTTON_CHARACTERS,
    ("Label", "text"): FIELD_LABEL_CHARACTERS,
    ("Label", "description"): FIELD_DESCRIPTION_CHARACTERS,
    ("TextInput", "label"): FIELD_LABEL_CHARACTERS,
    ("TextInput", "placeholder"): HINT_CHARACTERS,
    ("Modal", "title"): WINDOW_TITLE_CHARACTERS,
    ("__init__", "title"): WINDOW_TITLE_CHARACTERS,
    ("Select", "placeholder"): PLACEHOLDER_CHARACTERS,
    ("SelectOption", "label"): OPTION_CHARACTERS,
    ("SelectOption", "description"): OPTION_CHARACTERS,
    ("add_option", "label"): OPTION_CHARACTERS,
    ("add_option", "description"): OPTION_CHARACTERS,
    ("Choice", "name"): CHOICE_CHARACTERS,
}
LABEL_FIRST = frozenset({"button"})
"""Callees whose first argument is the label, without its name."""
LIMITS_OF_CONTEXTS = {
    COMMAND: COMMAND_NAME_CHARACTERS,
    OPTION: COMMAND_NAME_CHARACTERS,
    MENU: COMMAND_NAME_CHARACTERS,
    CHOICE: CHOICE_CHARACTERS,
    DESCRIPTION: COMMAND_DESCRIPTION_CHARACTERS,
}
# What is not marked and looks like this was probably forgotten: a text that begins like a sentence, two words in a text
# with fields, anything with letters that is given to something with a limit.
_SENTENCE = re.compile(r"\W*[A-Z][\w']* .*[a-z]", re.DOTALL)
_WORDS = re.compile(r".*[A-Za-z]{2,}[,;:]? [a-z]{2,}")
_LETTERS = re.compile(r".*[A-Za-z]{2,}")
_SILENT = frozenset({"debug", "info", "warning", "error", "exception", "TypeError", "ValueError", "compile"})


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be translated."""

    text: str
    many: str = ""
    """The form for more than one; empty where there is no number."""
    context: str = ""
    """For texts of commands: what they are, see bot/replies/command_names.py."""
    file: str = ""
    comment: str = ""
    """For translators."""
    most_characters: int = 0
    """How long a translation may be; 0: as long as it likes."""


def sentences(folders: tuple[Path, ...] = FOLDERS) -> list[Message]:
    """All sentences marked with ``_``, ``N_`` and ``n_``, in the order of files and lines.

    Raises:
        ValueError: a sentence that is put together in the mark itself cannot be found by its translation.
    """
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    return [message for file in files for message in _in_file(file)]


async def command_texts() -> list[Message]:
    """The names and descriptions of all commands, their options and their choices."""
    asked = _Asked()
    async with SoundboothBot(sync_commands=False) as bot:
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        for command in bot.tree.get_commands():
            await command.get_translated_payload(bot.tree, asked)
    return list(asked.messages)


def unmarked(folders: tuple[Path, ...] = FOLDERS[:1]) -> list[str]:
    """Where a sentence stands in the code without a mark: file, line and text."""
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    return [
        f"{_name(file)}:{text.lineno}: {text.value!r}"
        for file in files
        for text, shape in _texts_outside_marks(ast.parse(file.read_text("utf-8")), _SENTENCE)
        if isinstance(text.value, str) and shape.match(text.value)
    ]


class _Asked(Translator):
    """Translates nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        # A dictionary keeps the order.
        self.messages: dict[Message, None] = {}

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> None:
        del locale
        # An option without a description has "…".
        if any(char.isalnum() for char in string.message):
            kind = context_of(context)
            self.messages[Message(string.message, context=kind, most_characters=LIMITS_OF_CONTEXTS[kind])] = None


def _in_file(file: Path) -> Iterator[Message]:
    source = file.read_text("utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    limits = _limits_in(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _callee(node) in MARKS]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        texts = _texts_of(call, file)
        if texts:
            comment = _comment_above(lines, call.lineno)
            yield Message(
                *texts, file=_name(file), comment=comment, most_characters=limits.get((call.lineno, call.col_offset), 0)
            )


def _texts_of(call: ast.Call, file: Path) -> list[str]:
    """The literal texts of a mark; none where it is given what was marked elsewhere."""
    texts = call.args[:2] if _callee(call) == "n_" else call.args[:1]
    if any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts):
        raise ValueError(f"{_name(file)}:{call.lineno}: a sentence that is put together cannot be translated")
    return [text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]


def _limits_in(tree: ast.Module) -> dict[tuple[int, int], int]:
    """How long sentences may be, by their line and column, where they are given to something with a limit."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {(given.lineno, given.col_offset): limit for call in calls for given, limit in _limits_of(call).items()}


def _limits_of(call: ast.Call) -> dict[ast.expr, int]:
    """How long may be what is given to the call, where that has a limit."""
    callee = _callee(call)
    given = [(argument.arg or "", argument.value) for argument in call.keywords]
    if callee in LABEL_FIRST:
        given += [("label", label) for label in call.args[:1]]
    return {value: LIMITS_OF_ARGUMENTS[callee, name] for name, value in given if (callee, name) in LIMITS_OF_ARGUMENTS}


def _callee(call: ast.Call) -> str:
    function = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _comment_above(lines: list[str], number: int) -> str:
    """What translators are told in the comment right above a line, or above the statement that begins there."""
    said: list[str] = []
    for line in reversed(lines[: number - 1]):
        text = line.strip()
        if not text.startswith("#"):
            break
        if text.startswith(FOR_TRANSLATORS):
            return " ".join([text.removeprefix(FOR_TRANSLATORS).strip(), *reversed(said)])
        said.append(text.removeprefix("#").strip())
    return ""


def _texts_outside_marks(node: ast.AST, shape: re.Pattern[str]) -> Iterator[tuple[ast.Constant, re.Pattern[str]]]:
    """All texts that are not marked, each with what a sentence looks like where it stands."""
    if isinstance(node, ast.Call) and _callee(node) in MARKS | _SILENT:
        return
    if isinstance(node, ast.Constant):
        yield node, shape
    for child in ast.iter_child_nodes(node):
        # A text that stands for itself is documentation.
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _texts_outside_marks(child, shape if isinstance(node, ast.keyword) else _shape_in(node, child))


def _shape_in(node: ast.AST, child: ast.AST) -> re.Pattern[str]:
    if isinstance(node, ast.JoinedStr):
        return _WORDS
    if isinstance(node, ast.Call):
        given = child.value if isinstance(child, ast.keyword) else child
        return _LETTERS if given in _limits_of(node) else _SENTENCE
    return _SENTENCE


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name
