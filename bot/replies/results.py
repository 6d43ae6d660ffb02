"""What members see of a result: its parts, and where it went when it could not stay where it was asked for."""

from datetime import datetime

from bot.errors import DeliveryError, NotAllowed
from bot.models import Job, Posted
from bot.replies.cards import ALT_TEXT_CHARACTERS, Card, alt_text, build_card, build_done_card, file_name
from bot.replies.sentences import PERMISSION_NAMES, plain

# Discord takes 2,000 in a message without an embed.
TEXT_CHARACTERS = 1_900


def part_name(job: Job, suffix: str, number: int, count: int) -> str:
    """The name of one of several files; sorted by name they are in order."""
    return f"{number:0{len(str(count))}}-of-{count}-{file_name(job, suffix)}"


def part_alt_text(job: Job, number: int, count: int) -> str:
    """What a screen reader says about one of several files."""
    return plain(f"Part {number} of {count}. {alt_text(job)}", ALT_TEXT_CHARACTERS)


def build_posting_card(job: Job, number: int, count: int) -> Card:
    """The card while the files ``number`` and on, of ``count``, are still on their way."""
    card = build_card(job)
    card.embed.set_footer(text=f"📬 Posting… part {number} of {count} is next")
    return card


def build_result_card(job: Job, length_s: float, now: datetime, *, parts: int = 1) -> Card:
    """The card that has the result with it."""
    card = build_done_card(job, length_s, now)
    if parts > 1:
        _add(card, f"🧩 It was too large for one file here, so it comes in {parts} parts.")
    return card


def build_moved_card(job: Job, length_s: float, now: datetime, *, to: Posted, why: DeliveryError | None) -> Card:
    """The card of a result that is somewhere else, and where."""
    card = build_done_card(job, length_s, now)
    if to.channel_id == job.place.channel_id:
        _add(card, f"➡️ [It is in a message of its own]({_link(job, to)}).")
    else:
        _add(card, f"📨 I sent it to <@{job.place.user_id}> as a direct message, because {_reason(job, why)}.")
    return card


def build_private_card(job: Job, length_s: float, now: datetime, *, why: DeliveryError | None, parts: int = 1) -> Card:
    """The card that brings the result to the member as a direct message, and says why it comes there."""
    card = build_result_card(job, length_s, now, parts=parts)
    _add(card, f"📨 You asked for this in <#{job.place.channel_id}>. It comes here because {_reason(job, why)}.")
    return card


def build_link_card(job: Job, length_s: float, now: datetime, *, url: str) -> Card:
    """The card of a result that is too large to be posted. ``url`` was checked: it is public and cannot break out."""
    card = build_done_card(job, length_s, now)
    _add(card, f"📦 It is too large for Discord. [Get it here]({url}), and soon: the link ends after a while.")
    return card


def with_mark(card: Card, job: Job) -> Card:
    """The card with the mark by which a message of a job can be found again."""
    card.embed.set_footer(text=f"{card.embed.footer.text} · {mark_of(job)}")
    return card


def mark_of(job: Job) -> str:
    """The same for all messages about one round of sending of one job."""
    return f"id {job.short_id}" + (f", sending {job.deliveries + 1}" if job.deliveries else "")


def as_text(card: Card) -> str:
    """The card for a place where embeds may not be posted. The last line is its footer."""
    footer = card.embed.footer.text or ""
    description = card.embed.description or ""
    room = TEXT_CHARACTERS - len(footer)
    cut = description if len(description) <= room else description[: room - 1].rstrip("\\") + "…"
    return f"{cut}\n{footer}"


def _add(card: Card, sentence: str) -> None:
    card.embed.description = f"{card.embed.description}\n\n{sentence}"


def _link(job: Job, to: Posted) -> str:
    # Source: the links that Discord's own "Copy Message Link" gives.
    return f"https://discord.com/channels/{job.place.guild_id or '@me'}/{to.channel_id}/{to.message_id}"


def _reason(job: Job, why: DeliveryError | None) -> str:
    if isinstance(why, NotAllowed):
        name = PERMISSION_NAMES.get(why.permission)
        return "I may not post audio there" + (f" without the permission **{name}**" if name else "")
    if not job.place.has_bot:
        return "I am not a member there, and Discord lets me answer for a quarter of an hour only"
    return "it could not be posted there"
