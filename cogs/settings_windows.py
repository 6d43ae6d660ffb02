"""What managers type into the windows of /settings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import discord

from bot.discord_bot import SoundboothBot
from bot.errors import InvalidRequest
from bot.replies.answer import in_time, replace_card
from bot.replies.cards import Card
from bot.replies.settings_controls import GREATEST_INPUT, LEAST_INPUT, NAME_VOICE_ID, NOTE_LENGTHS_ID, VOICE_INPUT
from cogs.pressing import answering
from cogs.rights import managed_guild
from cogs.settings_controls import change_settings

Interaction = discord.Interaction[SoundboothBot]
LONGEST_NOTE_S = 3600.0


def is_window(interaction: discord.Interaction[Any]) -> bool:
    """Whether this is one of those windows, sent off."""
    is_sent = interaction.type is discord.InteractionType.modal_submit
    return is_sent and _data(interaction).get("custom_id") in {NAME_VOICE_ID, NOTE_LENGTHS_ID}


async def take_window(interaction: Interaction) -> None:
    """Set what was typed into a window; also one that was opened before this process began."""
    async with answering(interaction):
        managed_guild(interaction)
        setting = _set_voice if _data(interaction).get("custom_id") == NAME_VOICE_ID else _set_lengths
        await replace_card(interaction, await in_time(interaction, setting(interaction), is_private=True))


async def _set_voice(interaction: Interaction) -> Card:
    guild_id = managed_guild(interaction)
    typed = _typed(interaction).get(VOICE_INPUT, "")
    if not typed.strip():
        raise InvalidRequest("voice_not_named")
    voice = await interaction.client.services.voices.resolve(typed, guild_id, interaction.user.id)
    return await change_settings(interaction, lambda now: replace(now, voice=voice.name))


async def _set_lengths(interaction: Interaction) -> Card:
    typed = _typed(interaction)
    least, greatest = (_seconds(typed.get(name, "")) for name in (LEAST_INPUT, GREATEST_INPUT))
    if least is None or greatest is None or least > greatest:
        raise InvalidRequest("note_lengths", f"{LONGEST_NOTE_S:g}")
    return await change_settings(interaction, lambda now: replace(now, notes_from_s=least, notes_to_s=greatest))


def _seconds(typed: str) -> float | None:
    """A number of seconds as people write it; None for all else, numbers without an end included."""
    written = re.fullmatch(r"\s*(\d{1,4}(?:[.,]\d{1,3})?)\s*s?\s*", typed, re.ASCII)
    seconds = float(written[1].replace(",", ".")) if written else LONGEST_NOTE_S + 1
    return seconds if seconds <= LONGEST_NOTE_S else None


def _typed(interaction: Interaction) -> dict[str, str]:
    """What was typed, by the ids of the inputs."""
    inputs = _inputs(_data(interaction).get("components", ()))
    return {str(one["custom_id"]): str(one.get("value", "")) for one in inputs if "custom_id" in one}


def _data(interaction: discord.Interaction[Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", interaction.data or {})


def _inputs(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield from component.get("components", ())
        yield component.get("component", component)
