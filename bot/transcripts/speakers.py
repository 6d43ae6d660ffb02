"""Who speaks: labels of recognisers made into names, and names found in front of what was said."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.transcripts.wording import clean_line

MAX_NAME = 40
# "0", "SPEAKER_00" (pyannote), "speaker_1" (ElevenLabs), "spk_2" (Amazon), "S1" (Speechmatics).
_NUMBERED = re.compile(r"(?:(?:speaker|spk|s)[_\-]?)?([0-9]{1,4})", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z]")  # AssemblyAI
_NOBODY = re.compile(r"-[0-9]{1,4}|unknown|none|null|uu", re.IGNORECASE)  # -1: FunASR; UU: Speechmatics
# What would end a name in one of the written forms; \uff1a is the wide colon of Chinese and Japanese.
_MARKS = re.compile(r"[<>\[\]:\uff1a]")
_NAMED = re.compile(r"([^\W\d_][^<>\[\]:\uff1a\n]{0,39})(?::[ \t]+|\uff1a[ \t]*)(?=\S)")
_BRACKETED = re.compile(r"\[([^<>\[\]:\uff1a\n]{1,40})\](:?)[ \t]+(?=\S)")
_SENTENCE_MARKS = frozenset('.?!,;"()')
_MOST_WORDS_IN_A_NAME = 4


def names_of(labels: Iterable[str]) -> Mapping[str, str | None]:
    """Return the name to show for each label of one document, None for a label that means nobody.

    Numbers become ``Speaker 1`` and so on, counted from one also where the recogniser counts from zero; a single
    letter becomes ``Speaker A``; a name stays, without the marks that end names.
    """
    cleaned = {label: _clean_name(label) for label in labels}
    numbers = [int(match[1]) for name in cleaned.values() if (match := _NUMBERED.fullmatch(name))]
    shift = 1 if 0 in numbers else 0
    return {label: _name(name, shift) for label, name in cleaned.items()}


def split_prefixes(texts: Sequence[str]) -> list[tuple[str | None, str]]:
    """Return speaker and text for texts of one document that may start like ``Ann: …`` or ``[SPEAKER_00]: …``.

    "Note: …" looks the same, so a name is believed when it is a recogniser's label, comes twice, or when at least
    half of the texts have one.
    """
    matches = [_match_prefix(text) for text in texts]
    found = Counter(match[0] for match in matches if match is not None)
    most_have_one = found.total() * 2 >= len(texts)
    believed = {name for name, times in found.items() if most_have_one or times > 1 or _is_label(name)}
    return [
        (match[0], match[1]) if match is not None and match[0] in believed else (None, text)
        for text, match in zip(texts, matches, strict=True)
    ]


def _match_prefix(text: str) -> tuple[str, str] | None:
    """Return name and rest of a text that may start with a name."""
    bracketed = _BRACKETED.match(text)
    if bracketed:  # "[Music] …" is a sound, not a speaker: without a colon only labels are taken
        is_speaker = bool(bracketed[2]) or _is_label(bracketed[1])
        return (bracketed[1].strip(), text[bracketed.end() :]) if is_speaker else None
    named = _NAMED.match(text)
    if named and (_is_label(named[1]) or _looks_like_a_name(named[1])):
        return named[1].strip(), text[named.end() :]
    return None


def _looks_like_a_name(name: str) -> bool:
    is_short = len(name.split()) <= _MOST_WORDS_IN_A_NAME
    return is_short and not name[0].islower() and not _SENTENCE_MARKS.intersection(name)


def _is_label(name: str) -> bool:
    return name.startswith("Speaker ") or _NUMBERED.fullmatch(name) is not None


def _clean_name(label: str) -> str:
    # Dashes at the end would make the arrow of a timing with the end of vtt's voice tag.
    return clean_line(_MARKS.sub(" ", label))[:MAX_NAME].rstrip(" -")


def _name(cleaned: str, shift: int) -> str | None:
    if not cleaned or _NOBODY.fullmatch(cleaned):
        return None
    numbered = _NUMBERED.fullmatch(cleaned)
    if numbered:
        return f"Speaker {int(numbered[1]) + shift}"
    return f"Speaker {cleaned}" if _LETTERED.fullmatch(cleaned) else cleaned
