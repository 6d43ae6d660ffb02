"""Which voices there are: in memory for autocomplete, refreshed in the background, resolved for each job."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discord_limits import MAX_CHOICES
from bot.errors import InvalidRequest, VoiceUnknown
from bot.finevoice.catalogue import as_voice, read_catalogue
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiError
from bot.jobs.last_voices import LastVoices
from bot.jobs.voice_replacement import find_replacements
from bot.jobs.voice_search import ANY_VOICE, MAX_NEAREST, VoiceFilter, VoiceSearch
from bot.models import Voice
from bot.storage.database import StorageError
from bot.storage.voices import MAX_GONE_VOICES, GoneVoice, VoiceStore

log = logging.getLogger(__name__)

RETRY_AFTER_FAILURE_S = (2.0, 5.0, 15.0, 60.0, 300.0)
WAIT_FOR_CATALOGUE_S = 10.0
# A small catalogue is indexed at once; a larger one would hold up the event loop for longer than a keystroke takes.
INDEX_AT_ONCE = 100
# A catalogue of which more than half is missing is more likely an answer that broke off than news: it has to be
# given twice. Small ones may change as they like.
DOUBT_FROM, DOUBT_BELOW = 50, 0.5
CONFIRM_AFTER_S = 60.0
# A replacement may itself be replaced later, but never for ever.
MAX_REPLACEMENTS_IN_A_ROW = 10
GONE_IN_LOG = 20


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """What a refresh found. ``is_doubted``: far fewer voices than before; the old ones stay until it is confirmed."""

    voices: int
    new: int = 0
    gone: tuple[GoneVoice, ...] = ()
    is_doubted: bool = False


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
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._api = api
        self._store = store
        self._last = LastVoices(store)
        self._default_voice = default_voice
        self._refresh_every_s = refresh_every_s
        self._sleep = sleep
        self._now = now
        self._index = VoiceSearch(())
        self._gone: dict[str, GoneVoice] = {}
        self._doubted: frozenset[str] = frozenset()
        self._loaded = asyncio.Event()

    async def run(self) -> None:
        """Load what is stored, then refresh for ever. A failed refresh keeps what there is."""
        await self._load()
        failures = 0
        while True:
            try:
                change = await self.refresh()
                failures = 0
                delay_s = min(CONFIRM_AFTER_S, self._refresh_every_s) if change.is_doubted else self._refresh_every_s
            except (ApiError, StorageError) as error:
                delay_s = RETRY_AFTER_FAILURE_S[min(failures, len(RETRY_AFTER_FAILURE_S) - 1)]
                failures += 1
                log.warning(
                    "The voice catalogue could not be read: %s; next try in %s s", type(error).__name__, delay_s
                )
            await self._sleep(delay_s)

    async def _load(self) -> None:
        try:
            self._gone = {voice.name: voice for voice in await self._store.load_gone()}
            await self._use(await self._store.load_catalogue())
        except StorageError as error:
            log.warning("The stored voice catalogue could not be read: %s", error)

    async def refresh(self) -> CatalogueChange:
        """Read the whole catalogue beside the one in use and swap it in; say what changed.

        Raises:
            ApiError: the old catalogue stays.
            StorageError: the new one is used, but not kept for the next start.
        """
        found = tuple([as_voice(answer) async for answer in read_catalogue(self._api)])
        before = self.voices
        if self._is_doubtful(found):
            log.warning("The service listed %s voices instead of %s; keeping the old ones", len(found), len(before))
            return CatalogueChange(len(before), is_doubted=True)
        if found == before:
            return CatalogueChange(len(found))
        change = await asyncio.to_thread(_compare, before, found)
        await self._use(found)
        self._note(change)
        await self._store.save_catalogue(found, gone=change.gone, at=self._now())
        return change

    def _is_doubtful(self, found: tuple[Voice, ...]) -> bool:
        """True when far fewer voices came than there were, and not the same few as the last time."""
        known = len(self.voices)
        if not found:
            return known > 0
        names = frozenset(voice.name for voice in found)
        is_shrunk = known >= DOUBT_FROM and len(found) < DOUBT_BELOW * known
        is_confirmed, self._doubted = names == self._doubted, names if is_shrunk else frozenset()
        return is_shrunk and not is_confirmed

    async def _use(self, catalogue: tuple[Voice, ...]) -> None:
        is_small = len(catalogue) <= INDEX_AT_ONCE
        self._index = VoiceSearch(catalogue) if is_small else await asyncio.to_thread(VoiceSearch, catalogue)
        if catalogue:
            self._loaded.set()

    def _note(self, change: CatalogueChange) -> None:
        log.info("Voice catalogue: voices=%s new=%s gone=%s", change.voices, change.new, len(change.gone))
        for voice in change.gone[:GONE_IN_LOG]:
            log.warning("Voice gone: voice=%r nearest=%r", voice.name, voice.nearest)
        gone = {voice.name: voice for voice in change.gone} | self._gone
        latest = list(gone.items())[:MAX_GONE_VOICES]
        self._gone = {name: voice for name, voice in latest if self.get(name) is None}

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The catalogue in its own order."""
        return self._index.voices

    def get(self, name: str) -> Voice | None:
        """The voice of exactly this name."""
        return self._index.get(name)

    def search(
        self, words: str, limit: int = MAX_CHOICES, only: VoiceFilter = ANY_VOICE, *, every_word: bool = False
    ) -> list[Voice]:
        """The voices that pass the filter and fit the words best; the first ones without words.

        ``every_word``: those alone that fit each of them, where there are any.

        The words come in any order, with typing errors, from name, language, gender, age, style, category and tags.
        """
        return self._index.find(words, limit, only, every_word=every_word)

    def filter_values(self, field: str) -> list[tuple[str, int]]:
        """What a field of `VoiceFilter` can be asked for, with the number of voices; the most common first."""
        return self._index.values(field)

    def replacement(self, name: str) -> Voice | None:
        """The voice that stands in for one that left the catalogue; None where that one never was or is still there."""
        if self.get(name) is not None:
            return None
        for _ in range(MAX_REPLACEMENTS_IN_A_ROW):
            gone = self._gone.get(name)
            if gone is None or gone.nearest is None:
                return None
            nearest = self.get(gone.nearest)
            if nearest is not None:
                return nearest
            name = gone.nearest
        return None

    def label_of(self, name: str) -> str:
        """What people read for the voice, also where it is gone; its name where nobody remembers it."""
        known = self.get(name) or self._gone.get(name)
        return name if known is None else known.label

    async def last_used(self, scope_id: int, user_id: int) -> Voice | None:
        """The voice that the member used last in this guild, if it still exists."""
        name = await self._last.get(scope_id, user_id)
        return None if name is None else self.get(name)

    async def remember(self, scope_id: int, user_id: int, voice: Voice) -> None:
        """Note that the member used the voice."""
        await self._last.set(scope_id, user_id, voice.name)

    def forget_member(self, user_id: int) -> None:
        """Forget, in memory, what the member used; whoever calls it has removed it from the database."""
        self._last.forget_member(user_id)

    async def resolve(self, typed: str) -> Voice:
        """The voice that is meant by a name or a label.

        Raises:
            VoiceUnknown: no voice has that name or label; carries the labels of the nearest, first of all of the one
                that stands in for a voice that is gone.
            InvalidRequest: ``voices_loading``, the catalogue could not be read in time.
        """
        await self._wait_until_loaded()
        try:
            return self._index.resolve(typed)
        except VoiceUnknown as unknown:
            stand_in = self.replacement(typed.strip())
            if stand_in is not None:
                like_it = (label for label in unknown.nearest if label != stand_in.label)
                unknown.nearest = (stand_in.label, *like_it)[:MAX_NEAREST]
            raise

    async def default(self) -> Voice:
        """The bot's own voice, for whoever chose none; where it is gone the nearest, or the first of the catalogue.

        Raises:
            InvalidRequest: ``voices_loading``, as for ``resolve``.
        """
        await self._wait_until_loaded()
        own = self._default_voice
        return self.get(own) or self.replacement(own) or self.voices[0]

    async def _wait_until_loaded(self) -> None:
        """A command that arrives in the bot's first seconds waits for the catalogue instead of being refused."""
        try:
            async with asyncio.timeout(WAIT_FOR_CATALOGUE_S):
                await self._loaded.wait()
        except TimeoutError:
            raise InvalidRequest("voices_loading") from None


def _compare(before: tuple[Voice, ...], after: tuple[Voice, ...]) -> CatalogueChange:
    known = {voice.name for voice in before}
    new = sum(voice.name not in known for voice in after)
    return CatalogueChange(len(after), new, find_replacements(before, after))
