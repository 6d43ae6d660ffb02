"""The bot stopped exactly between one step and the next, at every border that a job crosses.

A request that is under way marks the border: the service keeps it waiting, or Discord refuses it (so that what it was
to do is not done) or does it and keeps its answer back. Several jobs are brought to their borders, and one kill meets
all of them.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from tests.chaos.ground import LOOK_AT_ALL_EVERY_S, PLACES, Ground
from tests.chaos.reckoning import CANCELLED, DONE, FAILED, Seen
from tests.end_to_end.driver import Json, Member, text_of, until
from tests.end_to_end.fake_finevoice import Hold, Stage

Order = Callable[[str], Awaitable[None]]


async def stop_with_the_service(ground: Ground) -> dict[str, str]:
    """Kill it while a task is being asked for, a result fetched, a job handed over, and another waits in line.

    Returns what is to become of each job.
    """
    asking = [ground.new_text() for _ in range(PLACES - 2)]
    fetching, handing_over, waiting = ground.new_text(), ground.new_text(), ground.new_text()
    for text in asking:
        await _ask_and_hold(ground, text, Stage.POLL)
    await _ask_and_hold(ground, fetching, Stage.DOWNLOAD)
    await _ask_and_hold(ground, handing_over, Stage.SUBMIT)
    await _ask(ground, waiting)
    await _see(ground, waiting, "In line")
    await _die(ground)
    return dict.fromkeys((*asking, fetching, waiting), DONE) | {handing_over: FAILED}


async def stop_before_discord_acts(ground: Ground) -> dict[str, str]:
    """Kill it while Discord refuses what each job needs next; discord.py would have tried again a second later."""

    async def refuse(route: str) -> None:
        await ground.member().inject(fault="internal_error", on=route, times=1000)

    return await _stop_at_discord(ground, refuse, partial(_was_refused, ground), is_shown=False)


async def stop_before_discord_answers(ground: Ground) -> dict[str, str]:
    """Kill it when Discord has done what each job needed, but nobody was told."""

    async def keep_answers_back(route: str) -> None:
        await ground.member().inject(fault="slow", on=route, times=1, delay_s=60, after_acting=True)

    return await _stop_at_discord(ground, keep_answers_back, partial(_was_done, ground), is_shown=True)


async def _stop_at_discord(
    ground: Ground, order: Order, reached: Callable[[str, str], Awaitable[None]], *, is_shown: bool
) -> dict[str, str]:
    """Bring one job after the other to a request that goes wrong, then kill the bot.

    The order matters: a route that refuses does so for all jobs that come after.
    """
    posted, as_file, cancelled, posting = (ground.new_text() for _ in range(4))
    holds: dict[str, Hold] = {}
    for text in (posted, as_file, cancelled, posting):
        holds[text] = await _ask_and_hold(ground, text, Stage.POLL, form="file" if text == as_file else "voice message")
        await _see(ground, text, "Working")
    for text in (posted, as_file):
        await order("edit_answer")
        holds[text].let_go.set()
        await reached(text, "✅")
    await order("edit_answer")
    await ground.member().press(await _see(ground, cancelled, "Working"), "Cancel")
    await reached(cancelled, "🚫")
    await order("edit_answer")
    ground.service.broken_submits = 1
    failed = ground.new_text()
    await _ask(ground, failed)
    await reached(failed, "⚠️")
    await order("post_message")
    holds[posting].let_go.set()
    await reached(posting, "voice message")
    await order("callback")
    unseen = ground.new_text()
    await _ask(ground, unseen)
    await reached(unseen, "In line")
    await _die(ground)
    ends = {posted: DONE, as_file: DONE, posting: DONE, cancelled: CANCELLED, failed: FAILED}
    # Without a card nobody knows of the job, so it must not cost anything either.
    return ends | ({unseen: DONE} if is_shown else {})


async def _was_refused(ground: Ground, text: str, sign: str) -> None:
    """Wait until Discord refused a request that would have shown the sign."""
    card_id = ((await ground.jobs_seen()).get(text) or Seen(text)).cards[:1]

    async def look() -> bool:
        return any(_is_meant(one, text, card_id, sign) for one in await ground.member().requests())

    await until(look, f"Discord to refuse {text} {sign}")


def _is_meant(request: Json, text: str, card_id: list[str], sign: str) -> bool:
    written = str(request["json"])
    if request["status"] != 500:
        return False
    if sign == "voice message":
        return bool(card_id) and card_id[0] in written
    return text in written and sign in written


async def _was_done(ground: Ground, text: str, sign: str) -> None:
    """Wait until members see it."""

    async def look() -> bool:
        job = (await ground.jobs_seen()).get(text)
        return job is not None and (bool(job.results) if sign == "voice message" else sign in job.words)

    await until(look, f"{sign} of {text}", every_s=LOOK_AT_ALL_EVERY_S)


async def _die(ground: Ground) -> None:
    await ground.bot.kill()
    await ground.member().take_back_faults()
    ground.service.let_all_go()


def _asker(ground: Ground) -> Member:
    return ground.member()


async def _ask(ground: Ground, text: str, **options: str) -> None:
    await _asker(ground).command("tts", text=text, voice="harper", files=(), **options)


async def _ask_and_hold(ground: Ground, text: str, stage: Stage, form: str = "voice message") -> Hold:
    hold = ground.service.hold(stage, text)
    await _ask(ground, text, **{"as": form})

    async def reached() -> bool:
        return hold.reached.is_set()

    await until(reached, f"the {stage} of {text}")
    return hold


async def _see(ground: Ground, text: str, words: str) -> Json:
    return await _asker(ground).see(
        lambda message: text in text_of(message) and words in text_of(message), f"{words} on the card of {text}"
    )


BORDERS = (stop_with_the_service, stop_before_discord_acts, stop_before_discord_answers)
