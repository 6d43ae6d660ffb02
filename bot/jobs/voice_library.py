"""Which voices there are: in memory for autocomplete, refreshed in the background, resolved for each job."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import InvalidRequest, VoiceUnknown
from bot.finevoice.catalogue import read_catalogue
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiError
from bot.jobs.voice_search import VoiceSearch
from bot.models import Voice
from bot.storage.database import StorageError
from bot.storage.voices import VoiceStore

log = logging.getLogger(__name__)

RETRY_AFTER_FAILURE_S = (2.0, 5.0, 15.0, 60.0, 300.0)
WAIT_FOR_CATALOGUE_S = 10.0
NEAREST = 3


class VoiceLibrary:
    """All voices, and which one a member means."""

    def __init__(
        self,
        api: FineVoice,
        store: VoiceStore,
        *,
        default_voice: str,
        refresh_every_s: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._store = store
        self._default_voice = default_voice
        self._refresh_every_s = refresh_every_s
        self._sleep = sleep
        self._by_name: dict[str, Voice] = {}
        self._index = VoiceSearch(())
        self._loaded = asyncio.Event()

    async def run(self) -> None:
        """Load what is stored, then refresh for ever. A failed refresh keeps what there is."""
        try:
            self._use(await self._store.load_catalogue())
        except StorageError as error:
            log.warning("The stored voice catalogue could not be read: %s", error)
        failures = 0
        while True:
            try:
                await self.refresh()
                failures = 0
                delay_s = self._refresh_every_s
            except (ApiError, StorageError) as error:
                delay_s = RETRY_AFTER_FAILURE_S[min(failures, len(RETRY_AFTER_FAILURE_S) - 1)]
                failures += 1
                log.warning(
                    "The voice catalogue could not be read: %s; next try in %s s", type(error).__name__, delay_s
                )
            await self._sleep(delay_s)

    async def refresh(self) -> None:
        """Read the whole catalogue and swap it in.

        Raises:
            ApiError: the old catalogue stays.
            StorageError: the new one is used, but not kept for the next start.
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
        self._use(found)
        await self._store.save_catalogue(found)
        log.info("Voice catalogue: %s voices", len(found))

    def _use(self, catalogue: tuple[Voice, ...]) -> None:
        self._by_name = {voice.name: voice for voice in catalogue}
        self._index = VoiceSearch(catalogue)
        if catalogue:
            self._loaded.set()

    def get(self, name: str) -> Voice | None:
        """The voice of exactly this name."""
        return self._by_name.get(name)

    def search(self, words: str, limit: int = 25) -> list[Voice]:
        """The voices that fit the words best, in any order and with typing errors; the first ones without words."""
        return self._index.find(words, limit)

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
        exact = self._by_name.get(typed.strip()) or self._index.named(typed)
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

    def _default(self) -> Voice:
        return self._by_name.get(self._default_voice) or next(iter(self._by_name.values()))
