"""What every file and every command has to keep to."""

import re
import subprocess
import sys
from pathlib import Path

import discord
import pytest

from bot.discord_bot import EXTENSIONS, PERMISSIONS, SoundboothBot

CODE = [path for top in ("bot", "cogs") for path in Path(top).rglob("*.py")]
LINES_AT_MOST = 400
COG_LINES_AT_MOST = 250


@pytest.mark.parametrize("path", CODE, ids=str)
def test_no_file_grows_past_its_ceiling(path: Path) -> None:
    ceiling = COG_LINES_AT_MOST if path.parts[0] == "cogs" else LINES_AT_MOST
    assert len(path.read_text(encoding="utf-8").splitlines()) <= ceiling


def test_no_name_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "misc", "common"}
    assert not [path for path in CODE if path.stem in empty]


def test_broad_catches_stand_at_the_named_borders_only() -> None:
    # The command line, one step of the runner, and the buttons; discord.py hands errors of slash commands over itself.
    borders = {"bot/cli.py", "bot/jobs/runner.py", "cogs/pressing.py"}
    found = {
        str(path)
        for path in CODE
        if re.search(r"except (Exception|BaseException)\b|except:", path.read_text(encoding="utf-8"))
    }
    assert found <= borders


def test_every_cog_is_listed() -> None:
    with_setup = {f"cogs.{path.stem}" for path in Path("cogs").glob("*.py") if "async def setup(" in path.read_text()}
    assert set(EXTENSIONS) == with_setup


async def test_command_names_are_unique_and_described() -> None:
    async with SoundboothBot(sync_commands=False) as bot:
        # Cogs keep what they are given; loading them needs no services.
        object.__setattr__(bot, "services", None)
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        commands = list(bot.tree.walk_commands())
        assert len({command.qualified_name for command in commands}) == len(commands)
        for command in commands:
            assert isinstance(command, discord.app_commands.Group | discord.app_commands.Command)
            assert len(command.description) > 10


def test_the_invite_asks_for_no_more_than_the_bot_uses() -> None:
    # Source: the number in the README's invite section; view, send, threads, embed, attach, history, voice messages.
    assert PERMISSIONS.value == 70643622202368


def test_the_program_starts_without_the_test_tools() -> None:
    """A release must not need what only developers install: hidden here by a broken name on the path."""
    script = (
        "import sys\n"
        "for name in ('pytest', 'hypothesis', 'simcord', 'playwright', 'jsonschema', 'packaging'):\n"
        "    sys.modules[name] = None\n"
        "import bot.cli\n"
        "bot.cli.main(['--help'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "sandbox" in done.stdout
