"""/jobs: whose jobs it shows to whom, its pages, and what can be done with a job opened from it."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.models import FailureReason, Job, JobState, NewJob, Place, ResultForm, SpeechRequest
from bot.replies.job_list import PAGE_LENGTH
from bot.storage.jobs import JobStore
from cogs.job_list import OpenMenu, PageButton
from cogs.jobs import Jobs
from tests.cogs.conftest import Studio, footer_of, labels_of, text_of

EVERYONES = {"whose": "everyone's"}


def menu_of(message: Any) -> dict[str, str]:
    """The choices of the message's menu: labels by values."""
    view = discord.ui.View.from_message(message.message if hasattr(message, "message") else message)
    return {
        option.value: option.label
        for item in view.children
        if isinstance(item, discord.ui.Select)
        for option in item.options
    }


def buttons_of(result: Any) -> list[str | None]:
    return labels_of(result.response.message)


async def admit(studio: Studio, member: Any, *, minutes_ago: int = 0, guild_id: int | None = None) -> Job:
    """A job of the member, asked for a while ago; in this guild unless another is named."""
    guild_id = studio.guild.id if guild_id is None else guild_id
    now = studio.env.now() - timedelta(minutes=minutes_ago)
    place = Place(member.id, studio.channel.id, guild_id, 1, "token", now + timedelta(minutes=15))
    number = f"{minutes_ago:016x}{member.id:016x}"
    new = NewJob(number, SpeechRequest(f"text {minutes_ago}", "harper", "Harper"), ResultForm.FILE, place, now)
    return await JobStore(studio.database, None).admit(new)


async def finished(studio: Studio, job: Job, state: JobState, **how: Any) -> Job:
    if state is JobState.DONE:
        ended = await studio.store.move(job, state, studio.env.now(), **how)
    else:
        ended = await studio.store.finish_without_result(job, state, studio.env.now(), **how)
    assert ended is not None
    return ended


async def test_members_see_their_own_jobs_alone_and_nobody_else_sees_the_answer(studio: Studio) -> None:
    mine, _ = await admit(studio, studio.robin), await admit(studio, studio.sam)
    result = await studio.robin.slash(studio.channel, "jobs")
    assert result.ephemeral
    assert list(menu_of(result.response)) == [mine.id]
    assert studio.channel.history(viewer=studio.bystander) == []
    assert studio.env.errors == []


