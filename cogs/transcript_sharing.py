"""Private transcripts shown to others: where they may go, and what of them."""

import asyncio

import discord

from bot.delivery.automod import KeywordRules
from bot.delivery.lacking import refusal_in
from bot.delivery.transcripts import said_of
from bot.discord_bot import Interaction
from bot.errors import Deed, InvalidRequest, JobNotFound, MissingPermission
from bot.jobs.wishes import refuse_unwanted
from bot.models import Job
from bot.replies.cards import Card
from bot.replies.transcripts import build_public_card
from bot.transcripts import TranscriptForm
from cogs.rights import moderates
from cogs.transcript_files import transcript_in, written_file


async def public_message(interaction: Interaction, job_id: str, rules: KeywordRules) -> tuple[Card, list[discord.File]]:
    """The card that shows the transcript to others, and its files.

    Raises:
        InvalidRequest: ``not_transcribed``: since it was made, whoever is heard said that others may not;
            and as ``transcript_in``.
    """
    job = await _wanted_job(interaction, job_id)
    transcript, name = await transcript_in(interaction.message)
    said = await asyncio.to_thread(said_of, transcript, rules)
    card = build_public_card(said, name.title, sent_by=interaction.user.id, job=job, job_id=job_id)
    files = [await written_file(transcript, form, name) for form in (TranscriptForm.JSON, TranscriptForm.TXT)]
    return card, files


async def _wanted_job(interaction: Interaction, job_id: str) -> Job | None:
    """The job that made the transcript, if it is still known. Raises InvalidRequest: ``not_transcribed``."""
    services = interaction.client.services
    try:
        job = await services.jobs.get(job_id)
    except JobNotFound:
        return None
    await refuse_unwanted(job.request, job.place, services.transcribing.is_opted_out)
    return job


async def log_channel(interaction: Interaction) -> discord.TextChannel | discord.Thread:
    """The channel that this server's managers chose for transcripts, where the bot may write.

    Raises:
        InvalidRequest: ``moderators_only``, ``no_log_channel`` or ``log_channel_gone``.
        MissingPermission: the bot may not write there.
    """
    guild = interaction.guild
    if guild is None or not moderates(interaction):
        raise InvalidRequest("moderators_only")
    channel_id = (await interaction.client.services.preferences.guild(guild.id)).log_channel
    if channel_id is None:
        raise InvalidRequest("no_log_channel")
    # Asked of this guild: whatever stands in the settings, nothing goes to another.
    channel = guild.get_channel_or_thread(channel_id)
    if not isinstance(channel, discord.TextChannel | discord.Thread):
        raise InvalidRequest("log_channel_gone")
    names, remedy = refusal_in(guild, channel, ("embed_links", "attach_files"))
    if names:
        raise MissingPermission(names, Deed.LOG, remedy)
    return channel
