"""The list of past and present jobs that /jobs shows, and one job opened from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import discord

from bot.discord_limits import OPTION_CHARACTERS
from bot.models import FailureReason, Forecast, Job, JobState
from bot.replies.cards import WAITING, Card, Item, button, message_link, still_view
from bot.replies.job_cards import CANCEL, RETRY, SEND, build_card, job_button
from bot.replies.language import N_, _, n_, number
from bot.replies.requests import title_of, words_of
from bot.replies.sentences import plain, quiet
from bot.replies.times import relative

PAGE_LENGTH = 10
QUOTED_CHARACTERS = 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What stands in a custom id where there is no date.
NEWEST = 0

_STATES = {
    JobState.QUEUED: ("⏳", N_("in line")),
    JobState.SUBMITTING: ("🎛️", N_("working")),
    JobState.RUNNING: ("🎛️", N_("working")),
    JobState.READY: ("🎛️", N_("working")),
    JobState.DELIVERING: ("📬", N_("being posted")),
    JobState.DONE: ("✅", N_("done")),
    JobState.CANCELLED: ("🚫", N_("cancelled")),
    JobState.FAILED: ("⚠️", N_("failed")),
    JobState.EXPIRED: ("⚠️", N_("given up")),
}


class Whose(StrEnum):
    """Whose jobs a list shows. The values stand in custom ids."""

    MINE = "mine"
    EVERYONES = "everyones"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where in which list somebody is; all that its buttons need to know."""

    whose: Whose
    before: datetime | None = None
    """Only jobs asked for earlier are shown; None shows the newest."""

    def as_id(self) -> str:
        """For a custom id, read again by ``read``."""
        microseconds = NEWEST if self.before is None else (self.before - EPOCH) // timedelta(microseconds=1)
        return f"{self.whose}:{microseconds}"

    @classmethod
    def read(cls, whose: str, microseconds: str) -> "ListPlace":
        """What ``as_id`` wrote. A time that no calendar has shows the newest."""
        number = int(microseconds)
        try:
            before = None if number == NEWEST else EPOCH + timedelta(microseconds=number)
        except OverflowError:
            before = None
        return cls(Whose(whose), before)


def page_id(place: ListPlace) -> str:
    """The custom id of a button that shows this part of the list (cogs/job_list.py reads it)."""
    return f"jobs:page:{place.as_id()}"


def open_id(place: ListPlace) -> str:
    """The custom id of the menu that opens one job of this part of the list (cogs/job_list.py reads it)."""
    return f"jobs:open:{place.as_id()}"


def build_list(place: ListPlace, jobs: Sequence[Job], *, has_more: bool) -> Card:
    """One page of the list, the newest job first."""
    is_mine = place.whose is Whose.MINE
    embed = discord.Embed(title=_("Your jobs here") if is_mine else _("Everyone's jobs here"), colour=WAITING)
    embed.description = "\n".join(_line(job, with_asker=not is_mine) for job in jobs) or _nothing(place)
    items: list[Item] = [_menu(place, jobs)] if jobs else []
    items.append(button(_("Refresh"), page_id(place)))
    if place.before is not None:
        items.append(button(_("Newest"), page_id(ListPlace(place.whose))))
    if has_more:
        items.append(button(_("Older"), page_id(ListPlace(place.whose, jobs[-1].created_at))))
    return Card(embed, still_view(*items))


def build_details(job: Job, place: ListPlace, *, is_asker: bool, forecast: Forecast | None = None) -> Card:
    """One job, opened from the list: what it is, how it stands, and what can be done with it."""
    embed = build_card(job, forecast).embed
    mark, word = state_of(job)
    embed.add_field(name=_("State"), value=f"{mark} {word}")
    asked = _("{time} in {channel}").format(time=relative(job.created_at), channel=f"<#{job.place.channel_id}>")
    embed.add_field(name=_("Asked for"), value=asked)
    embed.add_field(name=_("Cost"), value=_cost(job))
    if job.state.is_final and embed.footer.text != f"id {job.short_id}":
        embed.set_footer(text=f"{embed.footer.text} · id {job.short_id}")
    actions = [
        *([CANCEL] if job.state.can_be_cancelled else []),
        *([SEND] if job.can_send_again else []),
        *([RETRY] if job.can_retry and is_asker else []),
    ]
    items: list[Item] = [job_button(action, job) for action in actions]
    link = message_url(job, is_asker=is_asker)
    if link is not None:
        items.append(discord.ui.Button(label=_("Go to the message"), url=link))
    items.append(button(_("Back to the list"), page_id(place)))
    return Card(embed, still_view(*items))


def state_of(job: Job) -> tuple[str, str]:
    """A mark and a word for how the job stands."""
    if job.failure is FailureReason.UNDELIVERABLE and job.can_send_again:
        return "📦", _("made, but not posted")
    mark, word = _STATES[job.state]
    return mark, _(word)


def message_url(job: Job, *, is_asker: bool) -> str | None:
    """The message with the result, else with the card; None where no link leads there."""
    place, posted_in, posted_id = job.place, job.result_channel_id, job.result_message_id
    if posted_in is not None and posted_in != place.channel_id and posted_id is not None and is_asker:
        # It went to their direct messages, which nobody else can open.
        return message_link(None, posted_in, posted_id)
    message_id = posted_id if posted_in == place.channel_id else job.card_message_id
    # Which server a job was asked for in is not kept where the bot is not a member; without it no link works.
    if message_id is None or place.is_reached_by_token_only:
        return None
    return message_link(place.guild_id, place.channel_id, message_id)


def _line(job: Job, *, with_asker: bool) -> str:
    mark, word = state_of(job)
    asker = f" · <@{job.place.user_id}>" if with_asker else ""
    quoted = quiet(words_of(job.request), QUOTED_CHARACTERS)
    return f"{mark} {word} · **{quiet(title_of(job.request), 40)}**: {quoted} · {relative(job.created_at)}{asker}"


def _nothing(place: ListPlace) -> str:
    if place.before is not None:
        return _("There is nothing older.")
    if place.whose is Whose.MINE:
        return _("Nothing was asked for here yet. Try /tts.")
    return _("Nobody asked for anything yet.")


def _cost(job: Job) -> str:
    units = n_("{count} unit", "{count} units", job.cost).format(count=number(job.cost))
    return _("{units}, given back").format(units=units) if job.was_refunded else units


def _menu(place: ListPlace, jobs: Sequence[Job]) -> discord.ui.Select[discord.ui.View]:
    menu = discord.ui.Select[discord.ui.View](custom_id=open_id(place), placeholder=_("Open one…"))
    for job in jobs:
        mark, word = state_of(job)
        label = plain(f"{mark} {title_of(job.request)}: {words_of(job.request)}", OPTION_CHARACTERS)
        menu.add_option(label=label, value=job.id, description=f"{word} · id {job.short_id}")
    return menu
