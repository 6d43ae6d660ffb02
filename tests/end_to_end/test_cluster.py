"""Two processes with a shard each, on one PostgreSQL and one key: what one leaves behind the other finishes, once."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import aiohttp
import pytest
from sqlalchemy import select

from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import GENERAL, LOUNGE, NOOR, ROBIN, STUDY_HALL_SHARD, TAVERN_SHARD
from bot.storage import tables
from bot.storage.database import Database
from tests.chaos.ground import WIDE
from tests.chaos.reckoning import DONE, FAILED, FINAL, Seen, look_at, reckon
from tests.end_to_end.conftest import Bots, FakeFineVoice
from tests.end_to_end.driver import BotProcess, Member, text_of, until
from tests.end_to_end.fake_finevoice import Hold, Stage
from tests.storage.postgres import PostgresServer

pytestmark = pytest.mark.process

PLACES = 3
# A lease of 15 s, a look every 5 s, and what a busy machine takes on top.
TAKEN_OVER_WITHIN_S = 90.0


@dataclass
class Cluster:
    hall: BotProcess
    """Has the shard of the Study Hall, the first one."""
    tavern: BotProcess
    """Has the shard of the Moonlight Tavern."""
    noor: Member
    """In the Study Hall."""
    robin: Member
    """In the Tavern."""
    service: FakeFineVoice
    database_url: str

    async def seen(self) -> dict[str, Seen]:
        messages = [*await self.noor.all_messages(), *await self.robin.all_messages()]
        return look_at(messages)

    async def see(self, text: str, state: str) -> Seen:
        async def look() -> Seen | None:
            job = (await self.seen()).get(text)
            return job if job is not None and job.state == state else None

        return await until(look, f"{text} to be {state}", every_s=0.1)

    async def see_posted(self, text: str) -> None:
        """Wait for a result, whatever its card says."""

        async def look() -> bool:
            job = (await self.seen()).get(text)
            return job is not None and bool(job.results)

        await until(look, f"the posted result of {text}", every_s=0.1)

    async def see_all_done(self, *texts: str) -> None:
        for text in texts:
            assert len((await self.see(text, DONE)).results) == 1

    async def living(self) -> set[str]:
        """The processes that say that they live."""
        async with Database(self.database_url) as database, database.read() as connection:
            return set(await connection.scalars(select(tables.processes.c.id)))

    async def owner_of(self, text: str) -> str | None:
        async with Database(self.database_url) as database, database.read() as connection:
            rows = (await connection.execute(select(tables.jobs.c.request, tables.jobs.c.owner))).all()
        return next((owner for request, owner in rows if request["text"] == text), None)

    async def hold(self, stage: Stage, text: str) -> Hold:
        """Have Robin ask, and keep the job at that stage."""
        hold = self.service.hold(stage, text)
        await self.robin.command("tts", text=text, voice="harper")

        async def is_reached() -> bool:
            return hold.reached.is_set()

        await until(is_reached, f"the {stage} of {text}")
        return hold

    async def end(self) -> list[str]:
        """Stop both when all is over, and hold everything against everything."""

        async def is_over() -> bool:
            async with Database(self.database_url) as database, database.read() as connection:
                return set(await connection.scalars(select(tables.jobs.c.state).distinct())) <= FINAL

        await until(is_over, "the database to say what members see: it is told a moment after them")
        for bot in (self.hall, self.tavern):
            assert await bot.stop() == 0, bot.log[-2000:]
        return (await reckon(await self.seen(), self.service.submits, self.database_url)).broken


@pytest.fixture
def database_url(postgres: PostgresServer) -> str:
    """A database of its own. Not async: it is made with a loop of its own."""
    return postgres.migrated_database()


@pytest.fixture
async def cluster(
    sandbox: SandboxServer, with_finevoice: Bots, finevoice: FakeFineVoice, database_url: str
) -> AsyncGenerator[Cluster]:
    settings = {f"limits__{of}_{name}".lower(): value for of in ("member", "guild") for name, value in WIDE.items()}
    # Long: a request that a test keeps waiting must not be given up.
    settings |= {"storage__url": database_url, "finevoice__concurrency": str(PLACES), "finevoice__timeout_s": "250"}
    bots: dict[int, BotProcess] = {}
    for shard, machine in ((STUDY_HALL_SHARD, "hall"), (TAVERN_SHARD, "tavern")):
        bots[shard] = await with_finevoice.new(machine, **settings)
        shards = f"[discord]\nshard_count = 2\nshard_ids = [{shard}]\n"
        (bots[shard].folder / "config.toml").write_text(shards, encoding="utf-8")
    async with aiohttp.ClientSession() as session:
        noor, robin = (Member(session, sandbox.url, user, place) for user, place in ((NOOR, LOUNGE), (ROBIN, GENERAL)))
        yield Cluster(bots[STUDY_HALL_SHARD], bots[TAVERN_SHARD], noor, robin, finevoice, database_url)


async def _syncs(member: Member) -> int:
    return len([one for one in await member.requests() if one["method"] == "PUT"])


async def test_two_processes_share_line_and_places_and_what_one_leaves_behind_the_other_finishes_once(
    cluster: Cluster,
) -> None:
    # One cluster for all: its two starts take longer than what is looked at.
    await _start(cluster)
    await _share(cluster)
    survivor = await _hand_over(cluster)
    await _take_over(cluster, survivor)
    assert await cluster.end() == []


async def _start(cluster: Cluster) -> None:
    """The process without the first shard first: it sends no commands."""
    noor, robin = cluster.noor, cluster.robin
    await cluster.tavern.start()
    await cluster.tavern.logged("Connected to Discord")
    assert await _syncs(robin) == 0, "only the process with the first shard sends commands"
    await cluster.hall.start()
    await noor.bot_is_ready()
    await robin.bot_is_ready()
    assert await _syncs(robin) == 1


async def _share(cluster: Cluster) -> None:
    """One line and the places of one key for both."""
    noor, robin, service = cluster.noor, cluster.robin, cluster.service
    service.finish.clear()
    texts = [f"Clip {number:04}" for number in range(2 * PLACES + 4)]
    for number, text in enumerate(texts):
        await (noor, robin)[number % 2].command("tts", text=text, voice="harper")
    for member in (noor, robin):
        await member.see(lambda message: "In line: " in text_of(message), "a place in line")
    assert len(service.submits) == PLACES
    service.finish.set()
    await cluster.see_all_done(*texts)
    assert service.most_at_once == PLACES


async def _hand_over(cluster: Cluster) -> str:
    """The one that stops leaves its job to the other, whose id is returned, and comes back."""
    robin, service = cluster.robin, cluster.service
    service.finish.clear()
    await robin.command("tts", text="Clip 0100", voice="harper")
    await robin.see(lambda m: "Clip 0100" in text_of(m) and "Working" in text_of(m), "the card at work")
    assert await cluster.tavern.stop() == 0
    living = await cluster.living()
    assert len(living) == 1, "nobody has to wait for a lease to run out"
    service.finish.set()
    await cluster.see_all_done("Clip 0100")
    await cluster.tavern.start()
    await robin.bot_is_ready()
    assert await _syncs(robin) == 1
    (survivor,) = living
    return survivor


async def _take_over(cluster: Cluster, survivor: str) -> None:
    """What the killed one had in hand the other finishes, and nothing twice."""
    noor, robin, service = cluster.noor, cluster.robin, cluster.service
    (victim,) = await cluster.living() - {survivor}
    # What was kept unfinished before counts no more.
    service.most_at_once = 0
    asking = await cluster.hold(Stage.POLL, "Clip 0201")
    await cluster.hold(Stage.SUBMIT, "Clip 0202")
    await robin.inject(fault="slow", on="post_message", times=1, delay_s=60, after_acting=True)
    await robin.command("tts", text="Clip 0203", voice="harper")
    await cluster.see_posted("Clip 0203")
    in_hand = ("Clip 0201", "Clip 0202", "Clip 0203")
    assert {await cluster.owner_of(text) for text in in_hand} == {victim}

    await cluster.tavern.kill()
    service.let_all_go()
    async with asyncio.timeout(TAKEN_OVER_WITHIN_S):
        await cluster.see_all_done("Clip 0201", "Clip 0203")
        unknown = await cluster.see("Clip 0202", FAILED)
    assert asking.reached.is_set()
    assert "nobody knows whether it was made" in unknown.words
    await noor.command("tts", text="Clip 0204", voice="harper")
    await cluster.see_all_done("Clip 0204")

    await cluster.tavern.start()
    await robin.bot_is_ready()
    done_before = cluster.tavern.log.count("Job done")
    for number in range(205, 209):
        await robin.command("tts", text=f"Clip {number:04}", voice="harper")
    await cluster.see_all_done(*(f"Clip {number:04}" for number in range(205, 209)))
    assert cluster.tavern.log.count("Job done") > done_before, "the one that came back takes part again"
    assert service.submits.count("Clip 0202") == 1
    assert service.most_at_once <= PLACES
