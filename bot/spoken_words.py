r"""What of a Discord message is spoken: one pure function that turns its text into words.

Mentions become names, links become "link", custom emoji their names, times are written out, spoilers are left out, and
markdown, floods and what nobody can pronounce go. Emotion tags such as ``[happy]`` (bot/emotions.py) stay as they are.

Everything is read in one direction with bounded expressions: 5,000 hostile characters take some milliseconds.

Source of the forms: Discord's documentation, "Message Formatting" (read 2026-11), and its markdown guide for members.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.emotions import BREAK, LONG_BREAK, SENTENCE_ENDS, is_moment, parse_tagged_text

MAX_NAME_LENGTH = 32
SAME_LETTERS, SAME_SOUNDS, SAME_WORDS, EMOJI_IN_A_ROW = 3, 3, 3, 3
SOMEONE, SOME_ROLE, SOME_CHANNEL, LINK = "someone", "a role", "a channel", "link"


@dataclass(frozen=True, slots=True)
class Names:
    """How those are called whom a text mentions, by id. Whoever is not in here is "someone"."""

    users: Mapping[int, str] = field(default_factory=dict[int, str])
    roles: Mapping[int, str] = field(default_factory=dict[int, str])
    channels: Mapping[int, str] = field(default_factory=dict[int, str])


NOBODY = Names()

_ID = r"(\d{1,20})"
# Members who spoil something must not have it read aloud, whatever else stands inside.
_SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)
_FENCE = re.compile(r"```(?:[\w+#-]{1,20}\n)?")
_URL_REST = r"(?:[^\s()<>\[]|\[[0-9a-fA-F:.]{2,45}\]|\([^\s()<>\[]{0,200}\))"
_MASKED_LINK = re.compile(
    r"\[((?:[^\[\]\n]|\[[^\[\]\n]{0,60}\]){1,300})\]"
    rf"""\(<?https?://{_URL_REST}{{1,2000}}>?(?:[ ]["'][^"'\n]{{0,200}}["'])?\)"""
)
_LINK = re.compile(
    rf"""<?(?:https?://|\bwww\.|\bdiscord\.gg/){_URL_REST}{{1,2000}}(?<![.,;:!?"'\]*_~|])>?""", re.IGNORECASE
)
_MENTION = re.compile(rf"<(@!?|@&|#){_ID}>")
_COMMAND = re.compile(rf"</([-\w ]{{1,100}}):{_ID}>")
_GUIDE = re.compile(rf"<id:(?:customize|browse|guide|linked-roles)(?::{_ID})?>")
_EVERYONE = re.compile(r"(?<!\w)@(everyone|here)\b")
_TIME = re.compile(r"<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>")
# At the start of a line: headings, small print, quotations, lists, one inside of the other.
_LINE_START = re.compile(r"^[ \t]*(?:(?:#{1,3}|-#|>>>|>|[-*+•]|\d{1,2}[.)](?=\s+\S))(?:[ \t]+|$)){1,8}", re.MULTILINE)
# A mark that touches a word; a lonely one, as in "2 * 3", is spoken.
_PAIRED = tuple(
    re.compile(rf"(?<![{re.escape(mark[0])}]){re.escape(mark)}(?![{re.escape(mark[0])}])(?!(?<=\s{re.escape(mark)})\s)")
    for mark in ("***", "**", "*", "__", "~~")
)
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=[^\s_])|(?<=[^\s_])_(?![\w_])")
_ESCAPED = re.compile(r"\\([!-/:-@^_`{-~\\])")
# Where a sign of markdown that was escaped waits until the others were read; nobody's text has these characters. All
# other escaped signs are themselves at once, so that a mention or a link cannot be hidden behind one.
_ASIDE = {sign: chr(0xE000 + ord(sign)) for sign in "*_~|`#>-+.)"}
_BACK = {ord(aside): sign for sign, aside in _ASIDE.items()}
_CUSTOM_EMOJI = r"<a?:(\w{1,32}):\d{1,20}>"
# Pictographs with what may follow each: skin, presentation, and more of them joined to one; flags; keycaps.
PICTOGRAPH = "[\u203c\u2049\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\U0001f000-\U0001faff]"
_ONE_EMOJI = (
    rf"(?:{_CUSTOM_EMOJI}"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|{PICTOGRAPH}[\ufe0f\U0001f3fb-\U0001f3ff]{{0,2}}(?:\u200d{PICTOGRAPH}[\ufe0f\U0001f3fb-\U0001f3ff]{{0,2}}){{0,6}})"
)
_EMOJI = re.compile(_ONE_EMOJI)
_EMOJI_RUN = re.compile(rf"{_ONE_EMOJI}(?:[ \t]*{_ONE_EMOJI})*".replace(r"(\w", r"(?:\w"))
_SAME_LETTER = re.compile(r"([^\W\d_])\1{3,}", re.IGNORECASE)
_SAME_SOUND = re.compile(r"([^\W\d_]{2,4}?)\1{3,}", re.IGNORECASE)
_SAME_WORD = re.compile(r"\b(\w{1,30})(?:[ \t]+\1\b){3,}", re.IGNORECASE)
_MORE_DOTS = re.compile(r"\.{4,}")
_MIXED_MARKS = re.compile(r"(?=[?!]*\?)(?=[?!]*!)[?!]{2,}")
_SAME_MARK = re.compile(r"([!?,;:…！？。、，；：؟،؛])\1+")  # noqa: RUF001 - of Chinese, Japanese and Arabic
_SAME_SIGN = re.compile(r"([^\w\s\[\].!?,;:…])\1{2,}")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[\s]*")
# Characters that are not seen and not heard; the last four stand for missing Korean letters, and messages that look
# empty are made of them. The joiner of emoji stays until those were read.
_UNHEARD = frozenset(
    "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\u115f\u1160\u3164\uffa0"
)
_IN_NAMES = re.compile(r"[\\*_~`|<>\[\]#@:]+")
_SENTENCE_END = re.compile(rf"[{SENTENCE_ENDS}](?=\s)|\n")


