"""`soundbooth voices`, `say` and `task` as processes: what a person sees, what is on disk, and the exit code."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.audio.probe import probe
from tests.end_to_end.conftest import API_KEY, FakeFineVoice

pytestmark = pytest.mark.process

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        return self.err.strip().splitlines()[-1]


@dataclass(frozen=True)
class Shell:
    """Runs commands in a folder of their own."""

    folder: Path
    environment: dict[str, str]

    async def start(self, *arguments: str, **more: Any) -> asyncio.subprocess.Process:
        streams: dict[str, Any] = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE} | more
        settings = {
            "SOUNDBOOTH_STORAGE__URL": f"sqlite+aiosqlite:///{self.folder}/soundbooth.db",
            "SOUNDBOOTH_STORAGE__WORK_DIR": f"{self.folder}/work",
            "PYTHONPATH": str(Path.cwd()),
        }
        # Without bytecode files each start would compile everything anew.
        unwanted = ("SOUNDBOOTH_", "FINEVOICE_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments,
            cwd=self.folder, env={**kept, **settings, **self.environment}, **streams,
        )  # fmt: skip

    async def run(self, *arguments: str) -> Ended:
        return await ended(await self.start(*arguments))


async def ended(process: asyncio.subprocess.Process) -> Ended:
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return Ended(process.returncode, (out or b"").decode(), (err or b"").decode())


@asynccontextmanager
async def serving(app: web.Application) -> AsyncGenerator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class WatchedFineVoice(FakeFineVoice):
    """Counts how often a task was asked for."""

    asked: int = 0

    async def _task(self, request: web.Request) -> web.Response:
        self.asked += 1
        return await super()._task(request)


@pytest.fixture
async def finevoice(clip: bytes) -> AsyncGenerator[WatchedFineVoice]:
    fake = WatchedFineVoice(clip)
    fake.finish.set()
    fake.answering.set()
    async with serving(fake.app()) as fake.url:
        yield fake
        fake.answering.set()


@pytest.fixture
def alone(tmp_path: Path) -> Shell:
    """Without a key: the embedded studio speaks."""
    return Shell(tmp_path, {})


@pytest.fixture
def with_key(tmp_path: Path, finevoice: WatchedFineVoice) -> Shell:
    return Shell(tmp_path, {"FINEVOICE_API_KEY": API_KEY, "SOUNDBOOTH_FINEVOICE__BASE_URL": finevoice.url})


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  # another process cannot set an event of ours
            await asyncio.sleep(0.02)


async def test_voices_are_found_by_misspelt_words_and_shown_with_what_is_known(alone: Shell) -> None:
    done = await alone.run("voices", "wisper", "femal")
    assert done.code == 0, done.err
    first = done.out.splitlines()[0]
    assert first.split()[:2] == ["hush", "Hush"]
    assert "English (US)" in first
    assert "of 16 voices" in done.sentence


async def test_voices_can_be_filtered_and_counted(with_key: Shell) -> None:
    done = await with_key.run("voices", "--gender", "male", "--language", "english")
    assert done.code == 0, done.err
    assert [line.split()[0] for line in done.out.splitlines()] == ["james"]
    done = await with_key.run("voices", "--limit", "1")
    assert len(done.out.splitlines()) == 1


async def test_a_search_that_finds_nothing_ends_with_1_and_says_what_to_do(with_key: Shell) -> None:
    done = await with_key.run("voices", "--language", "german")
    assert (done.code, done.out) == (1, "")
    assert "fewer words or filters" in done.sentence


async def test_without_a_key_the_embedded_studio_speaks_into_the_file(alone: Shell) -> None:
    done = await alone.run("say", "Hello there, how are you?", "--voice", "HUSH", "--out", "hello.wav")
    assert done.code == 0, done.err
    facts = probe(alone.folder / "hello.wav")
    assert facts.container == "wav"
    assert facts.duration_s > 0.5
    assert f"Hush (hush): {facts.duration_s:.1f} s of audio in hello.wav, made in" in done.out
    # No terminal, so no progress; and nothing else to read either.
    assert done.err == ""
    assert sorted(path.name for path in alone.folder.iterdir()) == ["hello.wav", "work"]


async def test_a_key_is_used_and_the_form_is_that_of_the_name(with_key: Shell, finevoice: WatchedFineVoice) -> None:
    done = await with_key.run("say", "Good morning", "--voice", "james", "--out", "morning.ogg")
    assert done.code == 0, done.err
    assert finevoice.submits == ["Good morning"]
    assert probe(with_key.folder / "morning.ogg").container == "ogg"
    assert "James (james): 1.5 s of audio in morning.ogg" in done.out
    assert API_KEY not in done.out + done.err


async def test_an_unknown_voice_is_answered_with_the_nearest_and_nothing_is_asked_for(
    with_key: Shell, finevoice: WatchedFineVoice
) -> None:
    done = await with_key.run("say", "Hello", "--voice", "Jmaes", "--out", "a.mp3")
    assert done.code == 1
    assert "no voice called “Jmaes”" in done.sentence
    assert "James (james)" in done.sentence
    assert finevoice.submits == []


async def test_a_file_that_is_there_is_only_overwritten_by_force(with_key: Shell, finevoice: WatchedFineVoice) -> None:
    target = with_key.folder / "a.mp3"
    target.write_text("mine", encoding="utf-8")
    done = await with_key.run("say", "Hello", "--out", "a.mp3")
    assert done.code == 1
    assert "--force" in done.sentence
    assert target.read_text(encoding="utf-8") == "mine"
    assert finevoice.submits == []
    done = await with_key.run("say", "Hello", "--out", "a.mp3", "--force")
    assert done.code == 0, done.err
    assert probe(target).container == "mp3"


@pytest.mark.parametrize("out", ["nowhere/a.mp3", "."])
async def test_a_place_that_cannot_be_written_to_is_refused_before_anything_is_paid_for(
    with_key: Shell, finevoice: WatchedFineVoice, out: str
) -> None:
    done = await with_key.run("say", "Hello", "--out", out)
    assert done.code == 1
    assert "cannot be written" in done.sentence
    assert finevoice.submits == []


async def test_a_wrong_key_ends_with_78_and_is_not_repeated(with_key: Shell) -> None:
    shell = Shell(with_key.folder, {**with_key.environment, "FINEVOICE_API_KEY": "a-wrong-key"})
    for arguments in (["voices"], ["say", "Hello", "--voice", "james", "--out", "a.mp3"], ["task", "abc"]):
        done = await shell.run(*arguments)
        assert done.code == 78
        assert "does not accept the key" in done.sentence
        assert "a-wrong-key" not in done.err


async def test_a_service_that_is_not_there_ends_with_69(with_key: Shell) -> None:
    shell = Shell(with_key.folder, {**with_key.environment, "SOUNDBOOTH_FINEVOICE__BASE_URL": "http://127.0.0.1:9"})
    done = await shell.run("voices")
    assert done.code == 69
    assert "cannot be reached" in done.sentence
    assert "Traceback" not in done.err


async def test_ctrl_c_says_how_to_fetch_the_task_later_and_task_fetches_it(
    with_key: Shell, finevoice: WatchedFineVoice
) -> None:
    finevoice.finish.clear()
    saying = await with_key.start("say", "Hello", "--voice", "james", "--out", "a.mp3")
    await until(lambda: finevoice.asked > 0)
    saying.send_signal(signal.SIGINT)
    done = await ended(saying)
    assert done.code == 130
    assert "the task goes on" in done.sentence
    assert "soundbooth task task-1 --out FILE" in done.sentence
    assert "Traceback" not in done.err
    assert not (with_key.folder / "a.mp3").exists()
    assert (await with_key.run("task", "task-1")).out == "task-1: in progress\n"
    finevoice.finish.set()
    done = await with_key.run("task", "task-1")
    assert done.out.splitlines() == ["task-1: done", f"{finevoice.url}/files/task-1.mp3"]
    done = await with_key.run("task", "task-1", "--out", "later.mp3")
    assert done.out == "task-1: 1.5 s of audio in later.mp3\n"
    assert probe(with_key.folder / "later.mp3").container == "mp3"


async def test_ctrl_c_while_the_text_is_handed_over_says_that_it_may_be_charged(
    with_key: Shell, finevoice: WatchedFineVoice
) -> None:
    finevoice.answering.clear()
    saying = await with_key.start("say", "Hello", "--voice", "james", "--out", "a.mp3")
    await until(lambda: len(finevoice.submits) == 1)
    saying.send_signal(signal.SIGINT)
    done = await ended(saying)
    assert done.code == 130
    assert "may be made and charged" in done.sentence


async def test_a_submit_whose_answer_is_an_error_is_not_repeated(with_key: Shell, finevoice: WatchedFineVoice) -> None:
    finevoice.broken_submits = 5
    done = await with_key.run("say", "Hello", "--voice", "james", "--out", "a.mp3")
    assert done.code == 69
    assert finevoice.submits == ["Hello"]
    assert not (with_key.folder / "a.mp3").exists()


async def test_a_task_of_the_embedded_studio_cannot_be_asked_for_later(alone: Shell) -> None:
    done = await alone.run("task", "abc")
    assert done.code == 78
    assert "FINEVOICE_API_KEY" in done.sentence


async def test_on_a_terminal_progress_is_shown_and_goes_away_again(with_key: Shell) -> None:
    ours, theirs = os.openpty()
    try:
        process = await with_key.start("say", "Hello", "--voice", "James", "--out", "a.mp3", stderr=theirs)
        done = await ended(process)
        assert done.code == 0
        shown = os.read(ours, 65_536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Looking for the voice" in shown
    assert shown.endswith("\r\x1b[K")
    assert "\x1b" not in done.out


async def test_hostile_names_and_messages_cannot_steer_the_terminal(tmp_path: Path) -> None:
    async def voices(_: web.Request) -> web.Response:
        return web.json_response([{"name": "\u202eevil", "displayName": "A\u200b\u2066 \x1b[31m red\nline"}])

    async def submit(_: web.Request) -> web.Response:
        return web.json_response({"error": {"code": "bad", "message": "no\x1b[2J\u202e!"}}, status=422)

    app = web.Application()
    app.router.add_get("/v1/voice/pagevoices", voices)
    app.router.add_post("/v1/audio/speech-synthesis", submit)
    async with serving(app) as url:
        shell = Shell(tmp_path, {"SOUNDBOOTH_FINEVOICE__BASE_URL": url})
        listed = await shell.run("voices")
        refused = await shell.run("say", "Hello", "--out", "a.mp3")
    assert (listed.code, refused.code) == (0, 1)
    for text in (listed.out, refused.out, refused.err):
        assert all(char.isprintable() or char == "\n" for char in text)
    assert len(listed.out.splitlines()) == 1
    assert "refused" in refused.sentence


@pytest.mark.parametrize(
    "arguments",
    [["voices", "--limit", "0"], ["voices", "--limit", "many"], ["say", "Hello"], ["studio", "--port", "65536"]],
)
async def test_arguments_that_cannot_be_used_end_with_2(alone: Shell, arguments: list[str]) -> None:
    done = await alone.run(*arguments)
    assert done.code == 2
    assert "usage:" in done.err
