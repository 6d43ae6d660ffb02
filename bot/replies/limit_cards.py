"""What managers see of their server's limits and blocks."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

import discord

from bot.limits import Allowance, Block, Limits, Override, Subject
from bot.replies.cards import WAITING, Card, and_more, still_view
from bot.replies.language import _
from bot.replies.limits import SHORT_NAMES, say_allowance, say_units, say_value, say_whom
from bot.replies.times import relative

# Discord allows 4,096 characters in all. There are two lists of limits, and a block takes a hundred at most.
LIST_CHARACTERS, BLOCKS_SHOWN = 1500, 30


def build_limits(guild_id: int, limits: Limits, overrides: Sequence[Override], *, is_enabled: bool) -> Card:
    """What holds for the server as a whole and for each member, and what was set for roles and members."""
    roles = [one for one in overrides if one.subject is Subject.ROLE and one.subject_id != guild_id]
    members = [one for one in overrides if one.subject is Subject.MEMBER]
    parts = [
        *([] if is_enabled else [_limits_off()]),
        _holds(_("The server as a whole"), limits.guild, _about(overrides, Subject.GUILD, guild_id)),
        _holds(_("Each member"), limits.member, _about(overrides, Subject.ROLE, guild_id)),
        *_listed(_("Roles, the most generous of a member's counts"), roles, guild_id),
        *_listed(_("Members, whatever their roles"), members, guild_id),
    ]
    embed = discord.Embed(title=_("Limits of this server"), description="\n\n".join(parts), colour=WAITING)
    embed.set_footer(text=" ".join([say_units(limits), _("Days and months are those of UTC.")]))
    return Card(embed, still_view())


def build_limits_of_member(
    member_id: int, limits: Limits, overrides: Sequence[Override], *, is_blocked: bool, is_enabled: bool
) -> Card:
    """What holds for one member, and what of it was set for just them."""
    blocked = _("They are blocked, or a role of theirs is: they may ask for nothing.")
    parts = [
        *([] if is_enabled else [_limits_off()]),
        *([f"🚫 {blocked}"] if is_blocked else []),
        _holds(
            _("What holds for {member}").format(member=f"<@{member_id}>"),
            limits.member,
            _about(overrides, Subject.MEMBER, member_id),
        ),
        _holds(_("And for the server as a whole"), limits.guild, []),
    ]
    embed = discord.Embed(title=_("Limits of a member"), description="\n\n".join(parts), colour=WAITING)
    embed.set_footer(text=say_units(limits))
    return Card(embed, still_view())


def build_limits_of_role(guild_id: int, role_id: int, overrides: Sequence[Override]) -> Card:
    """What was set for one role."""
    own = _about(overrides, Subject.ROLE, role_id)
    said = ", ".join(f"**{say_value(one.name, one.value)}**" for one in own)
    whom = say_whom(Subject.ROLE, role_id, guild_id)
    if said:
        text = _("{whom}: {limits}.").format(whom=whom, limits=said)
    else:
        text = _("{whom}: nothing is set, so what holds for all does.").format(whom=whom)
    return Card(discord.Embed(title=_("Limits of a role"), description=text, colour=WAITING), still_view())


def build_blocks(guild_id: int, blocks: Sequence[Block]) -> Card:
    """Who may ask for nothing, the latest first."""
    # Translators: who is blocked, by whom, and how long ago.
    said = _("{whom} · by {manager} {time}")
    lines = [
        f"🚫 {said.format(whom=whom, manager=f'<@{block.blocked_by}>', time=relative(block.blocked_at))}"
        for block in blocks[:BLOCKS_SHOWN]
        for whom in [say_whom(block.subject, block.subject_id, guild_id)]
    ]
    nobody = _("Nobody is blocked. /block add blocks somebody.")
    text = "\n".join([*lines, *and_more(len(blocks) - BLOCKS_SHOWN)]) or nobody
    return Card(discord.Embed(title=_("Blocked on this server"), description=text, colour=WAITING), still_view())


def _limits_off() -> str:
    return "⚠️ " + _("Whoever runs this bot turned limits off. What is set here holds when they are on again.")


def _holds(whom: str, allowance: Allowance, own: Sequence[Override]) -> str:
    lines = [f"**{whom}**", say_allowance(allowance)]
    if own:
        lines.append(_("Set here: {limits}.").format(limits=", ".join(_(SHORT_NAMES[one.name]) for one in own)))
    return "\n".join(lines)


def _about(overrides: Iterable[Override], subject: Subject, subject_id: int) -> list[Override]:
    return [one for one in overrides if one.subject is subject and one.subject_id == subject_id]


def _listed(title: str, overrides: Iterable[Override], guild_id: int) -> list[str]:
    by_subject: dict[int, list[Override]] = {}
    for override in overrides:
        by_subject.setdefault(override.subject_id, []).append(override)
    lines = [
        f"{say_whom(own[0].subject, subject_id, guild_id)}: {', '.join(say_value(one.name, one.value) for one in own)}"
        for subject_id, own in by_subject.items()
    ]
    return ["\n".join([f"**{title}**", *_as_many_as_fit(lines)])] if lines else []


def _as_many_as_fit(lines: Sequence[str]) -> list[str]:
    lengths = accumulate(len(line) + 1 for line in lines)
    count = sum(length <= LIST_CHARACTERS for length in lengths)
    return [*lines[:count], *and_more(len(lines) - count)]