def clean_text(text: str, names: Names = NOBODY, *, now: datetime | None = None) -> str:
    """The text as it is spoken; empty where nothing of it can be. ``now`` is needed for "in 5 minutes" only."""
    aside = _ESCAPED.sub(lambda match: _ASIDE.get(match[1], match[1]), _heard(text))
    spoken = _SPOILER.sub(" ", aside)
    spoken = _LINK.sub(LINK, _MASKED_LINK.sub(r"\1", _FENCE.sub("", spoken)))
    spoken = _named(spoken, names)
    spoken = _TIME.sub(lambda match: _say_time(match, now), spoken)
    spoken = _without_markdown(_EMOJI_RUN.sub(_say_emoji, spoken)).translate(_BACK)
    spoken = _without_floods(spoken)
    return _LINES.sub("\n", _SPACES.sub(" ", spoken)).strip()


def says_something(text: str) -> bool:
    """Whether anything of a cleaned text can be heard: a letter or digit of any script, or a sound such as [laughing].

    Signs and pictographs alone ("!!!", "🎉") are silent or refused, and would be paid for; so is a mood that no words
    follow. An unknown tag counts as words: what becomes of it is for the service to say.
    """
    tagged = parse_tagged_text(text)
    has_sound = any(is_moment(tag) and tag not in {BREAK, LONG_BREAK} for tag in tagged.tags)
    words = (tagged.plain_text, *tagged.unknown_tags)
    return has_sound or any(
        unicodedata.category(char)[0] in "LN" and char not in _UNHEARD for part in words for char in part
    )


