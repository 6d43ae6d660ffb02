"""/sfx, the menu "Sound of this" and the buttons that make another one, as a member meets them."""

import dataclasses
import json
from typing import Any

import pytest

from bot.discord_limits import CHOICE_CHARACTERS
from bot.errors import InvalidRequest, MissingPermission
from bot.models import EffectRequest, Job, JobKind, ResultForm, SourceKind
from bot.replies.effect_refusals import EFFECT_REFUSALS
from bot.replies.effects import effect_buttons
from bot.replies.sentences import say_error
from tests.cogs.conftest import LIMITS, Studio, footer_of, text_of

PNG = ("door.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
FILM = ("drive.mp4", b"\0\0\0\x18ftypmp42" + bytes(40))


def effect_of(job: Job) -> EffectRequest:
    assert isinstance(job.request, EffectRequest)
    return job.request


async def sfx(studio: Studio, prompt: str = "heavy door slam", **options: Any) -> Any:
    return await studio.robin.slash(studio.channel, "sfx", prompt=prompt, **options)


async def pressed(studio: Studio, action: str, *, by: Any = None, times: int = 1) -> Any:
    """The button of the newest job's finished card."""
    job = (await studio.jobs())[-1]
    button = next(one for one in effect_buttons(job) if str(one.custom_id).startswith(f"effect:{action}:"))
    message = await studio.post_button(studio.channel, str(button.custom_id))
    result = None
    for _ in range(times):
        result = await (by or studio.sam).click(message, label="Press")
    return result


async def test_a_sound_is_asked_for_with_all_its_options(studio: Studio) -> None:
    result = await sfx(studio, "  heavy door slam ", duration=2.5, avoid=" voices", **{"as": "file"})
    assert footer_of(result.response) == "⏳ In line"
    assert "Sound effect" in text_of(result.response)
    assert "heavy door slam" in text_of(result.response)
    (job,) = await studio.jobs()
    assert effect_of(job) == EffectRequest("heavy door slam", 2.5, "voices")
    assert (job.kind, job.form, job.place.guild_id) == (JobKind.EFFECT, ResultForm.FILE, studio.guild.id)
    assert studio.env.errors == []


async def test_one_take_comes_as_usual_and_several_as_files(studio: Studio) -> None:
    await sfx(studio)
    await sfx(studio, takes=3, **{"as": "voice message"})
    one, several = await studio.jobs()
    assert (one.form, one.takes, effect_of(one).duration_s) == (ResultForm.VOICE_MESSAGE, 1, 5.0)
    assert (several.form, several.takes) == (ResultForm.FILE, 3)
    assert several.cost == LIMITS.cost(several.request) == 15


async def test_the_servers_own_form_comes_before_the_bots(studio: Studio) -> None:
    await studio.bot.services.preferences.change_guild(
        studio.guild.id, lambda now: dataclasses.replace(now, form=ResultForm.FILE)
    )
    await sfx(studio)
    assert (await studio.jobs())[0].form is ResultForm.FILE


async def test_a_picture_is_enough_and_goes_together_with_words(studio: Studio) -> None:
    await studio.robin.slash(studio.channel, "sfx", file=PNG)
    await sfx(studio, "rain", file=FILM)
    alone, together = [effect_of(job) for job in await studio.jobs()]
    assert alone.source is not None
    assert together.source is not None
    assert (alone.prompt, alone.source.kind, alone.source.name) == ("", SourceKind.IMAGE, "door.png")
    assert (together.prompt, together.source.kind, together.source.message_id) == ("rain", SourceKind.VIDEO, 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "There is nothing to make a sound of"),
        ({"prompt": "   "}, "There is nothing to make a sound of"),
        ({"prompt": "rain", "file": ("notes.txt", b"rain")}, "neither a picture nor a video"),
        ({"prompt": "rain", "file": ("plan.svg", b"<svg/>")}, "neither a picture nor a video"),
        ({"file": ("song.mp3", b"ID3")}, "neither a picture nor a video"),
    ],
)
async def test_what_cannot_be_done_is_refused_privately_and_takes_nothing(
    studio: Studio, options: dict[str, Any], sentence: str
) -> None:
    result = await studio.robin.slash(studio.channel, "sfx", **options)
    assert result.response.ephemeral
    assert sentence in result.response.content
    assert await studio.jobs() == []


