"""How many tasks the service may have of ours at once: the plan's number, less where it says 429.

One place is taken away for each 429, and given back after a while without one. Whoever keeps the count of tasks
elsewhere (the bot, in its database) asks for ``allowed``; whoever does not takes a place with ``async with``.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.finevoice.errors import ApiBusy

log = logging.getLogger(__name__)

# Several calls that were out together are refused together: that is one sign, not several.
ONE_SIGN = timedelta(seconds=2)
RECOVERY = timedelta(seconds=30)
MAX_WAITING = 1_000


class Places:
    """The places of one key. ``most`` is the plan's number of concurrent tasks, 1 or more.

    Source: the service's plans allow 5 or 10 tasks at once (finevoice.ai, read 2026-11).
    """

    def __init__(self, most: int, now: Callable[[], datetime]) -> None:
        if most < 1:
            raise ValueError("at least one place")
        self._most = most
        self._now = now
        self._allowed = most
        # When the last place was taken away, and from when on places are given back.
        self._lowered_at: datetime | None = None
        self._recovers_from = now()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.taken = 0

    @property
    def allowed(self) -> int:
        """How many tasks may run at once now, from 1 to the plan's number."""
        self._recover()
        return self._allowed

    def lower(self, retry_after_s: float | None = None) -> None:
        """The service said 429: one place less, until it has had ``retry_after_s`` and half a minute of peace."""
        now = self._now()
        self._recover()
        self._recovers_from = max(self._recovers_from, now + timedelta(seconds=retry_after_s or 0))
        if self._lowered_at is not None and timedelta(0) <= now - self._lowered_at < ONE_SIGN:
            return
        self._lowered_at = now
        if self._allowed > 1:
            self._allowed -= 1
            log.warning("FineVoice is busy: %s of %s places are used for now", self._allowed, self._most)

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Hold a place, first come, first served, for as long as the block runs: from submit to the task's end.

        Raises:
            ApiBusy: far too many wait already.
        """
        await self._take()
        try:
            yield
        finally:
            self.taken -= 1
            self._let_in()

    async def _take(self) -> None:
        self._let_in()
        if not self._waiting and self.taken < self.allowed:
            self.taken += 1
            return
        if len(self._waiting) >= MAX_WAITING:
            raise ApiBusy
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                # The place came in the same moment: somebody else is to have it.
                self.taken -= 1
            elif turn in self._waiting:
                self._waiting.remove(turn)
            self._let_in()
            raise

    def _let_in(self) -> None:
        """Give free places to the first who wait. A place is counted from here on, so nobody can slip in between.

        Called whenever one may be free. Where time alone frees one, it is given with the next call: since one place
        is always allowed, somebody who waits waits for a holder, whose leaving is such a call.
        """
        while self._waiting and self.taken < self.allowed:
            turn = self._waiting.popleft()
            if not turn.cancelled():
                self.taken += 1
                turn.set_result(None)

    def _recover(self) -> None:
        now = self._now()
        if self._allowed == self._most:
            # What was asked for while all places were free is not saved up.
            self._recovers_from = now
            return
        if self._recovers_from - now > timedelta(minutes=10):
            # The clock was set back: begin to count anew.
            self._recovers_from = now
        given_back = max(0, (now - self._recovers_from) // RECOVERY)
        self._allowed = min(self._most, self._allowed + given_back)
        self._recovers_from += given_back * RECOVERY
