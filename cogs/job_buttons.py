"""The buttons that do something with a job: cancel, retry, send again. Their ids say all, so they outlive restarts."""

from contextlib import suppress
from dataclasses import replace

from bot.discord_bot import Interaction
from bot.errors import Deed
from bot.jobs.access import is_asker
from bot.models import Job, JobState, ResultForm
from bot.replies.answer import NOT_ANSWERED, acknowledge, in_time, replace_card, show_card
from bot.replies.job_cards import CANCEL, RETRY, SEND, build_card
from bot.replies.job_list import ListPlace, Whose, build_details
from cogs.asking import (
    form_for,
    missing,
    place_of,
    refuse_where_not_allowed,
    refuse_without_files,
    roles_of,
    show_accepted,
    shown_card,
)
from cogs.pressing import JOB_ID, LastingButton, is_hidden
from cogs.rights import moderates


class JobButton(LastingButton, template=rf"job:(?P<action>{CANCEL}|{RETRY}|{SEND}):{JOB_ID}"):
    """A button that names its job."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        work = {CANCEL: self._cancel, RETRY: self._retry, SEND: self._send_again}[self.action]
        await work(interaction)

    async def _cancel(self, interaction: Interaction) -> None:
        services = interaction.client.services
        cancelling = services.jobs.cancel(self.job_id, place_of(interaction), moderates=moderates(interaction))
        job = await in_time(interaction, cancelling)
        try:
            await _show_cancelled(interaction, job)
        finally:
            # Whether or not Discord took the answer: nobody else will show that the job is over.
            await services.jobs.show(job)

    async def _retry(self, interaction: Interaction) -> None:
        services = interaction.client.services
        # A card that only this member sees is no place for a result.
        is_new = is_hidden(interaction)
        job = await in_time(interaction, self._admit_again(interaction), is_new=is_new)
        card = build_card(job)
        showing = (
            show_card(interaction, card, is_private=job.place.is_private, is_thinking_private=False)
            if is_new
            else replace_card(interaction, card)
        )
        await show_accepted(services, job, showing)

    async def _admit_again(self, interaction: Interaction) -> Job:
        await refuse_where_not_allowed(interaction)
        jobs = interaction.client.services.jobs
        job = await jobs.get(self.job_id)
        # What failed for want of a permission would be paid for again in vain.
        form_for(interaction, job.request, job.form, is_private=job.place.is_private)
        return await jobs.retry(self.job_id, place_of(interaction), role_ids=roles_of(interaction.user))

    async def _send_again(self, interaction: Interaction) -> None:
        await send_again(interaction, self.job_id)


async def send_again(interaction: Interaction, job_id: str, form: ResultForm | None = None) -> None:
    """Have a job's result posted once more, for free; ``form``: in another one than before. What was private stays so.

    A new card is shown first, then the result is brought to it; without the result the card goes away again.

    Raises:
        JobNotFound, InvalidRequest, LimitReached: as ``JobService.check_send_again``.
        MissingPermission: the result, or that form of it, may not be posted here.
        NotAdmitted: as ``refuse_where_not_allowed``.
    """
    services = interaction.client.services
    # The other form is asked for under the result itself: what only one member sees was made for them alone.
    is_for_one = form is not None and is_hidden(interaction)
    job = await in_time(interaction, _check_send_again(interaction, job_id), is_private=is_for_one, is_new=True)
    place = place_of(interaction, is_private=job.place.is_private)
    if form is ResultForm.FILE:
        refuse_without_files(interaction, Deed.FILE)
    possible = form_for(interaction, job.request, form or ResultForm.FILE, is_private=place.is_private)
    if form is ResultForm.VOICE_MESSAGE and possible is not form:
        raise missing(interaction, Deed.VOICE_MESSAGE, "send_voice_messages", "read_message_history")
    there = replace(job, state=JobState.DELIVERING, place=place)
    asker_sees = build_card(replace(job, state=JobState.DELIVERING))
    showing = show_card(interaction, asker_sees, is_private=place.is_private, is_thinking_private=is_for_one)
    card_message_id = await shown_card(services, there, showing)
    is_sent = False
    try:
        await services.jobs.send_again(job, place, card_message_id, form=form)
        is_sent = True
    finally:
        if not is_sent:
            with suppress(*NOT_ANSWERED):
                await interaction.delete_original_response()


async def _check_send_again(interaction: Interaction, job_id: str) -> Job:
    await refuse_where_not_allowed(interaction)
    return await interaction.client.services.jobs.check_send_again(
        job_id, place_of(interaction), moderates=moderates(interaction), role_ids=roles_of(interaction.user)
    )


async def _show_cancelled(interaction: Interaction, job: Job) -> None:
    """Answer the press: on the job's own card that comes with the card's last change, elsewhere it is shown here."""
    if interaction.message is not None and interaction.message.id != job.card_message_id:
        is_own = is_asker(job, place_of(interaction))
        await replace_card(interaction, build_details(job, ListPlace(Whose.MINE), is_asker=is_own))
    else:
        await acknowledge(interaction)
