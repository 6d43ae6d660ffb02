"""Add to soundboard: a sound effect becomes a sound of the server's own, on its own or in the place of another."""

import asyncio
import io
from collections.abc import Mapping

import discord

from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import InvalidRequest, SoundLost, UserError
from bot.replies.answer import in_time, replace_card, say_privately, show_privately
from bot.replies.effects import SOUNDBOARD
from bot.replies.requests import words_of
from bot.replies.sentences import say_error
from bot.replies.soundboard import (
    ADDING,
    EMOJI_INPUT,
    LONGEST_NAME,
    NAME_INPUT,
    SHORTEST_NAME,
    SWAP,
    TAKE,
    TAKE_INPUT,
    SoundEmoji,
    build_sound_window,
    describe_lost,
    read_emoji,
    read_name,
    read_take,
    suggested_name,
)
from cogs.adding_sounds import Wish, add_sound, guild_with_rights, swap_sound
from cogs.asking import place_of
from cogs.cog import SoundboothCog
from cogs.pressing import JOB_ID, LOOK_UP_FOR_S, LastingButton, LastingMenu, WindowAnswer


class SoundboardButton(LastingButton, template=rf"effect:{SOUNDBOARD}:{JOB_ID}:(?P<takes>{TAKE})"):
    """Opens the window that asks for name and emoji."""

    async def pressed(self, interaction: Interaction) -> None:
        """Look up the permissions, and ask."""
        guild_with_rights(interaction)
        takes, suggested = int(self.found["takes"]), await _suggested_by(interaction, self.job_id)
        await interaction.response.send_modal(build_sound_window(self.job_id, takes, suggested))


class SoundWindow(WindowAnswer, template=f"effect:{ADDING}:{JOB_ID}"):
    """Which take it is to be, its name and its emoji."""

    async def sent(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Add the sound, or ask which one it is to replace."""
        name, emoji = read_name(typed.get(NAME_INPUT, "")), read_emoji(typed.get(EMOJI_INPUT, ""))
        wish = Wish(self.job_id, read_take(typed.get(TAKE_INPUT, "1")), name, emoji)
        await show_privately(interaction, await in_time(interaction, add_sound(interaction, wish), is_private=True))


class SwapMenu(
    LastingMenu,
    template=rf"effect:{SWAP}:(?P<take>{TAKE}):\d{{1,3}}:(?P<emoji>[^:]{{0,20}}):(?P<name>.{{{SHORTEST_NAME},{LONGEST_NAME}}})",
):
    """The sounds of a full soundboard that may go."""

    async def pressed(self, interaction: Interaction) -> None:
        """Put the new sound in the place of the chosen one."""
        old_id, _, job_id = self.item.values[0].partition(":")
        if not (old_id.isascii() and old_id.isdigit()):
            raise InvalidRequest("not_offered")
        wish = Wish(job_id, int(self.found["take"]), self.found["name"], SoundEmoji.read(self.found["emoji"]))
        # The menu can be used until its card is replaced: a second choice meanwhile must not remove a second sound.
        with interaction.client.services.swaps.alone(guild_with_rights(interaction)):
            await _swap(interaction, wish, int(old_id))


async def _suggested_by(interaction: Interaction, job_id: str) -> str:
    """A name: that of the file in the message, else what was asked for, where that can be told at once."""
    files = interaction.message.attachments if interaction.message is not None else []
    if files:
        return suggested_name(files[0].filename)
    try:
        async with asyncio.timeout(LOOK_UP_FOR_S):
            job = await interaction.client.services.jobs.find_made(job_id, place_of(interaction))
    except (TimeoutError, UserError):
        return ""
    return suggested_name(words_of(job.request))


async def _swap(interaction: Interaction, wish: Wish, old_id: int) -> None:
    try:
        card = await in_time(interaction, swap_sound(interaction, wish, old_id))
    except SoundLost as lost:
        await _give_back(interaction, lost)
    else:
        await replace_card(interaction, card)


async def _give_back(interaction: Interaction, lost: SoundLost) -> None:
    """Nothing of anybody's is thrown away: the member gets the old sound as a file."""
    suffix = "ogg" if lost.content.startswith(b"OggS") else "mp3"
    await say_privately(interaction, say_error(lost))
    file = discord.File(io.BytesIO(lost.content), f"sound.{suffix}", description=describe_lost(lost.detail))
    await interaction.followup.send(file=file, ephemeral=True)


class SoundboardCog(SoundboothCog, name="Soundboard"):
    """Makes the button and the menu work."""

    items = (SoundboardButton, SwapMenu)
    windows = (SoundWindow,)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(SoundboardCog(bot))
