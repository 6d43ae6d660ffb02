"""Requests that wait for a word: taken once, by their member, in time, and not too many of them."""

from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

import pytest

from bot.errors import InvalidRequest
from bot.jobs.unconfirmed import KEPT_AT_MOST, KEPT_FOR, Unconfirmed, UnconfirmedRequests, new_id
from bot.models import ResultForm, SpeechRequest

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WISH = Unconfirmed(
    SpeechRequest("Hello", "anna", "Anna"),
    ResultForm.FILE,
    user_id=7,
    channel_id=10,
    is_private=False,
    asked_at=NOW,
)


def test_a_request_is_taken_once() -> None:
    waiting = UnconfirmedRequests()
    waiting.keep("one", WISH)
    assert waiting.take("one", user_id=7, channel_id=10, now=NOW + KEPT_FOR) is WISH
    with pytest.raises(InvalidRequest, match="made_already"):
        waiting.take("one", user_id=7, channel_id=10, now=NOW)
    with pytest.raises(InvalidRequest, match="made_already"):
        waiting.drop("one", user_id=7, channel_id=10, now=NOW)


def test_what_could_not_be_made_can_be_taken_again() -> None:
    waiting = UnconfirmedRequests()
    waiting.keep("one", WISH)
    waiting.keep("one", waiting.take("one", user_id=7, channel_id=10, now=NOW))
    assert waiting.take("one", user_id=7, channel_id=10, now=NOW) is WISH


def test_what_was_dropped_is_not_made() -> None:
    waiting = UnconfirmedRequests()
    waiting.keep("one", WISH)
    waiting.drop("one", user_id=7, channel_id=10, now=NOW)
    with pytest.raises(InvalidRequest, match="ask_again"):
        waiting.take("one", user_id=7, channel_id=10, now=NOW)


async def test_a_question_that_was_answered_before_it_was_noted_is_known_as_such() -> None:
    waiting, withdrawn = UnconfirmedRequests(), AsyncMock()
    waiting.keep("one", WISH)
    assert waiting.note_question("one", withdrawn)
    await waiting.take("one", user_id=7, channel_id=10, now=NOW).withdraw()
    withdrawn.assert_awaited_once()
    assert not waiting.note_question("one", withdrawn)
    with pytest.raises(InvalidRequest):
        waiting.take("one", user_id=7, channel_id=10, now=NOW)


@pytest.mark.parametrize(("user_id", "channel_id"), [(8, 10), (7, 11)])
def test_others_and_elsewhere_find_nothing_and_take_nothing(user_id: int, channel_id: int) -> None:
    waiting = UnconfirmedRequests()
    waiting.keep("one", WISH)
    with pytest.raises(InvalidRequest):
        waiting.take("one", user_id=user_id, channel_id=channel_id, now=NOW)
    assert waiting.take("one", user_id=7, channel_id=10, now=NOW) is WISH


def test_an_old_request_is_not_admitted() -> None:
    waiting = UnconfirmedRequests()
    waiting.keep("one", WISH)
    with pytest.raises(InvalidRequest):
        waiting.take("one", user_id=7, channel_id=10, now=NOW + KEPT_FOR + timedelta(seconds=1))


def test_the_oldest_is_forgotten_when_there_are_too_many() -> None:
    waiting = UnconfirmedRequests()
    ids = [new_id() for _ in range(KEPT_AT_MOST + 1)]
    for wish_id in ids:
        waiting.keep(wish_id, WISH)
    with pytest.raises(InvalidRequest):
        waiting.take(ids[0], user_id=7, channel_id=10, now=NOW)
    assert waiting.take(ids[1], user_id=7, channel_id=10, now=NOW) is WISH
