"""How long tasks take, and when a task was accepted.

Revises: 0001
Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of learned times; jobs that are under way have no noted time of acceptance."""
    op.create_table(
        "job_times",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("mean", sa.Float(53), nullable=False),
        sa.Column("variance", sa.Float(53), nullable=False),
        sa.Column("weight", sa.Float(53), nullable=False),
    )
    op.add_column("jobs", sa.Column("accepted_at", UtcTime))
