"""The buttons under a finished result, and the menu of voices. Their ids say all, so they outlive restarts."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import discord

from bot.delivery.taking_away import take_away, take_away_answers
from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import DeliveryError, InvalidRequest, JobNotFound, VoiceUnknown
from bot.jobs.access import is_asker
from bot.jobs.voice_gallery import find_similar
from bot.models import Job, ResultForm, SpeechRequest, Voice
from bot.replies.answer import acknowledge, in_time, show_privately
from bot.replies.result_buttons import (
    AGAIN,
    AS_FILE,
    AS_VOICE_MESSAGE,
    DELETE,
    SPEAK,
    VOICES,
    build_voice_menu,
    fit_for_menu,
)
from bot.replies.speech import say_gone_voice
from cogs.asking import place_of, possible_form, refuse_where_not_allowed
from cogs.cog import SoundboothCog
from cogs.confirming import submit_or_confirm
from cogs.job_buttons import send_again
from cogs.pressing import JOB_ID, LastingButton, LastingMenu, is_hidden
from cogs.rights import moderates

_FORMS = {AS_FILE: ResultForm.FILE, AS_VOICE_MESSAGE: ResultForm.VOICE_MESSAGE}
FAVOURITES_SHOWN = 10


class ResultButton(
    LastingButton, template=rf"job:(?P<action>{VOICES}|{AGAIN}|{AS_FILE}|{AS_VOICE_MESSAGE}|{DELETE}):{JOB_ID}"
):
    """A button that names the job whose result it is about."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        if self.action in _FORMS:
            await send_again(interaction, self.job_id, _FORMS[self.action])
        else:
            work = {VOICES: _offer_voices, AGAIN: _make_again, DELETE: _delete}[self.action]
            await work(interaction, self.job_id)


class VoiceMenu(LastingMenu, template=rf"job:{SPEAK}:{JOB_ID}"):
    """The menu that has somebody else say the same."""

    async def pressed(self, interaction: Interaction) -> None:
        """Have the text said by the chosen voice, as a job of the one who chose."""
        (name,) = self.item.values
        job, voice = await in_time(interaction, _speech_and_voice(interaction, self.job_id, name), is_new=True)
        await _make(interaction, job, voice, instead_of=name)


async def _make_again(interaction: Interaction, job_id: str) -> None:
    """Another take of the same text; where its voice is gone, by the one that stands in for it."""
    loading = _speech_and_voice(interaction, job_id)
    # Only what was made for one member alone is seen by one alone.
    job, voice = await in_time(interaction, loading, is_private=is_hidden(interaction), is_new=True)
    await _make(interaction, job, voice, instead_of=_speech_of(job).voice, is_new_take=True)


async def _make(
    interaction: Interaction, job: Job, voice: Voice, *, instead_of: str, is_new_take: bool = False
) -> None:
    """Have it said by the voice; the member is told where it stands in for one that is gone."""
    wanted = interaction.client.services.voices.label_of(instead_of)
    note = "" if voice.name == instead_of else say_gone_voice(wanted, voice.label)
    is_private = job.place.is_private
    form = possible_form(interaction, job.form, is_private=is_private)
    request = replace(_speech_of(job), voice=voice.name, voice_label=voice.label)
    await submit_or_confirm(interaction, request, form, is_private=is_private, is_new_take=is_new_take, note=note)


async def _offer_voices(interaction: Interaction, job_id: str) -> None:
    job, voices = await in_time(interaction, _load_voices(interaction, job_id), is_private=True, is_new=True)
    await show_privately(interaction, build_voice_menu(job, voices))


async def _load_voices(interaction: Interaction, job_id: str) -> tuple[Job, list[Voice]]:
    """The job and who else may say it: the member's favourites, the one they used last, then the most alike."""
    await refuse_where_not_allowed(interaction)
    services, place = interaction.client.services, place_of(interaction)
    job, speaking = await _speech_and_voice(interaction, job_id)
    last = await services.voices.last_used(place.scope_id, place.user_id)
    starred = [services.voices.get(name) for name in await services.favourites.load(place.user_id)]
    own = [voice for voice in [*starred[:FAVOURITES_SHOWN], last] if voice is not None]
    # Comparing with a large catalogue takes longer than the event loop should stand still.
    alike = await asyncio.to_thread(find_similar, speaking, services.voices.voices)
    voices = fit_for_menu([voice for voice in [*own, *alike] if voice.name != _speech_of(job).voice])
    if not voices:
        raise InvalidRequest("no_other_voice")
    return job, voices


async def _speech_and_voice(interaction: Interaction, job_id: str, name: str = "") -> tuple[Job, Voice]:
    """The job, and the voice of that name, or else its own; where that is gone, the one that stands in for it.

    Raises:
        JobNotFound, InvalidRequest: as ``_find_speech``; or ``voice_gone``.
    """
    voices, job = interaction.client.services.voices, await _find_speech(interaction, job_id)
    name = name or _speech_of(job).voice
    try:
        return job, await voices.resolve(name)
    except VoiceUnknown as error:
        stand_in = voices.replacement(name)
        if stand_in is None:
            raise InvalidRequest("voice_gone") from error
        return job, stand_in


async def _find_speech(interaction: Interaction, job_id: str) -> Job:
    """The job, if somebody who sees its result here may have the same said again.

    Raises:
        JobNotFound, InvalidRequest: as ``JobService.find_made``; or ``not_speech``.
    """
    job = await interaction.client.services.jobs.find_made(job_id, place_of(interaction))
    _speech_of(job)
    return job


def _speech_of(job: Job) -> SpeechRequest:
    if not isinstance(job.request, SpeechRequest):
        raise InvalidRequest("not_speech")
    return job.request


async def _delete(interaction: Interaction, job_id: str) -> None:
    """Take the result away: first what else was posted, at last the message that was pressed."""
    services, place = interaction.client.services, place_of(interaction)
    checking = services.jobs.get_touchable(job_id, place, moderates=moderates(interaction))
    try:
        job = await in_time(interaction, checking)
    except JobNotFound:
        if not _may_delete_forgotten(interaction):
            raise
        job = None
    await acknowledge(interaction)
    # What was made in a server may have come as a direct message, and is deleted there.
    await services.transcribing.forget_one((place if job is None else job.place).scope_id, job_id)
    if job is not None:
        await services.jobs.forget_result(job)
    if interaction.message is not None:
        try:
            await _take_away(interaction, job, interaction.message)
        except DeliveryError as error:
            raise InvalidRequest("not_deleted") from error
    with suppress(discord.NotFound):
        await interaction.delete_original_response()


def _may_delete_forgotten(interaction: Interaction) -> bool:
    """Who may have a result taken away whose job is not kept any more: its days are over, or its asker had it deleted.

    Discord still knows who asked for the card.
    """
    asked = interaction.message.interaction_metadata if interaction.message is not None else None
    return moderates(interaction) or (asked is not None and asked.user.id == interaction.user.id)


async def _take_away(interaction: Interaction, job: Job | None, card: discord.Message) -> None:
    if job is None:
        await take_away_answers(interaction.client, card)
    else:
        await take_away(interaction.client, job, card, is_asker=is_asker(job, place_of(interaction)))


class ResultButtons(SoundboothCog):
    """Makes the buttons and the menu work."""

    items = (ResultButton, VoiceMenu)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(ResultButtons(bot))
