"""Whatever Discord answers, and wherever the process dies: one result in the end."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.delivery import faults
from bot.errors import DiscordUnavailable
from bot.models import Job, ResultForm
from tests.delivery.conftest import Stage

A_WHILE_S = 20 * 60.0


@pytest.fixture
async def job(stage: Stage) -> Job:
    return await stage.job(form=ResultForm.FILE)


# Discord away -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["rate_limited", "rate_limited_globally", "rate_limited_with_others"])
async def test_a_long_rate_limit_is_not_waited_for_and_says_when_it_ends(
    stage: Stage, job: Job, result: Path, fault: str
) -> None:
    await stage.page.order(fault, "edit_answer", retry_after_s=600.0)
    with pytest.raises(DiscordUnavailable) as away:
        await stage.delivery.deliver(job, result, again=False)
    assert away.value.retry_after_s == pytest.approx(600.0)
    stage.clock.ahead_s += 600.0
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_a_ban_by_cloudflare_is_left_alone_for_as_long_as_it_says(stage: Stage, job: Job, result: Path) -> None:
    await stage.page.order("banned_by_cloudflare", "edit_answer", retry_after_s=300.0)
    with pytest.raises(DiscordUnavailable) as away:
        await stage.delivery.deliver(job, result, again=False)
    assert away.value.retry_after_s == 300.0


async def test_a_request_given_up_during_a_global_rate_limit_does_not_stop_all_others(
    stage: Stage, job: Job, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.page.order("rate_limited_globally", "edit_answer", retry_after_s=20.0)
    with monkeypatch.context() as patch:
        patch.setattr(faults, "REQUEST_TIMEOUT_S", 0.5)
        with pytest.raises(DiscordUnavailable):
            await stage.delivery.deliver(job, result, again=False)
    async with asyncio.timeout(10):
        await stage.delivery.deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_an_answer_that_takes_too_long_leads_to_one_message(
    stage: Stage, job: Job, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.delete_card(job)
    await stage.page.order("slow", "post_message", after_acting=True, delay_s=3.0)
    with monkeypatch.context() as patch:
        patch.setattr(faults, "REQUEST_TIMEOUT_S", 0.5)
        with pytest.raises(DiscordUnavailable):
            await stage.delivery.deliver(job, result, again=False)
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_what_discord_does_not_understand_goes_elsewhere_and_is_logged(
    stage: Stage, job: Job, result: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.fault("PATCH", "/webhooks/", status=400, code=50035)
    await stage.delivery.deliver(job, result, again=False)
    assert len(await stage.results()) == 1
    assert "did not understand" in caplog.text


# A crash at every request --------------------------------------------------------------------------------


@pytest.mark.parametrize("forbidden", [(), ("send_voice_messages",), ("send_voice_messages", "attach_files")])
@pytest.mark.parametrize("is_card_there", [True, False])
@pytest.mark.parametrize("after_acting", [True, False])
async def test_wherever_the_process_dies_there_is_one_result_in_the_end(
    stage: Stage, result: Path, forbidden: tuple[str, ...], *, is_card_there: bool, after_acting: bool
) -> None:
    expected = 0
    # Where neither may be posted it goes to the member, whatever form was wanted; Discord opens few of those at a time.
    forms = list(ResultForm) if len(forbidden) < 2 else [ResultForm.FILE]
    for form in forms:
        for deadly in range(1, 5):
            job = await stage.job(form=form)
            folder = result.parent.with_name(f"{form}-{deadly}")
            folder.mkdir()
            own_result = folder / "result"
            own_result.write_bytes(result.read_bytes())
            if not is_card_there:
                await stage.delete_card(job)
            await stage.switch(forbidden, allowed=False)
            if deadly > 1:
                await stage.page.order("slow", "any", times=deadly - 1, delay_s=0.001)
            await stage.page.order("dropped", "any", after_acting=after_acting)
            with contextlib.suppress(DiscordUnavailable):
                await stage.restarted().deliver(job, own_result, again=False)
            async with stage.page.session.delete(stage.page.url("/faults")) as cleared:
                assert cleared.status == 200
            stage.clock.ahead_s += A_WHILE_S
            await stage.restarted().deliver(job, own_result, again=True)
            await stage.switch(forbidden, allowed=True)
            expected += 1
            assert len(await stage.results()) == expected, f"{form}, request {deadly}"
