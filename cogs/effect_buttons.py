"""The buttons on a finished sound effect that make another one of it. Their ids say all, so they outlive restarts."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.discord_bot import Interaction
from bot.errors import InvalidRequest
from bot.models import LONGEST_EFFECT_S, EffectRequest
from bot.replies.answer import in_time
from bot.replies.effects import (
    AGAIN,
    AVOID,
    AVOID_INPUT,
    LONGER,
    WITHOUT,
    also_avoiding,
    build_avoid_window,
    longer,
)
from cogs.asking import form_for, place_of
from cogs.confirming import submit_or_confirm
from cogs.pressing import JOB_ID, LastingButton, WindowAnswer

VARIATIONS = 1_000_000

Change = Callable[[EffectRequest], EffectRequest]


class EffectButton(LastingButton, template=rf"effect:(?P<action>{AGAIN}|{LONGER}|{AVOID}):{JOB_ID}"):
    """A button that names the job whose sound another one is made of."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        if self.action == AVOID:
            # A window has to be the first answer, so nothing is looked up before.
            await interaction.response.send_modal(build_avoid_window(self.job_id))
        elif self.action == LONGER:
            await make_another(interaction, self.job_id, _made_longer)
        else:
            await make_another(interaction, self.job_id, varied_by(interaction))


class AvoidWindow(WindowAnswer, template=f"effect:{WITHOUT}:{JOB_ID}"):
    """What is not to be heard."""

    async def sent(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Make another one without it."""
        vary = varied_by(interaction)

        def without(request: EffectRequest) -> EffectRequest:
            avoid = also_avoiding(request.avoid, typed.get(AVOID_INPUT, ""))
            return vary(replace(request, avoid=avoid))

        await make_another(interaction, self.job_id, without)


async def make_another(interaction: Interaction, job_id: str, change: Change) -> None:
    """Have another sound made of what somebody asked for here, as the job of the one who presses.

    Raises:
        JobNotFound: no such job.
        InvalidRequest: it is of another server, for its asker alone, or no sound effect.
        MissingPermission, LimitReached, Blocked: as for any job.
    """
    job = await in_time(
        interaction, interaction.client.services.jobs.find_made(job_id, place_of(interaction)), is_new=True
    )
    if not isinstance(job.request, EffectRequest):
        raise InvalidRequest("not_an_effect")
    request, is_private = change(job.request), job.place.is_private
    form = form_for(interaction, request, job.form, is_private=is_private)
    await submit_or_confirm(interaction, request, form, is_private=is_private)


def varied_by(interaction: Interaction) -> Change:
    """Makes the same request another one, at each press of the same button again: by the number of the press."""

    def vary(request: EffectRequest) -> EffectRequest:
        variation = 1 + interaction.id % VARIATIONS
        return replace(request, variation=variation + (variation == request.variation))

    return vary


def _made_longer(request: EffectRequest) -> EffectRequest:
    if request.duration_s >= LONGEST_EFFECT_S:
        raise InvalidRequest("effect_longest")
    return replace(request, duration_s=longer(request.duration_s))
