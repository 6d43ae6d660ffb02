"""Members ask without a pause, Discord fails at random, and the bot is killed again and again."""

import asyncio
import contextlib
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.chaos.borders import BORDERS
from tests.chaos.ground import CHANNELS, MEMBERS, Ground
from tests.chaos.reckoning import Reckoning
from tests.end_to_end.driver import Member, Refused
from tests.end_to_end.fake_finevoice import no_time, some_seconds

LONGEST_JOB_S = 3.0
BROKEN = ("internal_error", "bad_gateway", "unavailable", "gateway_timeout", "dropped")
LIMITED = ("rate_limited", "rate_limited_globally", "rate_limited_with_others")
CANCEL = "Cancel"
ROUTES = ("callback", "edit_answer", "get_answer", "post_message", "list_messages", "edit_message")


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    jobs: int
    kills: int
    asks_per_s: float = 1.5
    faults_per_s: float = 0.4
    longest_life_s: float = 6.0
    cancels: float = 0.1
    """After this part of all asks somebody presses Cancel on some card."""
    with_borders: bool = True


@dataclass
class Storm:
    """One run."""

    ground: Ground
    plan: Plan
    kills: int = 0
    kills_while_starting: int = 0
    kills_at_borders: int = 0
    faults: int = 0
    presses: int = 0

    async def rage(self) -> Reckoning:
        """Run to the end and count."""
        ground, plan = self.ground, self.plan
        ground.service.job_time_s = some_seconds(ground.rng, LONGEST_JOB_S)
        await ground.start_again()
        if plan.with_borders:
            await self._kill_at_borders()
        while self.kills < plan.kills:
            await self._live_and_die()
        async with self._members_asking(plan.jobs) as asking:
            await asking
        await ground.member().take_back_faults()
        await ground.come_to_rest()
        reckoning = await ground.reckon()
        kinds = {"kills": self.kills, "while starting": self.kills_while_starting, "at borders": self.kills_at_borders}
        return Reckoning(
            kinds | {"faults ordered": self.faults, "cancels pressed": self.presses} | reckoning.counts,
            reckoning.broken,
        )

    async def _kill_at_borders(self) -> None:
        ground = self.ground
        job_time_s, ground.service.job_time_s = ground.service.job_time_s, no_time
        for stop in BORDERS:
            await stop(ground)
            self.kills += 1
            self.kills_at_borders += 1
            await ground.start_again()
        ground.service.job_time_s = job_time_s

    async def _live_and_die(self) -> None:
        """One life of the bot: some time with members and faults, or not even a whole start; then the kill."""
        rng, asked = self.ground.rng, len(self.ground.asked)
        share = math.ceil((self.plan.jobs - asked) / (self.plan.kills - self.kills))
        async with self._members_asking(asked + share):
            await asyncio.sleep(rng.uniform(0.1, self.plan.longest_life_s))
            await self.ground.bot.kill()
        self.kills += 1
        if rng.random() < 0.3 and self.kills < self.plan.kills:
            await self.ground.bot.start()
            await asyncio.sleep(rng.uniform(0.5, 5.0))
            await self.ground.bot.kill()
            self.kills += 1
            self.kills_while_starting += 1
        await self.ground.member().take_back_faults()
        await self.ground.start_again()

    @asynccontextmanager
    async def _members_asking(self, jobs: int) -> AsyncGenerator[asyncio.Task[None]]:
        """Until there were so many jobs in all, or the block ends; Discord fails as long as the block runs."""
        async with asyncio.TaskGroup() as group:
            asking, breaking = group.create_task(self._ask_on(jobs)), group.create_task(self._break_on())
            yield asking
            asking.cancel()
            breaking.cancel()

    async def _ask_on(self, jobs: int) -> None:
        rng = self.ground.rng
        while len(self.ground.asked) < jobs:
            channel_id = rng.choice(list(CHANNELS))
            member = self.ground.member(rng.choice(MEMBERS[channel_id]), channel_id)
            form = rng.choice(("voice message", "file"))
            try:
                await member.command("tts", text=self.ground.new_text(), voice="harper", as_=form)
            except Refused:
                # The bot died in this moment: its commands are there, but nobody answers.
                await asyncio.sleep(0.1)
            if rng.random() < self.plan.cancels:
                await self._cancel_something(member)
            await asyncio.sleep(rng.expovariate(self.plan.asks_per_s))

    async def _cancel_something(self, member: Member) -> None:
        """Press a button that may be the member's or not, and may be too late."""
        cards = [message for message in await member.messages() if CANCEL in str(message["components"])]
        if cards:
            self.presses += 1
            with contextlib.suppress(Refused):
                await member.press(self.ground.rng.choice(cards), CANCEL)

    async def _break_on(self) -> None:
        rng = self.ground.rng
        while True:
            await asyncio.sleep(rng.expovariate(self.plan.faults_per_s))
            fault = rng.choice(BROKEN + LIMITED)
            await self.ground.member().inject(
                fault=fault,
                on=rng.choice(ROUTES),
                times=rng.randint(1, 2),
                after_acting=fault in BROKEN and rng.random() < 0.5,
                retry_after_s=rng.uniform(0.1, 2.0),
            )
            self.faults += 1
