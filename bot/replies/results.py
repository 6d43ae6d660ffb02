"""What members see of a result: its parts, and where it went when it could not stay where it was asked for."""

from dataclasses import replace
from datetime import datetime

from bot.discord_limits import ALT_TEXT_CHARACTERS
from bot.errors import DeliveryError, NotAllowed
from bot.models import Job, JobKind, Posted, ResultForm
from bot.replies.cards import Card, message_link, still_view
from bot.replies.effects import say_take, say_takes
from bot.replies.job_cards import alt_text, build_card, build_done_card, file_name
from bot.replies.language import _
from bot.replies.permissions import PERMISSION_NAMES, say_other_form
from bot.replies.result_buttons import buttons_in_direct_message
from bot.replies.sentences import plain

# Discord takes 2,000 in a message without an embed.
TEXT_CHARACTERS = 1_900


def part_name(job: Job, suffix: str, number: int, count: int) -> str:
    """The name of one of several files; sorted by name they are in order."""
    return f"{number:0{len(str(count))}}-of-{count}-{file_name(job, suffix)}"


def part_alt_text(job: Job, number: int, count: int) -> str:
    """What a screen reader says about one of several files."""
    return plain(
        _("Part {number} of {count}. {heard}").format(number=number, count=count, heard=alt_text(job)),
        ALT_TEXT_CHARACTERS,
    )


def take_alt_text(job: Job, number: int, count: int) -> str:
    """What a screen reader says about one of several takes."""
    return plain(say_take(number, count, alt_text(job)), ALT_TEXT_CHARACTERS)


def build_posting_card(job: Job, number: int, count: int) -> Card:
    """The card while the files ``number`` and on, of ``count``, are still on their way."""
    card = build_card(job)
    posting = _("Posting… part {number} of {count} is next").format(number=number, count=count)
    card.embed.set_footer(text=f"📬 {posting}")
    return card


def build_voice_card(job: Job, length_s: float, now: datetime) -> Card:
    """The card that a voice message answers."""
    card = build_done_card(replace(job, form=ResultForm.VOICE_MESSAGE), length_s, now)
    _add_other_form(card, job, ResultForm.VOICE_MESSAGE)
    return card


def build_result_card(
    job: Job, length_s: float, now: datetime, *, parts: int = 1, why: DeliveryError | None = None
) -> Card:
    """The card that has the result with it; ``why`` it is not what was wanted, a voice message."""
    card = _done_with_file(job, length_s, now)
    if isinstance(why, NotAllowed) and why.permission:
        _add_other_form(card, job, ResultForm.FILE)
    if job.takes > 1:
        _add(card, f"🎲 {say_takes(job.takes, job.takes_made)}")
    elif parts > 1:
        said = _("It was too large for one file here, so it comes in {count} parts.").format(count=parts)
        _add(card, f"🧩 {said}")
    return card


def build_moved_card(job: Job, length_s: float, now: datetime, *, to: Posted, why: DeliveryError | None) -> Card:
    """The card of a result that is somewhere else, and where."""
    card = _done_with_file(job, length_s, now)
    if to.channel_id == job.place.channel_id:
        link = message_link(job.place.guild_id, to.channel_id, to.message_id)
        said = _("[It is in a message of its own]({link}).").format(link=link)
        _add(card, f"➡️ {said}")
    else:
        said = _("I sent it to {member} as a direct message, because {reason}.").format(
            member=f"<@{job.place.user_id}>", reason=_reason(job, why)
        )
        _add(card, f"📨 {said}")
    return card


def build_private_card(job: Job, length_s: float, now: datetime, *, why: DeliveryError | None, parts: int = 1) -> Card:
    """The card that brings the result to the member as a direct message, and says why it comes there."""
    card = build_result_card(job, length_s, now, parts=parts)
    said = _("You asked for this in {channel}. It comes here because {reason}.").format(
        channel=f"<#{job.place.channel_id}>", reason=_reason(job, why)
    )
    _add(card, f"📨 {said}")
    return Card(card.embed, still_view(*buttons_in_direct_message(job)))


def build_link_card(job: Job, length_s: float, now: datetime, *, url: str) -> Card:
    """The card of a result that is too large to be posted. ``url`` was checked: it is public and cannot break out."""
    card = _done_with_file(job, length_s, now)
    said = _("It is too large for Discord. [Get it here]({link}), and soon: the link ends after a while.")
    _add(card, f"📦 {said.format(link=url)}")
    return card


def with_mark(card: Card, job: Job) -> Card:
    """Put the mark on the card by which a message of a job can be found again; returns the same card."""
    card.embed.set_footer(text=f"{card.embed.footer.text} · {mark_of(job)}")
    return card


def mark_of(job: Job) -> str:
    """The same for all messages about one round of sending of one job; in every language, for it is searched for."""
    return f"id {job.short_id}" + (f", sending {job.deliveries + 1}" if job.deliveries else "")


def as_text(card: Card) -> str:
    """The card for a place where embeds may not be posted. The last line is its footer."""
    footer = card.embed.footer.text or ""
    description = card.embed.description or ""
    room = TEXT_CHARACTERS - len(footer)
    cut = description if len(description) <= room else description[: room - 1].rstrip("\\") + "…"
    return f"{cut}\n{footer}"


def _done_with_file(job: Job, length_s: float, now: datetime) -> Card:
    """Whatever form was wanted, what stands here is a file: its buttons offer the other form."""
    return build_done_card(replace(job, form=ResultForm.FILE), length_s, now)


def _add(card: Card, sentence: str) -> None:
    """Put a sentence below what the card says."""
    card.embed.description = f"{card.embed.description}\n\n{sentence}"


def _add_other_form(card: Card, job: Job, posted: ResultForm) -> None:
    """Whoever wanted the other form was not told when they asked: what the bot may do here changed since."""
    if job.form is not posted:
        _add(card, say_other_form(job.form, posted))


def _reason(job: Job, why: DeliveryError | None) -> str:
    if isinstance(why, NotAllowed):
        return _say_not_allowed(job, PERMISSION_NAMES.get(why.permission))
    if job.place.is_private:
        return _("only you are to see it, and Discord lets me answer that way for a quarter of an hour only")
    if not job.place.has_bot:
        return _("I am not a member there, and Discord lets me answer for a quarter of an hour only")
    return _("it could not be posted there")


def _say_not_allowed(job: Job, permission: str | None) -> str:
    is_text = job.kind is JobKind.TRANSCRIPT
    if permission is None:
        return _("I may not post a transcript there") if is_text else _("I may not post audio there")
    if is_text:
        said = _("I may not post a transcript there without the permission **{permission}**")
    else:
        said = _("I may not post audio there without the permission **{permission}**")
    return said.format(permission=_(permission))
