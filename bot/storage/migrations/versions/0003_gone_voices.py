"""Voices that the service lists no more.

Revises: 0002
Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of voices that are gone."""
    op.create_table(
        "gone_voices",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("nearest", sa.Text),
        sa.Column("gone_at", UtcTime, nullable=False),
    )
