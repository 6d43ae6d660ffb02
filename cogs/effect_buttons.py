"""The buttons on a finished sound effect that make another one of it. Their ids say all, so they outlive restarts."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import discord

from bot.discord_bot import SoundboothBot
from bot.errors import InvalidRequest, MissingPermission
from bot.models import EffectRequest, ResultForm
from bot.replies.answer import in_time
from bot.replies.effects import (
    AGAIN,
    AVOID,
    AVOID_CHARACTERS,
    LONGER,
    LONGEST_S,
    also_avoiding,
    avoid_label,
    avoid_placeholder,
    avoid_title,
    longer,
)
from cogs.asking import place_of, possible_form
from cogs.confirming import submit_or_confirm
from cogs.pressing import answering

VARIATIONS = 1_000_000
# As long as Discord takes an answer to the press that opened the window.
WINDOW_LIFE_S = 900.0

Interaction = discord.Interaction[SoundboothBot]
Change = Callable[[EffectRequest], EffectRequest]


class EffectButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"effect:(?P<action>{AGAIN}|{LONGER}|{AVOID}):(?P<job_id>[0-9a-f]{{32}})",
):
    """A button that names the job whose sound another one is made of."""

    def __init__(self, item: discord.ui.Button[Any], action: str, job_id: str) -> None:
        super().__init__(item)
        self.action = action
        self.job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the button from its id."""
        del interaction
        if not isinstance(item, discord.ui.Button):
            raise TypeError("an effect's custom id on something that is not a button")
        return cls(item, match["action"], match["job_id"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says."""
        async with answering(interaction):
            if self.action == AVOID:
                # A window has to be the first answer, so nothing is looked up before.
                await interaction.response.send_modal(AvoidWindow(self.job_id))
            elif self.action == LONGER:
                await make_another(interaction, self.job_id, _made_longer)
            else:
                await make_another(interaction, self.job_id, varied_by(interaction))


class AvoidWindow(discord.ui.Modal):
    """Asks what is not to be heard."""

    def __init__(self, job_id: str) -> None:
        super().__init__(title=avoid_title(), timeout=WINDOW_LIFE_S)
        self.job_id = job_id
        self.field = discord.ui.TextInput["AvoidWindow"](
            custom_id="avoid", placeholder=avoid_placeholder(), min_length=1, max_length=AVOID_CHARACTERS
        )
        self.add_item(discord.ui.Label["AvoidWindow"](text=avoid_label(), component=self.field))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Make another one without it."""
        vary = varied_by(interaction)

        def without(request: EffectRequest) -> EffectRequest:
            avoid = also_avoiding(request.avoid, self.field.value)
            return vary(replace(request, avoid=avoid[:AVOID_CHARACTERS]))

        async with answering(interaction):
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
    form = form_for(interaction, job.form, request.takes, is_private=is_private)
    await submit_or_confirm(interaction, request, form, is_private=is_private)


def form_for(interaction: Interaction, wanted: ResultForm, takes: int, *, is_private: bool = False) -> ResultForm:
    """The wanted form where it may be posted; for several takes files, because a voice message holds one.

    Raises:
        MissingPermission: as ``possible_form``; or files may not be attached, and there are several takes.
    """
    if takes == 1:
        return possible_form(interaction, wanted, is_private=is_private)
    if possible_form(interaction, ResultForm.FILE, is_private=is_private) is not ResultForm.FILE:
        raise MissingPermission(("attach_files",))
    return ResultForm.FILE


def varied_by(interaction: discord.Interaction[Any]) -> Change:
    """Makes the same request another one, at each press of the same button again: by the number of the press."""

    def vary(request: EffectRequest) -> EffectRequest:
        variation = 1 + interaction.id % VARIATIONS
        return replace(request, variation=variation + (variation == request.variation))

    return vary


def _made_longer(request: EffectRequest) -> EffectRequest:
    if request.duration_s >= LONGEST_S:
        raise InvalidRequest("effect_longest")
    return replace(request, duration_s=longer(request.duration_s))
