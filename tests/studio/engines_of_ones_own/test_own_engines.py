"""Engines chosen by setting: what they can do, and that a bad one costs nobody but itself."""

import asyncio
import os
import signal
from typing import TYPE_CHECKING, cast

import pytest

from bot.studio import engine_process, routes
from bot.studio.engines.base import Capability
from bot.studio.server import EngineState

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.studio.conftest import Caller, Json

    OpenOwn = Callable[..., AbstractAsyncContextManager[Caller]]

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

EFFECT = "/v1/audio/sfx-generation"
SPEECH = "/v1/audio/speech-synthesis"


async def effect(studio: "Caller", prompt: str, **more: object) -> "tuple[int, Json]":
    return await studio.post({"prompt": prompt, **more}, EFFECT)


async def busy_workers(studio: "Caller") -> int:
    return cast("dict[str, int]", (await studio.get("/healthz"))[1]["workers"])["busy"]


def code_of(answer: "Json") -> str:
    return cast("dict[str, str]", answer["error"])["code"]


async def test_an_engine_of_ones_own_is_used_and_named(own: "Caller") -> None:
    status, answer = await own.post({"voice": "any at all", "text": "one two three", "useAsync": False}, SPEECH)
    assert status == 200
    assert (answer["status"], answer["engine"], answer["approximate"]) == (200, "own/quick", True)
    assert (answer["warnings"], answer["words"]) == (["Only tones."], 3)
    async with own.session.get(str(answer["url"])) as response:
        assert (response.status, response.content_type) == (200, "audio/mpeg")


async def test_several_results_are_all_told(own: "Caller") -> None:
    _, answer = await effect(own, "two files")
    urls = cast("list[str]", answer["urls"])
    assert [url.rpartition(".")[2] for url in urls] == ["mp3", "wav"]
    assert answer["url"] == urls[0]


async def test_what_is_impossible_is_refused_before_any_work(own: "Caller") -> None:
    before = (await own.get("/healthz"))[1]["queue"]
    for wanted in (True, False):
        status, answer = await effect(own, "impossible", useAsync=wanted)
        assert (status, code_of(answer)) == (501, "told_so")
        assert "Use another one." in str(answer)
    assert (await own.get("/healthz"))[1]["queue"] == before


async def test_whoever_waits_gets_the_failure_as_a_status(own: "Caller") -> None:
    status, answer = await effect(own, "refuse")
    assert (status, code_of(answer)) == (422, "not_today")


async def test_whoever_does_not_wait_gets_the_failure_with_the_task(own: "Caller") -> None:
    status, answer = await effect(own, "refuse", useAsync=True)
    assert (status, answer["status"]) == (200, 202)
    answer = await own.outcome(str(answer["taskId"]))
    assert (answer["status"], code_of(answer)) == (422, "not_today")


async def test_whoever_waits_too_long_gets_a_task_id(own: "Caller", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "SYNC_WAIT_S", 0.05)
    status, answer = await effect(own, "slow", useAsync=False)
    assert (status, answer["status"]) == (200, 202)
    assert (await own.outcome(str(answer["taskId"])))["status"] == 200


@pytest.mark.parametrize(
    ("prompt", "status", "code"),
    [
        ("crash", 500, "engine_died"),
        ("leave", 500, "engine_died"),
        ("bug", 500, "engine_died"),
        ("odd facts", 500, "engine_died"),
        ("killed always", 500, "engine_died"),
        ("hang", 504, "timeout"),
        ("nothing there", 500, "storage_unavailable"),
        ("link", 500, "storage_unavailable"),
        ("odd suffix", 500, "storage_unavailable"),
    ],
)
async def test_a_bad_task_fails_alone(own: "Caller", prompt: str, status: int, code: str) -> None:
    bad, good = await asyncio.gather(effect(own, prompt), effect(own, "rain"))
    assert (bad[0], code_of(bad[1])) == (status, code)
    assert (good[0], good[1]["status"]) == (200, 200)
    assert "forgotten" not in str(bad)


async def test_a_worker_killed_by_somebody_else_is_forgiven_once(own: "Caller") -> None:
    status, answer = await effect(own, "killed once")
    assert (status, answer["engine"]) == (200, "own/by-prompt")


