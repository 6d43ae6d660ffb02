"""Jobs as cards show them, and a reader of Discord's markdown that is not the code under test."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.models import Job, JobState, Place, ResultForm, SpeechRequest

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKER = 123456789012345678
# Source: Discord's client, as published in its simple-markdown rules: a backslash before anything that is neither a
# letter, a digit nor a space is not shown and takes the meaning from what follows.
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
FORMATTING = re.compile(
    r"[*_~`|<]|\]\(|://|^(?:#{1,3} |-# |>|[-+] |\d+\.)|@(?:everyone|here|[!&]?\d{17,20})", re.MULTILINE
)

# What hostile text is made of, mixed with any text at all.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from([
            "@everyone", "@here", "<@123456789012345678>", "<@&123456789012345678>", "<#5>", "</tts:1>", "<t:0:R>",
            "<:a:1>", "**", "__", "~~", "||", "`", "```", "[a](https://b.example/_c_)", "<https://b.example>",
            "https://b.example/**", "\n", "\r\n", "\u2028", "\x00", "\u202e", "\ud800", "\\", "# ", "-# ", "> ", ">>> ",
            "- ", "1. ", "”", "“", "@\u200beveryone", " ",
        ]),
        st.text(st.characters(), max_size=20),
    ),
    max_size=40,
).map("".join)  # fmt: skip

# A busy machine says nothing about what is tested.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def formatting_in(text: str) -> list[str]:
    """What Discord would not show as it stands."""
    return FORMATTING.findall(ESCAPED.sub("x", text))


def read(text: str) -> str:
    """What a member reads."""
    return ESCAPED.sub(r"\1", text).replace("@\u200b", "@")


def make_job(
    text: str = "Hello there",
    *,
    label: str = "Harper",
    state: JobState = JobState.QUEUED,
    **changes: object,
) -> Job:
    place = Place(ASKER, 5, 6, 7, "token", NOW + timedelta(minutes=15))
    request = SpeechRequest(text, "harper", label)
    return Job("ab" * 16, state, request, ResultForm.FILE, place, NOW, NOW, **changes)  # pyright: ignore[reportArgumentType] - fields of Job by name


@pytest.fixture
def job() -> Job:
    return make_job()
