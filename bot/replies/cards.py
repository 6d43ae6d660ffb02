"""What every card is made of: an embed, its colour, and buttons whose ids carry all that is needed."""

from dataclasses import dataclass

import discord

from bot.replies.language import _, number

WAITING = discord.Colour(0x8A8FA3)
WORKING = discord.Colour(0xF0A53A)
FINISHED = discord.Colour(0x3FA66B)
BROKEN = discord.Colour(0xD1495B)

Button = discord.ui.Button[discord.ui.View]
Item = discord.ui.Item[discord.ui.View]
"""A button or a menu."""


@dataclass(frozen=True, slots=True)
class Card:
    """What to send or edit in: an embed and its buttons."""

    embed: discord.Embed
    view: discord.ui.View


def still_view(*items: Item) -> discord.ui.View:
    """A view that is sent like any other but not kept in memory: the ids of its parts carry all that is needed."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def button(
    label: str,
    custom_id: str,
    *,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    row: int | None = None,
) -> Button:
    """A button. ``row``, from 0; None is the first one with room."""
    return discord.ui.Button(label=label, custom_id=custom_id, emoji=emoji, style=style, row=row)


def and_more(count: int) -> list[str]:
    """The line below a list that says how many more there are; none where all are shown."""
    return [_("… and {count} more").format(count=number(count))] if count > 0 else []


def message_link(guild_id: int | None, channel_id: int, message_id: int) -> str:
    """The link to a message, in a direct message where ``guild_id`` is None.

    Source: what Discord's own "Copy Message Link" gives.
    """
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"


def button_id(action: str, job_id: str) -> str:
    """The custom id of a job's button. It says everything, so that it works after a restart."""
    return f"job:{action}:{job_id}"
