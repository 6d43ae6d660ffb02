"""Add to soundboard: a sound effect becomes a sound of the server's own, on its own or in the place of another."""

import io
import re
from typing import Any, Self

import discord
from discord.ext import commands

from bot.discord_bot import SoundboothBot
from bot.errors import SoundLost
from bot.replies.answer import in_time, replace_card, say_privately, show_privately
from bot.replies.effects import SOUNDBOARD
from bot.replies.sentences import say_error
from bot.replies.soundboard import (
    EMOJI_CHARACTERS,
    LONGEST_NAME,
    SHORTEST_NAME,
    SWAP,
    SoundEmoji,
    emoji_label,
    emoji_placeholder,
    name_label,
    read_emoji,
    read_name,
    suggested_name,
    take_label,
    take_name,
    window_title,
)
from cogs.adding_sounds import Interaction, Wish, add_sound, guild_with_rights, swap_sound
from cogs.effect_buttons import WINDOW_LIFE_S
from cogs.pressing import answering


class SoundboardButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"effect:{SOUNDBOARD}:(?P<job_id>[0-9a-f]{{32}}):(?P<takes>[1-4])",
):
    """Opens the window that asks for name and emoji."""

    def __init__(self, item: discord.ui.Button[Any], job_id: str, takes: int) -> None:
        super().__init__(item)
        self.job_id = job_id
        self.takes = takes

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the button from its id."""
        del interaction
        if not isinstance(item, discord.ui.Button):
            raise TypeError("a soundboard's custom id on something that is not a button")
        return cls(item, match["job_id"], int(match["takes"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Look up the permissions, and ask."""
        async with answering(interaction):
            guild_with_rights(interaction)
            await interaction.response.send_modal(SoundWindow(self.job_id, self.takes, _suggested_by(interaction)))


class SoundWindow(discord.ui.Modal):
    """Asks which take it is to be, and for its name and emoji."""

    def __init__(self, job_id: str, takes: int, suggested: str) -> None:
        super().__init__(title=window_title(), timeout=WINDOW_LIFE_S)
        self.job_id = job_id
        self.take: discord.ui.Select[SoundWindow] | None = None
        if takes > 1:
            self.take = discord.ui.Select["SoundWindow"](custom_id="take", required=True)
            for number in range(1, takes + 1):
                self.take.add_option(label=take_name(number), value=str(number), default=number == 1)
            self.add_item(discord.ui.Label["SoundWindow"](text=take_label(), component=self.take))
        self.name = discord.ui.TextInput["SoundWindow"](
            custom_id="name", min_length=SHORTEST_NAME, max_length=LONGEST_NAME, default=suggested or None
        )
        self.emoji = discord.ui.TextInput["SoundWindow"](
            custom_id="emoji", required=False, max_length=EMOJI_CHARACTERS, placeholder=emoji_placeholder()
        )
        self.add_item(discord.ui.Label["SoundWindow"](text=name_label(), component=self.name))
        self.add_item(discord.ui.Label["SoundWindow"](text=emoji_label(), component=self.emoji))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Add the sound, or ask which one it is to replace."""
        async with answering(interaction):
            take = int(self.take.values[0]) if self.take is not None and self.take.values else 1
            wish = Wish(self.job_id, take, read_name(self.name.value), read_emoji(self.emoji.value))
            await show_privately(interaction, await in_time(interaction, add_sound(interaction, wish), is_private=True))


class SwapMenu(
    discord.ui.DynamicItem[discord.ui.Select[Any]],
    template=rf"effect:{SWAP}:(?P<take>[1-4]):(?P<emoji>[^:]{{0,20}}):(?P<name>.{{{SHORTEST_NAME},{LONGEST_NAME}}})",
):
    """The sounds of a full soundboard that may go."""

    def __init__(self, item: discord.ui.Select[Any], take: int, emoji: SoundEmoji, name: str) -> None:
        super().__init__(item)
        self.take = take
        self.emoji = emoji
        self.name = name

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the menu from its id."""
        del interaction
        if not isinstance(item, discord.ui.Select):
            raise TypeError("a soundboard's custom id on something that is not a menu")
        return cls(item, int(match["take"]), SoundEmoji.read(match["emoji"]), match["name"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Put the new sound in the place of the chosen one."""
        async with answering(interaction):
            old_id, _, job_id = self.item.values[0].partition(":")
            wish = Wish(job_id, self.take, self.name, self.emoji)
            try:
                card = await in_time(interaction, swap_sound(interaction, wish, int(old_id)))
            except SoundLost as lost:
                await _give_back(interaction, lost)
            else:
                await replace_card(interaction, card)


def _suggested_by(interaction: Interaction) -> str:
    """A name, where the message with the button has the file with it."""
    files = interaction.message.attachments if interaction.message is not None else []
    return suggested_name(files[0].filename) if files else ""


async def _give_back(interaction: Interaction, lost: SoundLost) -> None:
    """Nothing of anybody's is thrown away: the member gets the old sound as a file."""
    suffix = "ogg" if lost.content.startswith(b"OggS") else "mp3"
    await say_privately(interaction, say_error(lost))
    await interaction.followup.send(file=discord.File(io.BytesIO(lost.content), f"sound.{suffix}"), ephemeral=True)


class SoundboardCog(commands.Cog, name="Soundboard"):
    """Makes the button and the menu work."""

    def __init__(self, bot: SoundboothBot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Listen for them, on messages from before this process too."""
        self._bot.add_dynamic_items(SoundboardButton, SwapMenu)

    async def cog_unload(self) -> None:
        """Stop listening."""
        self._bot.remove_dynamic_items(SoundboardButton, SwapMenu)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(SoundboardCog(bot))
