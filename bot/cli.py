"""The command line: parse, call, exit code.

Exit codes (source: sysexits.h): 0 fine, 1 a bug or a failed check, 69 something outside cannot be used, 78 the
settings cannot be used.
"""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

from bot import __version__
from bot.app import StartError, run_bot
from bot.check import run_checks
from bot.config import SECRETS_DIR, ConfigError, Settings, load_settings
from bot.launch import ask_health, run_sandbox, run_studio, sync_commands
from bot.logs import set_up_logging
from bot.storage.database import StorageError

log = logging.getLogger(__name__)

EXIT_FAILED = 1
EXIT_UNAVAILABLE = 69
EXIT_CONFIG = 78

Program = Callable[[Settings, argparse.Namespace, asyncio.Event], Awaitable[int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings(options.config, options.secrets)
        set_up_logging(settings.logs.level, settings.logs.format, _secrets(settings))
        return asyncio.run(_until_stopped(options.program, settings, options))
    except ConfigError as error:
        return _give_up(str(error), EXIT_CONFIG)
    except (StartError, StorageError) as error:
        return _give_up(str(error), EXIT_UNAVAILABLE)
    except KeyboardInterrupt:
        return 0
    except Exception:
        # One of the three named borders: the last line says that it is our fault, the log has the traceback.
        log.exception("Soundbooth ended by a bug")
        return _give_up("Soundbooth ended by a bug; the traceback above belongs into an issue.", EXIT_FAILED)


async def _until_stopped(program: Program, settings: Settings, options: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return await program(settings, options, stop)


async def _run(settings: Settings, _: argparse.Namespace, stop: asyncio.Event) -> int:
    await run_bot(settings, stop)
    return 0


async def _sandbox(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    return await run_sandbox(settings, options.config, port=options.port, stop=stop)


async def _studio(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    await run_studio(settings, host=options.host, port=options.port, stop=stop)
    return 0


async def _check(settings: Settings, options: argparse.Namespace, _: asyncio.Event) -> int:
    return 0 if await run_checks(settings, options.config) else EXIT_FAILED


async def _health(settings: Settings, _: argparse.Namespace, __: asyncio.Event) -> int:
    return 0 if await ask_health(settings) else EXIT_FAILED


async def _sync(settings: Settings, _: argparse.Namespace, __: asyncio.Event) -> int:
    await sync_commands(settings)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundbooth", description="The AI audio studio for Discord servers. Settings: config.example.toml."
    )
    parser.add_argument("--version", action="version", version=f"soundbooth {__version__}")
    parser.add_argument(
        "--config", type=Path, default=Path("config.toml"), metavar="FILE", help="settings (default: config.toml)"
    )
    parser.add_argument(
        "--secrets", type=Path, default=SECRETS_DIR, metavar="DIR", help=f"secret files (default: {SECRETS_DIR})"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, program: Program, what: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=what, description=what)
        added.set_defaults(program=program)
        return added

    command("run", _run, "run the bot")
    sandbox = command("sandbox", _sandbox, "try the bot in the browser, without Discord and without a key")
    sandbox.add_argument("--port", type=int, default=8420, help="the page's port (default: 8420; 0: any free one)")
    studio = command("studio", _studio, "serve the embedded studio alone, an API of FineVoice's form")
    studio.add_argument("--host", default=None, help="the address to listen on (default: [studio] host)")
    studio.add_argument("--port", type=int, default=None, help="the port (default: [studio] port; 0: any free one)")
    command("check", _check, "tell what is configured, reachable and permitted, without starting the bot")
    command("health", _health, "ask the running bot whether it is well ([http] port)")
    command("sync", _sync, "send the commands to Discord now")
    return parser


def _secrets(settings: Settings) -> list[str]:
    given = (settings.discord.token, settings.finevoice.api_key)
    secrets = [secret.get_secret_value() for secret in given if secret is not None]
    password = make_url(settings.storage.url).password
    return [*secrets, password] if password else secrets


def _give_up(sentence: str, code: int) -> int:
    sys.stderr.write(f"soundbooth: {sentence}\n")
    return code
