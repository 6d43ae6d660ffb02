"""Read aloud: a message's text becomes a spoken clip, with the voice of whoever asks."""

import discord

from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import InvalidRequest
from bot.replies.speech import say_shortened
from bot.spoken_words import Names, clean_text, says_something, shorten
from cogs.cog import SoundboothCog
from cogs.speech import Wanted, names_for, speak

NAME = "Read aloud"


class Reading(SoundboothCog):
    """The menu of messages."""

    def __init__(self, bot: SoundboothBot) -> None:
        super().__init__(bot)
        self._offer_on_messages(NAME, self._read_aloud)

    async def _read_aloud(self, interaction: Interaction, message: discord.Message) -> None:
        written = _written_in(message)
        text = clean_text(written, _names_in(interaction, message, written), now=interaction.created_at)
        if not says_something(text):
            raise _nothing_to_read(message, written)
        read = shorten(text, self._bot.services.max_text_length)
        note = say_shortened(len(read), len(text)) if len(read) < len(text) else ""
        await speak(interaction, Wanted(read, note=note))


def _written_in(message: discord.Message) -> str:
    """What somebody wrote: the message's own text, that of what it forwards, or of the cards of a bot."""
    forwarded = (snapshot.content for snapshot in message.message_snapshots)
    cards = (f"{embed.title or ''}\n{embed.description or ''}" for embed in message.embeds)
    return next((text for text in (message.content, *forwarded, *cards) if text.strip()), "")


def _names_in(interaction: Interaction, message: discord.Message, written: str) -> Names:
    names = names_for(interaction, written)
    return Names(
        {**names.users, **{user.id: user.display_name for user in message.mentions}},
        {**names.roles, **{role.id: role.name for role in message.role_mentions}},
        names.channels,
    )


def _nothing_to_read(message: discord.Message, written: str) -> InvalidRequest:
    if written.strip():
        return InvalidRequest("message_says_nothing")
    return InvalidRequest("message_only_files") if message.attachments else InvalidRequest("message_without_text")


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Reading(bot))
