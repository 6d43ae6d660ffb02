"""The tables. A change here needs a migration in bot/storage/migrations/versions; a test holds them together."""

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, kept as seconds since 1970: SQLite has no time zones, and limits calculate with it."""

    impl = Float(53)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:
        """To seconds."""
        del dialect
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: Dialect) -> datetime | None:
        """Back to a time."""
        del dialect
        return None if value is None else datetime.fromtimestamp(value, UTC)


jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("request", JSON, nullable=False),
    Column("form", String(20), nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("application_id", BigInteger, nullable=False),
    Column("interaction_token", Text, nullable=False),
    Column("token_expires_at", UtcTime, nullable=False),
    Column("card_message_id", BigInteger),
    Column("api_task_id", Text),
    Column("result_urls", JSON, nullable=False),
    Column("result_file", Text),
    Column("notes", JSON, nullable=False),
    Column("failure", String(30)),
    Column("failure_detail", Text, nullable=False),
    Column("was_refunded", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_of", String(32), unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    # When the service accepted the task; unlike updated_at it stays when another process takes the job up.
    Column("accepted_at", UtcTime),
    Index("jobs_by_state", "state", "scope_id", "user_id", "created_at"),
)

# One row a bucket: ``member:<scope>:<user>`` or ``guild:<scope>``. ``full_at`` is GCRA's theoretical arrival time.
buckets = Table(
    "buckets",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("full_at", Float(53), nullable=False),
)

# Whose turn it is: the scope, then the member (user_id 0 stands for the scope as a whole), served least recently.
turns = Table(
    "turns",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("served_at", UtcTime, nullable=False),
)

voices = Table(
    "voices",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("gender", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("age", Text, nullable=False),
    Column("style", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", JSON, nullable=False),
)

# The voice a member used last, in each guild of theirs.
member_voices = Table(
    "member_voices",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("voice", Text, nullable=False),
)

# What past jobs of a kind took, as log(actual time / first guess). One row a kind.
job_times = Table(
    "job_times",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("mean", Float(53), nullable=False),
    Column("variance", Float(53), nullable=False),
    Column("weight", Float(53), nullable=False),
)

# Voices that the service lists no more, and the most alike of those it listed then; only the latest few are kept.
gone_voices = Table(
    "gone_voices",
    metadata,
    Column("name", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("nearest", Text),
    Column("gone_at", UtcTime, nullable=False),
)
