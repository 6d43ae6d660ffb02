"""The buttons under transcripts. Their ids and the files beside them say all, so they outlive restarts."""

import asyncio

import discord

from bot.delivery.automod import KeywordRules, load_rules
from bot.delivery.faults import discord_faults
from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import ChannelGone, Deed, DeliveryError, InvalidRequest, NotAllowed
from bot.models import Job
from bot.replies.answer import confirm, in_time, replace_card, show_card, show_privately
from bot.replies.job_cards import build_card
from bot.replies.transcripts import (
    AGAIN,
    FORMS,
    LANGUAGE,
    LOG,
    OPEN,
    PAGE,
    POST,
    PRIVATE,
    READ,
    build_language_choice,
    build_page,
    say_sent_to_log,
)
from bot.transcripts import TranscriptForm, write_transcript
from cogs.asking import guild_of, place_of, refuse_where_not_allowed, refuse_without_files, roles_of, show_accepted
from cogs.cog import SoundboothCog
from cogs.pressing import JOB_ID, LastingButton, LastingMenu
from cogs.rights import moderates
from cogs.transcript_files import Named, text_file, text_in, transcript_in, written_file
from cogs.transcript_sharing import log_channel, public_message


class TranscriptButton(
    LastingButton, template=rf"transcript:(?P<action>{'|'.join((READ, AGAIN, POST, LOG, *FORMS))}):{JOB_ID}"
):
    """A button under a transcript. What it needs of the text it reads from the message it hangs in."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        work = {READ: self._read, AGAIN: self._ask_language, POST: self._post, LOG: self._send_to_log}
        await work.get(self.action, self._give_file)(interaction)

    async def _read(self, interaction: Interaction) -> None:
        refuse_without_files(interaction, Deed.TRANSCRIPT)
        text, name = await in_time(interaction, _text_to_read(interaction), is_private=True, is_new=True)
        # The pages have the text with them, so that turning them needs no other message.
        await show_privately(interaction, build_page(text, 0, self.job_id), text_file(text, TranscriptForm.TXT, name))

    async def _give_file(self, interaction: Interaction) -> None:
        refuse_without_files(interaction, Deed.FILE)
        making = _file_of(interaction, TranscriptForm(self.action))
        file = await in_time(interaction, making, is_private=True, is_new=True)
        if interaction.response.is_done():
            await interaction.edit_original_response(attachments=[file])
        else:
            await interaction.response.send_message(file=file, ephemeral=True)

    async def _post(self, interaction: Interaction) -> None:
        """Show a private transcript to everyone here, without what only moderators see of it."""
        refuse_without_files(interaction, Deed.TRANSCRIPT)
        posting = public_message(interaction, self.job_id, KeywordRules())
        card, files = await in_time(interaction, posting, is_new=True)
        if interaction.response.is_done():
            await interaction.edit_original_response(embed=card.embed, view=card.view, attachments=files)
        else:
            await interaction.response.send_message(embed=card.embed, view=card.view, files=files)

    async def _send_to_log(self, interaction: Interaction) -> None:
        channel_id = await in_time(interaction, self._sent_to_log(interaction), is_private=True, is_new=True)
        await confirm(interaction, say_sent_to_log(channel_id))

    async def _sent_to_log(self, interaction: Interaction) -> int:
        channel = await log_channel(interaction)
        rules = await load_rules(interaction.client, channel.guild.id)
        card, files = await public_message(interaction, self.job_id, rules)
        try:
            async with discord_faults(channel.id):
                await channel.send(embed=card.embed, view=card.view, files=files)
        except NotAllowed as error:
            raise InvalidRequest("log_channel_closed") from error
        except ChannelGone as error:
            raise InvalidRequest("log_channel_gone") from error
        except DeliveryError as error:
            raise InvalidRequest("log_channel_silent") from error
        return channel.id

    async def _ask_language(self, interaction: Interaction) -> None:
        services, place = interaction.client.services, place_of(interaction)
        looking = services.transcribing.may_be_again(self.job_id, place, moderates=moderates(interaction))
        job = await in_time(interaction, looking, is_private=True, is_new=True)
        likely = [str(locale) for locale in (interaction.guild_locale, interaction.locale) if locale]
        await show_privately(interaction, build_language_choice(job, likely))


class PageButton(LastingButton, template=rf"transcript:{PAGE}:(?P<page>\d{{1,5}}):{JOB_ID}"):
    """Previous and Next under a page."""

    async def pressed(self, interaction: Interaction) -> None:
        """Show the page; its message keeps the file that the pages are of."""
        text = await in_time(interaction, text_in(interaction.message))
        await replace_card(interaction, build_page(text, int(self.found["page"]), self.job_id))


class LanguageMenu(LastingMenu, template=rf"transcript:{LANGUAGE}:(?P<whose>{PRIVATE}|{OPEN}):{JOB_ID}(?::more)?"):
    """The language that was really spoken."""

    async def pressed(self, interaction: Interaction) -> None:
        """Have it transcribed once more, for free, under a card of its own."""
        refuse_without_files(interaction, Deed.TRANSCRIPT)
        is_private = self.found["whose"] == PRIVATE
        submitting = self._submit(interaction, is_private=is_private)
        job = await in_time(interaction, submitting, is_private=is_private, is_new=True)
        showing = show_card(interaction, build_card(job), is_private=is_private)
        await show_accepted(interaction.client.services, job, showing)

    async def _submit(self, interaction: Interaction, *, is_private: bool) -> Job:
        await refuse_where_not_allowed(interaction)
        return await interaction.client.services.transcribing.again(
            self.job_id,
            self.item.values[0],
            place_of(interaction, is_private=is_private),
            role_ids=roles_of(interaction.user),
            moderates=moderates(interaction),
        )


async def _text_to_read(interaction: Interaction) -> tuple[str, Named]:
    """The text for the pages and how its file is called; moderators see marked what AutoMod would have caught."""
    transcript, name = await transcript_in(interaction.message)
    text = await asyncio.to_thread(write_transcript, transcript, TranscriptForm.TXT)
    guild_id = guild_of(interaction)
    if guild_id is not None and moderates(interaction):
        rules = await load_rules(interaction.client, guild_id)
        text = await asyncio.to_thread(lambda: "\n".join(rules.mark(line) for line in text.splitlines()))
    return text, name


async def _file_of(interaction: Interaction, form: TranscriptForm) -> discord.File:
    transcript, name = await transcript_in(interaction.message)
    return await written_file(transcript, form, name)


class TranscriptButtons(SoundboothCog):
    """Makes the buttons work."""

    items = (TranscriptButton, PageButton, LanguageMenu)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(TranscriptButtons(bot))
