"""Reads the whole voice catalogue, page by page."""

from collections.abc import AsyncIterator

from bot.finevoice.answers import VoiceAnswer
from bot.finevoice.client import FineVoice
from bot.finevoice.requests import VoiceQuery
from bot.models import Voice

PAGE_SIZE = 100
# 1,500 voices were advertised in 2026; a service that never stops sending pages is cut off here.
MAX_PAGES = 300
MAX_VOICES = 20_000


async def read_catalogue(api: FineVoice) -> AsyncIterator[VoiceAnswer]:
    """Yield every voice that can speak text, each name once.

    A service that ignores ``page`` sends the same page again: a page without a new name ends the reading.
    """
    seen: set[str] = set()
    for page in range(MAX_PAGES):
        answer = await api.voices.list(VoiceQuery(tts=True, page=page, limit=PAGE_SIZE))
        fresh = {voice.name: voice for voice in answer.voices if voice.name not in seen}
        seen.update(fresh)
        for voice in fresh.values():
            yield voice
        if not fresh or len(seen) >= min(answer.total or MAX_VOICES, MAX_VOICES):
            return


def as_voice(answer: VoiceAnswer) -> Voice:
    """A voice as the service tells of it, as we keep it."""
    return Voice(
        name=answer.name,
        label=answer.label,
        gender=answer.gender,
        language=answer.language,
        age=answer.age,
        style=answer.style,
        category=answer.category,
        description=answer.description,
        tags=answer.tags,
    )
