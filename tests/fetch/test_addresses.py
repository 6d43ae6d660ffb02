"""Where the guarded fetch goes, and where it refuses to go whatever it is told."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from yarl import URL

from bot.fetch import Fetcher, FetchFailed, FetchRefused
from tests.fetch.file_server import (
    SOUND,
    Files,
    failure,
    fetch,
    names_in,
    redirects_to,
    refusal,
    running_files,
    sends,
)


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    async with running_files() as running:
        yield running


@pytest.fixture
async def fetcher(files: Files) -> AsyncIterator[Fetcher]:
    """A fetcher that trusts the file server."""
    async with Fetcher(timeout_s=5, trusted_origins=frozenset({files.url})) as trusting:
        yield trusting


@pytest.fixture
async def stranger() -> AsyncIterator[Fetcher]:
    """A fetcher that trusts nobody."""
    async with Fetcher(timeout_s=5) as trusting_nobody:
        yield trusting_nobody


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result"


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str, asked: list[str] | None = None) -> None:
    """From now on every name has these addresses."""

    async def getaddrinfo(
        host: str, port: int, **_: object
    ) -> list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]]]:
        if asked is not None:
            asked.append(host)
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


# Where it does not go


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/a",
        "data:audio/mp3;base64,AAAA",
        "//example.com/a",
        "/a.mp3",
        "example.com/a.mp3",
        "",
        " ",
        "http:///a",
        "http://",
        "http://[::1",
        "http://[/a",
        "http://example.com:99999/",
        "http://example.com:a/",
        "http://\udcff/",
    ],
)
async def test_what_is_no_web_address_is_refused(stranger: Fetcher, target: Path, url: str) -> None:
    assert (await refusal(stranger, url, target)).reason == "scheme"


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104  # an address to be refused, not one to listen on
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1.1.1.1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


def in_url(address: str) -> str:
    return f"http://[{address}]/a" if ":" in address else f"http://{address}/a"


@pytest.mark.parametrize("address", PRIVATE)
async def test_an_address_that_is_not_public_is_refused(stranger: Fetcher, target: Path, address: str) -> None:
    assert (await refusal(stranger, in_url(address), target)).reason == "address"


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_with_an_address_that_is_not_public_is_refused(
    stranger: Fetcher, target: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolves_to(monkeypatch, address)
    assert (await refusal(stranger, "https://cdn.example/a", target)).reason == "address"


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "017700000001",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "0",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "localhost",
        "LOCALHOST",
        "[::ffff:7f00:1%25lo]",
        "[fe80::1%25eth0]",
        "256.256.256.256",
        "1.1.1.1.1",
    ],
)
async def test_loopback_in_disguise_is_refused(stranger: Fetcher, files: Files, target: Path, host: str) -> None:
    """With the real resolver: whatever a socket would make of these, it is not asked."""
    files.serve("/a", sends(SOUND))
    assert (await refusal(stranger, f"http://{host}:{files.url.port}/a", target)).reason == "address"
    assert files.seen == []


@pytest.mark.parametrize(
    "host", ["a..b", "...", "x" * 64 + ".example", "a\x00b.invalid", "[v1.a]", "xn--", "localhost.", "%31%32%37.1"]
)
async def test_a_name_that_nobody_can_have_leads_nowhere(
    stranger: Fetcher, files: Files, target: Path, host: str
) -> None:
    """Refused, or not found by the resolver: which of the two is up to the system's library."""
    files.serve("/a", sends(SOUND))
    with pytest.raises((FetchRefused, FetchFailed)):
        await fetch(stranger, f"http://{host}:{files.url.port}/a", target)
    assert files.seen == []
    assert names_in(target.parent) == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse(
    stranger: Fetcher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, "1.1.1.1", "2606:4700::1111", "127.0.0.1")
    assert (await refusal(stranger, "https://cdn.example/a", target)).reason == "address"


@pytest.mark.parametrize(
    "url", ["http://user:word@1.1.1.1/a", "http://user@cdn.example/a", "http://:word@cdn.example/a"]
)
async def test_an_address_that_brings_credentials_is_refused(stranger: Fetcher, target: Path, url: str) -> None:
    assert (await refusal(stranger, url, target)).reason == "address"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "address"),
        ("//[::ffff:10.0.0.1]/", "address"),
        ("http://2130706433/", "address"),
        ("http://user:word@1.1.1.1/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("http://[::1", "scheme"),
        ("javascript:alert(1)", "scheme"),
    ],
)
async def test_a_redirect_is_as_guarded_as_the_first_address(
    fetcher: Fetcher, files: Files, target: Path, location: str, reason: str
) -> None:
    assert (await refusal(fetcher, files.serve("/a", redirects_to(location)), target)).reason == reason


