"""Recordings from addresses: where they may come from, and what may be in them."""

import asyncio
import random
import struct
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import av
import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from av.audio.frame import AudioFrame

from bot.studio import engine_process, sources
from bot.studio.options import StudioOptions
from bot.studio.refusal import Refusal
from bot.studio.sources import Sources, own_result_name

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from tests.studio.conftest import Caller, Json

    OpenOwn = Callable[..., AbstractAsyncContextManager[Caller]]

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

STT = "/v1/audio/stt"
RATE_HZ = 48_000
CONTAINERS = {
    "mp3": ("mp3", "libmp3lame", "s16p"),
    "ogg": ("ogg", "libopus", "s16"),
    "wav": ("wav", "pcm_s16le", "s16"),
    "flac": ("flac", "flac", "s16"),
    "m4a": ("mp4", "aac", "fltp"),
    "webm": ("webm", "libopus", "s16"),
}


class _Stream(Protocol):
    def encode(self, frame: AudioFrame | None, /) -> list[object]: ...


class _Output(Protocol):
    def add_stream(self, codec: str, /, *, rate: int, layout: str) -> _Stream: ...
    def mux(self, packets: list[object], /) -> None: ...
    def close(self) -> None: ...


def encoded(folder: Path, kind: str, seconds: float, *, is_silent: bool = False) -> bytes:
    """A tone, or silence, in a container."""
    form, codec, layout = CONTAINERS[kind]
    path = folder / f"made.{kind}"
    output = cast("_Output", av.open(str(path), "w", format=form))
    stream = output.add_stream(codec, rate=RATE_HZ, layout="mono")
    tone = np.sin(np.arange(RATE_HZ) * 0.05) * (0 if is_silent else 9_000)
    block = tone.astype(np.int16)[np.newaxis, :]
    for _ in range(int(seconds)):
        data = block if layout != "fltp" else (block / 32768).astype(np.float32)
        frame = AudioFrame.from_ndarray(data, format=layout, layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = None
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))
    output.close()
    return path.read_bytes()


