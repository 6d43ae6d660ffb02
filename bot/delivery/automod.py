"""The keywords of a guild's own AutoMod, and where they would have caught what somebody said.

Only keyword filters are followed, and it is told where there is more. Word lists of Discord's own are not told to bots,
and patterns of the managers' (Rust's regular expressions) are not run: one written in bad faith could take for ever in
Python.

Source: Discord's documentation, "Auto Moderation" (Trigger Metadata, Keyword Matching Strategies), read 2026-11.
"""

import logging
from asyncio import to_thread
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import discord

from bot.delivery.faults import discord_faults
from bot.delivery.keywords import Pattern, any_of, in_small_letters
from bot.delivery.lacking import known_self, role_of
from bot.errors import DeliveryError, NotAllowed
from bot.remembered import Remembered
from bot.replies.automod import Unseen

log = logging.getLogger(__name__)

SIGN = "⚠️"
# Source: same, "Guild Features": the guild has set up auto moderation rules.
HAS_RULES = "AUTO_MODERATION"
_KEYWORD_TRIGGER, _PRESET_TRIGGER, _BLOCK = 1, 4, 1
# How long rules hold for requests once they were looked up: one look would cost more than the request is worth.
KNOWN_FOR = timedelta(minutes=5)
GUILDS_KNOWN = 1_000
# Source: same: 6 keyword rules a guild, 1,000 keywords a rule of 60 characters each, 100 exceptions.
_MAX_RULES, _MAX_KEYWORDS, MAX_KEYWORD_LENGTH = 6, 1_000, 60


Patterns = tuple[Pattern, ...]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """One keyword rule: what it catches, and what it lets pass all the same."""

    caught: Patterns
    allowed: Patterns
    blocks: bool = True
    """Whether a message with it is not let through; some rules only tell the moderators."""
    exempt: frozenset[int] = frozenset()
    """The ids of roles and channels that it is not for."""

    def find(self, text: str) -> Iterator[Span]:
        """Where the rule catches something; the whole word where it catches a part of one."""
        searched = in_small_letters(text)
        passes = _longest(_words(self.allowed, searched))
        starts = [start for start, _ in passes]
        for start, end in _words(self.caught, searched):
            before = bisect_right(starts, start) - 1
            if before < 0 or passes[before][1] < end:
                yield start, end


@dataclass(frozen=True, slots=True)
class KeywordRules:
    """All keyword rules of a guild that are switched on."""

    rules: Sequence[Rule] = ()
    unseen: Unseen | None = None
    """Why they could not be looked up, where they could not."""
    are_all: bool = True
    """False where the guild has patterns or lists of Discord's own as well, which are not followed."""

    def find(self, text: str) -> list[Span]:
        """Where the rules catch something, in order and without overlaps."""
        spans = sorted({span for rule in self.rules for span in rule.find(text)}, key=lambda span: (span[0], -span[1]))
        found: list[Span] = []
        for span in spans:
            if not found or span[0] >= found[-1][1]:
                found.append(span)
        return found

    def blocked(self, text: str, ids: AbstractSet[int]) -> str:
        """The first thing in a text that no message of somebody with these roles in these channels may have, or ""."""
        rules = [rule for rule in self.rules if rule.blocks and not rule.exempt & ids]
        return next((text[start:end] for start, end in KeywordRules(rules).find(text)), "")

    def mark(self, text: str) -> str:
        """The text with a sign before everything that is caught."""
        marked, behind = "", 0
        for start, _ in self.find(text):
            marked += f"{text[behind:start]}{SIGN} "
            behind = start
        return marked + text[behind:]


