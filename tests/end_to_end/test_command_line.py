"""`soundbooth …` in a terminal: sentences, exit codes, and no secret on any line.

That the sandbox serves its page and ends on SIGTERM stands in test_newcomers_minute.py.
"""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Self

import aiohttp
import pytest

from bot.sandbox.starting_world import GENERAL, ROBIN
from tests.end_to_end.conftest import API_KEY, TOKEN, Bots, FakeFineVoice, Members
from tests.end_to_end.driver import BotProcess, Member, until
from tests.end_to_end.environment import as_installed
from tests.end_to_end.workshop import Workshop

pytestmark = pytest.mark.process


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The environment without the test tools."""
    return as_installed(tmp_path / "installed")


@pytest.fixture
def alone(tmp_path: Path, installed: dict[str, str]) -> dict[str, str]:
    """The environment of someone who has set nothing up but where files go."""
    return {
        **installed,
        "SOUNDBOOTH_STORAGE__URL": f"sqlite+aiosqlite:///{tmp_path}/soundbooth.db",
        "SOUNDBOOTH_STORAGE__WORK_DIR": f"{tmp_path}/work",
    }


class SilentServer:
    """Takes connections and never answers."""

    def __init__(self) -> None:
        self.was_asked = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        self.was_asked.set()
        await reader.read()
        writer.close()


async def last_line(process: BotProcess, *arguments: str) -> tuple[int, str]:
    await process.start(*arguments)
    code = await process.ended()
    return code, process.log.strip().splitlines()[-1]


async def test_without_a_token_it_says_what_to_set_and_ends_with_78(tmp_path: Path, alone: dict[str, str]) -> None:
    async with BotProcess(tmp_path, alone) as bot:
        code, line = await last_line(bot, "run")
    assert code == 78
    assert "DISCORD_TOKEN" in line
    assert "soundbooth sandbox" in line


async def test_a_typing_error_in_the_settings_ends_with_78_and_names_key_and_file(
    tmp_path: Path, alone: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text("[limits]\nmember_burts = 3\n", encoding="utf-8")
    async with BotProcess(tmp_path, alone) as bot:
        code, line = await last_line(bot, "run")
    assert code == 78
    assert "member_burts" in line
    assert "config.toml" in line


async def test_a_wrong_token_ends_with_78_and_is_not_repeated(bots: Bots) -> None:
    bots.environment["DISCORD_TOKEN"] = "a-token-nobody-knows"
    bot = await bots.new()
    code, line = await last_line(bot, "run")
    assert code == 78
    assert "does not accept the token" in line
    assert "a-token-nobody-knows" not in bot.log


async def test_sync_sends_the_commands_and_names_them(bots: Bots) -> None:
    bot = await bots.new()
    await bot.start("sync")
    assert await bot.ended() == 0
    assert {"tts", "voice", "jobs"} <= set(bot.log.splitlines())


async def test_sync_with_a_wrong_token_ends_with_78(bots: Bots) -> None:
    bots.environment["DISCORD_TOKEN"] = "a-token-nobody-knows"
    bot = await bots.new()
    code, line = await last_line(bot, "sync")
    assert code == 78
    assert "does not accept the token" in line


async def test_sync_that_does_not_reach_discord_ends_with_69(bots: Bots, members: Members) -> None:
    await members.robin.inject(fault="dropped", on="sync_commands", times=9)
    bot = await bots.new()
    code, line = await last_line(bot, "sync")
    assert code == 69
    assert "Discord cannot be reached" in line
    assert "Traceback" not in bot.log


async def test_a_database_that_cannot_be_opened_ends_with_69(bots: Bots, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("this is not a database" * 100, encoding="utf-8")
    bot = await bots.new(storage__url=f"sqlite+aiosqlite:///{tmp_path}/broken.db")
    code, line = await last_line(bot, "run")
    assert code == 69
    assert "broken.db" in line


@pytest.mark.parametrize("section", ["http", "studio"])
async def test_a_taken_port_ends_with_69_and_names_the_setting(bots: Bots, section: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        bot = await bots.new(**{f"{section}__port": str(other.getsockname()[1])})
        code, line = await last_line(bot, "run")
    assert code == 69
    assert f"in [{section}]" in line
    assert "Traceback" not in bot.log


async def test_check_tells_line_by_line_what_works(with_finevoice: Bots, installed: dict[str, str]) -> None:
    with_finevoice.environment |= installed
    bot = await with_finevoice.new()
    code, _ = await last_line(bot, "check")
    assert code == 0, bot.log
    for subject in ("settings", "audio", "work files", "database", "voices", "discord"):
        assert re.search(rf"^ok\s+{subject}\b", bot.log, re.MULTILINE), bot.log
    assert "permissions=70643622202368" in bot.log
    assert TOKEN not in bot.log
    assert API_KEY not in bot.log


async def test_check_tells_what_fails_and_what_to_do(with_finevoice: Bots, finevoice: FakeFineVoice) -> None:
    with_finevoice.environment |= {"FINEVOICE_API_KEY": "a-wrong-key", "DISCORD_TOKEN": ""}
    bot = await with_finevoice.new()
    code, _ = await last_line(bot, "check")
    assert code == 1
    assert re.search(r"^FAIL\s+voices .*does not accept the key", bot.log, re.MULTILINE), bot.log
    assert re.search(r"^FAIL\s+discord .*DISCORD_TOKEN", bot.log, re.MULTILINE), bot.log
    assert "a-wrong-key" not in bot.log
    assert finevoice.submits == []


async def test_check_says_at_once_that_discord_cannot_be_reached(
    tmp_path: Path, alone: dict[str, str], unused_tcp_port: int
) -> None:
    at_nobody = {"DISCORD_TOKEN": TOKEN, "SOUNDBOOTH_DISCORD__API_URL": f"http://127.0.0.1:{unused_tcp_port}"}
    async with BotProcess(tmp_path, alone | at_nobody) as bot:
        code, line = await last_line(bot, "check")
    assert code == 1
    assert re.search(r"^FAIL\s+discord .*cannot be reached .*check the network", line)
    assert "Try 1" not in bot.log


@pytest.mark.asyncio(loop_scope="session")
async def test_health_asks_the_running_bot(workshop: Workshop, tmp_path: Path, alone: dict[str, str]) -> None:
    async with BotProcess(tmp_path, alone | {"SOUNDBOOTH_HTTP__PORT": "9"}) as asking:
        code, line = await last_line(asking, "health")
    assert code == 69
    assert "does not answer" in line

    async def is_well() -> bool:
        async with workshop.session.get(f"http://127.0.0.1:{workshop.port}/healthz") as answer:
            return answer.ok

    # It takes requests up to two seconds before discord.py calls it ready.
    await until(is_well, "the bot to be ready")
    async with BotProcess(tmp_path, alone | {"SOUNDBOOTH_HTTP__PORT": workshop.port}) as asking:
        code, line = await last_line(asking, "health")
    assert code == 0
    assert line == '{"discord": true, "database": true}'


async def test_ctrl_c_in_a_terminal_reaches_the_sandbox_and_its_bot_and_ends_both(
    tmp_path: Path, alone: dict[str, str]
) -> None:
    async with BotProcess(tmp_path, alone) as sandbox, aiohttp.ClientSession() as session:
        await sandbox.start("sandbox", "--port", "0")
        await sandbox.logged("Soundbooth is here")
        (url,) = re.findall(r"here:\s+(http://\S+)", sandbox.log)
        await Member(session, url, ROBIN, GENERAL).bot_is_ready()
        async with asyncio.timeout(40):
            assert await sandbox.interrupt() == 0
    assert "Traceback" not in sandbox.log
    assert "by itself" not in sandbox.log


async def test_the_studio_alone_prints_its_address_and_key(tmp_path: Path, alone: dict[str, str]) -> None:
    async with BotProcess(tmp_path, alone) as studio, aiohttp.ClientSession() as session:
        await studio.start("studio", "--port", "0")
        await studio.logged("Key:")
        (url,) = re.findall(r"studio is here:\s+(http://\S+)", studio.log)
        (key,) = re.findall(r"Key:\s+(\S+)", studio.log)
        headers = {"Authorization": f"Bearer {key}"}
        async with session.get(f"{url}/v1/voice/pagevoices", headers=headers) as response:
            assert response.status == 200
        async with session.get(f"{url}/v1/voice/pagevoices") as response:
            assert response.status == 401
        assert await studio.stop() == 0


@pytest.fixture
async def silent_server() -> AsyncGenerator[SilentServer]:
    async with SilentServer() as server:
        yield server


@pytest.mark.parametrize("is_ctrl_c", [True, False])
@pytest.mark.parametrize(("program", "code"), [("run", 0), ("check", 130), ("health", 130), ("sync", 130)])
async def test_who_waits_for_an_answer_can_be_stopped(
    tmp_path: Path, alone: dict[str, str], silent_server: SilentServer, program: str, code: int, *, is_ctrl_c: bool
) -> None:
    everywhere = alone | {
        "DISCORD_TOKEN": TOKEN,
        "FINEVOICE_API_KEY": API_KEY,
        "SOUNDBOOTH_DISCORD__API_URL": silent_server.url,
        "SOUNDBOOTH_FINEVOICE__BASE_URL": silent_server.url,
    }
    if program == "health":
        everywhere["SOUNDBOOTH_HTTP__PORT"] = str(silent_server.port)
    async with BotProcess(tmp_path, everywhere) as bot:
        await bot.start(program)
        await silent_server.was_asked.wait()
        async with asyncio.timeout(10):
            assert await (bot.interrupt() if is_ctrl_c else bot.stop()) == code
    assert "Traceback" not in bot.log


@pytest.mark.asyncio(loop_scope="session")
async def test_a_bot_whose_sandbox_is_gone_keeps_trying_and_still_ends_on_sigterm(workshop: Workshop) -> None:
    await workshop.robin.happen("drop_gateway")
    await workshop.robin.bot_is_ready()
    async with asyncio.timeout(10):
        assert await workshop.bot.stop() == 0