async def test_a_worker_killed_in_the_middle_of_a_task_costs_nothing(open_own: "OpenOwn") -> None:
    async with open_own() as studio:
        await studio.until_ready()
        (pid,) = studio.server.engine_pids
        waiting = asyncio.ensure_future(effect(studio, "slow"))
        while not await busy_workers(studio):  # noqa: ASYNC110 - a worker is a process
            await asyncio.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
        status, answer = await waiting
        assert (status, answer["status"]) == (200, 200)
        assert studio.server.engine_pids != (pid,)


async def test_a_worker_that_grows_too_large_is_ended(open_own: "OpenOwn", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_process, "LOOK_EVERY_S", 0.05)
    async with open_own(worker_bytes=600 * 1024 * 1024) as studio:
        status, answer = await effect(studio, "grow")
        assert (status, code_of(answer)) == (500, "out_of_memory")
        assert (await effect(studio, "rain"))[0] == 200


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("own_engines.Nothing", "cannot be imported"),
        ("no_such_module_zq7.Engine", "cannot be imported"),
        ("own_engines.NotAnEngine", "does not extend"),
        ("own_engines.NeedsMore", "no-such-package"),
        ("own_engines.CannotBeLoaded", "not there"),
        ("own_engines.CrashesWhenLoaded", "while it is loaded"),
    ],
)
async def test_an_engine_that_is_not_there_says_so_and_keeps_nobody_else_from_working(
    open_own: "OpenOwn", path: str, hint: str
) -> None:
    async with open_own(engines={Capability.EFFECTS: path}) as studio:
        for _ in range(2):
            status, answer = await effect(studio, "rain")
            assert (status, code_of(answer)) == (503, "engine_unavailable")
            assert hint in str(answer)
        engines = cast("dict[str, dict[str, str]]", (await studio.get("/healthz"))[1]["engines"])
        assert engines["effects"]["state"] in {"missing", "broken"}
        assert hint in engines["effects"]["message"]
        status, answer = await studio.post({"voice": "x", "text": "Hi", "useAsync": False}, SPEECH)
        assert (status, answer["engine"]) == (200, "own/quick")


async def test_speech_that_crashes_while_it_is_loaded_leaves_the_rest_alone(open_own: "OpenOwn") -> None:
    async with open_own(engines={Capability.SPEECH: "own_engines.CrashesWhenLoaded"}) as studio:
        assert (await effect(studio, "rain"))[0] == 200
        assert studio.server.state is EngineState.READY


async def test_health_tells_of_every_capability(own: "Caller") -> None:
    await effect(own, "rain")
    status, answer = await own.get("/healthz", key=None)
    engines = cast("dict[str, dict[str, str]]", answer["engines"])
    assert status == 200
    assert set(engines) == {capability.value for capability in Capability}
    assert engines["effects"] == {"engine": "own/by-prompt", "state": "ready"}
    assert engines["cover"]["state"] == "not available"
    assert cast("dict[str, int]", answer["queue"])["limit"] == 50


async def test_fifty_tasks_at_once_are_all_done_and_the_next_is_told_to_come_back(
    open_own: "OpenOwn", tmp_path: "Path"
) -> None:
    async with open_own(workers=2) as studio:
        asked = [studio.post({"voice": "x", "text": f"{n} and so on"}, SPEECH) for n in range(60)]
        answers = await asyncio.gather(*asked)
        taken = [str(answer["taskId"]) for status, answer in answers if status == 200]
        refused = [code_of(answer) for status, answer in answers if status == 429]
        assert (len(taken) >= 50, len(taken) + len(refused), set(refused) | {"too_many_tasks"}) == (
            True,
            60,
            {"too_many_tasks"},
        )
        outcomes = await asyncio.gather(*map(studio.outcome, taken))
        assert {answer["status"] for answer in outcomes} == {200}
        assert len({answer["url"] for answer in outcomes}) == len(taken)
        assert not list((tmp_path / "studio" / "work").glob("*/source"))


async def test_the_oldest_results_go_when_there_are_too_many(open_own: "OpenOwn") -> None:
    async with open_own(kept_bytes=12_000) as studio:
        urls = [str((await effect(studio, "two files"))[1]["url"]) for _ in range(4)]
        statuses: list[int] = []
        for url in urls:
            async with studio.session.get(url) as response:
                statuses.append(response.status)
        assert statuses[0] == 404
        assert statuses[-1] == 200
