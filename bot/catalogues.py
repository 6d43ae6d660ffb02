"""Keeps the translations in step with the code: ``python -m bot.catalogues update`` or ``check``, and languages.

``update`` writes each new sentence into bot/replies/locales, for translators to fill in, and takes out those that are
not in the code any more. ``check`` says what is missing or wrong, and ends with 1 if anything is.
"""

import argparse
import asyncio
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.catalogue_faults import faults, forms_of
from bot.replies.language import LANGUAGES, LOCALES
from bot.sentences_in_code import Message, command_texts, sentences

NAMES = tuple(dict.fromkeys(LANGUAGES.values()))
# Written by hand: what the library writes about itself and the time would be another change with each update.
HEAD = """\
# The words of Soundbooth in one of its languages. Fill in the lines that begin with msgstr, here or with any editor of
# .po files, and leave out nothing in braces; then run: python -m bot.catalogues check {name}
msgid ""
msgstr ""
"Project-Id-Version: Soundbooth\\n"
"Language: {name}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
WIDTH = 120


async def all_messages() -> list[Message]:
    """Everything that members can read, from the code and from the commands."""
    return [*sentences(), *await command_texts()]


def read(name: str, folder: Path = LOCALES) -> Catalog:
    """The translations into one language; an empty catalogue where there is no file yet.

    Raises:
        PoFileError: the file is no such catalogue.
    """
    file = folder / f"{name}.po"
    if not file.exists():
        return Catalog(locale=name)
    with file.open("rb") as opened:
        return read_po(opened, locale=name, abort_invalid=True)


def write(name: str, entries: Catalog, folder: Path = LOCALES) -> None:
    """Write one language."""
    body = io.BytesIO()
    write_po(body, entries, width=WIDTH, omit_header=True, include_lineno=False, ignore_obsolete=True)
    head = HEAD.format(name=name, plural_forms=entries.plural_forms)
    (folder / f"{name}.po").write_bytes(head.encode() + body.getvalue().strip() + b"\n")


def updated(name: str, known: Catalog, messages: Sequence[Message]) -> Catalog:
    """A catalogue of exactly these messages, with what is known of their translations."""
    entries = Catalog(locale=name)
    for message in messages:
        limit = f"At most {message.most_characters} characters." if message.most_characters else ""
        entry = entries.add(
            (message.text, message.many) if message.many else message.text,
            locations=[(message.file, 0)] if message.file else [],
            auto_comments=[comment for comment in (message.comment, limit) if comment],
            context=message.context or None,
        )
        before = known.get(message.text, message.context or None)
        if before is not None and before.pluralizable == entry.pluralizable:
            entry.string, entry.flags, entry.user_comments = before.string, before.flags, before.user_comments
    return entries


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 1 where ``check`` found something."""
    parser = argparse.ArgumentParser(prog="python -m bot.catalogues", description=__doc__)
    parser.add_argument("action", choices=("update", "check"))
    parser.add_argument("languages", nargs="*", metavar="language", help=f"of {', '.join(NAMES)}; without any, all")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.languages if name not in NAMES]
    if unknown:
        parser.error(f"no such language: {', '.join(unknown)}")
    messages = asyncio.run(all_messages())
    do = _update if chosen.action == "update" else _check
    return max(do(name, messages) for name in chosen.languages or NAMES)


def _update(name: str, messages: Sequence[Message]) -> int:
    entries = updated(name, read(name), messages)
    write(name, entries)
    done = sum(all(forms_of(entry)) for entry in entries if entry.id)
    sys.stdout.write(f"{name}: {done} of {len(entries)} translated\n")
    return 0


def _check(name: str, messages: Sequence[Message]) -> int:
    found = faults(read(name), messages)
    sys.stdout.writelines(f"{name}: {fault}\n" for fault in found)
    sys.stdout.write(f"{name}: {len(found)} faults\n" if found else f"{name}: complete\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
