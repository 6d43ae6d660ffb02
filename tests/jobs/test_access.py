"""Who may see a job, and who may do what with it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.access import is_asker, may_have_another, may_hear_result, may_look_up, may_take_result, may_touch
from bot.models import Job, JobState, Place, ResultForm, SpeechRequest
from tests.storage.samples import ANNA, START, place

ASKER, OTHER = 7, 8
HERE, ELSEWHERE = 100, 200
CHANNEL, DIRECT_MESSAGES = 55, 66

# Few values each, so that the same member, guild or channel is met often. None stands for direct messages.
USERS, GUILDS = st.sampled_from((ASKER, OTHER)), st.sampled_from((HERE, ELSEWHERE, None))
CHANNELS = st.sampled_from((CHANNEL, DIRECT_MESSAGES))


@st.composite
def _places(draw: st.DrawFn) -> Place:
    asked = place(draw(USERS), draw(GUILDS))
    return replace(asked, channel_id=draw(CHANNELS), is_private=draw(st.booleans()))


def _job(asked: Place, result_channel_id: int | None = CHANNEL) -> Job:
    request = SpeechRequest("Hello", ANNA.name, ANNA.label)
    job = Job("a" * 32, JobState.DONE, request, ResultForm.FILE, asked, START, START)
    return replace(job, result_channel_id=result_channel_id)


PLACES = _places()
JOBS = st.builds(_job, PLACES, st.none() | CHANNELS)


@given(job=JOBS, there=PLACES, is_manager=st.booleans())
def test_nothing_of_one_guild_is_reached_from_another(job: Job, there: Place, *, is_manager: bool) -> None:
    there = there if there.guild_id != job.place.guild_id else replace(there, guild_id=300)
    assert not may_look_up(job, there, manages=is_manager)
    assert not may_have_another(job, there)
    assert not may_take_result(job, there)
    assert not may_hear_result(job, there)
    # Their own they may still cancel, or take away, where it was sent to them.
    assert may_touch(job, there, moderates=is_manager) == is_asker(job, there)


@given(job=JOBS, there=PLACES, is_manager=st.booleans())
def test_nobody_has_rights_over_the_direct_messages_of_others(job: Job, there: Place, *, is_manager: bool) -> None:
    job, there = replace(job, place=replace(job.place, guild_id=None)), replace(there, guild_id=None)
    for is_allowed in (
        may_look_up(job, there, manages=is_manager),
        may_touch(job, there, moderates=is_manager),
        may_have_another(job, there),
    ):
        assert is_allowed == is_asker(job, there)


@given(job=JOBS, is_manager=st.booleans())
def test_the_asker_may_do_all_where_they_asked(job: Job, *, is_manager: bool) -> None:
    assert may_look_up(job, job.place, manages=is_manager)
    assert may_touch(job, job.place, moderates=is_manager)
    assert may_have_another(job, job.place)
    assert may_take_result(job, job.place)
    assert may_hear_result(job, job.place)


@given(job=JOBS, there=PLACES)
def test_what_may_be_taken_is_a_part_of_what_another_may_be_had_of(job: Job, there: Place) -> None:
    assert may_have_another(job, there) or not may_take_result(job, there)


@pytest.mark.parametrize("is_manager", [True, False])
def test_others_in_the_guild_touch_and_look_up_only_what_they_are_responsible_for(*, is_manager: bool) -> None:
    job, there = _job(place(ASKER, HERE)), place(OTHER, HERE)
    assert may_touch(job, there, moderates=is_manager) == is_manager
    assert may_look_up(job, there, manages=is_manager) == is_manager


@pytest.mark.parametrize(
    ("is_private", "result_channel_id", "another", "taken", "heard"),
    [
        (False, CHANNEL, True, True, True),
        (False, DIRECT_MESSAGES, True, False, False),
        (False, None, True, False, False),
        (True, CHANNEL, False, False, False),
    ],
)
def test_others_in_the_guild_have_what_everyone_there_sees(
    result_channel_id: int | None,
    *,
    is_private: bool,
    another: bool,
    taken: bool,
    heard: bool,
) -> None:
    job, there = _job(replace(place(ASKER, HERE), is_private=is_private), result_channel_id), place(OTHER, HERE)
    assert may_have_another(job, there) == another
    assert may_take_result(job, there) == taken
    assert may_hear_result(job, there) == heard


def test_a_result_is_heard_by_others_in_its_own_channel_only() -> None:
    job = _job(place(ASKER, HERE))
    assert not may_hear_result(job, replace(place(OTHER, HERE), channel_id=DIRECT_MESSAGES))
    # In direct messages of several, who see it there too.
    assert may_hear_result(_job(place(ASKER, None)), place(OTHER, None))
