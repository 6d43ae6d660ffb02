"""Voice notes in the channels that a server's managers chose are written down without being asked for.

Off by default, in each server and for the bot as a whole: it takes the message content intent.
"""

import logging
from datetime import timedelta

import discord
from discord.ext import commands

from bot.discord_bot import SoundboothBot
from bot.models import Job, Place
from bot.replies.answer import NOT_ANSWERED
from bot.replies.job_cards import build_card
from bot.replies.language import speaking
from cogs.asking import roles_of, show_accepted
from cogs.cog import SoundboothCog
from cogs.transcription import offered_by

log = logging.getLogger(__name__)

# There is no interaction, and so no token. While this lasts nobody takes the job for one that was left behind without
# a card; bot/delivery takes a token that ends so soon for over, and looks for the card in the channel.
ANSWERED_WITHIN = timedelta(seconds=25)


class AutomaticTranscripts(SoundboothCog):
    """Listens for voice notes."""

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Write a voice note down where that is wanted, and answer it with the card."""
        if not _is_note(message) or not self._may_answer(message):
            return
        try:
            job = await self._take(message)
            if job is not None:
                with speaking(job.place.locale):
                    await show_accepted(self._bot.services, job, _answer(message, job))
        except NOT_ANSWERED as error:
            log.warning(
                "A voice note could not be answered: channel_id=%s %s", message.channel.id, type(error).__name__
            )

    async def _take(self, note: discord.Message) -> Job | None:
        if note.guild is None:
            return None
        services, guild = self._bot.services, note.guild
        chosen = await services.preferences.guild(guild.id)
        place = Place(
            user_id=note.author.id,
            channel_id=note.channel.id,
            guild_id=guild.id,
            application_id=self._bot.application_id or 0,
            interaction_token="",
            token_expires_at=discord.utils.utcnow() + ANSWERED_WITHIN,
            upload_limit_bytes=guild.filesize_limit,
            locale=chosen.locale or guild.preferred_locale.value,
        )
        return await services.transcribing.take_note(
            offered_by(note.attachments[0], note, author_id=note.author.id),
            place,
            _channels_of(note),
            role_ids=roles_of(note.author),
            locale=guild.preferred_locale.value,
        )

    def _may_answer(self, note: discord.Message) -> bool:
        """Whether the bot may post the card and the files there: asked before anything is paid for."""
        if note.guild is None or isinstance(note.channel, discord.DMChannel | discord.GroupChannel):
            return False
        may = note.channel.permissions_for(note.guild.me)
        is_thread = isinstance(note.channel, discord.Thread)
        can_post = may.send_messages_in_threads if is_thread else may.send_messages
        return may.view_channel and can_post and may.attach_files and may.embed_links and may.read_message_history


def _is_note(message: discord.Message) -> bool:
    """A voice note of a person. Without the message content intent it has no file."""
    is_person = not message.author.bot and message.webhook_id is None
    return is_person and message.flags.voice and bool(message.attachments)


def _channels_of(message: discord.Message) -> frozenset[int]:
    parent = message.channel.parent_id if isinstance(message.channel, discord.Thread) else message.channel.id
    return frozenset((message.channel.id, parent))


async def _answer(note: discord.Message, job: Job) -> int:
    card = build_card(job)
    sent = await note.reply(embed=card.embed, view=card.view, mention_author=False)
    return sent.id


async def setup(bot: SoundboothBot) -> None:
    """Add the cog where the bot is given what it needs; called by discord.py."""
    if bot.intents.message_content:
        await bot.add_cog(AutomaticTranscripts(bot))
