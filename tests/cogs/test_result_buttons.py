"""The buttons under a finished result: who may press them, what comes of it, and what nobody can reach with them."""

import re
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.jobs.service import JobService
from bot.models import EffectRequest, Job, JobState, ResultForm, SpeechRequest, Voice
from bot.preferences import GuildSettings
from bot.replies.answer import show_card
from bot.replies.cards import Card, still_view
from bot.replies.job_cards import build_done_card
from bot.replies.result_buttons import AGAIN, AS_FILE, AS_VOICE_MESSAGE, DELETE, SPEAK, VOICES
from bot.storage.tables import jobs as job_table
from cogs.result_buttons import ResultButton, VoiceMenu
from tests.cogs.conftest import Studio, footer_of, labels_of, text_of
from tests.cogs.test_job_buttons import NOT_YOURS, ONLY_ASKER

ELSEWHERE = "This was made somewhere else. Ask for it there."
ACTIONS = [VOICES, AGAIN, AS_FILE, AS_VOICE_MESSAGE, DELETE]


async def made(studio: Studio, job: Job, *, result_message_id: int | None = None) -> Job:
    """The job as it is when its result was posted, and its card as it looks then."""
    current = await studio.store.claim(studio.env.now(), 99)
    assert current is not None
    assert current.id == job.id
    for state in (JobState.RUNNING, JobState.READY, JobState.DELIVERING, JobState.DONE):
        changes: dict[str, Any] = {}
        if state is JobState.DONE:
            message_id = result_message_id or job.card_message_id
            changes = {"result_channel_id": job.place.channel_id, "result_message_id": message_id, "takes_made": 1}
        moved = await studio.store.move(current, state, studio.env.now(), **changes)
        assert moved is not None
        current = moved
    return current


async def finished(studio: Studio, form: str = "file", text: str = "Hello there") -> tuple[Any, Job]:
    """The card of a job whose result came with it, seen by all."""
    result = await studio.tts(studio.robin, text, **{"as": form})
    (asked,) = await studio.jobs()
    job = await made(studio, asked)
    await show_finished(studio, job)
    return result.response.message, job


async def show_finished(studio: Studio, job: Job) -> None:
    card = build_done_card(job, 2.0, studio.env.now())
    message = studio.bot.get_partial_messageable(job.place.channel_id).get_partial_message(job.card_message_id or 0)
    await message.edit(embed=card.embed, view=card.view)


async def with_voice_message(studio: Studio) -> tuple[Any, Job, int]:
    """The same where the result is a message of its own, which answers the card."""
    result = await studio.tts(studio.robin, **{"as": "voice message"})
    (asked,) = await studio.jobs()
    card = studio.bot.get_partial_messageable(studio.channel.id).get_partial_message(asked.card_message_id or 0)
    voice = await card.reply("the voice message")
    job = await made(studio, asked, result_message_id=voice.id)
    await show_finished(studio, job)
    return result.response.message, job, voice.id


def seen(studio: Studio) -> list[Any]:
    """What everyone sees, the oldest first."""
    return list(studio.channel.history(viewer=studio.bystander))


async def stored(studio: Studio, job: Job) -> Job:
    found = await studio.store.get(job.id)
    assert found is not None
    return found


async def test_a_finished_card_has_its_buttons(studio: Studio) -> None:
    await finished(studio)
    labels = labels_of(studio.seen_by_all())
    assert labels == ["Another voice", "Again", "As voice message", "Transcribe", "Delete"]


@pytest.mark.parametrize(("who", "is_slow"), [("sam", False), ("robin", True)])
async def test_again_makes_a_new_take_as_the_job_of_whoever_presses(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, who: str, *, is_slow: bool
) -> None:
    message, first = await finished(studio)
    presser = getattr(studio, who)
    if is_slow:
        studio.slow_down(monkeypatch)
    result = await presser.click(message, label="Again")
    (second,) = await studio.jobs()
    assert (second.request, second.form, second.place.user_id) == (first.request, first.form, presser.id)
    assert not second.is_cached
    old, new = seen(studio)
    assert (old.id, new.id) == (first.card_message_id, second.card_message_id)
    assert result.response.id == new.id
    assert footer_of(new) == "⏳ In line"
    assert studio.env.errors == []


