"""What a bot under test is told: where its Discord is, and where its files go."""

from pathlib import Path

from bot.sandbox.server import SandboxServer


def bot_environment(sandbox: SandboxServer, token: str, folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a bot at the sandbox. ``limits__member_burst="1"`` sets that setting.

    Without a key of FineVoice it has the embedded studio.
    """
    given = {
        "discord__api_url": sandbox.api_url,
        "discord__gateway_url": sandbox.gateway_url,
        "discord__cdn_url": sandbox.url,
        "storage__url": f"sqlite+aiosqlite:///{folder}/soundbooth.db",
        "storage__work_dir": f"{folder}/work",
        **settings,
    }
    return {"DISCORD_TOKEN": token, **named(given)}


def named(settings: dict[str, str]) -> dict[str, str]:
    """Settings by the names that they have in the environment."""
    return {f"SOUNDBOOTH_{name.upper()}": value for name, value in settings.items()}
