"""What /jobs shows, and its buttons and menu. Who may see what is asked anew at each press."""

import re

from bot.discord_bot import Interaction
from bot.errors import JobNotFound
from bot.jobs.access import is_asker, may_look_up
from bot.replies.answer import in_time, replace_card
from bot.replies.cards import Card
from bot.replies.job_list import PAGE_LENGTH, ListPlace, Whose, build_details, build_list
from cogs.asking import place_of
from cogs.pressing import LastingButton, LastingMenu
from cogs.rights import managed_guild, manages

# Eighteen digits of microseconds reach beyond the last date that Python knows.
_WHERE = rf"(?P<whose>{'|'.join(Whose)}):(?P<before>[0-9]{{1,18}})"


async def load_page(interaction: Interaction, where: ListPlace) -> Card:
    """A page of the list, of this server or of the member's direct messages.

    Raises:
        InvalidRequest: ``managers_only``: everyone's jobs are for managers.
    """
    place = place_of(interaction)
    is_mine = where.whose is Whose.MINE
    scope_id = place.scope_id if is_mine else managed_guild(interaction)
    found = await interaction.client.services.jobs.recent(
        scope_id, user_id=place.user_id if is_mine else None, before=where.before, count=PAGE_LENGTH + 1
    )
    return build_list(where, found[:PAGE_LENGTH], has_more=len(found) > PAGE_LENGTH)


async def load_details(interaction: Interaction, job_id: str, where: ListPlace) -> Card:
    """One job, with its buttons.

    Raises:
        JobNotFound: there is none of that id here that this member may see.
    """
    jobs, place = interaction.client.services.jobs, place_of(interaction)
    job = await jobs.get(job_id)
    if not may_look_up(job, place, manages=manages(interaction)):
        raise JobNotFound(job_id)
    return build_details(job, where, is_asker=is_asker(job, place), forecast=await jobs.forecast(job))


def _where(found: re.Match[str]) -> ListPlace:
    return ListPlace.read(found["whose"], found["before"])


class PageButton(LastingButton, template=f"jobs:page:{_WHERE}"):
    """A button that turns to a page of the list."""

    async def pressed(self, interaction: Interaction) -> None:
        """Show the page in place of what is shown."""
        await replace_card(interaction, await in_time(interaction, load_page(interaction, _where(self.found))))


class OpenMenu(LastingMenu, template=f"jobs:open:{_WHERE}"):
    """The menu that opens a job of the list."""

    async def pressed(self, interaction: Interaction) -> None:
        """Show the job in place of the list."""
        (job_id,) = self.item.values
        card = await in_time(interaction, load_details(interaction, job_id, _where(self.found)))
        await replace_card(interaction, card)