async def test_a_file_that_is_too_large_is_refused_before_anything_is_fetched(studio: Studio) -> None:
    result = await studio.robin.slash(studio.channel, "sfx", file=("door.png", bytes(25 * 1024 * 1024 + 1)))
    assert "too large: 25 MB at most" in result.response.content
    assert await studio.jobs() == []


async def test_where_files_may_not_be_attached_several_takes_are_not_paid_for(studio: Studio) -> None:
    channel = studio.limited_channel("attach_files")
    result = await studio.robin.slash(channel, "sfx", prompt="rain", takes=2)
    assert "**Attach Files**" in result.response.content
    assert isinstance(studio.env.errors[0].__cause__, MissingPermission)
    assert await studio.jobs() == []
    unasked = await studio.robin.slash(channel, "sfx", prompt="rain")
    asked = await studio.robin.slash(channel, "sfx", prompt="hail", **{"as": "file"})
    assert [job.form for job in await studio.jobs()] == [ResultForm.VOICE_MESSAGE] * 2
    assert unasked.followups == []
    assert "so this comes as a voice message" in asked.followups[0].content


async def test_what_costs_much_is_asked_about_first(studio: Studio) -> None:
    studio.bot.services = dataclasses.replace(studio.bot.services, confirm_above=50)
    result = await sfx(studio, duration=20.0, takes=3, avoid="wind")
    assert result.response.ephemeral
    said = text_of(result.response)
    assert "🔇 without: wind" in said
    assert "3 takes of 20.0 s each\nThis costs **60 units**." in said
    assert "You have 1,000 of 1,000 units left today, and 940 after this" in said
    assert await studio.jobs() == []
    await studio.robin.click(result.response.message, label="Go")
    (job,) = await studio.jobs()
    assert (job.takes, job.cost) == (3, 60)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("", "rain on a tin roof"), ("heavy door cr", "heavy door cr"), ("x" * (CHOICE_CHARACTERS + 1), None)],
)
async def test_describing_a_sound_is_helped_within_discords_limits(
    studio: Studio, typed: str, first: str | None
) -> None:
    choices = await studio.robin.autocomplete(studio.channel, "sfx", "prompt", typed)
    assert [choice["name"] for choice in choices][:1] == ([] if first is None else [first])
    assert len(choices) <= 25
    assert all(1 <= len(choice["value"]) <= CHOICE_CHARACTERS for choice in choices)


async def test_a_message_with_a_picture_gets_its_sound(studio: Studio) -> None:
    message = await studio.sam.send(studio.channel, "look", attachments=[("notes.txt", b"x"), PNG])
    result = await studio.robin.context_menu(studio.channel, "Sound of this", message)
    assert footer_of(result.response) == "⏳ In line"
    (job,) = await studio.jobs()
    source = effect_of(job).source
    assert source is not None
    assert (source.name, source.kind, source.message_id) == ("door.png", SourceKind.IMAGE, message.id)
    assert (source.channel_id, source.attachment_id) == (studio.channel.id, message.attachments[1].id)
    assert effect_of(job).duration_s == 5.0


async def test_of_several_pictures_the_first_is_taken_and_that_is_said(studio: Studio) -> None:
    message = await studio.sam.send(studio.channel, "look", attachments=[PNG, ("dog.png", b"x")])
    await studio.robin.context_menu(studio.channel, "Sound of this", message)
    (job,) = await studio.jobs()
    source = effect_of(job).source
    assert source is not None
    assert source.name == "door.png"
    told = [text_of(one) for one in studio.channel.history(viewer=studio.robin)]
    assert any("There are 2 pictures and videos in that message; this is of the first." in text for text in told)


async def test_a_picture_that_was_forwarded_gets_its_sound(studio: Studio) -> None:
    message = await studio.sam.send(studio.channel, "look", attachments=[PNG])
    forwarded = await studio.robin.forward(message, studio.channel)
    await studio.robin.context_menu(studio.channel, "Sound of this", forwarded)
    (job,) = await studio.jobs()
    source = effect_of(job).source
    assert source is not None
    assert (source.name, source.message_id) == ("door.png", forwarded.id)


async def test_where_the_studio_knows_words_only_pictures_are_refused_before_anything_is_paid(studio: Studio) -> None:
    studio.bot.services = dataclasses.replace(studio.bot.services, sees_pictures=False)
    message = await studio.sam.send(studio.channel, "look", attachments=[PNG])
    for result in (
        await studio.robin.slash(studio.channel, "sfx", prompt="rain", file=PNG),
        await studio.robin.context_menu(studio.channel, "Sound of this", message),
    ):
        assert result.response.ephemeral
        assert "cannot look at pictures" in result.response.content
    assert await studio.jobs() == []


