"""What was asked for, in the words of people: the same for cards, lists, file names and screen readers."""

import unicodedata

from bot.emotions import parse_tagged_text
from bot.models import EffectRequest, Request, SpeechRequest, TranscriptRequest
from bot.replies.language import _, n_, number
from bot.replies.times import about, length

# Characters that are spoken in a second, roughly. Letters: some 150 English words a minute, spaces included. Signs that
# stand for a syllable or more (Chinese, Japanese, Korean): 5 to 8 syllables a second. Source: Pellegrino, Coupé and
# Marsico, "Across-Language Perspective on Speech Information Rate", 2011.
_LETTERS_PER_S, _SYLLABLES_PER_S = 15.0, 6.0


def title_of(request: Request) -> str:
    """Who speaks, or what is made. Text from outside."""
    match request:
        case SpeechRequest():
            return request.voice_label
        case EffectRequest():
            return _("Sound effect")
        case TranscriptRequest():
            return _("Transcript")


def words_of(request: Request) -> str:
    """What the member wrote or attached. Text from outside."""
    match request:
        case SpeechRequest():
            return request.text
        case EffectRequest():
            return request.prompt or (request.source.name if request.source else "")
        case TranscriptRequest():
            return request.source.name


def avoided_in(request: Request) -> str:
    """What is not to be heard in the result; empty where nothing was said of it. Text from outside."""
    return request.avoid if isinstance(request, EffectRequest) else ""


def size_of(request: Request) -> str:
    """How much is to be made, for whoever is asked about its price."""
    match request:
        case SpeechRequest():
            said = n_("{count} character, {time} when spoken", "{count} characters, {time} when spoken", request.size)
            return said.format(count=number(request.size), time=about(spoken_s(spoken_text(request))))
        case EffectRequest():
            said = n_("{count} take of {length}", "{count} takes of {length} each", request.takes)
            return said.format(count=number(request.takes), length=length(request.duration_s))
        case TranscriptRequest():
            return _("A recording of {length}").format(length=length(request.length_s))


def spoken_s(text: str) -> float:
    """About how many seconds it takes to say the text, which has no emotion tags."""
    syllables = sum(unicodedata.east_asian_width(char) in {"W", "F"} for char in text)
    return (len(text) - syllables) / _LETTERS_PER_S + syllables / _SYLLABLES_PER_S


def heard_in(request: Request) -> str:
    """What can be heard in the result, for who cannot hear it. Text from outside."""
    match request:
        case SpeechRequest():
            return _("{voice} says: {text}").format(voice=request.voice_label, text=spoken_text(request))
        case EffectRequest():
            return _("Sound effect: {prompt}").format(prompt=words_of(request))
        case TranscriptRequest():
            return _("Transcript of {file}").format(file=request.source.name)


def spoken_text(request: SpeechRequest) -> str:
    """The text without its emotion tags."""
    return " ".join("".join(segment.text for segment in parse_tagged_text(request.text).segments).split())


def file_words(request: Request) -> tuple[str, str]:
    """What a file of the result is named after, and how it is called where nothing of that can be in a name."""
    match request:
        case SpeechRequest():
            return spoken_text(request), "speech"
        case EffectRequest():
            return words_of(request), "sound"
        case TranscriptRequest():
            return f"transcript {request.source.name}", "transcript"
