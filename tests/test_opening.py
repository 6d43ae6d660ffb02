"""What the programs need before they can begin: ports, folders, Discord. What is missing is told in one sentence."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, load_settings
from bot.health import health_server
from bot.opening import LOOPBACK, StartError, open_studio
from bot.studio.models import missing_packages

needs_speech = pytest.mark.skipif(bool(missing_packages()), reason="the studio packages are not installed")
KEYS = frozenset({"a-key"})


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
