"""/tts as a member meets it: the card, the refusals that only they see, and the list of voices."""

import logging
import re
from typing import Any

import pytest

from bot.errors import LimitReached
from bot.models import JobState, ResultForm
from tests.cogs.conftest import CATALOGUE, MAX_TEXT, Studio, footer_of, text_of


@pytest.mark.parametrize("is_slow", [False, True], ids=["at once", "after thinking"])
async def test_a_job_is_admitted_and_its_card_shown_to_everyone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    if is_slow:
        studio.slow_down(monkeypatch)
    result = await studio.tts(studio.robin, "  Hello there ", voice="james", **{"as": "file"})
    assert studio.callbacks() == [5 if is_slow else 4]
    assert not result.ephemeral
    assert footer_of(result.response) == "⏳ In line"
    assert "**James**" in text_of(result.response)
    (job,) = await studio.jobs()
    assert job.card_message_id == result.response.id
    assert (job.state, job.form) == (JobState.QUEUED, ResultForm.FILE)
    assert (job.request.text, job.request.voice) == ("Hello there", "james")
    assert (job.place.user_id, job.place.guild_id) == (studio.robin.id, studio.guild.id)
    assert studio.env.errors == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"text": "   "}, "There is nothing to say"),
        ({"text": "x" * (MAX_TEXT + 1)}, f"at most {MAX_TEXT} characters"),
        ({"text": "Hello", "voice": "Harpr"}, "There is no voice called “Harpr”. The nearest: **Harper**"),
    ],
)
async def test_a_refusal_is_for_the_member_alone_and_takes_nothing(
    studio: Studio, options: dict[str, str], sentence: str
) -> None:
    result = await studio.robin.slash(studio.channel, "tts", **options)
    assert result.response.ephemeral
    assert sentence in result.response.content
    assert await studio.jobs() == []
    assert studio.channel.history(viewer=studio.bystander) == [], "nobody else sees a trace of it"


async def test_a_reached_limit_is_told_with_its_end(studio: Studio) -> None:
    for _ in range(3):
        await studio.tts(studio.robin)
    result = await studio.tts(studio.robin)
    assert result.ephemeral
    assert re.search(r"The next one comes free <t:\d+:R>, then one more every 20 s", result.response.content)
    assert isinstance(studio.env.errors[0].__cause__, LimitReached)
    assert len(await studio.jobs()) == 3


async def test_the_voice_used_last_is_used_again_in_the_same_guild_only(studio: Studio) -> None:
    await studio.tts(studio.robin, voice="James")
    await studio.tts(studio.robin)
    await studio.tts(studio.sam)
    await studio.env_dm(studio.robin)
    assert [job.request.voice for job in await studio.jobs()] == ["james", "james", "harper", "harper"]


async def test_in_direct_messages_the_member_is_their_own_place(studio: Studio) -> None:
    result = await studio.env_dm(studio.robin)
    assert not result.ephemeral
    (job,) = await studio.jobs()
    assert job.place.guild_id is None
    assert job.place.scope_id == studio.robin.id
    assert job.place.channel_id == result.response.channel_id


@pytest.mark.parametrize("context", [0, 2], ids=["in a server without the bot", "in a private channel"])
async def test_a_member_who_brings_the_bot_along_is_their_own_place_and_gets_a_file_with_the_card(
    studio: Studio, context: int
) -> None:
    studio.installed_by_user, studio.context = True, context
    result = await studio.tts(studio.robin, **{"as": "voice message"})
    assert footer_of(result.response) == "⏳ In line"
    (job,) = await studio.jobs()
    assert job.form is ResultForm.FILE, "a voice message is a message of the bot's own, which cannot be posted there"
    assert (job.place.has_bot, job.place.guild_id, job.place.scope_id) == (False, None, studio.robin.id)
    assert job.card_message_id == result.response.id


async def test_where_not_even_the_card_may_have_a_file_nothing_is_paid_for(studio: Studio) -> None:
    studio.installed_by_user = True
    result = await studio.robin.slash(studio.limited_channel("attach_files"), "tts", text="Hello")
    assert result.ephemeral
    assert "**Attach Files**" in result.response.content
    assert await studio.jobs() == []


