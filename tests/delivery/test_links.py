"""A link is shown only where members can use it, and cannot break out of the sentence it stands in."""

import dataclasses
import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.links import public_link, resolves_publicly
from bot.models import Job, JobState, Place, ResultForm, SpeechRequest

NOW = datetime(2026, 11, 22, tzinfo=UTC)
JOB = Job(
    "a" * 32,
    JobState.DELIVERING,
    SpeechRequest("Hi", "harper", "Harper"),
    ResultForm.FILE,
    Place(1, 2, 3, 4, "token", NOW),
    NOW,
    NOW,
)


async def everything_resolves(_: str) -> bool:
    return True


async def nothing_resolves(_: str) -> bool:
    return False


def made_at(url: str) -> Job:
    return dataclasses.replace(JOB, result_urls=(url,))


@pytest.mark.parametrize("url", [
    "https://files.example.org/a.wav",
    "https://files.example.org/a%20b.wav?X-Signature=a%2Fb%3D&Expires=1~2#t",
])  # fmt: skip
async def test_a_public_https_link_is_shown_as_it_is(url: str) -> None:
    assert await public_link(made_at(url), everything_resolves) == url


@pytest.mark.parametrize("url", [
    "", "http://files.example.org/a", "ftp://files.example.org/a", "https://localhost/a", "https://studio/a",
    "https://127.0.0.1/a", "https://8.8.8.8/a", "https://[::1]/a", "https://2130706433/a",
    "https://files.example.org:8443/a", "https://files.example.org:99999/a", "https://user@files.example.org/a",
    "https://user:secret@files.example.org/a", "https:///a", "https://files.example.org/a b",
    "https://files.example.org/a\n[b](https://evil.example.org)", "https://f\u0131les.example.org/a", "https://[bad/a",
    "javascript:alert(1)", "https://files.example.org/" + "a" * 2_000,
])  # fmt: skip
async def test_other_links_are_not_shown(url: str) -> None:
    assert await public_link(made_at(url), everything_resolves) is None


async def test_a_name_of_a_private_network_is_not_shown() -> None:
    assert await public_link(made_at("https://files.example.org/a"), nothing_resolves) is None


async def test_a_job_without_a_link_has_none_to_show() -> None:
    assert await public_link(JOB, everything_resolves) is None


@given(path=st.text(max_size=60))
async def test_no_link_breaks_out_of_its_parentheses(path: str) -> None:
    url = f"https://files.example.org/{path}"
    shown = await public_link(made_at(url), everything_resolves)
    if shown is not None:
        assert re.search(r"[()<>\s\[\]\\`|]", shown) is None
        assert unquote(shown) == unquote(url)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "0x7f.1", "10.0.0.1", "no-such-name.invalid", "a" * 300, ".."]
)
async def test_names_of_this_machine_or_of_none_are_not_public(host: str) -> None:
    assert not await resolves_publicly(host)