async def test_a_slow_answer_is_for_the_member_alone_too(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    await admit(studio, studio.robin)
    studio.slow_down(monkeypatch)
    result = await studio.robin.slash(studio.channel, "jobs")
    assert studio.callbacks() == [5]
    assert result.ephemeral
    assert "in line" in text_of(result.response)


async def test_managers_see_everyones_and_who_asked(studio: Studio) -> None:
    jobs = [await admit(studio, studio.robin, minutes_ago=1), await admit(studio, studio.sam)]
    result = await studio.manager.slash(studio.channel, "jobs", **EVERYONES)
    assert set(menu_of(result.response)) == {job.id for job in jobs}
    assert f"<@{studio.sam.id}>" in text_of(result.response)


@pytest.mark.parametrize("who", ["robin", "moderator"])
async def test_others_do_not_see_everyones(studio: Studio, who: str) -> None:
    await admit(studio, studio.sam)
    result = await getattr(studio, who).slash(studio.channel, "jobs", **EVERYONES)
    assert result.ephemeral
    assert result.response.content == "Only members with the permission **Manage Server** can do that. Ask one of them."


async def test_the_list_turns_its_pages(studio: Studio) -> None:
    for minutes_ago in range(2 * PAGE_LENGTH + 1):
        await admit(studio, studio.bystander, minutes_ago=minutes_ago)
    first = await studio.bystander.slash(studio.channel, "jobs")
    assert buttons_of(first) == ["Refresh", "Older"]
    second = await studio.bystander.click(first.response, label="Older")
    assert studio.callbacks() == [4, 7]
    assert list(menu_of(first.response).values())[:1] == ["⏳ Harper: text 10"]
    assert labels_of(first.response.message) == ["Refresh", "Newest", "Older"]
    await studio.bystander.click(first.response, label="Older")
    assert list(menu_of(first.response).values()) == ["⏳ Harper: text 20"]
    assert labels_of(first.response.message) == ["Refresh", "Newest"]
    await studio.bystander.click(first.response, label="Newest")
    assert len(menu_of(first.response)) == PAGE_LENGTH
    assert second.acknowledged
    assert studio.env.errors == []


async def test_an_opened_job_says_how_it_stands_and_leads_back(studio: Studio) -> None:
    job = await admit(studio, studio.robin)
    shown = await studio.robin.slash(studio.channel, "jobs")
    await studio.robin.select(shown.response, [job.id])
    assert "⏳ in line" in str(shown.response.embeds[0].to_dict())
    assert labels_of(shown.response.message) == ["Cancel", "Back to the list"]
    await studio.robin.click(shown.response, label="Back to the list")
    assert list(menu_of(shown.response)) == [job.id]


async def test_a_job_is_cancelled_from_the_list_and_its_card_shows_it_too(studio: Studio) -> None:
    card = (await studio.tts(studio.robin)).response
    (job,) = await studio.jobs()
    shown = await studio.robin.slash(studio.channel, "jobs")
    await studio.robin.select(shown.response, [job.id])
    await studio.robin.click(shown.response, label="Cancel")
    assert footer_of(card) == "🚫 Cancelled"
    assert "🚫 cancelled" in str(shown.response.embeds[0].to_dict())
    assert "Retry" in labels_of(shown.response.message)
    assert await studio.jobs() == []
    assert studio.env.errors == []


async def test_a_manager_cancels_somebody_elses_job_from_the_list(studio: Studio) -> None:
    job = await admit(studio, studio.robin)
    shown = await studio.manager.slash(studio.channel, "jobs", **EVERYONES)
    await studio.manager.select(shown.response, [job.id])
    await studio.manager.click(shown.response, label="Cancel")
    assert await studio.jobs() == []
    assert "Retry" not in labels_of(shown.response.message), "only who asked may ask again"


async def test_a_retry_from_the_list_gets_a_card_that_everyone_sees(studio: Studio) -> None:
    job = await finished(studio, await admit(studio, studio.robin), JobState.FAILED, failure=FailureReason.BUG)
    shown = await studio.robin.slash(studio.channel, "jobs")
    await studio.robin.select(shown.response, [job.id])
    await studio.robin.click(shown.response, label="Retry")
    (second,) = await studio.jobs()
    assert second.card_message_id == studio.seen_by_all().id
    assert footer_of(studio.seen_by_all()) == "⏳ In line"
    assert "failed" in str(shown.response.embeds[0].to_dict()), "the list is as it was"


async def test_a_finished_job_is_sent_again_from_the_list_for_everyone_to_see(studio: Studio) -> None:
    job = await finished(studio, await admit(studio, studio.robin), JobState.DONE, result_message_id=77)
    shown = await studio.robin.slash(studio.channel, "jobs")
    await studio.robin.select(shown.response, [job.id])
    await studio.robin.click(shown.response, label="Send again")
    again = await studio.store.get(job.id)
    assert again is not None
    assert (again.state, again.card_message_id) == (JobState.READY, studio.seen_by_all().id)


async def test_everything_works_after_a_restart(studio: Studio) -> None:
    job = await admit(studio, studio.robin)
    shown = await studio.robin.slash(studio.channel, "jobs")
    await studio.restart()
    await studio.robin.select(shown.response, [job.id])
    await studio.robin.click(shown.response, label="Back to the list")
    await studio.robin.click(shown.response, label="Refresh")
    await studio.robin.select(shown.response, [job.id])
    await studio.robin.click(shown.response, label="Cancel")
    assert await studio.jobs() == []
    assert studio.env.errors == []


async def test_who_manages_is_asked_again_at_each_press(studio: Studio) -> None:
    job = await admit(studio, studio.robin)
    shown = await studio.manager.slash(studio.channel, "jobs", **EVERYONES)
    studio.env.backend.get_guild(studio.guild.id).members[studio.manager.id].role_ids.clear()
    refused = await studio.manager.click(shown.response, label="Refresh")
    assert "**Manage Server**" in refused.response.content
    refused = await studio.manager.select(shown.response, [job.id])
    assert refused.response.content == "I do not know this job any more. Send the command again to have it made anew."


async def test_a_job_that_is_gone_is_explained(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await admit(studio, studio.robin)
    shown = await studio.robin.slash(studio.channel, "jobs")

    async def gone(_: str) -> None:
        return None

    monkeypatch.setattr(studio.store, "get", gone)
    result = await studio.robin.select(shown.response, [job.id])
    assert result.ephemeral
    assert result.response.content == "I do not know this job any more. Send the command again to have it made anew."


async def test_nothing_of_one_server_is_seen_in_another(studio: Studio) -> None:
    there = studio.elsewhere
    here_job = await admit(studio, studio.robin)
    there_job = await admit(studio, there.robin, minutes_ago=1, guild_id=there.guild.id)
    seen = await there.robin.slash(there.channel, "jobs")
    assert list(menu_of(seen.response)) == [there_job.id]
    everyones = await there.manager.slash(there.channel, "jobs", **EVERYONES)
    assert list(menu_of(everyones.response)) == [there_job.id]
    for member, message in ((there.robin, seen.response), (there.manager, everyones.response)):
        # What a member cannot do but a forged press can: a job's id from elsewhere.
        stored = studio.env.backend.get_message(there.channel.id, message.id)
        menu = next(part for row in stored.components for part in row["components"] if "options" in part)
        menu["options"].append({"label": "forged", "value": here_job.id})
        result = await member.select(message, [here_job.id])
        assert result.ephemeral
        assert (
            result.response.content == "I do not know this job any more. Send the command again to have it made anew."
        )


async def test_what_was_asked_for_in_direct_messages_stays_there(studio: Studio) -> None:
    await studio.env_dm(studio.robin)
    (job,) = await studio.jobs()
    in_guild = await studio.robin.slash(studio.channel, "jobs")
    assert menu_of(in_guild.response) == {}
    direct = await studio.user_of(studio.robin).slash("jobs")
    assert list(menu_of(direct.response)) == [job.id]


async def test_where_a_member_brought_the_bot_along_nobody_manages(studio: Studio) -> None:
    await admit(studio, studio.robin)
    studio.installed_by_user = True
    mine = await studio.robin.slash(studio.channel, "jobs")
    assert menu_of(mine.response) == {}, "what they asked for as a member of the server is shown there alone"
    result = await studio.manager.slash(studio.channel, "jobs", **EVERYONES)
    assert "**Manage Server**" in result.response.content


async def test_the_cog_stops_listening_when_it_is_unloaded(studio: Studio) -> None:
    await admit(studio, studio.robin)
    shown = await studio.robin.slash(studio.channel, "jobs")
    await studio.bot.unload_extension("cogs.jobs")
    assert not any(isinstance(cog, Jobs) for cog in studio.bot.cogs.values())
    result = await studio.robin.click(shown.response, label="Refresh")
    assert "not offered any more" in result.response.content


@pytest.mark.parametrize(
    "custom_id",
    ["jobs:page:theirs:0", "jobs:page:mine:-1", "jobs:open:mine:" + "9" * 19, "jobs:page:mine:", "jobs:page"],
)
async def test_other_custom_ids_are_not_ours(custom_id: str) -> None:
    for kind in (PageButton, OpenMenu):
        assert re.compile(kind.__discord_ui_compiled_template__.pattern).fullmatch(custom_id) is None


async def test_a_custom_id_on_something_else_is_refused() -> None:
    interaction = Mock(spec=discord.Interaction)
    page = PageButton.__discord_ui_compiled_template__.fullmatch("jobs:page:mine:0")
    menu = OpenMenu.__discord_ui_compiled_template__.fullmatch("jobs:open:mine:0")
    assert page is not None
    assert menu is not None
    with pytest.raises(TypeError):
        await PageButton.from_custom_id(interaction, discord.ui.Select[Any](), page)
    with pytest.raises(TypeError):
        await OpenMenu.from_custom_id(interaction, discord.ui.Button[Any](), menu)
