"""Jobs of several kinds, what guilds and members choose, favourite voices and kept transcripts.

Revises: 0004
Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import OutsideText, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Extend the jobs and add the tables."""
    op.add_column("jobs", sa.Column("is_private", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("locale", sa.String(10), nullable=False, server_default="en-US"))
    op.add_column("jobs", sa.Column("takes_made", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("is_cached", sa.Boolean, nullable=False, server_default=sa.false()))
    # Of a result that is downloaded there is one take.
    op.execute("UPDATE jobs SET takes_made = 1 WHERE state IN ('ready', 'delivering', 'done')")
    op.create_table(
        "guild_settings",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("settings", sa.JSON, nullable=False),
    )
    op.create_table(
        "member_settings",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("settings", sa.JSON, nullable=False),
    )
    op.create_table(
        "favourite_voices",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("voice", OutsideText, primary_key=True),
        sa.Column("starred_at", UtcTime, nullable=False),
    )
    op.create_table("not_transcribed", sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False))
    op.create_table(
        "transcribed_notes",
        sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_index("transcribed_notes_by_time", "transcribed_notes", ["at"])
    op.create_table(
        "kept_transcripts",
        sa.Column("job_id", sa.String(32), primary_key=True),
        sa.Column("scope_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("speaker_id", sa.BigInteger, nullable=False),
        sa.Column("text", OutsideText, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
    )
    op.create_index("kept_transcripts_by_scope", "kept_transcripts", ["scope_id"])
    op.create_index("kept_transcripts_by_end", "kept_transcripts", ["ends_at"])
