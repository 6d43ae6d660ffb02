"""What may be written down: kinds, sizes, lengths, prices and languages, decided before anything is fetched."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from bot.errors import InvalidRequest
from bot.jobs.preferences import Preferences
from bot.jobs.service import JobService
from bot.jobs.transcribing import MIB, Offered, Transcribing, TranscriptBounds, Wishes, kind_of
from bot.models import Place, SourceKind
from bot.preferences import MemberSettings
from bot.storage.transcripts import TranscriptStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLACE = Place(1, 2, 3, 4, "token", NOW)
NOTE = Offered("https://cdn/x", "voice-message.ogg", "audio/ogg", 20_000, 5, 2, 6, author_id=7, length_s=10.0)


def transcribing(*, language: str | None = None, opted_out: int = 0) -> Transcribing:
    async def is_opted_out(user_id: int) -> bool:
        return user_id == opted_out

    chosen = AsyncMock(return_value=MemberSettings(language=language))
    return Transcribing(
        Mock(spec=JobService),
        Mock(spec=TranscriptStore, is_opted_out=is_opted_out),
        Mock(spec=Preferences, member=chosen),
        TranscriptBounds(max_source_bytes=100 * MIB, max_length_s=600.0),
        now=lambda: NOW,
    )


@pytest.mark.parametrize(
    ("name", "content_type", "kind"),
    [
        ("a", "audio/ogg; codecs=opus", SourceKind.AUDIO),
        ("a.txt", "video/mp4", SourceKind.VIDEO),
        ("A.M4A", "", SourceKind.AUDIO),
        ("a.mkv", "application/octet-stream", SourceKind.VIDEO),
        ("a.mp3", "text/plain", None),
        ("a.pdf", "application/pdf", None),
        ("mp3", "", None),
    ],
)
def test_what_can_be_heard_is_told_by_type_then_by_name(name: str, content_type: str, kind: SourceKind | None) -> None:
    assert kind_of(replace(NOTE, name=name, content_type=content_type)) is kind


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"content_type": "image/png"}, "nothing_to_hear", ""),
        ({"size_bytes": 100 * MIB + 1}, "source_too_large", "100"),
        ({"length_s": 600.5}, "recording_too_long", "10"),
    ],
)
async def test_what_is_too_much_is_refused(changes: dict[str, Any], reason: str, detail: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await transcribing().request(replace(NOTE, **changes), PLACE, Wishes())
    assert (refused.value.reason, refused.value.detail) == (reason, detail)


async def test_the_largest_and_longest_are_taken() -> None:
    largest = replace(NOTE, size_bytes=100 * MIB, length_s=600.0)
    assert (await transcribing().request(largest, PLACE, Wishes())).size == 600


@pytest.mark.parametrize(
    ("changes", "length_s"),
    [
        ({"length_s": 10.0}, 10.0),
        ({"length_s": None, "size_bytes": 80_000}, 10.0),
        ({"length_s": 0.0, "size_bytes": 80_000}, 10.0),
        ({"length_s": None, "size_bytes": 1_764_000, "name": "a.WAV"}, 10.0),
        ({"length_s": None, "size_bytes": 1_250_000, "content_type": "video/mp4", "name": "a.mp4"}, 10.0),
        ({"length_s": None, "size_bytes": 100 * MIB}, 600.0),
        ({"length_s": None, "size_bytes": 1}, 1.0),
    ],
)
async def test_an_unknown_length_is_guessed_from_the_size_within_bounds(
    changes: dict[str, Any], length_s: float
) -> None:
    assert (await transcribing().request(replace(NOTE, **changes), PLACE, Wishes())).length_s == length_s


@pytest.mark.parametrize(
    ("wishes", "chosen", "length_s", "language"),
    [
        (Wishes("Deutsch", "fr"), "es", 2.0, "de"),
        (Wishes("", "fr"), "es", 2.0, "es"),
        (Wishes("", "pt-BR"), None, 4.9, "pt"),
        (Wishes("", "pt-BR"), None, 5.0, None),
        (Wishes("", "pt-BR"), None, None, None),
        (Wishes(), None, 2.0, None),
    ],
)
async def test_the_language_is_the_option_the_members_choice_or_a_guess_for_very_short_notes(
    wishes: Wishes, chosen: str | None, length_s: float | None, language: str | None
) -> None:
    request = await transcribing(language=chosen).request(replace(NOTE, length_s=length_s), PLACE, wishes)
    assert request.language == language


async def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        await transcribing().request(NOTE, PLACE, Wishes("Elvish"))
    assert refused.value.reason == "language_unknown"


async def test_who_opted_out_is_transcribed_for_themselves_alone() -> None:
    with pytest.raises(InvalidRequest) as refused:
        await transcribing(opted_out=7).request(NOTE, PLACE, Wishes())
    assert refused.value.reason == "not_transcribed"
    own = await transcribing(opted_out=7).request(NOTE, replace(PLACE, user_id=7), Wishes())
    assert own.source.author_id == 7
