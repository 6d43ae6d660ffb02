"""Processes that die, hang or are wrong; restarts; limits. Each test has a studio of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.studio import engine_process, line
from bot.studio.engines.base import Capability
from bot.studio.models import ModelMismatch, installed_models, missing_packages, verify_models
from bot.studio.server import EngineState, StudioOptions

if TYPE_CHECKING:
    from tests.studio.conftest import Caller, Clock

    OpenStudio = Callable[..., AbstractAsyncContextManager[Caller]]

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(bool(missing_packages()), reason="the studio packages are not installed"),
]

LONG = "This is a sentence of some length, spoken by a voice that has to be reshaped. " * 6
ROOT = Path(__file__).parents[2]

STUDIO_PROGRAM = """
import asyncio, signal, sys
from pathlib import Path
from bot.studio.server import StudioServer

async def main():
    async with StudioServer(work_dir=Path(sys.argv[1]), api_keys=frozenset({"k"})) as server:
        while not server.engine_pids:
            await asyncio.sleep(0.01)
        if sys.argv[2] == "ready":
            while server.state != "ready":
                await asyncio.sleep(0.01)
        print(server.engine_pids[0], flush=True)
        await asyncio.Event().wait()

# A shell that starts something in the background makes it ignore SIGINT, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
asyncio.run(main())
"""

# Engines that misbehave on purpose, in place of the real one.
DIES_AT_ONCE = "raise SystemExit(3)"
TALKS_NONSENSE = "print('hello'); input(); input()"
DIES_AT_WORK = """
input()
print('{"kind": "loaded", "capability": "speech", "engine": "fake"}', flush=True)
print('{"kind": "ready"}', flush=True)
input()
"""


def with_engine(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(engine_process, "engine_command", lambda: [sys.executable, "-c", program])
    monkeypatch.setattr(line, "_RESTART_DELAYS_S", (0.0,))


def files_in(folder: Path) -> list[str]:
    """The names of the files in it and in its folders, some of which may go while this looks."""
    return [name for _, _, names in os.walk(folder) for name in names if "." in name]


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():  # noqa: ASYNC110 - what happens here happens in other processes
            await asyncio.sleep(0.02)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> StudioOptions:
    """Speech by an engine that takes no time to load: for what is the same with every engine."""
    folder = str(Path(__file__).parent / "engines_of_ones_own")
    monkeypatch.setattr(sys, "path", [folder, *sys.path])
    monkeypatch.setenv("PYTHONPATH", folder)
    return StudioOptions(engines={Capability.SPEECH: "own_engines.Quick"})


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_an_engine_killed_at_work_is_replaced_and_its_task_tried_again(open_studio: "OpenStudio") -> None:
    async with open_studio() as studio:
        await studio.until_ready()
        first_pid = studio.server.engine_pids[0]
        task_id = await studio.submit(LONG, "bruno")
        await asyncio.sleep(0.1)
        assert (await studio.get(f"/v1/task/{task_id}"))[1]["status"] == 202
        os.kill(first_pid, signal.SIGKILL)
        next_id = await studio.submit("And the next one.")
        assert (await studio.outcome(task_id))["status"] == 200
        assert (await studio.outcome(next_id))["status"] == 200
        assert studio.server.engine_pids[0] != first_pid


async def test_a_hung_engine_fails_its_task_and_no_other(
    open_studio: "OpenStudio", monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_studio() as studio:
        await studio.until_ready()
        monkeypatch.setattr(engine_process, "_LONGEST_WORK_S", 0.3)
        pid = studio.server.engine_pids[0]
        task_id = await studio.submit(LONG * 10, "bruno")
        await until(lambda: studio.server.engine_pids == (pid,))
        answer = await studio.outcome(task_id)
        assert answer["status"] == 504
        assert cast("dict[str, str]", answer["error"])["code"] == "timeout"
        monkeypatch.undo()
        await until(lambda: not is_alive(pid))
        assert (await studio.outcome(await studio.submit("Hello.")))["status"] == 200


async def test_an_idle_engine_that_dies_is_replaced(open_studio: "OpenStudio", quick: StudioOptions) -> None:
    async with open_studio(quick) as studio:
        await studio.until_ready()
        pid = studio.server.engine_pids[0]
        os.kill(pid, signal.SIGKILL)
        await until(lambda: studio.server.engine_pids not in {(pid,), ()})
        assert (await studio.outcome(await studio.submit("Hello.")))["status"] == 200


async def test_a_task_that_kills_engines_is_given_up(
    open_studio: "OpenStudio", monkeypatch: pytest.MonkeyPatch
) -> None:
    with_engine(monkeypatch, DIES_AT_WORK)
    async with open_studio() as studio:
        answer = await studio.outcome(await studio.submit("Hello."))
        assert answer["status"] == 500
        assert cast("dict[str, str]", answer["error"])["code"] == "engine_died"


@pytest.mark.parametrize("program", [DIES_AT_ONCE, TALKS_NONSENSE])
async def test_engines_that_never_start_are_reported(
    open_studio: "OpenStudio", monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    with_engine(monkeypatch, program)
    async with open_studio() as studio:
        answer = await studio.outcome(await studio.submit("Hello."))
        assert answer["status"] == 503
        await until(lambda: studio.server.state is EngineState.BROKEN)
        assert (await studio.post({"voice": "heart", "text": "Hi."}))[0] == 503
        assert "does not start" in str((await studio.get("/healthz"))[1]["message"])


async def test_a_request_is_taken_while_the_engine_warms_up(open_studio: "OpenStudio") -> None:
    async with open_studio() as studio:
        task_id = await studio.submit("Good morning.")
        assert studio.server.state is EngineState.STARTING
        assert (await studio.get("/v1/voice/pagevoices"))[0] == 200
        assert (await studio.outcome(task_id))["status"] == 200


async def test_an_unfinished_task_is_finished_after_a_restart(open_studio: "OpenStudio", tmp_path: Path) -> None:
    async with open_studio() as studio:
        task_id = await studio.submit("Finish me later. [wow]")  # the engine is not ready yet
        on_disk = json.loads((tmp_path / "studio" / "tasks" / f"{task_id}.json").read_text("utf-8"))
        assert on_disk["state"] == "waiting"
        assert json.loads(on_disk["body"])["text"] == "Finish me later. [wow]"
    (tmp_path / "studio" / "results" / "left.mp3.part").write_bytes(b"half a result")
    async with open_studio() as studio:
        answer = await studio.outcome(task_id)
        assert (answer["status"], answer["taskId"]) == (200, task_id)
        assert answer["warnings"] == ["Unknown tag [wow] was left out."]
        async with studio.session.get(str(answer["url"])) as response:
            assert len(await response.read()) > 5_000
    assert not list((tmp_path / "studio").rglob("*.part"))


async def test_a_finished_task_survives_a_restart_without_its_text(
    open_studio: "OpenStudio", quick: StudioOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_studio(quick) as studio:
        task_id = await studio.submit("A secret text.")
        await studio.outcome(task_id)
        assert "secret" not in (tmp_path / "studio" / "tasks" / f"{task_id}.json").read_text("utf-8")
    with_engine(monkeypatch, DIES_AT_WORK)
    async with open_studio() as studio:
        answer = await studio.outcome(task_id)
        async with studio.session.get(str(answer["url"])) as response:
            assert response.status == 200


async def test_damaged_files_in_the_work_folder_do_not_stop_the_start(
    open_studio: "OpenStudio", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_engine(monkeypatch, DIES_AT_WORK)
    folder = tmp_path / "studio" / "tasks"
    folder.mkdir(parents=True)
    (folder / "half.json").write_text('{"id": "aaaaaaaaaaaaaaaaaaaaaa", "crea')
    (folder / "evil.json").write_text(
        '{"id": "../../../../aaaaaaaaaaaaaaaaaa", "created_at": 1, "operation": "speech"}'
    )
    async with open_studio() as studio:
        assert (await studio.get("/v1/task/half"))[0] == 404
    assert sorted(path.name for path in folder.iterdir()) == ["evil.unreadable", "half.unreadable"]


async def test_tasks_and_results_are_gone_after_a_day(
    open_studio: "OpenStudio", quick: StudioOptions, clock: "Clock", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SWEEP_EVERY_S", 0.05)
    async with open_studio(quick) as studio:
        answer = await studio.outcome(await studio.submit("Remember me."))
        clock.now += StudioOptions().kept_s + 1
        await until(lambda: not files_in(tmp_path / "studio"))
        assert (await studio.get(f"/v1/task/{answer['taskId']}"))[0] == 404
        async with studio.session.get(str(answer["url"])) as response:
            assert response.status == 404


async def test_a_full_line_says_when_to_come_back(
    open_studio: "OpenStudio", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_engine(monkeypatch, "input(); input()")  # a worker that never gets ready
    async with open_studio(StudioOptions(queue_limit=3)) as studio:
        bodies = [studio.post({"voice": "heart", "text": f"Number {n}."}) for n in range(8)]
        statuses = [status for status, _ in await asyncio.gather(*bodies)]
        assert sorted(statuses) == [200] * 3 + [429] * 5
        headers = {"Authorization": "Bearer studio-key"}
        url = f"{studio.server.base_url}/v1/audio/speech-synthesis"
        async with studio.session.post(url, json={"voice": "heart", "text": "x"}, headers=headers) as response:
            assert int(response.headers["Retry-After"]) > 0
    assert len(list((tmp_path / "studio" / "tasks").iterdir())) == 3


async def test_a_disk_that_takes_nothing_is_a_503(
    open_studio: "OpenStudio", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_engine(monkeypatch, DIES_AT_WORK)
    async with open_studio() as studio:
        (tmp_path / "studio" / "tasks").rmdir()
        status, answer = await studio.post({"voice": "heart", "text": "Hi."})
        assert status == 503
        assert cast("dict[str, str]", answer["error"])["code"] == "storage_unavailable"


async def test_a_changed_model_file_is_refused_in_clear_words(open_studio: "OpenStudio", tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for path in installed_models().iterdir():
        (folder / path.name).symlink_to(path)
    verify_models(folder)
    changed = bytearray((folder / "hibari.onnx").read_bytes())
    changed[1_000_000] ^= 1
    (folder / "hibari.onnx").unlink()
    (folder / "hibari.onnx").write_bytes(changed)
    with pytest.raises(ModelMismatch, match="not the one this version was tested with"):
        verify_models(folder)
    async with open_studio(StudioOptions(engine_options={"speech_models": str(folder)})) as studio:
        answer = await studio.outcome(await studio.submit("Hello."))
        error = cast("dict[str, str]", answer["error"])
        assert (answer["status"], error["code"]) == (503, "engine_unavailable")
        assert "hibari.onnx" in error["message"]
        assert studio.server.trouble == error["message"]


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match=r"hibari\.onnx is missing"):
        verify_models(tmp_path)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("when", ["starting", "ready"])
async def test_engines_end_with_their_server_and_leave_no_noise(tmp_path: Path, how: signal.Signals, when: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", STUDIO_PROGRAM, str(tmp_path), when),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        engine_pid = int(await process.stdout.readline())
        assert is_alive(engine_pid)
        process.send_signal(how)
        _, stderr = await process.communicate()
        await until(lambda: not is_alive(engine_pid))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    noise = stderr.decode()
    if how is signal.SIGINT:  # the test's own program shows its KeyboardInterrupt; the engine must add nothing
        assert noise.count("Traceback") <= 2
        assert "bot.studio.worker" not in noise
        assert "Task was destroyed" not in noise
    else:
        assert noise == ""


async def test_the_engine_does_not_see_the_servers_secrets(
    open_studio: "OpenStudio", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "made-up-token")
    async with open_studio() as studio:
        await until(lambda: bool(studio.server.engine_pids))
        pid = studio.server.engine_pids[0]
        environment = await asyncio.to_thread(Path(f"/proc/{pid}/environ").read_bytes)
        assert b"PYTHONPATH" in environment
        assert b"made-up-token" not in environment
