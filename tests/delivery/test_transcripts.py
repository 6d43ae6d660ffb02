"""A transcript on its way into Discord, over the wire: card, direct message, files that fit, words that are marked."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.automod import read_rules
from bot.delivery.transcripts import said_of
from bot.delivery.uploads import MARGIN_BYTES
from bot.errors import AudioUnreadable, NotAllowed
from bot.models import Job, ResultForm, Source, SourceKind, TranscriptRequest
from bot.replies.transcripts import Found
from bot.sandbox import starting_world as places
from bot.transcripts import Segment, Transcript
from tests.delivery.conftest import Stage, text_of
from tests.sandbox.clients import Json

SOURCE = Source("https://cdn/x", "voice-message.ogg", SourceKind.AUDIO, 10, 1)
SAID = [{"start": 1.0, "end": 2.0, "text": "You scurvy dog", "words": [{"word": "You", "start": 1.0, "end": 1.2}]}]


async def transcript_job(stage: Stage, **place: Any) -> Job:
    job = await stage.job(form=ResultForm.FILE)
    request = TranscriptRequest(SOURCE, 12.0, is_moderated=True)
    return dataclasses.replace(job, request=request, place=dataclasses.replace(job.place, **place))


def written(folder: Path, document: object) -> Path:
    result = folder / "work" / "result"
    result.parent.mkdir(exist_ok=True)
    result.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return result


async def content_of(stage: Stage, attachment: Json) -> str:
    async with stage.page.session.get(attachment["url"]) as answer:
        return (await answer.read()).decode()


async def test_it_comes_on_the_card_with_both_files_and_alt_texts(stage: Stage, tmp_path: Path) -> None:
    job = await transcript_job(stage)
    posted = await stage.delivery.deliver(job, written(tmp_path, {"segments": SAID}), again=False)
    card = await stage.card(job)
    assert int(card["id"]) == posted.message_id
    assert "> You scurvy dog" in text_of(card)
    assert "⚠️" not in text_of(card), "what everyone sees tells nothing of the rules"
    assert [one["description"] for one in card["attachments"]] == ["Transcript of voice-message.ogg"] * 2
    kept = json.loads(await content_of(stage, card["attachments"][0]))
    assert kept["segments"][0]["words"][0]["start"] == 1.0
    assert (await content_of(stage, card["attachments"][1])).strip() == "You scurvy dog"


@pytest.mark.parametrize("is_allowed", [True, False])
async def test_a_private_one_marks_what_the_servers_own_rules_catch_where_the_bot_may_see_them(
    stage: Stage, tmp_path: Path, *, is_allowed: bool
) -> None:
    job = await transcript_job(stage, is_private=True)
    if is_allowed:
        await stage.switch(["manage_guild"], allowed=True)
    await stage.delivery.deliver(job, written(tmp_path, {"segments": SAID}), again=False)
    text = text_of(await stage.card(job))
    assert ("> You ⚠️ scurvy dog" in text) is is_allowed
    assert ("- `0:01` scurvy" in text) is is_allowed
    assert ("because I lack **Manage Server** to see them: somebody with" in text) is not is_allowed
    assert ("Server Settings → Roles → **Soundbooth** → Permissions." in text) is not is_allowed


async def test_a_private_one_comes_as_a_direct_message_when_the_interaction_is_over(
    stage: Stage, tmp_path: Path
) -> None:
    job = await transcript_job(stage, is_private=True)
    stage.clock.ahead_s += 1_000
    result = written(tmp_path, {"segments": SAID})
    for again in (False, True):
        await stage.restarted().deliver(job, result, again=again)
    (message,) = await stage.direct_messages()
    assert "You scurvy dog" in text_of(message)
    assert "only you are to see it" in text_of(message)
    assert len(message["attachments"]) == 2
    assert (await stage.card(job))["attachments"] == []
    labels = [part["label"] for row in message["components"] for part in row["components"]]
    assert labels == ["Read", "txt", "srt", "vtt", "json", "Delete"], "nothing of the server is done from there"


async def test_where_the_file_with_each_word_is_too_large_the_words_times_are_left_out(
    stage: Stage, tmp_path: Path
) -> None:
    words = [{"word": "You", "start": 1.0 + n / 1_000, "end": 1.001 + n / 1_000} for n in range(900)]
    job = await transcript_job(stage, upload_limit_bytes=MARGIN_BYTES + 5_000)
    result = written(tmp_path, {"segments": [{"start": 1.0, "end": 2.0, "text": "You " * 900, "words": words}]})
    await stage.delivery.deliver(job, result, again=False)
    kept = json.loads(await content_of(stage, (await stage.card(job))["attachments"][0]))
    assert kept["segments"][0]["start"] == 1.0
    assert "words" not in kept["segments"][0]


async def test_no_file_is_posted_that_is_too_large_for_its_buttons_to_read_again(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [{"word": "You", "start": 1.0 + n / 1_000, "end": 1.001 + n / 1_000} for n in range(900)]
    result = written(tmp_path, {"segments": [{"start": 1.0, "end": 2.0, "text": "You " * 900, "words": words}]})
    most_bytes = result.stat().st_size + 100
    monkeypatch.setattr("bot.delivery.transcripts.MAX_BYTES", most_bytes)
    job = await transcript_job(stage)
    await stage.delivery.deliver(job, result, again=False)
    assert (await stage.card(job))["attachments"][0]["size"] <= most_bytes


async def test_what_is_no_transcript_is_refused_and_nothing_posted(stage: Stage, tmp_path: Path) -> None:
    job = await transcript_job(stage)
    for document in ("", "<html>no</html>", "{}", '{"error": "gone"}', "\x00\x01"):
        with pytest.raises(AudioUnreadable):
            await stage.delivery.deliver(job, written(tmp_path, document), again=False)
    assert await stage.results() == []


async def test_the_text_of_what_was_posted_is_told_to_whoever_keeps_it_and_silence_is_not(
    stage: Stage, tmp_path: Path
) -> None:
    told: list[tuple[str, str]] = []

    async def keep(job: Job, text: str) -> None:
        told.append((job.id, text))

    delivery = type(stage.delivery)(stage.bot, now=stage.clock.now, keep_text=keep)
    silent = await transcript_job(stage)
    await delivery.deliver(silent, written(tmp_path, {"language": "en", "segments": []}), again=False)
    assert told == []
    assert "Nobody says anything" in text_of(await stage.card(silent))
    job = await transcript_job(stage)
    await delivery.deliver(job, written(tmp_path, {"segments": SAID}), again=False)
    assert told == [(job.id, "You scurvy dog")]
    shown_before = dataclasses.replace(await transcript_job(stage), result_channel_id=1, result_message_id=2)
    await delivery.deliver(shown_before, written(tmp_path, {"segments": SAID}), again=False)
    assert told == [(job.id, "You scurvy dog")], "who had it removed meanwhile has it removed"


async def test_it_never_becomes_a_voice_message(stage: Stage, tmp_path: Path) -> None:
    job = await transcript_job(stage)
    await stage.forbid("attach_files")
    await stage.happen("switch_user", user_id=places.ROBIN, takes_dms=False)
    with pytest.raises(NotAllowed):
        await stage.delivery.deliver(job, written(tmp_path, {"segments": SAID}), again=False)
    assert await stage.voice_messages() == []


def test_what_is_caught_is_listed_once_with_its_first_time_also_over_the_end_of_a_segment() -> None:
    segments = (
        Segment(0.0, 2.0, "what a bilge", "Ann"),
        Segment(2.0, 4.0, "rat, and Scurvydog", "Ann"),
        Segment(4.0, 6.0, "you bilge", "Ann"),
        Segment(6.0, 8.0, "rat is not how we talk, scurvydog", "Bob"),
        Segment(8.0, 9.0, "scurvydog", "Bob"),
    )
    keywords = {"keyword_filter": ["bilge rat", "scurvy*"]}
    rules = read_rules([{"enabled": True, "trigger_type": 1, "trigger_metadata": keywords}])
    assert said_of(Transcript("en", segments), rules).found == [
        Found("bilge rat", 0.0, times=1),
        Found("Scurvydog", 2.0, times=3),
    ]
