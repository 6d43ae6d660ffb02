"""What happens behind "Add to soundboard". Who may do what is looked up anew at each step."""

from dataclasses import dataclass

import discord

from bot.delivery.soundboard import BoardSound, NewSound, Soundboard
from bot.discord_bot import Interaction
from bot.errors import InvalidRequest, SoundboardFull
from bot.jobs.access import may_take_result
from bot.models import Job
from bot.replies.cards import Card
from bot.replies.soundboard import Replaceable, SoundEmoji, audit_reason, build_added, build_full
from cogs.asking import guild_of, place_of


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be added: a take, from 1, of a job's result, under a name."""

    job_id: str
    take: int
    name: str
    emoji: SoundEmoji


def guild_with_rights(interaction: Interaction) -> int:
    """The id of the server whose soundboard both the member and the bot may add to.

    Raises:
        InvalidRequest: ``soundboard_no_server``, ``soundboard_member_may_not``, ``soundboard_bot_may_not``.
    """
    guild_id = guild_of(interaction)
    if guild_id is None:
        raise InvalidRequest("soundboard_no_server")
    if not _may_create(interaction.permissions):
        raise InvalidRequest("soundboard_member_may_not")
    if not _may_create(interaction.app_permissions):
        raise InvalidRequest("soundboard_bot_may_not")
    return guild_id


async def add_sound(interaction: Interaction, wish: Wish) -> Card:
    """Add the sound; or, where the soundboard is full, offer the sounds that may go for it.

    Raises:
        JobNotFound, InvalidRequest: what is to be added is not the member's to see, or the soundboard does not take it.
    """
    guild_id, job = await _job_for(interaction, wish)
    board = Soundboard(interaction.client)
    clip = await board.load_take(job, wish.take, interaction.message)
    try:
        await board.add(guild_id, _sound(wish, clip.content), reason=_reason(interaction))
    except SoundboardFull:
        return _offer(interaction, wish, await board.sounds(guild_id))
    return build_added(wish.name, was_cut=clip.was_cut)


async def swap_sound(interaction: Interaction, wish: Wish, old_id: int) -> Card:
    """Put the sound in the place of the one of this id.

    Raises:
        JobNotFound, InvalidRequest: as ``add_sound``; nothing is changed then.
        SoundLost: as ``Soundboard.replace``.
    """
    guild_id, job = await _job_for(interaction, wish)
    board = Soundboard(interaction.client)
    old = next((sound for sound in await board.sounds(guild_id) if sound.id == old_id), None)
    if old is None:
        raise InvalidRequest("soundboard_sound_gone")
    if not _may_remove(interaction, old):
        raise InvalidRequest("soundboard_not_replaceable")
    # Made before anything is removed.
    clip = await board.load_take(job, wish.take, None)
    await board.replace(guild_id, old.id, _sound(wish, clip.content), reason=_reason(interaction))
    return build_added(wish.name, was_cut=clip.was_cut, instead_of=old.name)


async def _job_for(interaction: Interaction, wish: Wish) -> tuple[int, Job]:
    """The server, and the job of which the member sees the result there."""
    guild_id, place = guild_with_rights(interaction), place_of(interaction)
    job = await interaction.client.services.jobs.find_made(wish.job_id, place)
    if not may_take_result(job, place):
        raise InvalidRequest("only_asker")
    return guild_id, job


def _offer(interaction: Interaction, wish: Wish, sounds: list[BoardSound]) -> Card:
    """The menu of what may go; only what both the member and the bot might remove by themselves."""
    removable = [sound for sound in sounds if _may_remove(interaction, sound)]
    if not removable:
        raise InvalidRequest("soundboard_not_replaceable")
    return build_full(
        wish.name,
        wish.emoji,
        job_id=wish.job_id,
        take=wish.take,
        sounds=[Replaceable(sound.id, sound.name, sound.emoji_name) for sound in removable],
    )


def _may_create(rights: discord.Permissions) -> bool:
    return rights.create_expressions or rights.administrator


def _may_remove(interaction: Interaction, sound: BoardSound) -> bool:
    """Discord's own rule, for both: Manage Expressions for any sound, else only what one added oneself."""
    own_id = interaction.application_id
    return all(
        rights.manage_expressions or rights.administrator or sound.user_id == user_id
        for rights, user_id in ((interaction.permissions, interaction.user.id), (interaction.app_permissions, own_id))
    )


def _sound(wish: Wish, content: bytes) -> NewSound:
    return NewSound(content, wish.name, wish.emoji.emoji_id, wish.emoji.name)


def _reason(interaction: Interaction) -> str:
    return audit_reason(f"{interaction.user.name} ({interaction.user.id})")
