"""Alembic's entry: runs on the connection that bot/storage/database.py hands over, inside its transaction."""

from alembic import context

from bot.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