@pytest.mark.parametrize("location", ["http://cdn.example/b", "http://1.1.1.1/b"])
async def test_what_began_encrypted_does_not_go_on_in_the_clear(
    *, fetcher: Fetcher, files: Files, target: Path, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    files.serve("/a", redirects_to(location))
    session = cast("aiohttp.ClientSession", vars(fetcher)["_session"])
    get = session.get

    def get_without_tls(url: URL, *, allow_redirects: bool, headers: Mapping[str, str]) -> object:
        return get(files.url.with_path(url.path), allow_redirects=allow_redirects, headers=headers)

    monkeypatch.setattr(session, "get", get_without_tls)
    assert (await refusal(fetcher, "https://cdn.example/a", target)).reason == "scheme"
    assert len(files.seen) == 1


# Where it does go


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are connected to; no connection is made."""
    tried: list[str] = []

    async def start_connection(
        addr_infos: list[tuple[object, object, object, object, tuple[str, int]]], **_: object
    ) -> None:
        tried.extend(info[4][0] for info in addr_infos)
        raise ConnectionRefusedError

    monkeypatch.setattr("aiohappyeyeballs.start_connection", start_connection)
    return tried


PUBLIC = ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"]


@pytest.mark.parametrize("address", PUBLIC)
async def test_a_public_address_is_connected_to(
    stranger: Fetcher, target: Path, connections: list[str], address: str
) -> None:
    await failure(stranger, in_url(address), target)
    assert connections
    assert socket.getaddrinfo(connections[0], 80) == socket.getaddrinfo(address, 80)


async def test_exactly_the_addresses_that_were_checked_are_connected_to(
    *, stranger: Fetcher, target: Path, connections: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    resolves_to(monkeypatch, "1.1.1.1", "2606:4700::1111", asked=asked)
    await failure(stranger, "https://cdn.example/a", target)
    assert asked == ["cdn.example"]
    assert set(connections) == {"1.1.1.1", "2606:4700::1111"}


async def test_a_name_without_any_address_may_be_tried_again(
    stranger: Fetcher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch)
    await failure(stranger, "https://cdn.example/a", target)


async def test_an_address_that_aiohttp_will_not_ask_for_is_not_tried_again(
    stranger: Fetcher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start_connection(*_: object, **__: object) -> None:
        raise aiohttp.InvalidURL("http://1.1.1.1/a", "is not to its taste")

    monkeypatch.setattr("aiohappyeyeballs.start_connection", start_connection)
    assert (await refusal(stranger, "http://1.1.1.1/a", target)).reason == "address"


# Trust


async def test_a_trusted_name_may_have_a_private_address(files: Files, target: Path) -> None:
    origin = files.url.with_host("localhost")
    files.serve("/a", sends(SOUND))
    async with Fetcher(timeout_s=5, trusted_origins=frozenset({origin})) as fetcher:
        assert await fetch(fetcher, str(origin / "a"), target) == len(SOUND)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_trust_is_for_one_port_only(files: Files, target: Path, host: str) -> None:
    files.serve("/a", sends(SOUND))
    assert files.url.port is not None
    trusted = URL.build(scheme="http", host=host, port=files.url.port ^ 1)
    async with Fetcher(timeout_s=5, trusted_origins=frozenset({trusted})) as fetcher:
        error = await refusal(fetcher, str(files.url.with_host(host) / "a"), target)
    assert error.reason == "address"
    assert files.seen == []


async def test_another_port_of_a_trusted_public_host_is_as_good_as_any_public_address(
    *, target: Path, connections: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, "1.1.1.1")
    async with Fetcher(timeout_s=5, trusted_origins=frozenset({URL("https://api.example")})) as fetcher:
        await failure(fetcher, "https://api.example:8443/a", target)
    assert connections == ["1.1.1.1"]


async def test_trust_in_a_path_is_trust_in_its_origin(files: Files, target: Path) -> None:
    url = files.serve("/a", sends(SOUND))
    async with Fetcher(timeout_s=5, trusted_origins=frozenset({files.url / "v1" / "x"})) as fetcher:
        assert await fetch(fetcher, url, target) == len(SOUND)
