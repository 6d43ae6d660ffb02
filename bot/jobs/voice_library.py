"""Which voices there are: in memory for autocomplete, refreshed in the background, resolved for each job."""

import asyncio
import logging
import unicodedata

from rapidfuzz import fuzz, process

from bot.errors import InvalidRequest, VoiceUnknown
from bot.finevoice.catalogue import read_catalogue
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiError
from bot.models import Voice
from bot.storage.voices import VoiceStore

log = logging.getLogger(__name__)

RETRY_AFTER_FAILURE_S = (2.0, 5.0, 15.0, 60.0, 300.0)
WAIT_FOR_CATALOGUE_S = 10.0
NEAREST = 3
MIN_SCORE = 60.0


class VoiceLibrary:
    """All voices, and which one a member means."""

    def __init__(self, api: FineVoice, store: VoiceStore, *, default_voice: str, refresh_every_s: float) -> None:
        self._api = api
        self._store = store
        self._default_voice = default_voice
        self._refresh_every_s = refresh_every_s
        self._by_name: dict[str, Voice] = {}
        self._search_texts: dict[str, str] = {}
        self._loaded = asyncio.Event()

    async def run(self) -> None:
        """Load what is stored, then refresh for ever. A failed refresh keeps what there is."""
        self._use(await self._store.load_catalogue())
        failures = 0
        while True:
            try:
                await self.refresh()
                failures = 0
                delay_s = self._refresh_every_s
            except ApiError as error:
                delay_s = RETRY_AFTER_FAILURE_S[min(failures, len(RETRY_AFTER_FAILURE_S) - 1)]
                failures += 1
                log.warning(
                    "The voice catalogue could not be read: %s; next try in %s s", type(error).__name__, delay_s
                )
            await asyncio.sleep(delay_s)

    async def refresh(self) -> None:
        """Read the whole catalogue and swap it in.

        Raises:
            ApiError: the old catalogue stays.
        """
        found = tuple(
            [
                Voice(
                    name=voice.name,
                    label=voice.label,
                    gender=voice.gender,
                    language=voice.language,
                    age=voice.age,
                    style=voice.style,
                    category=voice.category,
                    description=voice.description,
                    tags=voice.tags,
                )
                async for voice in read_catalogue(self._api)
            ]
        )
        if not found and self._by_name:
            log.warning("The service listed no voices; keeping the %s known ones", len(self._by_name))
            return
        await self._store.save_catalogue(found)
        self._use(found)
        log.info("Voice catalogue: %s voices", len(found))

    def _use(self, catalogue: tuple[Voice, ...]) -> None:
        self._by_name = {voice.name: voice for voice in catalogue}
        self._search_texts = {voice.name: _search_text(voice) for voice in catalogue}
        if catalogue:
            self._loaded.set()

    def get(self, name: str) -> Voice | None:
        """The voice of exactly this name."""
        return self._by_name.get(name)

    def search(self, words: str, limit: int = 25) -> list[Voice]:
        """The voices that fit the words best, in any order and with typing errors; the first ones without words."""
        query = _plain(words)
        if not query:
            return list(self._by_name.values())[:limit]
        starts = [voice for voice in self._by_name.values() if _plain(voice.label).startswith(query)][:limit]
        found = process.extract(
            query, self._search_texts, scorer=fuzz.token_set_ratio, limit=limit, score_cutoff=MIN_SCORE
        )
        fuzzy = process.extract(
            query, self._search_texts, scorer=fuzz.partial_ratio, limit=limit, score_cutoff=MIN_SCORE
        )
        names = dict.fromkeys([voice.name for voice in starts] + [match[2] for match in (*found, *fuzzy)])
        return [self._by_name[name] for name in names][:limit]

    async def last_used(self, scope_id: int, user_id: int) -> Voice | None:
        """The voice that the member used last in this guild, if it still exists."""
        name = await self._store.last_used(scope_id, user_id)
        return None if name is None else self._by_name.get(name)

    async def remember(self, scope_id: int, user_id: int, voice: Voice) -> None:
        """Note that the member used the voice."""
        await self._store.remember(scope_id, user_id, voice.name)

    async def resolve(self, typed: str | None, scope_id: int, user_id: int) -> Voice:
        """The voice a member means: the one typed, else their last one, else the default.

        Raises:
            VoiceUnknown: no voice has that name or label; carries the labels of the nearest.
            InvalidRequest: ``voices_loading``, the catalogue could not be read in time.
        """
        await self._wait_until_loaded()
        if typed is None or not typed.strip():
            return await self.last_used(scope_id, user_id) or self._default()
        exact = self._by_name.get(typed.strip()) or self._by_label(typed)
        if exact is not None:
            return exact
        nearest = tuple(voice.label for voice in self.search(typed, NEAREST))
        raise VoiceUnknown("voice_unknown", typed.strip()[:100], nearest)

    async def _wait_until_loaded(self) -> None:
        """A command that arrives in the bot's first seconds waits for the catalogue instead of being refused."""
        try:
            async with asyncio.timeout(WAIT_FOR_CATALOGUE_S):
                await self._loaded.wait()
        except TimeoutError:
            raise InvalidRequest("voices_loading") from None

    def _by_label(self, typed: str) -> Voice | None:
        wanted = _plain(typed)
        return next((voice for voice in self._by_name.values() if _plain(voice.label) == wanted), None)

    def _default(self) -> Voice:
        return self._by_name.get(self._default_voice) or next(iter(self._by_name.values()))


def _search_text(voice: Voice) -> str:
    parts = (voice.label, voice.name, voice.gender, voice.language, voice.age, voice.style, voice.category, *voice.tags)
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    """Lower case without accents, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
