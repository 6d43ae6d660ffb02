"""A text without speakers into a plain conversation that says what the text says. Pure.

Nothing is invented: questions of the text are asked by the host, everything else is said by the guests, and between
them stand a welcome, a farewell and lead-ins without content. What a language model would add is missing, and the
warnings say so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from bot.studio.podcast.script import Script, Turn, as_script
from bot.studio.speech.speakable import sentences_of

PLAIN = "This is a plain arrangement of the given words: the embedded studio does not rewrite them or add facts."
ONLY_A_TOPIC = (
    "The request names a topic and says nothing about it, and the embedded studio invents nothing: only a short "
    "introduction was made. Send what is to be said as text."
)

_LONGEST_SENTENCE = 400
_LONGEST_TURN = 360  # characters, about 20 s: then the host asks for more
_WITH_LEAD_INS = frozenset({"conversational", "casual", "interview", "friendly", "talk", "chat", "dialogue"})
_TAKING_TURNS = frozenset(
    {"debate", "discussion", "news", "educational", "informative", "documentary", "storytelling", "formal"}
)
_REQUEST = re.compile(
    r"(?:please )?(?:(?:can|could) you )?(?:i (?:want|need|would like) )?"
    r"(?:create|make|generate|write|record|produce|do)? ?(?:me |us )?(?:an? |the )?(?:[\w-]+ ){0,4}?"
    r"(?:podcast|episode|conversation|dialogue|discussion|talk|interview|show|chat)(?: episode| show)?"
    r"(?: between [\w ,]{1,60}?)? (?:about|on|covering|discussing|explaining) (.+)",
    re.IGNORECASE,
)
_LONGEST_TITLE_WORDS = 12

_WELCOME = "Hello, and welcome!"
_GREETING = "Hello! It is good to be here."
_LEAD_INS = (
    "Let us begin. What is the first thing to know?",
    "I see. And what comes next?",
    "What else is there?",
    "Please go on.",
    "And then?",
    "What should we add to that?",
)
_LAST_LEAD_IN = "And what should we remember at the end?"
_FAREWELL = "That is all for today. Thank you for listening!"
_GOODBYE = "Goodbye, and until next time!"


@dataclass(frozen=True, slots=True)
class _Content:
    topic: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        return not any(self.paragraphs)


def arrange(text: str, speakers: Sequence[str], *, style: str | None = None) -> Script:
    """Return ``text`` as a conversation of ``speakers`` (labels; the first is the host)."""
    warnings = [PLAIN]
    takes_turns = _takes_turns(style, warnings)
    content = _content_of(text)
    if content.is_empty:
        warnings.append(ONLY_A_TOPIC)
    host, guests = speakers[0], tuple(speakers[1:])
    if not guests:
        return as_script(_monologue(content, host), tuple(warnings))
    body = _alternating(content, speakers) if takes_turns else _asked_for(content, host, guests)
    turns = (*_opening(content, host, guests[0]), *body, *_closing(host, guests[-1]))
    return as_script(iter(turns), tuple(warnings))


def alternate(text: str, speakers: Sequence[str]) -> Script:
    """Return ``text`` word for word, its paragraphs spoken in turns (its sentences, if it is one paragraph)."""
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    if len(paragraphs) < len(speakers):
        paragraphs = [group for paragraph in paragraphs for group in _grouped(_sentences(paragraph))]
    turns = (Turn(speaker, part) for speaker, part in zip(cycle(speakers), paragraphs, strict=False))
    return as_script(turns)


def _takes_turns(style: str | None, warnings: list[str]) -> bool:
    wanted = (style or "").strip().casefold()
    if not wanted or wanted in _WITH_LEAD_INS:
        return False
    if wanted in _TAKING_TURNS:
        return True
    known = ", ".join(sorted(_WITH_LEAD_INS | _TAKING_TURNS))
    warnings.append(f"The style {wanted[:40]!r} is not known and changes nothing. Known are: {known}.")
    return False


def _content_of(text: str) -> _Content:
    paragraphs = [_sentences(line) for line in text.splitlines() if line.strip()]
    topic = ""
    if paragraphs and paragraphs[0]:
        first = paragraphs[0][0]
        request = _REQUEST.fullmatch(first.strip())
        is_title = len(paragraphs) > 1 and len(paragraphs[0]) == 1 and not first.rstrip().endswith((".", "!", "?"))
        if request is not None or (is_title and len(first.split()) <= _LONGEST_TITLE_WORDS):
            topic = (request[1] if request else first).strip(" .!?#*:")
            paragraphs[0] = paragraphs[0][1:]
        elif len(paragraphs) == 1 and len(paragraphs[0]) == 1 and not first.rstrip().endswith((".", "!", "?")):
            topic, paragraphs = first.strip(" #*:"), []
    return _Content(topic, tuple(tuple(sentences) for sentences in paragraphs if sentences))


def _sentences(paragraph: str) -> list[str]:
    return [sentence for sentence in sentences_of(paragraph, _LONGEST_SENTENCE) if re.search(r"\w", sentence)]


def _opening(content: _Content, host: str, guest: str) -> Iterator[Turn]:
    about = f" Today it is about {content.topic}." if content.topic else ""
    yield Turn(host, _WELCOME + about)
    yield Turn(guest, _GREETING)


def _closing(host: str, guest: str) -> Iterator[Turn]:
    yield Turn(host, _FAREWELL)
    yield Turn(guest, _GOODBYE)


def _monologue(content: _Content, host: str) -> Iterator[Turn]:
    about = f" Today it is about {content.topic}." if content.topic else ""
    yield Turn(host, _WELCOME + about)
    for paragraph in content.paragraphs:
        yield Turn(host, " ".join(paragraph))
    yield Turn(host, _FAREWELL)


def _alternating(content: _Content, speakers: Sequence[str]) -> Iterator[Turn]:
    turns = cycle(speakers)
    for paragraph in content.paragraphs:
        for group in _grouped(paragraph):
            yield Turn(next(turns), group)


def _asked_for(content: _Content, host: str, guests: Sequence[str]) -> Iterator[Turn]:
    groups = [group for paragraph in content.paragraphs for group in _grouped(paragraph)]
    answering = cycle(guests)
    lead_ins = cycle(_LEAD_INS[1:])
    was_asked = False
    for index, group in enumerate(groups):
        if group.endswith("?"):
            yield Turn(host, group)
            was_asked = True
            continue
        if not was_asked:
            is_last = index == len(groups) - 1 and index > 1
            yield Turn(host, _LEAD_INS[0] if index == 0 else _LAST_LEAD_IN if is_last else next(lead_ins))
        yield Turn(next(answering), group)
        was_asked = False


def _grouped(sentences: Sequence[str]) -> Iterator[str]:
    """Sentences in turns of bearable length; a question is a turn of its own."""
    waiting: list[str] = []
    for sentence in sentences:
        is_question = sentence.rstrip().endswith("?")
        if waiting and (is_question or sum(map(len, waiting)) + len(sentence) > _LONGEST_TURN):
            yield " ".join(waiting)
            waiting = []
        if is_question:
            yield sentence
        else:
            waiting.append(sentence)
    if waiting:
        yield " ".join(waiting)