class AutoMod:
    """The rules of the guilds in which something is asked for, as they were some minutes ago at most."""

    def __init__(self, client: discord.Client, *, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._known = Remembered[int, tuple[datetime, KeywordRules]](GUILDS_KNOWN)

    async def rules(self, guild_id: int) -> KeywordRules:
        """The guild's keyword rules; none where they cannot be looked up, or there are none."""
        guild = self._client.get_guild(guild_id)
        if guild is None or HAS_RULES not in guild.features:
            return KeywordRules()
        known = self._known.get(guild_id)
        if known is not None and known[0] + KNOWN_FOR >= self._now():
            return known[1]
        rules = await load_rules(self._client, guild_id)
        if rules.unseen is None or rules.unseen.is_forbidden:
            self._known.keep(guild_id, (self._now(), rules))
        return rules


async def load_rules(client: discord.Client, guild_id: int) -> KeywordRules:
    """The guild's keyword rules; none, but why, where the bot lacks Manage Server or Discord cannot be asked."""
    try:
        async with discord_faults(guild_id):
            rules = await client.http.get_auto_moderation_rules(guild_id)
    except (DeliveryError, discord.HTTPException) as error:
        log.info("AutoMod's rules are not seen: guild_id=%s reason=%s", guild_id, type(error).__name__)
        return KeywordRules(unseen=_unseen(client, guild_id, is_forbidden=isinstance(error, NotAllowed)))
    # As many as Discord takes need more than a second to be compiled.
    return await to_thread(read_rules, cast("list[dict[str, Any]]", rules))


def _unseen(client: discord.Client, guild_id: int, *, is_forbidden: bool) -> Unseen | None:
    """None where the guild has no rules: Discord tells that much to every bot."""
    guild = client.get_guild(guild_id)
    if guild is not None and HAS_RULES not in guild.features:
        return None
    me = known_self(guild)
    return Unseen(is_forbidden, "" if me is None else role_of(me))


def read_rules(payloads: Sequence[dict[str, Any]]) -> KeywordRules:
    """The keyword rules that are switched on, as Discord sends them."""
    enabled = [one for one in payloads if one.get("enabled")]
    wanted = [one for one in enabled if one.get("trigger_type") == _KEYWORD_TRIGGER][:_MAX_RULES]
    rules = [_read_rule(payload) for payload in wanted]
    has_lists = any(one.get("trigger_type") == _PRESET_TRIGGER for one in enabled)
    has_patterns = any(_metadata(one).get("regex_patterns") for one in wanted)
    return KeywordRules([rule for rule in rules if rule.caught], are_all=not (has_lists or has_patterns))


def _read_rule(payload: dict[str, Any]) -> Rule:
    metadata = _metadata(payload)
    exempt = [*(payload.get("exempt_roles") or ()), *(payload.get("exempt_channels") or ())]
    return Rule(
        patterns_of(metadata.get("keyword_filter") or ()),
        patterns_of(metadata.get("allow_list") or ()),
        blocks=any(action.get("type") == _BLOCK for action in payload.get("actions") or ()),
        exempt=frozenset(int(one) for one in exempt),
    )


def _metadata(payload: dict[str, Any]) -> dict[str, Any]:
    return payload.get("trigger_metadata") or {}


def patterns_of(keywords: Sequence[object]) -> Patterns:
    """Patterns for keywords as AutoMod has them, for text ``in_small_letters``.

    ``cat*`` is what begins with it, ``*cat`` what ends with it, ``*cat*`` what has it anywhere, ``cat`` the whole word.
    Capitals make no difference. There are four patterns at most: one for many keywords takes far less time than many.
    """
    groups: dict[tuple[bool, bool], set[str]] = {}
    for keyword in keywords[:_MAX_KEYWORDS]:
        text = str(keyword)[:MAX_KEYWORD_LENGTH].strip()
        words = " ".join(in_small_letters(text).strip("*").split())
        if words:
            groups.setdefault((text.startswith("*"), text.endswith("*")), set()).add(words)
    return tuple(any_of(words, *open_ends) for open_ends, words in groups.items())


def _longest(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, without those that lie inside another."""
    longest: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not longest or span[1] > longest[-1][1]:
            longest.append(span)
    return longest


def _words(patterns: Patterns, text: str) -> Iterator[Span]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield _whole_word(text, *match.span())


def _whole_word(text: str, start: int, end: int) -> Span:
    """The span, widened to the ends of the words that it begins and ends in, as far as words reasonably go."""
    first, last = start, end
    while first > 0 and start - first < MAX_KEYWORD_LENGTH and text[first - 1].isalnum():
        first -= 1
    while last < len(text) and last - end < MAX_KEYWORD_LENGTH and text[last].isalnum():
        last += 1
    return first, last
