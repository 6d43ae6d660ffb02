"""The card: the one message that shows a job from the first moment to the last."""

from datetime import datetime

import discord

from bot.discord_limits import ALT_TEXT_CHARACTERS
from bot.errors import MissingPermission
from bot.models import Forecast, Job, JobState, Request, SpeechRequest
from bot.replies.cards import BROKEN, FINISHED, WAITING, WORKING, Button, Card, button, button_id, still_view
from bot.replies.language import N_, TENTHS, _, number
from bot.replies.requests import avoided_in, file_words, heard_in, title_of, words_of
from bot.replies.result_buttons import buttons_for
from bot.replies.sentences import file_stem, plain, quiet, say_error, say_failure
from bot.replies.speech import untold
from bot.replies.times import about, length, ordinal

QUOTED_CHARACTERS, AVOIDED_CHARACTERS = 350, 150
NOTES_SHOWN, NOTE_CHARACTERS = 3, 150

CANCEL, RETRY, SEND = "cancel", "retry", "send"
LABELS = {CANCEL: N_("Cancel"), RETRY: N_("Retry"), SEND: N_("Send again")}


def build_card(  # noqa: PLR0911  # one card a state
    job: Job, forecast: Forecast | None = None, missing: MissingPermission | None = None
) -> Card:
    """The card for the state that the job is in. ``missing``: what kept a result from being posted, where known."""
    match job.state:
        case JobState.QUEUED:
            if job.is_cached:
                return _card(job, WORKING, f"♻️ {_('Made earlier: it comes at once, free')}", CANCEL)
            return _card(job, WAITING, f"⏳ {_waiting(forecast)}", CANCEL)
        case JobState.SUBMITTING | JobState.RUNNING | JobState.READY:
            return _card(job, WORKING, f"🎛️ {_working(forecast)}", CANCEL)
        case JobState.DELIVERING:
            return _card(job, WORKING, f"📬 {_('Posting…')}")
        case JobState.DONE:
            return _with_result_buttons(_card(job, FINISHED, f"✅ {_('Done')}"), job)
        case JobState.CANCELLED:
            return _card(job, WAITING, f"🚫 {_('Cancelled')}")
        case JobState.FAILED | JobState.EXPIRED:
            return _failure_card(job, missing)


def build_done_card(job: Job, length_s: float, now: datetime) -> Card:
    """The card of a job whose result is posted: how long the clip is and how long it took."""
    card = _card(job, FINISHED, f"✅ {_made(job, length_s, now)}")
    notes = [f"📝 {quiet(note, NOTE_CHARACTERS)}" for note in _news(job)[:NOTES_SHOWN]]
    card.embed.description = "\n".join([card.embed.description or "", *notes])
    return _with_result_buttons(card, job)


def _news(job: Job) -> list[str]:
    """What the service noted and the member was not told when they asked."""
    return untold(job.notes, job.request.text) if isinstance(job.request, SpeechRequest) else list(job.notes)


def alt_text(job: Job) -> str:
    """What a screen reader says about the file."""
    return plain(heard_in(job.request), ALT_TEXT_CHARACTERS)


def file_name(job: Job, suffix: str) -> str:
    """A name that tells what is in the file, made of letters, digits and dashes only."""
    words, otherwise = file_words(job.request)
    return f"{file_stem(words) or otherwise}.{suffix}"


def quoted(request: Request, limit: int) -> str:
    """What was asked for, its first ``limit`` characters, and below it what is not to be heard."""
    words, avoided = quiet(words_of(request), limit), quiet(avoided_in(request), AVOIDED_CHARACTERS)
    if not avoided:
        return f"> {words}"
    without = _("without: {avoided}").format(avoided=avoided)
    return f"> {words}\n🔇 {without}"


def _card(job: Job, colour: discord.Colour, footer: str, *actions: str) -> Card:
    request = job.request
    title = _("**{title}** for {member}").format(title=quiet(title_of(request), 60), member=f"<@{job.place.user_id}>")
    embed = discord.Embed(
        description=f"{title}\n{quoted(request, QUOTED_CHARACTERS)}",
        colour=colour,
    )
    embed.set_footer(text=footer)
    return Card(embed, _buttons(job, actions))


def _made(job: Job, length_s: float, now: datetime) -> str:
    if job.deliveries:
        return _("{length} of audio · sent again").format(length=length(length_s))
    if job.is_cached:
        return _("{length} of audio · from earlier, free").format(length=length(length_s))
    took_s = max(0.0, (now - job.created_at).total_seconds())
    return _("{length} of audio · made in {seconds} s").format(length=length(length_s), seconds=number(took_s, TENTHS))


def _with_result_buttons(card: Card, job: Job) -> Card:
    return Card(card.embed, still_view(*buttons_for(job)))


def _failure_card(job: Job, missing: MissingPermission | None) -> Card:
    sentence = say_failure(job.failure, job.failure_detail, job.kind) if job.failure else _("This did not work.")
    if missing is not None:
        kept = _("It is ready and kept for now: after that, press Send again, which costs nothing.")
        sentence = f"{say_error(missing)} {kept}"
    card = _card(job, BROKEN, f"id {job.short_id}", *actions_after_end(job))
    card.embed.description = f"{card.embed.description}\n\n⚠️ {sentence}"
    return card


def _buttons(job: Job, actions: tuple[str, ...]) -> discord.ui.View:
    return still_view(*(job_button(action, job) for action in actions))


def job_button(action: str, job: Job) -> Button:
    """A button that does something with the job."""
    style = discord.ButtonStyle.secondary if action == CANCEL else discord.ButtonStyle.primary
    return button(_(LABELS[action]), button_id(action, job.id), style=style)


def actions_after_end(job: Job) -> tuple[str, ...]:
    """What can be done with a job that ended without a result in the channel."""
    return (*((RETRY,) if job.can_retry else ()), *((SEND,) if job.can_send_again else ()))


def _working(forecast: Forecast | None) -> str:
    if forecast is None:
        return _("Working…")
    return _("Working… · usually {time}").format(time=about(forecast.after_s))


def _waiting(forecast: Forecast | None) -> str:
    if forecast is None or forecast.place_in_line is None:
        return _("In line")
    return _("In line: {place} · starts in {time}").format(
        place=ordinal(forecast.place_in_line), time=about(forecast.after_s)
    )
