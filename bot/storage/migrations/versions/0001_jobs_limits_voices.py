"""Jobs, the buckets that limit them, whose turn it is, and voices.

Revises: nothing
Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("scope_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("interaction_token", sa.Text, nullable=False),
        sa.Column("token_expires_at", UtcTime, nullable=False),
        sa.Column("card_message_id", sa.BigInteger),
        sa.Column("api_task_id", sa.Text),
        sa.Column("result_urls", sa.JSON, nullable=False),
        sa.Column("result_file", sa.Text),
        sa.Column("notes", sa.JSON, nullable=False),
        sa.Column("failure", sa.String(30)),
        sa.Column("failure_detail", sa.Text, nullable=False),
        sa.Column("was_refunded", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry_of", sa.String(32), unique=True),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
    )
    op.create_index("jobs_by_state", "jobs", ["state", "scope_id", "user_id", "created_at"])
    op.create_table(
        "buckets",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("full_at", sa.Float(53), nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("served_at", UtcTime, nullable=False),
    )
    op.create_table(
        "voices",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("label", "gender", "language", "age", "style", "category", "description")
        ),
        sa.Column("tags", sa.JSON, nullable=False),
    )
    op.create_table(
        "member_voices",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("voice", sa.Text, nullable=False),
    )
