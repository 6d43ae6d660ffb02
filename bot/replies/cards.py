"""What every card is made of: an embed, its colour, and buttons whose ids carry all that is needed."""

from dataclasses import dataclass

import discord

WAITING = discord.Colour(0x8A8FA3)
WORKING = discord.Colour(0xF0A53A)
FINISHED = discord.Colour(0x3FA66B)
BROKEN = discord.Colour(0xD1495B)


@dataclass(frozen=True, slots=True)
class Card:
    """What to send or edit in: an embed and its buttons."""

    embed: discord.Embed
    view: discord.ui.View


def still_view(*items: discord.ui.Item[discord.ui.View]) -> discord.ui.View:
    """A view that is sent like any other but not kept in memory: the ids of its parts carry all that is needed."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def button_id(action: str, job_id: str) -> str:
    """The custom id of a job's button. It says everything, so that it works after a restart."""
    return f"job:{action}:{job_id}"
