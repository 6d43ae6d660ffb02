"""What managers type into the windows of /settings."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from bot.discord_bot import Interaction
from bot.errors import InvalidRequest
from bot.replies.answer import in_time, replace_card
from bot.replies.cards import Card
from bot.replies.settings_controls import GREATEST_INPUT, LEAST_INPUT, NAME_VOICE_ID, NOTE_LENGTHS_ID, VOICE_INPUT
from cogs.pressing import WindowAnswer
from cogs.rights import managed_guild
from cogs.settings_controls import change_settings

LONGEST_NOTE_S = 3600.0


class VoiceWindow(WindowAnswer, template=NAME_VOICE_ID):
    """The name of the default voice."""

    async def sent(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Set it, and show the panel."""
        await replace_card(interaction, await in_time(interaction, _set_voice(interaction, typed), is_private=True))


class LengthsWindow(WindowAnswer, template=NOTE_LENGTHS_ID):
    """The lengths of voice notes that are written down."""

    async def sent(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Set them, and show the panel."""
        await replace_card(interaction, await in_time(interaction, _set_lengths(interaction, typed), is_private=True))


async def _set_voice(interaction: Interaction, typed: Mapping[str, str]) -> Card:
    managed_guild(interaction)
    name = typed.get(VOICE_INPUT, "")
    if not name.strip():
        raise InvalidRequest("voice_not_named")
    voice = await interaction.client.services.voices.resolve(name)
    return await change_settings(interaction, lambda now: replace(now, voice=voice.name))


async def _set_lengths(interaction: Interaction, typed: Mapping[str, str]) -> Card:
    managed_guild(interaction)
    least, greatest = (_seconds(typed.get(name, "")) for name in (LEAST_INPUT, GREATEST_INPUT))
    if least is None or greatest is None or least > greatest:
        raise InvalidRequest("note_lengths", f"{LONGEST_NOTE_S:g}")
    return await change_settings(interaction, lambda now: replace(now, notes_from_s=least, notes_to_s=greatest))


def _seconds(typed: str) -> float | None:
    """A number of seconds as people write it; None for all else, numbers without an end included."""
    # Japanese keyboards write 10 as wide as two of their letters.
    typed = unicodedata.normalize("NFKC", typed)
    written = re.fullmatch(r"\s*(\d{1,4}(?:[.,]\d{1,3})?)\s*s?\s*", typed, re.ASCII)
    seconds = float(written[1].replace(",", ".")) if written else LONGEST_NOTE_S + 1
    return seconds if seconds <= LONGEST_NOTE_S else None
