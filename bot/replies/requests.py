"""What was asked for, in the words of people: the same for cards, lists, file names and screen readers."""

from bot.emotions import parse_tagged_text
from bot.models import EffectRequest, Request, SpeechRequest, TranscriptRequest
from bot.replies.language import _


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