def shorten(text: str, limit: int) -> str:
    """The sentences of a text from its start that are ``limit`` characters at most; of a longer one, its words."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: limit + 1]) if match.end() <= limit]
    # A short beginning would be most of it lost.
    if ends and ends[-1] * 2 > limit:
        return text[: ends[-1]].rstrip()
    words = text[:limit].rpartition(" ")[0]
    return (words or text[:limit]).rstrip()


def _heard(text: str) -> str:
    """The text without control characters, halves of characters, and what only turns or hides letters."""
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        char
        for char in lines
        if char == "\n" or (char not in _UNHEARD and unicodedata.category(char) not in {"Cc", "Cs", "Co"})
    )


def _named(text: str, names: Names) -> str:
    def name(match: re.Match[str]) -> str:
        of, unknown = {"#": (names.channels, SOME_CHANNEL), "@&": (names.roles, SOME_ROLE)}.get(
            match[1], (names.users, SOMEONE)
        )
        return _apart(match, _speakable(of.get(int(match[2]), "")) or unknown)

    named = _COMMAND.sub(lambda match: _apart(match, match[1]), _MENTION.sub(name, text))
    return _EVERYONE.sub(r"\1", _GUIDE.sub(lambda match: _apart(match, SOME_CHANNEL), named))


def _apart(match: re.Match[str], words: str) -> str:
    """What a mention is called, apart from the word or the mention that it touches."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return f"{' ' * (before.isalnum() or before == '>')}{words}{' ' * after.isalnum()}"


def _speakable(name: str) -> str:
    """A name in plain letters, also where it was written in fancy ones, and without anything that has a meaning."""
    letters = unicodedata.normalize("NFKC", _heard(name))
    return " ".join(_IN_NAMES.sub(" ", letters).split())[:MAX_NAME_LENGTH].strip()


def _say_emoji(match: re.Match[str]) -> str:
    """Each emoji of a row once, and the first few only."""
    words = (
        " ".join(one[1].replace("_", " ").split()) if one[1] else one[0].strip("\u200d")
        for one in _EMOJI.finditer(match[0])
    )
    return f" {' '.join(list(dict.fromkeys(words))[:EMOJI_IN_A_ROW])} "


def _without_markdown(text: str) -> str:
    plain = _LINE_START.sub("", text)
    for mark in _PAIRED:
        plain = _without_pairs(plain, mark)
    plain = _UNDERSCORE.sub("", plain)
    return plain.replace("`", "").replace("||", " ")


def _without_pairs(text: str, mark: re.Pattern[str]) -> str:
    """A mark formats only what stands between two of it."""
    pairs = sum(1 for _ in mark.finditer(text)) // 2
    return mark.sub("", text, count=2 * pairs) if pairs else text


def _without_floods(text: str) -> str:
    calm = _SAME_LETTER.sub(lambda match: match[1] * SAME_LETTERS, text)
    calm = _SAME_SOUND.sub(lambda match: match[1] * SAME_SOUNDS, calm)
    calm = _SAME_WORD.sub(lambda match: " ".join([match[1]] * SAME_WORDS), calm)
    calm = _SAME_MARK.sub(r"\1", _MIXED_MARKS.sub("?!", _MORE_DOTS.sub("...", calm)))
    return _SAME_SIGN.sub(" ", calm)


def _say_time(match: re.Match[str], now: datetime | None) -> str:
    style = match[2] or "f"
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(match[1]))
    except OverflowError:
        return "some time"
    if style == "R" and now is not None:
        return _say_distance((moment - now).total_seconds())
    day, clock = f"{moment.day} {moment:%B} {moment.year}", f"{moment:%H:%M} UTC"
    match style:
        case "t" | "T":
            return clock
        case "d" | "D":
            return day
        case "F":
            return f"{moment:%A}, {day}, {clock}"
        case _:
            return f"{day}, {clock}"


def _say_distance(seconds: float) -> str:
    units = (
        ("year", 31_557_600),
        ("month", 2_629_800),
        ("day", 86_400),
        ("hour", 3_600),
        ("minute", 60),
        ("second", 1),
    )
    length = abs(seconds)
    unit, size = next(((unit, size) for unit, size in units if length >= size), ("second", 1))
    count = round(length / size)
    if not count:
        return "now"
    many = f"{count} {unit}" + ("" if count == 1 else "s")
    return f"in {many}" if seconds > 0 else f"{many} ago"
