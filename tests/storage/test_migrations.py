"""From nothing and from each older version, on both engines, by several programs at once."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.learned_time import LearnedTime
from bot.models import JobState, ResultForm
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from bot.storage.migrating import MIGRATIONS, newest_revision
from bot.storage.pace import PaceStore
from bot.storage.tables import metadata
from tests.storage.samples import START, new_job

SCRIPTS = ScriptDirectory(str(MIGRATIONS))
VERSIONS = [script.revision for script in SCRIPTS.walk_revisions()]
# A job as version 0003 wrote it.
OLD_JOB = """
INSERT INTO jobs (id, kind, state, request, form, scope_id, guild_id, channel_id, user_id, application_id,
                  interaction_token, token_expires_at, card_message_id, result_urls, notes, failure_detail,
                  was_refunded, attempts, created_at, updated_at)
VALUES (:id, 'speech', :state, '{"text": "Hi", "voice": "v", "voice_label": "V"}', 'file', 100, 100, 55, :user_id, 9,
        'token', :at, :card, '[]', '[]', '', false, 0, :at, :at)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("missing_sqlite_url" if request.param == "sqlite" else "empty_postgres_url"))


async def _make(url: str, version: str, *statements: str, **values: object) -> None:
    """A database as an older program left it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    if url.startswith("sqlite"):
        await asyncio.to_thread(Path(url.partition("///")[2]).parent.mkdir, parents=True)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
        for statement in statements:
            await connection.execute(text(statement), values)
    await engine.dispose()


async def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_programs_that_start_at_once_migrate_once(empty_url: str) -> None:
    async def start() -> str:
        async with Database(empty_url) as database:
            return await database.revision()

    assert await asyncio.gather(*[start() for _ in range(4)]) == [newest_revision()] * 4


@pytest.mark.parametrize("version", VERSIONS)
async def test_each_older_version_is_brought_up_to_date_and_keeps_what_it_holds(empty_url: str, version: str) -> None:
    await _make(empty_url, version, "INSERT INTO buckets VALUES ('kept', 1.0)")
    async with Database(empty_url) as database:
        assert await database.revision() == newest_revision()
        await PaceStore(database).save("speech", LearnedTime(0.0, 0.1, 1.0))
        job = await JobStore(database, None).admit(new_job())
        assert await PaceStore(database).accepted_at(job.id) is None
        async with database.read() as connection:
            assert await connection.scalar(text("SELECT full_at FROM buckets WHERE key = 'kept'")) == 1.0


async def test_jobs_that_wait_keep_their_place_when_the_line_becomes_an_index(empty_url: str) -> None:
    await _make(empty_url, "0003")
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for number, (user_id, state, card) in enumerate(
            [(1, "queued", 5), (1, "queued", 6), (2, "queued", 7), (3, "queued", None), (4, "running", 8)]
        ):
            values = {"id": f"job {number}", "state": state, "user_id": user_id, "card": card}
            await connection.execute(text(OLD_JOB), {**values, "at": START.timestamp() + number})
    await engine.dispose()
    async with Database(empty_url) as database:
        store = JobStore(database, None)
        assert [job.id for job in await store.waiting(9)] == ["job 0", "job 2", "job 1"]
        claims = [await store.claim(START, 9) for _ in range(4)]
        assert [job.id for job in claims if job is not None] == ["job 0", "job 2", "job 1"]
        old = await store.get("job 4")
        assert old is not None
        assert (old.state, old.form, old.cost, old.place.has_bot) == (JobState.RUNNING, ResultForm.FILE, 0, True)
        # It was charged to nothing that this version knows, so nothing is given back; but it ends.
        ended = await store.finish_without_result(old, JobState.FAILED, START)
        assert ended is not None
        assert ended.was_refunded
        assert [job.id for job in await store.without_card()] == ["job 3"]


def test_the_file_with_the_highest_number_is_the_last_migration() -> None:
    assert newest_revision() == SCRIPTS.get_current_head()


async def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    async with Database(url) as database, database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer version"):
        async with Database(url):
            pass
