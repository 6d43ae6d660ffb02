"""Work that Ctrl-C ends."""

import asyncio

import pytest

from bot.endings import Stopped, unless_stopped


async def test_work_that_nobody_stops_gives_its_result() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 3

    assert await unless_stopped(work(), asyncio.Event()) == 3


async def test_what_work_raises_comes_out() -> None:
    async def work() -> None:
        raise ValueError("of its own")

    with pytest.raises(ValueError, match="of its own"):
        await unless_stopped(work(), asyncio.Event())


async def test_work_that_is_stopped_has_put_away_its_things_before_that_is_said() -> None:
    stop, put_away = asyncio.Event(), False

    async def work() -> None:
        nonlocal put_away
        try:
            stop.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            put_away = True

    with pytest.raises(Stopped, match="in the middle of it"):
        await unless_stopped(work(), stop, "Stopped in the middle of it.")
    assert put_away


async def test_work_that_is_finished_all_the_same_counts_as_done() -> None:
    stop = asyncio.Event()

    async def work() -> int:
        try:
            stop.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return 3
        raise AssertionError("it was not stopped")

    assert await unless_stopped(work(), stop) == 3


async def test_what_is_stopped_already_does_not_begin() -> None:
    stop, begun = asyncio.Event(), False
    stop.set()

    async def work() -> None:
        nonlocal begun
        begun = True

    with pytest.raises(Stopped):
        await unless_stopped(work(), stop)
    assert not begun


async def test_who_is_cancelled_while_waiting_leaves_no_work_behind() -> None:
    begun, ended = asyncio.Event(), False

    async def work() -> None:
        nonlocal ended
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended = True

    waiting = asyncio.ensure_future(unless_stopped(work(), asyncio.Event()))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended
