"""Asking before something costly is made, and the buttons under the question. Every command that makes audio ends here.

A command that knows what it wants calls ``submit_or_confirm``: what is cheap is admitted and its card shown; what costs
at least ``limits.confirm_above`` is asked about, privately, and admitted when the member presses Go.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import InvalidRequest
from bot.jobs.unconfirmed import Unconfirmed, new_id
from bot.limits import UsedLimit
from bot.models import Job, Place, Request, ResultForm, SpeechRequest, TranscriptRequest
from bot.replies.answer import NOT_ANSWERED, add_privately, ask_privately, in_time, replace_card, show_card
from bot.replies.confirming import CANCEL, GO, build_question, build_withdrawn
from bot.replies.job_cards import build_card
from cogs.asking import form_for, place_of, refuse_where_not_allowed, roles_of, show_accepted
from cogs.blocked_words import refuse_blocked_words
from cogs.cog import SoundboothCog
from cogs.pressing import LastingButton
from cogs.rights import moderates
from cogs.voice_pages import choices_of


async def submit_or_confirm(
    interaction: Interaction,
    request: Request,
    form: ResultForm,
    *,
    is_private: bool = False,
    is_new_take: bool = False,
    note: str = "",
) -> None:
    """Admit the job and show its card as a new message, or ask the member first where it costs much.

    ``form`` is what ``form_for`` gave: what may not be posted must not be paid for. ``is_private``: only the
    member sees card and result. ``is_new_take``: as for ``JobService.submit``. ``note`` is a sentence for
    the member alone, told after the card or with the question. Who may ask here at all is looked up too. Works for
    commands, menus, windows and buttons, answered with "thinking…" already or not; of buttons, with a new message.

    Raises:
        InvalidRequest, LimitReached, Blocked: as ``JobService.submit``; nothing was taken or shown.
        NotAdmitted, InvalidRequest: what the managers do not want here, or AutoMod does not let through.
    """
    services, place = interaction.client.services, place_of(interaction, is_private=is_private)
    wish = Unconfirmed(request, form, place.user_id, place.channel_id, is_private=is_private, is_new_take=is_new_take)
    is_kept = services.jobs.is_kept(request, place)
    cost = 0 if is_kept and not is_new_take else services.fair_use.cost(request)
    if services.confirm_above and cost >= services.confirm_above:
        await _ask(interaction, wish, cost, note)
        return
    job = await _make(interaction, wish)
    await _remember_voice(interaction, job)
    if note:
        await add_privately(interaction, note)


async def _ask(interaction: Interaction, wish: Unconfirmed, cost: int, note: str) -> None:
    services = interaction.client.services
    place = place_of(interaction, is_private=wish.is_private)
    was_answered = interaction.response.is_done()
    limits = await in_time(interaction, _limits(interaction, wish, place, cost), is_private=True, is_new=True)
    wish_id = new_id()
    question = build_question(wish.request, cost, limits, wish_id, note)
    # Before it is shown: Go may be pressed before Discord's answer is here.
    services.unconfirmed.keep(wish_id, replace(wish, asked_at=interaction.created_at))
    withdraw = await ask_privately(interaction, question, is_thinking_private=wish.is_private or not was_answered)
    if not services.unconfirmed.note_question(wish_id, withdraw):
        await _withdraw(withdraw)


async def _limits(interaction: Interaction, wish: Unconfirmed, place: Place, cost: int) -> list[UsedLimit]:
    """What is left; what would be refused after Go is refused before the question."""
    await _refuse_unallowed(interaction, wish)
    return await interaction.client.services.fair_use.check_affordable(place, roles_of(interaction.user), cost)


async def _make(interaction: Interaction, wish: Unconfirmed) -> Job:
    services = interaction.client.services
    job = await in_time(interaction, _admit(interaction, wish), is_private=wish.is_private, is_new=True)
    await show_accepted(services, job, show_card(interaction, build_card(job), is_private=wish.is_private))
    return job


async def _admit(interaction: Interaction, wish: Unconfirmed) -> Job:
    services, place = interaction.client.services, place_of(interaction, is_private=wish.is_private)
    await _refuse_unallowed(interaction, wish)
    return await services.jobs.submit(
        wish.request,
        wish.form,
        place,
        role_ids=roles_of(interaction.user),
        is_new_take=wish.is_new_take,
    )


async def _refuse_unallowed(interaction: Interaction, wish: Unconfirmed) -> None:
    """Refuse what the managers of this server do not want to be made here.

    Moderators may look privately into what somebody posted, wherever that is.
    """
    is_look = isinstance(wish.request, TranscriptRequest) and wish.is_private and moderates(interaction)
    if not is_look:
        await refuse_where_not_allowed(interaction)
    await refuse_blocked_words(interaction, wish.request)


async def _remember_voice(interaction: Interaction, job: Job) -> None:
    """Asked for once the job is shown: whatever becomes of this, nobody is to ask for the job again."""
    services = interaction.client.services
    voice = services.voices.get(job.request.voice) if isinstance(job.request, SpeechRequest) else None
    if voice is not None:
        await choices_of(interaction).remember(voice)


async def _withdraw(withdraw: Callable[[], Awaitable[None]]) -> None:
    # Where the question stays all the same, a second press of Go finds nothing any more.
    with suppress(*NOT_ANSWERED):
        await withdraw()


class QuestionButton(LastingButton, template=rf"confirm:(?P<action>{GO}|{CANCEL}):(?P<wish_id>[0-9a-f]{{32}})"):
    """Go or Cancel under the price of something."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        if self.action == CANCEL:
            await self._cancel(interaction)
        else:
            await self._go(interaction)

    async def _cancel(self, interaction: Interaction) -> None:
        unconfirmed = interaction.client.services.unconfirmed
        try:
            self._wish(unconfirmed.drop, interaction)
        except InvalidRequest as unknown:
            # What is not known any more is not made either; what is being made is.
            if unknown.reason != "ask_again":
                raise
        await replace_card(interaction, build_withdrawn())

    async def _go(self, interaction: Interaction) -> None:
        unconfirmed = interaction.client.services.unconfirmed
        wish, is_made = self._wish(unconfirmed.take, interaction), False
        try:
            # What is allowed here may have changed since the question.
            form = form_for(interaction, wish.request, wish.form, is_private=wish.is_private)
            job = await _make(interaction, replace(wish, form=form))
            is_made = True
        finally:
            if not is_made:
                # A limit, say, that ends soon, or a database that works again: then Go does.
                unconfirmed.keep(self.found["wish_id"], wish)
        await _withdraw(wish.withdraw)
        await _remember_voice(interaction, job)

    def _wish(self, find: Callable[..., Unconfirmed], interaction: Interaction) -> Unconfirmed:
        wish_id, channel_id = self.found["wish_id"], interaction.channel_id or 0
        return find(wish_id, user_id=interaction.user.id, channel_id=channel_id, now=interaction.created_at)


class Confirming(SoundboothCog):
    """Makes the buttons work."""

    items = (QuestionButton,)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Confirming(bot))