class FileServer:
    """A server on loopback that gives out what it is told to."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.origin = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        if name == "elsewhere":
            raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
        if name == "stalls":
            await asyncio.sleep(60)
        if name not in self.files:
            raise web.HTTPGone
        return web.Response(body=self.files[name], content_type="audio/mpeg")

    def url(self, content: bytes) -> str:
        name = f"file-{len(self.files)}"
        self.files[name] = content
        return f"{self.origin}/{name}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def files() -> AsyncIterator[FileServer]:
    server = FileServer()
    app = web.Application()
    app.router.add_get("/{name}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hearing(files: FileServer, start_own: "OpenOwn") -> "AsyncIterator[Caller]":
    """A studio that may fetch from the file server."""
    async with start_own(allowed_origins=frozenset({files.origin})) as studio:
        yield studio


async def listen(studio: "Caller", url: str) -> "tuple[int, Json]":
    return await studio.post({"url": url, "useAsync": False}, STT)


def code_of(answer: "Json") -> str:
    return cast("dict[str, str]", answer["error"])["code"]


async def test_every_container_is_taken_and_its_length_is_measured(
    hearing: "Caller", files: FileServer, tmp_path: Path
) -> None:
    for kind in CONTAINERS:
        status, answer = await listen(hearing, files.url(encoded(tmp_path, kind, 2)))
        assert status == 200, (kind, answer)
        assert answer["seconds"] == pytest.approx(2, abs=0.1)
    async with asyncio.timeout(60):
        while list((hearing.folder / "studio" / "work").iterdir()):  # noqa: ASYNC110 - done in a thread, a moment later
            await asyncio.sleep(0.02)


def _damaged(content: bytes, how: str, rng: random.Random) -> bytes:
    half = content[: len(content) // 2]
    match how:
        case "head only":
            return content[:64]
        case "half":
            return half
        case "noise after the head":
            return content[:48] + rng.randbytes(len(content))
        case "zeros after the head":
            return content[:48] + bytes(len(content))
        case _:
            flipped = bytearray(content)
            for _ in range(len(content) // 200):
                flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            return bytes(flipped)


async def test_damaged_files_of_every_container_end_in_a_result_or_a_reason(
    hearing: "Caller", files: FileServer, tmp_path: Path
) -> None:
    rng = random.Random(7)
    await hearing.until_ready()
    pids = hearing.server.engine_pids
    for kind in CONTAINERS:
        whole = encoded(tmp_path, kind, 3)
        for how in ("head only", "half", "noise after the head", "zeros after the head", "flipped bits"):
            status, answer = await listen(hearing, files.url(_damaged(whole, how, rng)))
            assert status in {200, 422}, (kind, how, answer)
            if status == 422:
                assert code_of(answer) in {"source_not_audio", "source_empty", "source_truncated"}, (kind, how)
            else:
                assert cast("float", answer["seconds"]) <= 3.2, (kind, how)
    assert hearing.server.engine_pids == pids, "no worker was lost over it"


def _wav(*, rate_hz: int, data_bytes: int, data: bytes) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, rate_hz, rate_hz * 2, 2, 16)
    chunks = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", data_bytes) + data
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source_empty"),
        (b"<!doctype html><title>Not found</title>", "source_not_audio"),
        (b'{"error": "gone"}', "source_not_audio"),
        (b"#EXTM3U\n#EXTINF:10,\nhttp://169.254.169.254/x.ts\n", "source_not_audio"),
        (b"PK\x03\x04" + bytes(200), "source_not_audio"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(100), "source_not_audio"),
        (_wav(rate_hz=1, data_bytes=2_000, data=bytes(2_000)), "source_not_audio"),
        (_wav(rate_hz=2_000_000_000, data_bytes=2_000, data=bytes(2_000)), "source_not_audio"),
        (_wav(rate_hz=48_000, data_bytes=1_000_000, data=bytes(20_000)), "source_truncated"),
    ],
)
async def test_what_is_no_recording_is_refused_with_its_reason(
    hearing: "Caller", files: FileServer, content: bytes, code: str
) -> None:
    status, answer = await listen(hearing, files.url(content))
    assert (status, code_of(answer)) == (422, code)


async def test_hours_of_silence_in_a_small_file_are_refused_by_their_length(
    hearing: "Caller", files: FileServer, tmp_path: Path
) -> None:
    bomb = encoded(tmp_path, "flac", 120, is_silent=True)
    assert len(bomb) < 100_000
    status, answer = await listen(hearing, files.url(bomb))
    assert (status, code_of(answer)) == (413, "source_too_long")


async def test_a_large_file_is_refused_by_its_size(open_own: "OpenOwn", files: FileServer, tmp_path: Path) -> None:
    async with open_own(allowed_origins=frozenset({files.origin}), source_bytes=50_000) as studio:
        status, answer = await listen(studio, files.url(encoded(tmp_path, "wav", 2)))
        assert (status, code_of(answer)) == (413, "source_too_large")


@pytest.mark.parametrize(
    ("name", "code"),
    [("missing", "source_not_there"), ("elsewhere", "source_not_public"), ("stalls", "source_unreachable")],
)
async def test_a_server_that_does_not_give_it_out_is_named_as_the_reason(
    open_own: "OpenOwn", files: FileServer, monkeypatch: pytest.MonkeyPatch, name: str, code: str
) -> None:
    monkeypatch.setattr(sources, "_TIMEOUT_S", 0.3)
    async with open_own(allowed_origins=frozenset({files.origin})) as studio:
        status, answer = await listen(studio, f"{files.origin}/{name}")
        assert (status, code_of(answer)) == (422, code)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST", "box.localhost", "0.0.0.0", "10.1.2.3", "192.168.0.1"),  # noqa: S104  # refused
        *("169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "user:secret@93.184.216.34"),
    ],
)
async def test_private_addresses_are_refused_at_once(own: "Caller", files: FileServer, host: str) -> None:
    port = files.origin.rpartition(":")[2]
    before = len(files.asked)
    status, answer = await own.post({"url": f"http://{host}:{port}/x", "useAsync": True}, STT)
    assert (status, code_of(answer)) == (422, "source_not_public")
    assert len(files.asked) == before


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://a.example/b", "file:///etc/passwd", "http://", "http://a b/", "data:,x"]
)
async def test_what_is_no_web_address_is_refused(own: "Caller", url: str) -> None:
    status, answer = await own.post({"url": url}, STT)
    assert (status, code_of(answer)) == (422, "invalid_field")


async def test_a_result_of_the_studio_is_a_source_without_being_fetched(own: "Caller") -> None:
    _, spoken = await own.post({"voice": "x", "text": "one two three", "useAsync": False}, "/v1/audio/speech-synthesis")
    status, answer = await listen(own, str(spoken["url"]))
    assert status == 200
    assert answer["seconds"] == pytest.approx(0.3, abs=0.1)


async def test_a_recording_is_fetched_again_after_a_restart(
    open_own: "OpenOwn", files: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = files.url(encoded(tmp_path, "mp3", 1))
    with monkeypatch.context() as patch:
        patch.setattr(engine_process, "engine_command", lambda: [sys.executable, "-c", "input(); input()"])
        async with open_own(allowed_origins=frozenset({files.origin})) as studio:
            _, answer = await studio.post({"url": url, "useAsync": True}, STT)
    async with open_own(allowed_origins=frozenset({files.origin})) as studio:
        answer = await studio.outcome(str(answer["taskId"]))
        assert (answer["status"], answer["engine"]) == (200, "own/listener")


async def test_a_result_that_is_gone_is_refused(own: "Caller") -> None:
    status, answer = await listen(own, f"{own.server.base_url}/files/{'a' * 40}.mp3")
    assert (status, code_of(answer)) == (422, "source_not_there")


async def test_nothing_else_of_the_studio_can_be_a_source(own: "Caller") -> None:
    for path in ("/healthz", "/files/../tasks/x.json", f"/files/{'a' * 40}.exe", "/v1/voice/pagevoices"):
        status, answer = await listen(own, own.server.base_url + path)
        assert (status, code_of(answer)) == (422, "source_not_public")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"http://studio:80/files/{'a' * 40}.wav", True),
        (f"http://STUDIO/files/{'a' * 40}.wav", True),
        (f"http://studio:81/files/{'a' * 40}.wav", False),
        (f"https://studio:80/files/{'a' * 40}.wav", False),
        (f"http://studio/other/{'a' * 40}.wav", False),
        (f"http://studio.example/files/{'a' * 40}.wav", False),
    ],
)
async def test_only_the_studios_own_origin_is_its_own(url: str, *, expected: bool) -> None:
    assert (own_result_name(url, frozenset({"http://studio:80"})) is not None) is expected


async def test_an_allowed_origin_is_that_port_only() -> None:
    async with Sources(StudioOptions(allowed_origins=frozenset({"http://127.0.0.1:8420"}))) as guard:
        guard.check("http://127.0.0.1:8420/attachments/x")
        with pytest.raises(Refusal, match="source_not_public"):
            guard.check("http://127.0.0.1:8421/x")
