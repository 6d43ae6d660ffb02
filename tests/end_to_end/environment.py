"""What a bot under test is told: where its Discord is, and where its files go."""

import re
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from bot.sandbox.server import SandboxServer
from tests.new_database import sqlite_in

LOCK = Path(__file__).parents[2] / "requirements" / "run.txt"


def bot_environment(sandbox: SandboxServer, token: str, folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a bot at the sandbox. ``limits__member_burst="1"`` sets that setting.

    Without a key of FineVoice it has the embedded studio.
    """
    given = {
        "discord__api_url": sandbox.api_url,
        "discord__gateway_url": sandbox.gateway_url,
        "discord__cdn_url": sandbox.url,
        "storage__url": sqlite_in(folder),
        "storage__work_dir": f"{folder}/work",
        **settings,
    }
    return {"DISCORD_TOKEN": token, **named(given)}


def named(settings: dict[str, str]) -> dict[str, str]:
    """Settings by the names that they have in the environment."""
    return {f"SOUNDBOOTH_{name.upper()}": value for name, value in settings.items()}


def as_installed(folder: Path) -> dict[str, str]:
    """The environment of a program that finds no more packages than its users install: those of requirements/run.txt.

    What a test tool happens to bring along must not be what keeps the program running.
    """
    folder.mkdir()
    # Python imports this module by itself before it begins.
    lines = ["import sys", *(f"sys.modules[{name!r}] = None" for name in _not_installed())]
    (folder / "sitecustomize.py").write_text("\n".join(lines), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


@cache
def _not_installed() -> tuple[str, ...]:
    names = re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    installed = {"soundbooth", *map(canonicalize_name, names)}
    return tuple(
        module
        for module, packages in sorted(packages_distributions().items())
        if installed.isdisjoint(map(canonicalize_name, packages))
    )
