"""The command line: parse, call, exit code. What the codes mean stands in bot/endings.py."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot import __version__
from bot.config import SECRETS_DIR, Settings, load_settings
from bot.endings import EXIT_FAILED, EXIT_STOPPED, ProgramEnded, unless_stopped
from bot.logs import set_up_logging

log = logging.getLogger(__name__)

MAX_VOICES_SHOWN = 1_000
MAX_PORT = 65_535
# What ``VoiceFilter`` has; reading it would take longer than most commands.
VOICE_FIELDS = ("language", "gender", "age", "style", "category", "tag")

Program = Callable[[Settings, argparse.Namespace, asyncio.Event], Awaitable[int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings(options.config, options.secrets)
        # People want one sentence; what went on before a failure is for the bot's log.
        level = "ERROR" if options.is_for_people else settings.logs.level
        set_up_logging(level, settings.logs.format, _secrets(settings))
        return asyncio.run(_heeding_signals(options.program, settings, options))
    except ProgramEnded as error:
        return _give_up(str(error), error.exit_code)
    except KeyboardInterrupt:
        # Before anything was begun; from then on programs are told by ``stop``.
        return EXIT_STOPPED
    except Exception:
        # One of the three named borders: the last line says that it is our fault, the log has the traceback.
        log.exception("Soundbooth ended by a bug")
        return _give_up("Soundbooth ended by a bug; the traceback above belongs into an issue.", EXIT_FAILED)


async def _heeding_signals(program: Program, settings: Settings, options: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return await program(settings, options, stop)


async def _run(settings: Settings, _: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.app import run_bot  # noqa: PLC0415 - each command reads only what it needs: it starts in half the time

    await run_bot(settings, stop)
    return 0


async def _sandbox(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.launch import run_sandbox  # noqa: PLC0415 - as above

    return await run_sandbox(settings, options.config, port=options.port, stop=stop)


async def _studio(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.launch import StudioListening, run_studio  # noqa: PLC0415 - as above

    listening = StudioListening(host=options.host, port=options.port, key_file=options.key_file)
    await run_studio(settings, listening, stop=stop)
    return 0


async def _check(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.check import run_checks  # noqa: PLC0415 - as above

    return 0 if await unless_stopped(run_checks(settings, options.config), stop) else EXIT_FAILED


async def _health(settings: Settings, _: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.launch import ask_health  # noqa: PLC0415 - as above

    return 0 if await unless_stopped(ask_health(settings), stop) else EXIT_FAILED


async def _sync(settings: Settings, _: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.launch import sync_commands  # noqa: PLC0415 - as above

    await unless_stopped(sync_commands(settings), stop)
    return 0


async def _backup(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.database_commands import write_backup  # noqa: PLC0415 - as above

    await write_backup(settings.storage.url, options.file, overwrite=options.force, stop=stop)
    return 0


async def _copy(_: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.database_commands import copy_database  # noqa: PLC0415 - as above

    await copy_database(options.source, options.target, stop=stop)
    return 0


async def _voices(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.jobs.voice_search import VoiceFilter  # noqa: PLC0415 - as above
    from bot.terminal import Terminal  # noqa: PLC0415 - as above

    only = VoiceFilter(**{field: getattr(options, field) for field in VOICE_FIELDS})
    await Terminal(settings, stop).voices(" ".join(options.search), only, options.limit)
    return 0


async def _say(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.terminal import Saying, Terminal  # noqa: PLC0415 - as above

    wanted = Saying(options.text, options.voice, options.out, overwrite=options.force)
    await Terminal(settings, stop).say(wanted)
    return 0


async def _task(settings: Settings, options: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.terminal import Terminal  # noqa: PLC0415 - as above

    await Terminal(settings, stop).task(options.id, options.out, overwrite=options.force)
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
        added.set_defaults(program=program, is_for_people=False)
        return added

    command("run", _run, "run the bot")
    sandbox = command("sandbox", _sandbox, "try the bot in the browser, without Discord and without a key")
    sandbox.add_argument("--port", type=_port, default=8420, help="the page's port (default: 8420; 0: any free one)")
    studio = command("studio", _studio, "serve the embedded studio alone, an API of FineVoice's form")
    studio.add_argument("--host", default=None, help="the address to listen on (default: [studio] host)")
    studio.add_argument("--port", type=_port, default=None, help="the port (default: [studio] port; 0: any free one)")
    studio.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="API keys that may call it, one a line, # for comments (default: the key of [finevoice], or a new one)",
    )
    _add_commands_for_people(command)
    command("check", _check, "tell what is configured, reachable and permitted, without starting the bot")
    command("health", _health, "ask the running bot whether it is well ([http] port)")
    command("sync", _sync, "send the commands to Discord now")
    what = "back the database up, or move it to another one"
    database = commands.add_parser("database", help=what, description=what)
    _add_database_commands(database.add_subparsers(required=True, metavar="WHAT").add_parser)
    return parser


def _add_database_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    what = "copy the SQLite file consistently into FILE while the bot runs"
    backup = add("backup", help=what, description=what)
    backup.add_argument("file", type=Path, metavar="FILE", help="where to write")
    backup.add_argument("--force", action="store_true", help="overwrite the file")
    backup.set_defaults(program=_backup)
    what = "copy everything into another, empty database: to PostgreSQL, when one file is not enough"
    copy = add("copy", help=what, description=what)
    for option, name in (("--from", "source"), ("--to", "target")):
        copy.add_argument(
            option, dest=name, required=True, metavar="URL", help="as in [storage] url; PGPASSWORD may hold a password"
        )
    copy.set_defaults(program=_copy)
    for added in (backup, copy):
        added.set_defaults(is_for_people=True)


def _add_commands_for_people(command: Callable[[str, Program, str], argparse.ArgumentParser]) -> None:
    voices = command("voices", _voices, "find a voice by any words: name, language, gender, age, style, tags")
    voices.add_argument("search", nargs="*", metavar="SEARCH", help="words, in any order; typing errors are fine")
    for field in VOICE_FIELDS:
        voices.add_argument(f"--{field}", default="", help=f"only voices of this {field}")
    voices.add_argument("--limit", type=_count, default=20, metavar="N", help="show at most so many (default: 20)")
    say = command("say", _say, "have a text spoken into a file; spends credits")
    say.add_argument("text", metavar="TEXT", help="what to say; emotions in brackets: [happy] Hello!")
    say.add_argument("--voice", metavar="V", help="the voice's name or label (default: [finevoice] default_voice)")
    say.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write; .mp3, .ogg or .wav")
    task = command("task", _task, "tell what a task is doing, or fetch its result")
    task.add_argument("id", metavar="ID", help="the task's id")
    task.add_argument("--out", type=Path, metavar="FILE", help="wait for the result and write it there")
    for writing in (say, task):
        writing.add_argument("--force", action="store_true", help="overwrite the file")
    for added in (voices, say, task):
        added.set_defaults(is_for_people=True)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MAX_VOICES_SHOWN:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MAX_VOICES_SHOWN:,}")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"must be from 0 to {MAX_PORT}")
    return number


def _secrets(settings: Settings) -> list[str]:
    given = (settings.discord.token, settings.finevoice.api_key)
    secrets = [secret.get_secret_value() for secret in given if secret is not None]
    if settings.storage.url.startswith("sqlite"):
        return secrets
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - a file has no password, and most have a file

    password = make_url(settings.storage.url).password
    return [*secrets, password] if password else secrets


def _give_up(sentence: str, code: int) -> int:
    sys.stderr.write(f"soundbooth: {sentence}\n")
    return code