async def test_a_message_without_a_picture_has_no_sound(studio: Studio) -> None:
    message = await studio.sam.send(studio.channel, "rain", attachments=[("song.mp3", b"ID3")])
    result = await studio.robin.context_menu(studio.channel, "Sound of this", message)
    assert result.response.ephemeral
    assert "no picture or video in this message" in result.response.content
    assert await studio.jobs() == []


async def test_again_makes_another_one_each_time_for_whoever_presses(studio: Studio) -> None:
    await sfx(studio, "rain", avoid="wind", duration=2.0)
    result = await pressed(studio, "again", times=2)
    assert footer_of(result.response) == "⏳ In line"
    first, second, third = await studio.jobs()
    assert second.place.user_id == third.place.user_id == studio.sam.id
    assert len({effect_of(job).variation for job in (first, second, third)}) == 3
    assert dataclasses.replace(effect_of(second), variation=0) == effect_of(first)


async def test_longer_doubles_up_to_half_a_minute(studio: Studio) -> None:
    await sfx(studio, duration=10.0)
    await pressed(studio, "longer")
    await pressed(studio, "longer", by=studio.robin)
    assert [effect_of(job).duration_s for job in await studio.jobs()] == [10.0, 20.0, 30.0]
    assert "effect:longer" not in json.dumps(
        [one.to_component_dict() for one in effect_buttons((await studio.jobs())[-1])]
    )


async def test_longer_than_half_a_minute_is_refused(studio: Studio) -> None:
    await sfx(studio, duration=30.0)
    (job,) = await studio.jobs()
    message = await studio.post_button(studio.channel, f"effect:longer:{job.id}")
    result = await studio.sam.click(message, label="Press")
    assert result.response.ephemeral
    assert "as long as a sound effect can be" in result.response.content
    assert len(await studio.jobs()) == 1


async def test_avoid_asks_what_and_adds_it_to_what_was_avoided(studio: Studio) -> None:
    await sfx(studio, avoid="voices")
    shown = await pressed(studio, "avoid")
    assert shown.modal is not None
    assert shown.modal["title"] == "Make it again, but without…"
    result = await studio.sam.submit_modal(shown, {"avoid": " music,  wind "})
    assert footer_of(result.response) == "⏳ In line"
    again = effect_of((await studio.jobs())[-1])
    assert again.avoid == "voices, music, wind"
    assert again.variation > 0


@pytest.mark.parametrize("action", ["again", "longer"])
async def test_the_buttons_work_after_a_restart(studio: Studio, action: str) -> None:
    await sfx(studio)
    (job,) = await studio.jobs()
    message = await studio.post_button(studio.channel, f"effect:{action}:{job.id}")
    await studio.restart()
    await studio.sam.click(message, label="Press")
    assert len(await studio.jobs()) == 2


@pytest.mark.parametrize("action", ["again", "longer"])
async def test_nothing_of_another_server_is_made_again(studio: Studio, action: str) -> None:
    await sfx(studio)
    (job,) = await studio.jobs()
    message = await studio.post_button(studio.elsewhere.channel, f"effect:{action}:{job.id}")
    for member in (studio.elsewhere.manager, studio.elsewhere.robin):
        result = await member.click(message, label="Press")
        assert result.response.ephemeral
        assert "heavy door slam" not in result.response.content
    assert len(await studio.jobs()) == 1


async def test_speech_is_no_sound_effect(studio: Studio) -> None:
    await studio.tts(studio.robin)
    (job,) = await studio.jobs()
    message = await studio.post_button(studio.channel, f"effect:again:{job.id}")
    result = await studio.sam.click(message, label="Press")
    assert "works with sound effects only" in result.response.content


async def test_a_slow_database_is_waited_for(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    await sfx(studio)
    studio.slow_down(monkeypatch)
    result = await pressed(studio, "again")
    assert studio.callbacks()[-1] == 5
    assert footer_of(result.response) == "⏳ In line"


def test_refusals_have_sentences() -> None:
    said = [say_error(InvalidRequest(reason, "25")) for reason in EFFECT_REFUSALS]
    assert len(set(said)) == len(EFFECT_REFUSALS)
    assert not [sentence for sentence in said if "{" in sentence]
