"""Opens what the programs work with: folders, and whatever makes the audio. Nobody reads what they do not need."""

import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.config import ConfigError, Settings
from bot.endings import EXIT_UNAVAILABLE, ProgramEnded
from bot.finevoice.client import FineVoice
from bot.finevoice.transport import Conduct
from bot.studio.models import missing_packages

log = logging.getLogger(__name__)

# A base_url of one's own without a key is a private server that asks for none.
NO_KEY = "none"


class StartError(ProgramEnded):
    """The bot cannot run; the message is one sentence for the operator."""

    exit_code = EXIT_UNAVAILABLE


@asynccontextmanager
async def open_finevoice(settings: Settings, conduct: Conduct | None = None) -> AsyncGenerator[FineVoice]:
    """The client of whatever makes the audio: the hosted API, a server of one's own, or the embedded studio.

    ``conduct``: how it repeats calls; None: as for jobs, which have a queue of their own.
    """
    given = settings.finevoice
    if not settings.uses_studio:
        key = given.api_key.get_secret_value() if given.api_key else NO_KEY
        async with FineVoice(
            base_url=given.base_url,
            api_key=key,
            timeout_s=given.timeout_s,
            concurrency=given.concurrency,
            conduct=conduct,
        ) as api:
            yield api
        return
    refuse_incomplete_studio()
    from bot.studio.server import StudioServer  # noqa: PLC0415 - who has a key starts faster without it

    key = secrets.token_urlsafe(32)
    async with (
        StudioServer(
            work_dir=settings.storage.work_dir / "studio",
            api_keys=frozenset({key}),
            port=settings.studio.port,
            workers=settings.studio.workers,
            options=settings.studio.as_options(),
        ) as studio,
        FineVoice(
            base_url=studio.base_url,
            api_key=key,
            timeout_s=given.timeout_s,
            concurrency=given.concurrency,
            changes_port=True,
            conduct=conduct,
        ) as api,
    ):
        log.info("No FINEVOICE_API_KEY: the embedded studio makes the audio on this machine")
        yield api


def refuse_incomplete_studio() -> None:
    """Raise ConfigError when the packages of the embedded studio are not installed."""
    missing = missing_packages()
    if missing:
        raise ConfigError(
            f"The embedded studio needs {', '.join(missing)}: install soundbooth[studio], or set FINEVOICE_API_KEY."
        )


def make_folder(path: Path) -> None:
    """Create a folder for files of ours.

    Raises:
        ConfigError: it cannot be created or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.touch()
        # Another process that starts in the same moment may have been faster.
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder {path} cannot be written to: {error.strerror}.") from error
