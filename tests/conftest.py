"""What tests of several folders need."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def untouched_logging() -> Iterator[None]:
    """Gives the loggers back as they were."""
    root = logging.getLogger()
    names = ("discord", "discord.client", "aiohttp", "alembic", "sqlalchemy", "asyncio", "aiosqlite")
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
