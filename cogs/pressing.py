"""Buttons, menus and windows: their ids say all, so that they outlive restarts, and whatever one raises ends here.

For commands ``CommandTree.interaction_check`` and ``on_error`` are that border.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar, cast

import discord

from bot.discord_bot import Interaction, answer_error, language_for
from bot.replies.language import speaking

ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])
JOB_ID = r"(?P<job_id>[0-9a-f]{32})"
"""How a job is named in custom ids."""
# A window cannot be opened after "thinking…": what takes longer to be looked up is done without.
LOOK_UP_FOR_S = 1.0
_NO_ID = r"(?!)"


@dataclass(slots=True)
class Outcome:
    """How an answer ended."""

    has_failed: bool = False


@asynccontextmanager
async def answering(interaction: Interaction) -> AsyncGenerator[Outcome]:
    """Speak the member's language inside, and answer what is raised there with a sentence for them."""
    outcome = Outcome()
    with speaking(await language_for(interaction)):
        try:
            yield outcome
        except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the member without an answer
            outcome.has_failed = True
            await answer_error(interaction, error)


class LastingItem(discord.ui.DynamicItem[ItemT], template=_NO_ID):
    """A button or a menu that is known by its custom id, also when it was shown before this process began."""

    kinds: ClassVar[tuple[type[discord.ui.Item[Any]], ...]]
    pattern: ClassVar[re.Pattern[str]]
    """Of its custom ids."""

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__(template=template)
        cls.pattern = re.compile(template)

    def __init__(self, item: ItemT, found: re.Match[str]) -> None:
        """``found``: the custom id, taken apart by the template."""
        super().__init__(item)
        self.found = found
        self.action, self.job_id = _action_and_job(found)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it from its id; called by discord.py.

        Raises:
            TypeError: another kind of item carries that id.
        """
        del interaction
        if not isinstance(item, cls.kinds):
            raise TypeError(f"a {type(item).__name__} with the id of a {cls.__name__}")
        return cls(cast("ItemT", item), match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what it says; called by discord.py."""
        async with answering(interaction):
            await self.pressed(interaction)

    @abstractmethod
    async def pressed(self, interaction: Interaction) -> None:
        """Answer the member. What it raises is answered with a sentence for them."""


class LastingButton(LastingItem[discord.ui.Button[Any]], template=_NO_ID):
    """A button that outlives restarts."""

    kinds = (discord.ui.Button,)


class LastingMenu(LastingItem[discord.ui.Select[Any]], template=_NO_ID):
    """A menu of texts that outlives restarts."""

    kinds = (discord.ui.Select,)


class WindowAnswer(ABC):
    """What somebody typed into a window, which is known by its custom id.

    discord.py forgets with the process which windows are open; so it is never asked to remember them.
    """

    pattern: ClassVar[re.Pattern[str]]
    """Of its custom ids."""

    def __init_subclass__(cls, *, template: str) -> None:
        cls.pattern = re.compile(template)

    def __init__(self, found: re.Match[str]) -> None:
        """``found``: the custom id, taken apart by the template."""
        self.found = found
        _, self.job_id = _action_and_job(found)

    @abstractmethod
    async def sent(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Answer the member. ``typed``: what was typed or chosen, by the ids of the inputs."""

    async def not_done(self, interaction: Interaction, typed: Mapping[str, str]) -> None:  # noqa: B027  # may stay so
        """What else to do for a member who was told why it was not done. By itself nothing: little was typed."""


def _action_and_job(found: re.Match[str]) -> tuple[str, str]:
    """What to do, and the id of the job that it is about, as far as the custom id says."""
    named = found.groupdict()
    return named.get("action", ""), named.get("job_id", "")


def is_hidden(interaction: Interaction) -> bool:
    """Whether what was pressed on is a message that only this member sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def custom_id_of(interaction: Interaction) -> str:
    """The id of the button, the menu or the window."""
    return str(cast("Mapping[str, Any]", interaction.data or {}).get("custom_id", ""))


def typed_in(interaction: Interaction) -> dict[str, str]:
    """What a window that was sent off holds, by the ids of its inputs; of a menu, the first choice."""
    data = cast("Mapping[str, Any]", interaction.data or {})
    return dict(_typed(data.get("components", ())))


def _typed(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        inner = component.get("component", component)
        if "custom_id" in inner:
            values = inner.get("values") or [inner.get("value") or ""]
            yield str(inner["custom_id"]), str(values[0])
        yield from _typed(component.get("components", ()))
