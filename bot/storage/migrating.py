"""The version of a database, and how an older one is brought up to date.

Alembic is read only where there is something to do: reading it would take a seventh of every start.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
REVISION = text("SELECT version_num FROM alembic_version")


class NewerDatabase(Exception):
    """A newer version of this program wrote the database."""


def newest_revision() -> str:
    """The migration this program needs."""
    return max(_revisions())


def migrate(connection: Connection) -> None:
    """Bring the database up to date, in the connection's transaction.

    Raises:
        NewerDatabase: it is ahead of this program.
        DBAPIError: the database failed.
    """
    revision = connection.scalar(REVISION) if inspect(connection).has_table("alembic_version") else None
    if revision == newest_revision():
        return
    if revision is not None and revision not in _revisions():
        raise NewerDatabase
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revisions() -> frozenset[str]:
    """The files are called by the number of their revision, which grows."""
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
