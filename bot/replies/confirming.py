"""What is asked before something costly is made: the price, what is left, Go and Cancel."""

from collections.abc import Sequence

import discord

from bot.limits import LimitName, Subject, UsedLimit
from bot.models import Request
from bot.replies.cards import WAITING, Card, button, still_view
from bot.replies.job_cards import quoted
from bot.replies.language import _, number
from bot.replies.requests import size_of, title_of
from bot.replies.sentences import quiet
from bot.replies.times import relative

GO, CANCEL = "go", "cancel"
TITLE_CHARACTERS, QUOTED_CHARACTERS = 60, 200


def build_question(request: Request, cost: int, limits: Sequence[UsedLimit], wish_id: str, note: str = "") -> Card:
    """How much it is, its price, and buttons to have it made or not. ``note``: what else the member should know."""
    price = _("This costs **{cost} units**.").format(cost=number(cost))
    budgets = (limit for limit in limits if limit.name is LimitName.DAY and limit.allowed)
    lines = [size_of(request), price, *(_left(limit, cost) for limit in budgets)]
    embed = discord.Embed(
        title=_("Shall I make it?"),
        description=f"**{quiet(title_of(request), TITLE_CHARACTERS)}**\n"
        f"{quoted(request, QUOTED_CHARACTERS)}\n\n" + "\n".join(lines) + (f"\n\n{note}" if note else ""),
        colour=WAITING,
    )
    go = button(_("Go"), question_id(GO, wish_id), style=discord.ButtonStyle.success)
    return Card(embed, still_view(go, button(_("Cancel"), question_id(CANCEL, wish_id))))


def question_id(action: str, wish_id: str) -> str:
    """The custom id of a button under the question (cogs/confirming.py reads it)."""
    return f"confirm:{action}:{wish_id}"


def build_withdrawn() -> Card:
    """What stands in place of the question after Cancel."""
    return Card(discord.Embed(description=_("Nothing was made, and nothing was used."), colour=WAITING), still_view())


def _left(limit: UsedLimit, cost: int) -> str:
    left = max(0, limit.allowed - limit.used)
    figures = {
        "left": number(left),
        "after": number(max(0, left - cost)),
        "allowed": number(limit.allowed),
        "anew": relative(limit.resets_at) if limit.resets_at else _("later"),
    }
    if limit.subject is Subject.MEMBER:
        return _(
            "You have {left} of {allowed} units left today, and {after} after this; it starts anew {anew}."
        ).format(**figures)
    return _(
        "This server has {left} of {allowed} units left today, and {after} after this; it starts anew {anew}."
    ).format(**figures)
