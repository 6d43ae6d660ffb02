"""The question before something costly: how much it is, what it costs, and what is left of today afterwards."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from bot.limits import LimitName, Subject, UsedLimit
from bot.models import EffectRequest, Request, Source, SourceKind, SpeechRequest, TranscriptRequest
from bot.replies.confirming import build_question
from bot.replies.requests import spoken_s
from tests.replies.conftest import HOSTILE, NOW, UNHURRIED, formatting_in

SOURCE = Source("https://cdn.example/a.mp3", "a.mp3", SourceKind.AUDIO, 5, 6)
DESCRIPTION_LIMIT = 4096


def asked(request: Request, cost: int = 60, *limits: UsedLimit) -> str:
    return str(build_question(request, cost, limits, "ab" * 16).embed.description)


def day(subject: Subject, allowed: int, used: int) -> UsedLimit:
    return UsedLimit(subject, LimitName.DAY, allowed, used, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        (EffectRequest("rain", 20.0, takes=3), "3 takes of 20.0 s each"),
        (EffectRequest("rain", 7.5), "1 take of 7.5 s"),
        (SpeechRequest("[happy] " + "word " * 240, "v", "V"), "1,208 characters, about 1 min when spoken"),
        (TranscriptRequest(SOURCE, 754.0), "A recording of 12:34 min"),
    ],
)
def test_how_much_it_is_stands_beside_the_price(request_: Request, size: str) -> None:
    assert f"{size}\nThis costs **60 units**." in asked(request_)


def test_signs_that_are_syllables_take_longer_than_letters() -> None:
    assert spoken_s("a" * 150) == 10.0
    assert spoken_s("音" * 30) == spoken_s("소" * 30) == 5.0


def test_what_is_left_afterwards_is_told_where_there_is_a_limit() -> None:
    request = EffectRequest("rain", 20.0, takes=3)
    said = asked(request, 60, day(Subject.MEMBER, 1000, 400), day(Subject.GUILD, 5000, 4970))
    assert "You have 600 of 1,000 units left today, and 540 after this; it starts anew" in said
    assert "This server has 30 of 5,000 units left today, and 0 after this; it starts anew" in said
    unlimited = asked(request, 60, day(Subject.MEMBER, 0, 400))
    assert "left today" not in unlimited


@settings(UNHURRIED, max_examples=30)
@given(HOSTILE, HOSTILE)
def test_hostile_words_stay_in_their_lines(prompt: str, avoid: str) -> None:
    description = asked(EffectRequest(prompt, 5.0, avoid))
    assert len(description) <= DESCRIPTION_LIMIT
    _title, quote, *rest = description.split("\n")
    assert formatting_in(quote.removeprefix("> ")) == []
    shown = [line for line in rest if line.startswith("🔇")]
    assert len(shown) <= 1
    assert formatting_in("".join(shown)) == []
