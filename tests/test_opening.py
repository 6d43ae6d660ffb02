"""What the programs need before they can begin: ports, folders, Discord. What is missing is told in one sentence."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest.mock import Mock

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.http import Route

from bot.config import ConfigError, Settings, load_settings
from bot.discord_bot import Services, SoundboothBot
from bot.health import health_server
from bot.opening import LOOPBACK, StartError, log_in, open_studio, reaching_discord
from bot.sandbox.server import SandboxServer
from bot.studio.models import missing_packages
from tests.sandbox.real_client import point_client_at

needs_speech = pytest.mark.skipif(bool(missing_packages()), reason="the studio packages are not installed")
KEYS = frozenset({"a-key"})
TOKEN = "opening-tests"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SOUNDBOOTH_STORAGE__WORK_DIR", str(tmp_path / "work"))
    return load_settings(tmp_path / "config.toml", tmp_path)


async def is_well() -> dict[str, bool]:
    return {}


async def test_a_taken_port_of_the_bots_own_server_is_named_with_its_setting(taken_port: int) -> None:
    with pytest.raises(StartError, match=rf"on 127\.0\.0\.1:{taken_port} \(.*already in use\): .* in \[http\]\.$"):
        async with health_server(LOOPBACK, taken_port, is_well):
            pass


async def test_a_host_that_is_not_of_this_machine_is_told_like_a_taken_port() -> None:
    with pytest.raises(StartError, match=r"cannot listen on nowhere\.invalid:8000 \(.+\): .* in \[http\]\.$"):
        async with health_server("nowhere.invalid", 8000, is_well):
            pass


async def test_what_fails_later_on_is_not_taken_for_a_port(unused_tcp_port: int) -> None:
    with pytest.raises(OSError, match="something else"):
        async with health_server(LOOPBACK, unused_tcp_port, is_well):
            raise OSError("something else")


@pytest.fixture
async def bot() -> AsyncIterator[SoundboothBot]:
    async with SoundboothBot(sync_commands=False) as client:
        # Cogs keep what they are given; nobody uses them here.
        client.services = Mock(spec=Services)
        yield client


async def test_discord_that_cannot_be_reached_is_tried_again_and_then_told(
    bot: SoundboothBot, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}")
    pauses_s: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses_s.append(seconds)

    with pytest.raises(StartError, match=r"^Discord cannot be reached \(.*\): check the network"):
        await log_in(bot, TOKEN, sleep=sleep)
    assert pauses_s == [2, 4, 8, 16]


async def test_discord_that_comes_back_meanwhile_is_logged_in_to(
    bot: SoundboothBot, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}")
    async with SandboxServer(token=TOKEN) as sandbox:

        async def sleep(_: float) -> None:
            point_client_at(sandbox, monkeypatch)

        await log_in(bot, TOKEN, sleep=sleep)
        assert bot.user is not None
        await bot.close()


async def test_a_wrong_token_is_not_tried_again(bot: SoundboothBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(_: float) -> None:
        raise AssertionError("it would be as wrong later")

    async with SandboxServer(token=TOKEN) as sandbox:
        point_client_at(sandbox, monkeypatch)
        with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
            await log_in(bot, "wrong", sleep=sleep)


async def test_what_discord_says_about_our_commands_is_a_bug_of_ours() -> None:
    answer = Mock(spec=aiohttp.ClientResponse, status=400, reason="Bad Request")
    said = discord.HTTPException(answer, {"code": 50035, "message": "Invalid Form Body"})
    with pytest.raises(app_commands.CommandSyncFailure), reaching_discord():
        raise app_commands.CommandSyncFailure(said, [])


@needs_speech
async def test_a_taken_port_of_the_studio_is_named_with_its_setting(settings: Settings, taken_port: int) -> None:
    with pytest.raises(StartError, match=rf"^The embedded studio cannot listen on 127\.0\.0\.1:{taken_port} .*studio"):
        async with open_studio(settings, KEYS, host=LOOPBACK, port=taken_port):
            pass


@needs_speech
async def test_a_folder_that_the_studio_cannot_use_is_named(settings: Settings) -> None:
    settings.storage.work_dir.write_text("no folder", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"The folder .*work/studio cannot be written to"):
        async with open_studio(settings, KEYS, host=LOOPBACK, port=0):
            pass