@pytest.mark.parametrize(
    ("forbidden", "wanted", "form"),
    [
        ((), "voice message", ResultForm.VOICE_MESSAGE),
        (("send_voice_messages",), "voice message", ResultForm.FILE),
        (("read_message_history",), "voice message", ResultForm.FILE),
        (("send_messages",), "voice message", ResultForm.FILE),
        (("attach_files",), "file", ResultForm.VOICE_MESSAGE),
        (("attach_files",), "voice message", ResultForm.VOICE_MESSAGE),
        (("attach_files", "send_voice_messages"), "file", None),
        (("attach_files", "read_message_history"), "voice message", None),
    ],
)
async def test_what_the_bot_may_not_post_is_known_before_anything_is_paid_for(
    studio: Studio, forbidden: tuple[str, ...], wanted: str, form: ResultForm | None
) -> None:
    channel = studio.limited_channel(*forbidden)
    result = await studio.robin.slash(channel, "tts", text="Hello", **{"as": wanted})
    jobs = await studio.jobs()
    if form is None:
        assert result.ephemeral
        assert "**Attach Files**" in result.response.content
        assert jobs == []
    else:
        assert [job.form for job in jobs] == [form]


async def test_a_bug_is_told_and_logged_under_the_same_id_and_nothing_else_is_told(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(studio.voices, "resolve", broken)
    result = await studio.tts(studio.robin)
    assert result.ephemeral
    told = re.search(r"the id `([0-9a-f]{6})`", result.response.content)
    assert told is not None
    assert "secret" not in result.response.content
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert f"id={told[1]}" in record.getMessage()
    assert record.exc_info is not None
    assert "secret detail" in str(record.exc_info[1])


async def test_a_card_that_cannot_be_shown_drops_the_job_and_gives_everything_back(studio: Studio) -> None:
    studio.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    await studio.tts(studio.robin)
    assert await studio.jobs() == []
    for _ in range(3):
        assert not (await studio.tts(studio.robin)).ephemeral, "the dropped one took nothing from the limit"


async def test_an_interaction_that_ended_too_early_is_no_bug(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    studio.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    result = await studio.tts(studio.robin)
    assert not result.acknowledged
    assert await studio.jobs() == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "ended before it was answered" in caplog.text


async def choices(studio: Studio, typed: str, member: Any = None) -> list[dict[str, Any]]:
    return await (member or studio.robin).autocomplete(studio.channel, "tts", "voice", typed)


async def test_the_list_of_voices_is_never_too_long(studio: Studio) -> None:
    assert len(CATALOGUE) > 25
    offered = await choices(studio, "")
    assert len(offered) == 25
    assert offered[0] == {"name": "Harper · female, English", "value": "harper"}


async def test_the_voice_used_last_is_on_top_and_only_once(studio: Studio) -> None:
    await studio.tts(studio.robin, voice="choir-39")
    offered = await choices(studio, " ")
    assert offered[0] == {"name": "Choir 39 · used last", "value": "choir-39"}
    assert len(offered) == len({choice["value"] for choice in offered}) == 25
    assert "used last" not in str(await choices(studio, "", studio.sam))
    assert "used last" not in str(await choices(studio, "choir 39"))


async def test_typing_errors_are_forgiven(studio: Studio) -> None:
    assert (await choices(studio, "harpr"))[0]["value"] == "harper"
    assert (await choices(studio, "engl"))[0]["value"] == "harper"


@pytest.mark.parametrize("typed", ["@everyone", "%_'; DROP TABLE voices;--", "\\", "😀" * 50, "\u202e\x00", "x" * 100])
async def test_any_typing_gets_an_answer(studio: Studio, typed: str) -> None:
    offered = await choices(studio, typed)
    assert len(offered) <= 25
    assert studio.env.errors == []


async def test_without_a_catalogue_the_list_is_empty_and_nothing_is_asked_of_the_network(studio: Studio) -> None:
    await studio.voices._use(())  # pyright: ignore[reportPrivateUsage] - as before the first refresh
    assert await choices(studio, "harper") == []
    assert studio.service.mock_calls == []
