"""Opens what the programs work with: folders, ports, Discord, and what makes the audio.

Nobody reads what they do not need: who only has audio made starts faster without Discord.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot.config import ConfigError, Settings
from bot.endings import EXIT_UNAVAILABLE, ProgramEnded
from bot.finevoice.client import FineVoice
from bot.finevoice.transport import Conduct
from bot.studio.models import missing_packages

if TYPE_CHECKING:
    import discord

    from bot.studio.server import StudioServer

log = logging.getLogger(__name__)

# A base_url of one's own without a key is a private server that asks for none.
NO_KEY = "none"
LOOPBACK = "127.0.0.1"
LOGIN_TRIES = 5


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
    key = secrets.token_urlsafe(32)
    async with (
        # It is for this program only, wherever one that runs alone listens.
        open_studio(settings, frozenset({key}), host=LOOPBACK, port=settings.studio.port) as studio,
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


@asynccontextmanager
async def open_studio(
    settings: Settings, api_keys: frozenset[str], *, host: str, port: int
) -> AsyncGenerator["StudioServer"]:
    """The embedded studio, which those keys may call.

    Raises:
        ConfigError: its packages are missing, or its folder cannot be written to.
        StartError: it cannot listen there.
    """
    refuse_incomplete_studio()
    from bot.studio.server import StudioServer  # noqa: PLC0415 - who has a key starts faster without it

    folder = settings.storage.work_dir / "studio"
    await asyncio.to_thread(make_folder, folder)
    studio = StudioServer(
        work_dir=folder,
        api_keys=api_keys,
        host=host,
        port=port,
        workers=settings.studio.workers,
        options=settings.studio.as_options(),
    )
    async with AsyncExitStack() as stack:
        with listening("The embedded studio", host, port, section="studio"):
            await stack.enter_async_context(studio)
        yield studio


@contextmanager
def listening(who: str, host: str, port: int, *, section: str) -> Generator[None]:
    """Start a server inside of the block; ``section`` of the settings says where it listens.

    Raises:
        StartError: it cannot listen there.
    """
    try:
        yield
    except OSError as error:
        # asyncio tells the address once more before what the system said.
        reason = (error.strerror or type(error).__name__).rpartition(": ")[2]
        raise StartError(
            f"{who} cannot listen on {host}:{port} ({reason}): end what listens there, or set another host or port in "
            f"[{section}]."
        ) from error


async def log_in(
    client: "discord.Client",
    token: str,
    *,
    tries: int = LOGIN_TRIES,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Log in to Discord, again and again for half a minute where it cannot be reached.

    Raises:
        ConfigError: the token is wrong.
        StartError: Discord could not be reached at the last try either.
    """
    for attempt in range(1, tries + 1):
        try:
            with reaching_discord():
                await client.login(token)
        except StartError as error:
            if attempt == tries:
                raise
            log.warning("%s Try %s of %s", error, attempt, tries)
            await sleep(2**attempt)
        else:
            return


@contextmanager
def reaching_discord() -> Generator[None]:
    """Ask Discord for something inside of the block.

    Raises:
        ConfigError: the token is wrong.
        StartError: Discord cannot be reached, or does not do it.
    """
    import discord  # noqa: PLC0415 - see above

    try:
        yield
    except discord.LoginFailure as error:
        raise ConfigError("Discord does not accept the token: check DISCORD_TOKEN or [discord] token.") from error
    except discord.app_commands.CommandSyncFailure:
        raise  # Discord was reached, and says what is wrong with our commands: a bug.
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise StartError(
            f"Discord cannot be reached ({type(error).__name__}): check the network and [discord] api_url."
        ) from error


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
