"""A guild's own AutoMod keywords, found in what somebody said."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.delivery import automod
from bot.delivery.automod import AutoMod, KeywordRules, load_rules, read_rules


def rule(*keywords: str, allowed: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    metadata = {"keyword_filter": list(keywords), "allow_list": list(allowed)}
    return {"enabled": True, "trigger_type": 1, "trigger_metadata": metadata, **more}


@pytest.mark.parametrize(
    ("keyword", "text", "caught"),
    [
        ("cat", "A CAT sat", ["CAT"]),
        ("cat", "concatenate the cats", []),
        ("cat*", "cats and a bobcat", ["cats"]),
        ("*cat", "cats and a bobcat", ["bobcat"]),
        ("*cat*", "concatenate cats", ["concatenate", "cats"]),
        ("bad cat", "a bad\n  cat", ["bad\n  cat"]),
        ("c.t", "cat c.t", ["c.t"]),
        ("ärger", "so ein Ärger!", ["Ärger"]),
        ("ΟΔΟΣ", "Οδός και οδος", ["οδος"]),
        ("istanbul", "İİ Istanbul", ["Istanbul"]),
        ("*", "anything at all", []),
        ("", "anything at all", []),
    ],
)
def test_keywords_are_matched_as_documented(keyword: str, text: str, caught: list[str]) -> None:
    rules = read_rules([rule(keyword)])
    assert [text[start:end] for start, end in rules.find(text)] == caught


def test_what_the_managers_allow_passes() -> None:
    rules = read_rules([rule("*cat*", allowed=("concatenate", "*bob*"))])
    text = "concatenate bobcat tomcat"
    assert [text[start:end] for start, end in rules.find(text)] == ["tomcat"]


@pytest.mark.parametrize(
    "payload",
    [rule("cat", enabled=False), rule("cat", trigger_type=4), {"enabled": True, "trigger_type": 1}, rule()],
    ids=["switched off", "a list of Discord's own", "without keywords", "with none"],
)
def test_other_rules_catch_nothing(payload: dict[str, Any]) -> None:
    assert read_rules([payload]).find("cat") == []


def test_each_place_is_marked_once_whatever_the_rules() -> None:
    rules = read_rules([rule("cat*"), rule("*cats*", "dog")])
    assert rules.mark("cats, dogs and a dog") == "⚠️ cats, dogs and a ⚠️ dog"


def test_a_thousand_keywords_in_a_long_word_take_no_time_to_speak_of() -> None:
    rules = read_rules([rule(*(f"*word{number}*" for number in range(1_000)))])
    (found,) = rules.find("x" * 20_000 + "word7" + "y" * 20_000)
    assert found[1] - found[0] < 200


def test_of_keywords_that_begin_alike_the_longest_is_found() -> None:
    rules = read_rules([rule("cat", "cat food", "*cat f*", "*c*")])
    text = "cat food for a cat"
    assert [text[start:end] for start, end in rules.find(text)] == ["cat food", "cat"]


def test_what_is_allowed_is_looked_up_once_however_often_it_is_said() -> None:
    rules = read_rules([rule("la", "lo", allowed=("la la", "la"))])
    text = "la " * 50_000 + "lo"
    assert rules.find(text) == [(150_000, 150_002)]


def test_as_many_keywords_as_discord_takes_are_found_in_an_hour_of_speech_at_once() -> None:
    keywords = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{n}" for n in range(1_000)]
    rules = read_rules([rule(*(f"*{keyword}*" for keyword in keywords))] * 6)
    began = time.process_time()
    (found,) = rules.find("so it goes " * 6_000 + keywords[-1])
    assert found == (66_000, 66_000 + len(keywords[-1]))
    # One after the other takes some five seconds.
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("payloads", "are_all"),
    [
        ([rule("cat")], True),
        ([rule("cat", enabled=False, trigger_type=4)], True),
        ([rule("cat"), {"enabled": True, "trigger_type": 4}], False),
        ([{"enabled": True, "trigger_type": 1, "trigger_metadata": {"regex_patterns": ["fo+l"]}}], False),
    ],
)
def test_it_is_told_where_there_is_more_than_is_followed(payloads: list[dict[str, Any]], *, are_all: bool) -> None:
    assert read_rules(payloads).are_all is are_all


BLOCKING: dict[str, Any] = {"actions": [{"type": 2}, {"type": 1}]}
ALERTING: dict[str, Any] = {"actions": [{"type": 2}]}


@pytest.mark.parametrize(
    ("payload", "blocked"),
    [
        (rule("cat", **BLOCKING), "Cat"),
        (rule("cat", **ALERTING), ""),
        (rule("cat", **BLOCKING, exempt_roles=["7"]), ""),
        (rule("cat", **BLOCKING, exempt_channels=["8"]), ""),
        (rule("cat", **BLOCKING, exempt_roles=["9"]), "Cat"),
    ],
    ids=["blocks", "only tells moderators", "role is exempt", "channel is exempt", "another role is exempt"],
)
def test_what_would_not_be_let_through_is_named(payload: dict[str, Any], blocked: str) -> None:
    assert read_rules([payload]).blocked("A Cat and a cat", frozenset({7, 8})) == blocked


def guild_client(asked: AsyncMock, *features: str) -> discord.Client:
    guild = Mock(spec=discord.Guild, features=list(features))
    return Mock(spec=discord.Client, http=Mock(get_auto_moderation_rules=asked), get_guild=Mock(return_value=guild))


async def test_rules_are_looked_up_once_in_a_while() -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    asked = AsyncMock(return_value=[rule("cat")])
    known = AutoMod(guild_client(asked, automod.HAS_RULES), now=lambda: now)
    for _ in range(3):
        assert (await known.rules(3)).find("a cat") == [(2, 5)]
    assert asked.await_count == 1
    now += automod.KNOWN_FOR + timedelta(seconds=1)
    asked.return_value = []
    assert (await known.rules(3)).find("a cat") == []


async def test_what_discord_did_not_tell_just_now_is_asked_for_again() -> None:
    asked = AsyncMock(side_effect=[discord.RateLimited(60.0), [rule("cat")]])
    known = AutoMod(guild_client(asked, automod.HAS_RULES), now=lambda: datetime(2026, 11, 30, tzinfo=UTC))
    assert (await known.rules(3)).find("a cat") == []
    assert (await known.rules(3)).find("a cat") == [(2, 5)]


async def test_where_there_are_no_rules_discord_is_not_asked() -> None:
    asked = AsyncMock(return_value=[rule("cat")])
    known = AutoMod(guild_client(asked), now=lambda: datetime(2026, 11, 30, tzinfo=UTC))
    assert await known.rules(3) == KeywordRules()
    asked.assert_not_awaited()


async def test_rules_are_compiled_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    # As many as Discord takes need more than a second.
    threads: list[threading.Thread] = []

    def read(payloads: list[dict[str, Any]]) -> KeywordRules:
        threads.append(threading.current_thread())
        return read_rules(payloads)

    monkeypatch.setattr(automod, "read_rules", read)
    asked = AsyncMock(return_value=[rule("cat")])
    client = Mock(spec=discord.Client, http=Mock(get_auto_moderation_rules=asked))
    assert (await load_rules(client, 3)).find("a cat") == [(2, 5)]
    assert threading.current_thread() not in threads
