"""Windows that ask members for something. What is done with an answer stands in the cogs (cogs/pressing.py)."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.discord_limits import FIELD_LABEL_CHARACTERS, HINT_CHARACTERS, TYPED_CHARACTERS, WINDOW_TITLE_CHARACTERS
from bot.replies.sentences import plain

Field = discord.ui.Label[Any]


def build_window(title: str, custom_id: str, *fields: Field) -> discord.ui.Modal:
    """A window of at most five fields. ``custom_id`` (at most 100 characters) says all that its answer needs."""
    window = discord.ui.Modal(title=plain(title, WINDOW_TITLE_CHARACTERS), custom_id=custom_id)
    for field in fields:
        window.add_item(field)
    # So that discord.py does not keep it in memory: it is known by its id, also after a restart.
    window.stop()
    return window


def text_field(
    label: str,
    custom_id: str,
    *,
    min_length: int = 1,
    max_length: int,
    value: str | None = None,
    hint: str | None = None,
    of_many_lines: bool = False,
) -> Field:
    """A field to type into; with ``min_length`` 0 it may stay empty."""
    style = discord.TextStyle.paragraph if of_many_lines else discord.TextStyle.short
    field = discord.ui.TextInput[Any](
        custom_id=custom_id,
        style=style,
        required=min_length > 0,
        min_length=min_length,
        max_length=min(max_length, TYPED_CHARACTERS),
        default=value,
        placeholder=None if hint is None else plain(hint, HINT_CHARACTERS),
    )
    return discord.ui.Label(text=plain(label, FIELD_LABEL_CHARACTERS), component=field)


def menu_field(label: str, custom_id: str, choices: Mapping[str, str]) -> Field:
    """A field to choose from: names by their values, the first one chosen beforehand."""
    menu = discord.ui.Select[Any](custom_id=custom_id, required=True)
    for number, (value, name) in enumerate(choices.items()):
        menu.add_option(label=name, value=value, default=number == 0)
    return discord.ui.Label(text=plain(label, FIELD_LABEL_CHARACTERS), component=menu)
