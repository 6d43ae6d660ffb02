"""Budgets, overrides and blocks, the line as an index, owners of jobs, and what a second delivery needs.

Revises: 0003
Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'queued' AND card_message_id IS NOT NULL")
WITHOUT_CARD = sa.text("state = 'queued' AND card_message_id IS NULL")
WITH_TOKEN = sa.text("interaction_token <> ''")


def upgrade() -> None:
    """Extend the jobs, and put those that wait into the new line."""
    _extend_jobs()
    _rebuild_the_line()
    op.create_table(
        "processes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("alive_until", UtcTime, nullable=False),
    )
    op.create_table(
        "spent",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
    )
    op.create_index("spent_by_end", "spent", ["ends_at"])
    op.create_table(
        "usage",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("jobs", sa.Integer, nullable=False),
    )
    op.create_table(
        "limit_overrides",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(10), primary_key=True),
        sa.Column("subject_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "blocked",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(10), primary_key=True),
        sa.Column("subject_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("blocked_by", sa.BigInteger, nullable=False),
        sa.Column("blocked_at", UtcTime, nullable=False),
    )


def _extend_jobs() -> None:
    op.add_column("jobs", sa.Column("owner", sa.String(32)))
    op.add_column("jobs", sa.Column("cost", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("charges", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("jobs", sa.Column("deliveries", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("has_bot", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("jobs", sa.Column("upload_limit_bytes", sa.BigInteger, nullable=False, server_default="10485760"))
    op.add_column("jobs", sa.Column("result_channel_id", sa.BigInteger))
    op.add_column("jobs", sa.Column("result_message_id", sa.BigInteger))
    for name, columns, where in (
        ("jobs_in_line", ["scope_id", "user_id", "created_at", "id"], WAITING),
        ("jobs_in_line_by_age", ["created_at"], WAITING),
        ("jobs_without_card", ["created_at"], WITHOUT_CARD),
        ("jobs_with_token", ["token_expires_at"], WITH_TOKEN),
    ):
        op.create_index(name, "jobs", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("jobs_by_member", "jobs", ["scope_id", "user_id", "created_at"])
    op.create_index("jobs_by_scope", "jobs", ["scope_id", "created_at"])
    op.create_index("jobs_by_end", "jobs", ["state", "updated_at"])


def _rebuild_the_line() -> None:
    op.drop_table("turns")
    op.create_table(
        "turns",
        sa.Column("scope_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("served", sa.BigInteger, nullable=False),
        sa.Column("waiting_since", UtcTime),
    )
    scopes, members = (
        sa.text("user_id = 0 AND waiting_since IS NOT NULL"),
        sa.text("user_id <> 0 AND waiting_since IS NOT NULL"),
    )
    op.create_index(
        "scopes_in_line", "turns", ["served", "waiting_since", "scope_id"], sqlite_where=scopes, postgresql_where=scopes
    )
    op.create_index(
        "members_in_line",
        "turns",
        ["scope_id", "served", "waiting_since", "user_id"],
        sqlite_where=members,
        postgresql_where=members,
    )
    op.create_index("turns_by_served", "turns", ["served"])
    for who in ("0", "user_id"):
        op.execute(
            "INSERT INTO turns (scope_id, user_id, served, waiting_since) "  # noqa: S608  # two literals
            f"SELECT scope_id, {who}, 0, min(created_at) FROM jobs "
            "WHERE state = 'queued' AND card_message_id IS NOT NULL "
            + ("GROUP BY scope_id" if who == "0" else "GROUP BY scope_id, user_id")
        )