async def test_again_is_a_job_with_the_limits_of_whoever_presses(studio: Studio) -> None:
    message, _ = await finished(studio)
    for _ in range(3):
        await studio.sam.click(message, label="Again")
    result = await studio.sam.click(message, label="Again")
    assert result.ephemeral
    assert "The next one comes free" in result.response.content
    assert len(await studio.jobs()) == 3


async def test_again_asks_for_a_new_take_and_another_voice_takes_what_there_is(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, _ = await finished(studio)
    wanted: list[bool] = []
    submit = JobService.submit

    async def note(*arguments: Any, **options: Any) -> Job:
        wanted.append(options.get("is_new_take", False))
        return await submit(*arguments, **options)

    monkeypatch.setattr(JobService, "submit", note)
    await studio.robin.click(message, label="Again")
    menu = await studio.robin.click(message, label="Another voice")
    await studio.robin.select(menu.response.message, ["james"])
    assert wanted == [True, False]


async def test_the_menu_of_voices_is_private_and_names_others_than_the_one_that_spoke(studio: Studio) -> None:
    message, _ = await finished(studio)
    result = await studio.sam.click(message, label="Another voice")
    assert result.ephemeral
    assert "Hello there" in text_of(result.response)
    (menu,) = discord.ui.View.from_message(result.response.message).children
    assert isinstance(menu, discord.ui.Select)
    assert len(menu.options) == 25
    names = [option.value for option in menu.options]
    assert "harper" not in names
    assert len(set(names)) == 25
    assert len(seen(studio)) == 1


async def test_the_members_favourites_and_the_voice_they_used_last_come_first(studio: Studio) -> None:
    message, _ = await finished(studio)
    await studio.bot.services.favourites.star(studio.sam.id, "choir-39")
    await studio.bot.services.voices.remember(studio.guild.id, studio.sam.id, Voice("choir-38", "Choir 38"))
    result = await studio.sam.click(message, label="Another voice")
    (menu,) = discord.ui.View.from_message(result.response.message).children
    assert isinstance(menu, discord.ui.Select)
    assert [option.value for option in menu.options[:2]] == ["choir-39", "choir-38"]


@pytest.mark.parametrize("is_slow", [False, True])
async def test_a_chosen_voice_says_the_same_in_a_new_message_for_everyone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    message, first = await finished(studio)
    menu = await studio.sam.click(message, label="Another voice")
    if is_slow:
        studio.slow_down(monkeypatch)
    await studio.sam.select(menu.response.message, ["james"])
    (second,) = await studio.jobs()
    assert second.request == replace(first.request, voice="james", voice_label="James")
    assert second.place.user_id == studio.sam.id
    assert "**James**" in text_of(seen(studio)[-1])
    assert studio.env.errors == []


async def test_with_no_other_voice_there_is_nothing_to_choose(studio: Studio) -> None:
    message, _ = await finished(studio)
    await studio.voices._use((Voice("harper", "Harper"),))  # pyright: ignore[reportPrivateUsage] - a catalogue of one
    result = await studio.robin.click(message, label="Another voice")
    assert result.ephemeral
    assert result.response.content == "There is no other voice to choose from here. /voice search shows all there are."


async def test_a_voice_that_is_gone_by_then_is_explained(studio: Studio) -> None:
    message, _ = await finished(studio)
    menu = await studio.robin.click(message, label="Another voice")
    await studio.voices._use((Voice("harper", "Harper"),))  # pyright: ignore[reportPrivateUsage] - a catalogue of one
    result = await studio.robin.select(menu.response.message, ["james"])
    assert result.ephemeral
    assert "This voice is not in the catalogue any more" in result.response.content
    assert await studio.jobs() == []


async def test_again_is_said_by_the_voice_that_stands_in_for_one_that_is_gone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, _ = await finished(studio)
    james = Voice("james", "James")
    await studio.voices._use((james,))  # pyright: ignore[reportPrivateUsage] - harper is gone
    monkeypatch.setattr(studio.voices, "replacement", lambda _: james)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - of any name
    await studio.robin.click(message, label="Again")
    (job,) = await studio.jobs()
    assert isinstance(job.request, SpeechRequest)
    assert job.request.voice == "james"


@pytest.mark.parametrize(("who", "is_slow"), [("robin", False), ("moderator", True)])
async def test_the_same_result_is_posted_in_the_other_form_for_free(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, who: str, *, is_slow: bool
) -> None:
    message, job = await finished(studio)
    if is_slow:
        studio.slow_down(monkeypatch)
    await getattr(studio, who).click(message, label="As voice message")
    again = await stored(studio, job)
    assert (again.state, again.form, again.cost) == (JobState.READY, ResultForm.VOICE_MESSAGE, job.cost)
    assert again.place.user_id == studio.robin.id
    assert again.card_message_id == seen(studio)[-1].id != job.card_message_id
    assert studio.env.errors == []


async def test_a_voice_message_is_posted_as_a_file(studio: Studio) -> None:
    message, job, _ = await with_voice_message(studio)
    card = next(one for one in seen(studio) if one.id == job.card_message_id)
    assert "As file" in labels_of(card)
    await studio.robin.click(message, label="As file")
    again = await stored(studio, job)
    assert (again.state, again.form) == (JobState.READY, ResultForm.FILE)


async def test_others_may_not_have_it_posted_in_another_form(studio: Studio) -> None:
    message, job = await finished(studio)
    result = await studio.sam.click(message, label="As voice message")
    assert result.ephemeral
    assert result.response.content == NOT_YOURS
    assert (await stored(studio, job)).state is JobState.DONE


@pytest.mark.parametrize(
    ("action", "forbidden", "named"),
    [(AS_VOICE_MESSAGE, "send_voice_messages", "Send Voice Messages"), (AS_FILE, "attach_files", "Attach Files")],
)
async def test_a_form_that_may_not_be_posted_here_is_refused_by_name(
    studio: Studio, action: str, forbidden: str, named: str
) -> None:
    _, job = await finished(studio)
    channel = studio.limited_channel(forbidden)
    result = await studio.robin.click(await studio.post_button(channel, f"job:{action}:{job.id}"), label="Press")
    assert result.ephemeral
    assert f"**{named}**" in result.response.content
    assert (await stored(studio, job)).state is JobState.DONE


async def test_where_the_managers_allow_no_audio_nothing_is_made(studio: Studio) -> None:
    message, _ = await finished(studio)
    allowed = studio.guild.create_text_channel("audio")

    def only_there(chosen: GuildSettings) -> GuildSettings:
        return replace(chosen, channels=(allowed.id,))

    await studio.bot.services.preferences.change_guild(studio.guild.id, only_there)
    for label in ("Again", "Another voice", "As voice message"):
        result = await studio.robin.click(message, label=label)
        assert result.ephemeral
        assert f"<#{allowed.id}>" in result.response.content
    assert await studio.jobs() == []


async def test_again_without_the_permission_to_post_is_not_paid_for(studio: Studio) -> None:
    _, job = await finished(studio)
    channel = studio.limited_channel("attach_files", "send_voice_messages")
    result = await studio.robin.click(await studio.post_button(channel, f"job:{AGAIN}:{job.id}"), label="Press")
    assert result.ephemeral
    assert "**Attach Files**" in result.response.content
    assert await studio.jobs() == []


# Delete.


@pytest.mark.parametrize(("who", "is_slow"), [("robin", False), ("moderator", True), ("manager", False)])
async def test_the_asker_and_moderators_take_the_result_away(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, who: str, *, is_slow: bool
) -> None:
    message, _ = await finished(studio)
    if is_slow:
        studio.slow_down(monkeypatch)
    await getattr(studio, who).click(message, label="Delete")
    assert seen(studio) == []
    assert studio.env.errors == []


async def test_a_voice_message_goes_with_its_card(studio: Studio) -> None:
    message, _, voice_id = await with_voice_message(studio)
    assert voice_id in [one.id for one in seen(studio)]
    await studio.robin.click(message, label="Delete")
    assert seen(studio) == []


async def test_a_result_that_somebody_deleted_by_hand_does_not_keep_the_card(studio: Studio) -> None:
    message, _, voice_id = await with_voice_message(studio)
    await studio.bot.get_partial_messageable(studio.channel.id).get_partial_message(voice_id).delete()
    await studio.robin.click(message, label="Delete")
    assert seen(studio) == []
    assert studio.env.errors == []


async def test_an_older_card_goes_with_the_voice_message_that_answers_it_and_the_newer_one_stays(
    studio: Studio,
) -> None:
    message, job, voice_id = await with_voice_message(studio)
    await studio.robin.click(message, label="As file")
    again = await stored(studio, job)
    await studio.robin.click(message, label="Delete")
    assert [one.id for one in seen(studio)] == [again.card_message_id]
    assert voice_id != again.card_message_id


async def test_others_delete_nothing(studio: Studio) -> None:
    message, _ = await finished(studio)
    result = await studio.sam.click(message, label="Delete")
    assert result.ephemeral
    assert result.response.content == NOT_YOURS
    assert len(seen(studio)) == 1


@pytest.mark.parametrize("who", ["robin", "moderator"])
async def test_what_is_known_to_discord_alone_goes_for_its_asker_and_moderators_only(studio: Studio, who: str) -> None:
    message, _, _ = await with_voice_message(studio)
    await studio.bot.services.privacy.delete(studio.robin.id)
    refused = await studio.sam.click(message, label="Delete")
    assert refused.ephemeral
    assert "do not know this job any more" in refused.response.content
    assert len(seen(studio)) == 2
    await getattr(studio, who).click(message, label="Delete")
    assert seen(studio) == []
    assert studio.env.errors == []


async def test_what_discord_does_not_let_go_is_told_and_the_card_stays(studio: Studio) -> None:
    message, _, voice_id = await with_voice_message(studio)
    studio.env.inject_error("DELETE", f"/channels/*/messages/{voice_id}", status=403, code=50013, times=None)
    await studio.robin.click(message, label="Delete")
    assert len(seen(studio)) == 2
    told = [one.content for one in studio.channel.history(viewer=studio.robin) if one.content]
    assert any("Discord did not let me delete all of it" in text for text in told)


async def test_what_was_deleted_is_kept_for_nobody(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    message, job = await finished(studio)
    forgotten: list[str] = []

    async def note(_: JobService, taken: Job) -> None:
        forgotten.append(taken.id)

    monkeypatch.setattr(JobService, "forget_result", note)
    await studio.robin.click(message, label="Delete")
    assert forgotten == [job.id]


# Who can reach what.


async def test_nothing_of_a_job_can_be_reached_from_another_server_by_its_managers(studio: Studio) -> None:
    _, job = await finished(studio)
    for action in ACTIONS:
        result = await pressed_elsewhere(studio, studio.elsewhere.manager, action, job)
        assert result.ephemeral
        assert result.response.content == (ELSEWHERE if action in {VOICES, AGAIN} else NOT_YOURS)
    assert (await stored(studio, job)).state is JobState.DONE
    assert await studio.jobs() == []
    assert len(seen(studio)) == 1


async def test_not_even_its_asker_takes_it_into_another_server(studio: Studio) -> None:
    _, job = await finished(studio)
    for action in (VOICES, AGAIN, AS_FILE, AS_VOICE_MESSAGE):
        result = await pressed_elsewhere(studio, studio.elsewhere.robin, action, job)
        assert result.ephemeral
        assert result.response.content == ELSEWHERE
    assert await studio.jobs() == []


async def pressed_elsewhere(studio: Studio, member: Any, action: str, job: Job) -> Any:
    message = await studio.post_button(studio.elsewhere.channel, f"job:{action}:{job.id}")
    return await member.click(message, label="Press")


async def pressed(studio: Studio, member: Any, action: str, job_id: str) -> Any:
    message = await studio.post_button(studio.channel, f"job:{action}:{job_id}")
    return await member.click(message, label="Press")


async def test_what_was_for_one_member_alone_is_not_said_again_by_another(studio: Studio) -> None:
    _, job = await finished(studio)
    async with studio.database.write() as connection:
        await connection.execute(job_table.update().values(is_private=True))
    for action in (VOICES, AGAIN):
        result = await pressed(studio, studio.sam, action, job.id)
        assert result.ephemeral
        assert result.response.content == ONLY_ASKER


@pytest.mark.parametrize("action", [AGAIN, AS_FILE])
async def test_what_was_for_one_member_alone_stays_so(studio: Studio, action: str) -> None:
    _, job = await finished(studio)
    async with studio.database.write() as connection:
        await connection.execute(job_table.update().values(is_private=True))
    button = await studio.post_button(studio.channel, f"job:{action}:{job.id}")
    before = len(seen(studio))
    await studio.robin.click(button, label="Press")
    (again,) = await studio.jobs()
    assert again.place.is_private
    assert len(seen(studio)) == before, "nobody else sees a card"
    assert again.card_message_id is not None


async def test_only_speech_has_voices(studio: Studio) -> None:
    place = (await finished(studio))[1].place
    job = await studio.bot.services.jobs.submit(EffectRequest("rain", 2.0), ResultForm.FILE, place)
    for action in (VOICES, AGAIN):
        result = await pressed(studio, studio.robin, action, job.id)
        assert result.response.content == "That works with spoken texts only. Make one with /tts."


async def test_a_button_of_an_unknown_job_is_explained(studio: Studio) -> None:
    for action in ACTIONS:
        result = await pressed(studio, studio.robin, action, "0" * 32)
        assert result.ephemeral
        assert (
            result.response.content == "I do not know this job any more. Send the command again to have it made anew."
        )


async def test_in_direct_messages_again_works_too(studio: Studio) -> None:
    await studio.env_dm(studio.robin)
    (asked,) = await studio.jobs()
    await show_finished(studio, await made(studio, asked))
    person = studio.user_of(studio.robin)
    message = await studio.bot.get_partial_messageable(asked.place.channel_id).fetch_message(asked.card_message_id or 0)
    await person.click(message, label="Again")
    (job,) = await studio.jobs()
    assert (job.place.guild_id, job.place.user_id) == (None, studio.robin.id)


async def test_buttons_and_menu_work_after_a_restart(studio: Studio) -> None:
    message, _ = await finished(studio)
    menu = await studio.robin.click(message, label="Another voice")
    await studio.restart()
    await studio.robin.select(menu.response.message, ["james"])
    await studio.robin.click(message, label="Again")
    assert len(await studio.jobs()) == 2
    await studio.robin.click(message, label="Delete")
    assert message.id not in [one.id for one in seen(studio)]


async def test_the_cog_stops_listening_when_it_is_unloaded(studio: Studio) -> None:
    message, _ = await finished(studio)
    await studio.bot.unload_extension("cogs.result_buttons")
    result = await studio.robin.click(message, label="Again")
    assert "not offered any more" in result.response.content


@pytest.mark.parametrize("custom_id", ["job:again:short", "job:voices:" + "0" * 33, "job:transcribe:" + "0" * 32])
def test_other_custom_ids_are_not_ours(custom_id: str) -> None:
    template = re.compile(ResultButton.__discord_ui_compiled_template__.pattern)
    assert template.fullmatch(custom_id) is None


async def test_custom_ids_on_the_wrong_component_are_refused() -> None:
    interaction = Mock(spec=discord.Interaction)
    match = ResultButton.__discord_ui_compiled_template__.fullmatch(f"job:{AGAIN}:{'0' * 32}")
    assert match is not None
    with pytest.raises(TypeError):
        await ResultButton.from_custom_id(interaction, discord.ui.Select[Any](), match)
    match = VoiceMenu.__discord_ui_compiled_template__.fullmatch(f"job:{SPEAK}:{'0' * 32}")
    assert match is not None
    with pytest.raises(TypeError):
        await VoiceMenu.from_custom_id(interaction, discord.ui.Button[Any](), match)


async def test_what_turns_out_to_be_private_takes_a_public_thinking_away_first() -> None:
    order = Mock()
    interaction = Mock(spec=discord.Interaction)
    interaction.response.is_done.return_value = True
    interaction.response.type = discord.InteractionResponseType.deferred_channel_message
    order.delete, order.send = AsyncMock(), AsyncMock(return_value=Mock(id=77))
    interaction.delete_original_response, interaction.followup.send = order.delete, order.send
    card = Card(discord.Embed(), still_view())
    assert await show_card(interaction, card, is_private=True, is_thinking_private=False) == 77
    assert [name for name, *_ in order.mock_calls] == ["delete", "send"]
    assert order.send.call_args.kwargs["ephemeral"]
