"""The tables. A change here needs a migration in bot/storage/migrations/versions; a test holds them together."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    literal,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData()

# Conditions of partial indexes: what is small stays fast, however much has gathered around it.
# They stand in the queries as they stand here, without parameters, or the indexes are not used.
WAITING_IN_LINE = text("state = 'queued' AND card_message_id IS NOT NULL")
WAITING_FOR_CARD = text("state = 'queued' AND card_message_id IS NULL")
HAS_TOKEN = text("interaction_token <> ''")
SCOPE_WAITS = text("user_id = 0 AND waiting_since IS NOT NULL")
MEMBER_WAITS = text("user_id <> 0 AND waiting_since IS NOT NULL")


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


class OutsideText(TypeDecorator[str]):
    """Text that somebody else wrote, without what a database refuses: NUL characters and halves of surrogate pairs."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To what can be kept."""
        del dialect
        return None if value is None else value.replace("\0", "").encode("utf-8", "ignore").decode()


def one_of(column: Column[str], values: Iterable[str]) -> ColumnElement[bool]:
    """That the column holds one of a few values that are known when the statement is built.

    Each is a parameter of its own: the list that ``in_`` makes of values is written into the statement at every call.
    """
    return column.in_([literal(value, column.type) for value in values])


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
    Column("interaction_token", OutsideText, nullable=False),
    Column("token_expires_at", UtcTime, nullable=False),
    Column("card_message_id", BigInteger),
    Column("api_task_id", OutsideText),
    Column("result_urls", JSON, nullable=False),
    Column("result_file", Text),
    Column("notes", JSON, nullable=False),
    Column("failure", String(30)),
    Column("failure_detail", OutsideText, nullable=False),
    Column("was_refunded", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_of", String(32), unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    # When the service accepted the task; unlike updated_at it stays when another process takes the job up.
    Column("accepted_at", UtcTime),
    # The process that works on the job; none while it waits in line.
    Column("owner", String(32)),
    # In the unit of its kind, weighted; and what exactly was taken for it, so that just that is given back.
    Column("cost", Integer, nullable=False),
    Column("charges", JSON, nullable=False),
    # How often its result was asked to be posted, beyond the first time.
    Column("deliveries", Integer, nullable=False),
    Column("has_bot", Boolean, nullable=False),
    Column("upload_limit_bytes", BigInteger, nullable=False),
    Column("result_channel_id", BigInteger),
    Column("result_message_id", BigInteger),
    Column("is_private", Boolean, nullable=False),
    Column("locale", String(10), nullable=False),
    Column("takes_made", Integer, nullable=False),
    Column("is_cached", Boolean, nullable=False),
    Index("jobs_by_state", "state", "scope_id", "user_id", "created_at"),
    Index("jobs_by_scope", "scope_id", "created_at"),
    Index("jobs_by_end", "state", "updated_at"),
    Index("jobs_by_member", "scope_id", "user_id", "created_at"),
    Index(
        "jobs_in_line",
        "scope_id",
        "user_id",
        "created_at",
        "id",
        sqlite_where=WAITING_IN_LINE,
        postgresql_where=WAITING_IN_LINE,
    ),
    Index("jobs_in_line_by_age", "created_at", sqlite_where=WAITING_IN_LINE, postgresql_where=WAITING_IN_LINE),
    Index("jobs_without_card", "created_at", sqlite_where=WAITING_FOR_CARD, postgresql_where=WAITING_FOR_CARD),
    Index("jobs_with_token", "token_expires_at", sqlite_where=HAS_TOKEN, postgresql_where=HAS_TOKEN),
)

# One row a bucket: ``member:<scope>:<user>`` or ``guild:<scope>``. ``full_at`` is GCRA's theoretical arrival time.
buckets = Table(
    "buckets",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("full_at", Float(53), nullable=False),
)

# What was used of a budget: ``member:<scope>:<user>:day:<date>`` or ``guild:<scope>:month:<month>``.
spent = Table(
    "spent",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("used", BigInteger, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Index("spent_by_end", "ends_at"),
)

# What each member asked for, a row for each day (in UTC) and kind; for people to look at.
usage = Table(
    "usage",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(20), primary_key=True),
    Column("units", BigInteger, nullable=False),
    Column("jobs", Integer, nullable=False),
)

# Limits of a guild's own: ``subject`` is ``guild`` (as a whole), ``role`` or ``member``.
limit_overrides = Table(
    "limit_overrides",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String(10), primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(20), primary_key=True),
    Column("value", Integer, nullable=False),
)

# Who may ask for nothing in a guild: ``subject`` is ``role`` or ``member``.
blocked = Table(
    "blocked",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String(10), primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("blocked_by", BigInteger, nullable=False),
    Column("blocked_at", UtcTime, nullable=False),
)

# Whose turn it is: a row for each scope (user_id 0) and each member of it. ``served`` numbers the turns, so that no
# clock is asked; 0 is for who never had one. ``waiting_since`` is empty while nothing of theirs is in line.
turns = Table(
    "turns",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("served", BigInteger, nullable=False),
    Column("waiting_since", UtcTime),
    Index("turns_by_served", "served"),
    Index(
        "scopes_in_line",
        "served",
        "waiting_since",
        "scope_id",
        sqlite_where=SCOPE_WAITS,
        postgresql_where=SCOPE_WAITS,
    ),
    Index(
        "members_in_line",
        "scope_id",
        "served",
        "waiting_since",
        "user_id",
        sqlite_where=MEMBER_WAITS,
        postgresql_where=MEMBER_WAITS,
    ),
)

# The processes that work on jobs. One that does not say in time that it lives loses its jobs to another.
processes = Table(
    "processes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("alive_until", UtcTime, nullable=False),
)

voices = Table(
    "voices",
    metadata,
    Column("name", OutsideText, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("label", OutsideText, nullable=False),
    Column("gender", OutsideText, nullable=False),
    Column("language", OutsideText, nullable=False),
    Column("age", OutsideText, nullable=False),
    Column("style", OutsideText, nullable=False),
    Column("category", OutsideText, nullable=False),
    Column("description", OutsideText, nullable=False),
    Column("tags", JSON, nullable=False),
)

# The voice a member used last, in each guild of theirs.
member_voices = Table(
    "member_voices",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("voice", OutsideText, nullable=False),
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
    Column("name", OutsideText, primary_key=True),
    Column("label", OutsideText, nullable=False),
    Column("nearest", OutsideText),
    Column("gone_at", UtcTime, nullable=False),
)

# What a guild's managers chose (bot/preferences.py says what that is), and what a member did in a guild; the member's
# own direct messages are a scope too.
guild_settings = Table(
    "guild_settings",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("settings", JSON, nullable=False),
)
member_settings = Table(
    "member_settings",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("settings", JSON, nullable=False),
)

# The voices a member marked with a star, wherever they are.
favourite_voices = Table(
    "favourite_voices",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("voice", OutsideText, primary_key=True),
    Column("starred_at", UtcTime, nullable=False),
)

# Members whose voice is not to be written down, in any guild.
not_transcribed = Table(
    "not_transcribed",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
)

# Voice notes that were transcribed without being asked for, so that each is once.
transcribed_notes = Table(
    "transcribed_notes",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Index("transcribed_notes_by_time", "at"),
)

# Transcripts of the guilds that turned keeping on, until their retention ends. ``speaker_id`` is who sent the file.
kept_transcripts = Table(
    "kept_transcripts",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("scope_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("speaker_id", BigInteger, nullable=False),
    Column("text", OutsideText, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Index("kept_transcripts_by_scope", "scope_id"),
    Index("kept_transcripts_by_end", "ends_at"),
)
