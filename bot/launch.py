"""The smaller programs: sandbox, studio alone, health, sync."""

import asyncio
import logging
import os
import secrets
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot.config import ConfigError, Settings
from bot.endings import Stopped, unless_stopped
from bot.opening import StartError, log_in, open_studio, reaching_discord, refuse_incomplete_studio
from bot.studio.key_file import KeyFileUnusable, read_key_file

if TYPE_CHECKING:
    from bot.sandbox.server import SandboxServer

log = logging.getLogger(__name__)

STOP_WITHIN_S = 12.0
HEALTH_TIMEOUT_S = 5.0


async def run_sandbox(settings: Settings, config: Path, *, port: int, stop: asyncio.Event) -> int:
    """Serve the page and run the unmodified bot against it, as a process of its own, until ``stop``.

    Nothing is kept: the sandbox's Discord lives in memory, so the bot's database is a temporary one.
    """
    if settings.uses_studio:
        refuse_incomplete_studio()
    token = secrets.token_urlsafe(24)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="soundbooth-"))
        sandbox = await _open_sandbox(stack, token, port)
        print(f"\n  Soundbooth is here:  {sandbox.url}\n  Ctrl-C ends it.\n", flush=True)
        environment = {
            # Quiet unless asked otherwise: the address above is what a newcomer looks for.
            "SOUNDBOOTH_LOGS__LEVEL": "WARNING",
            **os.environ,
            "DISCORD_TOKEN": token,
            "SOUNDBOOTH_DISCORD__API_URL": sandbox.api_url,
            "SOUNDBOOTH_DISCORD__GATEWAY_URL": sandbox.gateway_url,
            "SOUNDBOOTH_DISCORD__CDN_URL": sandbox.url,
            # The sandbox lets every bot read messages.
            "SOUNDBOOTH_DISCORD__MESSAGE_CONTENT": "true",
            "SOUNDBOOTH_STORAGE__URL": f"sqlite+aiosqlite:///{folder}/soundbooth.db",
            "SOUNDBOOTH_STORAGE__WORK_DIR": f"{folder}/work",
            "SOUNDBOOTH_HTTP__PORT": "0",
            # What members upload is on this machine, where the studio would not fetch from otherwise.
            "SOUNDBOOTH_STUDIO__ALLOWED_ORIGINS": ",".join((*settings.studio.allowed_origins, sandbox.url)),
        }
        # Secret files go over the environment, and a real token has no place here: an empty folder of our own.
        no_secrets = Path(folder) / "no-secrets"
        no_secrets.mkdir()
        return await _run_bot_process(["--config", str(config), "--secrets", str(no_secrets), "run"], environment, stop)


async def _open_sandbox(stack: AsyncExitStack, token: str, port: int) -> "SandboxServer":
    """A sandbox on the port, or on any free one when it is taken."""
    from bot.sandbox.server import SandboxServer  # noqa: PLC0415 - each program reads what it needs: it starts faster

    try:
        return await stack.enter_async_context(SandboxServer(token=token, port=port))
    except OSError:
        log.warning("Port %s is taken, using another", port)
        return await stack.enter_async_context(SandboxServer(token=token))


async def _run_bot_process(arguments: list[str], environment: dict[str, str], stop: asyncio.Event) -> int:
    bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *arguments, env=environment)
    try:
        code = await unless_stopped(bot.wait(), stop)
    except Stopped:
        return 0
    else:
        raise StartError(f"The bot ended by itself with exit code {code}; its last lines say why.")
    finally:
        if bot.returncode is None:
            bot.terminate()
            try:
                await asyncio.wait_for(bot.wait(), STOP_WITHIN_S)
            except TimeoutError:
                bot.kill()
                await bot.wait()


@dataclass(frozen=True, slots=True)
class StudioListening:
    """Where the studio listens when it runs alone, and whom it lets in; None: as the settings say."""

    host: str | None = None
    port: int | None = None
    key_file: Path | None = None


async def run_studio(settings: Settings, listening: StudioListening, *, stop: asyncio.Event) -> None:
    """Serve the studio alone until ``stop``.

    The keys are those of the key file, else ``[finevoice] api_key``, else a new one that is printed.

    Raises:
        ConfigError: packages are missing, or the key file or the folder cannot be used.
        StartError: the port is taken.
    """
    keys, new_key = await asyncio.to_thread(_studio_keys, settings, listening.key_file)
    host = listening.host or settings.studio.host
    port = settings.studio.port if listening.port is None else listening.port
    async with open_studio(settings, keys, host=host, port=port) as studio:
        print(f"\n  The studio is here:  {studio.base_url}", flush=True)
        if new_key:
            print(f"  Key:                 {new_key}\n", flush=True)
        await stop.wait()


def _studio_keys(settings: Settings, key_file: Path | None) -> tuple[frozenset[str], str]:
    """The keys that may call the studio, and the one that was just made, if so."""
    if key_file is not None:
        try:
            return read_key_file(key_file), ""
        except KeyFileUnusable as error:
            raise ConfigError(str(error)) from error
    if settings.finevoice.api_key is not None:
        return frozenset({settings.finevoice.api_key.get_secret_value()}), ""
    new_key = secrets.token_urlsafe(32)
    return frozenset({new_key}), new_key


async def ask_health(settings: Settings) -> bool:
    """Ask the running bot's ``/healthz`` and print what it says; True when all is well."""
    if settings.http.port == 0:
        raise ConfigError("The bot serves no health check: set [http] port.")
    url = f"http://{settings.http.host}:{settings.http.port}/healthz"
    try:
        timeout = aiohttp.ClientTimeout(total=HEALTH_TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            print(await response.text())
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError) as error:
        raise StartError(f"The bot does not answer at {url} ({type(error).__name__}).") from error


async def sync_commands(settings: Settings) -> None:
    """Send the commands to Discord, whatever it has.

    Raises:
        ConfigError: there is no token, or Discord does not accept it.
        StartError: Discord cannot be reached.
    """
    from bot.discord_bot import SoundboothBot, point_at  # noqa: PLC0415 - as above

    if settings.discord.token is None:
        raise ConfigError("There is no Discord token: set DISCORD_TOKEN or [discord] token.")
    point_at(settings.discord.api_url, settings.discord.gateway_url)
    async with SoundboothBot(sync_commands=False) as bot:
        await log_in(bot, settings.discord.token.get_secret_value())
        with reaching_discord():
            commands = await bot.tree.sync()
    for command in commands:
        print(command.name)
