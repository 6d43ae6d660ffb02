"""SQLite files with all tables and no rows: migrating anew for each test would take a tenth of a second."""

from functools import cache
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bot.storage.migrating import migrate


def sqlite_in(folder: Path) -> str:
    """The URL of a new database in the folder, unless there is one already."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "soundbooth.db"
    if not file.exists():
        file.write_bytes(_migrated())
    return f"sqlite+aiosqlite:///{file}"


@cache
def _migrated() -> bytes:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        migrate(connection)
    raw = engine.raw_connection()
    content = bytes(raw.driver_connection.serialize())  # pyright: ignore[reportOptionalMemberAccess] - it is sqlite3's
    raw.close()
    engine.dispose()
    return content
