"""What members see of a transcript: first lines, pages, buttons. What is said in it can neither ping nor format."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import discord

from bot.discord_limits import MAX_CHOICES, MAX_OPTIONS
from bot.languages import Locale, languages, names_of, read_locale
from bot.models import Job, TranscriptRequest
from bot.replies.automod import Unseen, say_not_all_checked, say_unseen
from bot.replies.cards import FINISHED, WAITING, Button, Card, Item, button, message_link, still_view
from bot.replies.language import N_, TENTHS, _, n_, number
from bot.replies.result_buttons import delete_button
from bot.replies.sentences import plain, quiet
from bot.replies.times import length
from bot.transcripts import Segment, Transcript, TranscriptForm, write_transcript

# Escaping makes a text twice as long at most, and Discord takes 4,096 characters in an embed's description.
PREVIEW_CHARACTERS, PREVIEW_LINES = 900, 12
PAGE_CHARACTERS = 1_700
FOUND_SHOWN = 10
READ, AGAIN, POST, LOG, PAGE, LANGUAGE = "read", "again", "post", "log", "page", "language"
# Whether what comes of it is for the member alone; it has to be known before the job can be looked up.
PRIVATE, OPEN = "private", "open"
FORMS = tuple(form.value for form in TranscriptForm)
_LABELS = {
    READ: N_("Read"),
    AGAIN: N_("Wrong language?"),
    POST: N_("Post here"),
    LOG: N_("Send to log channel"),
}
# The languages that most people speak, roughly in that order. Source: Ethnologue's list of 2025 by total speakers, as
# far as speech recognition commonly knows them.
_WIDELY_SPOKEN = (
    "en", "zh", "hi", "es", "ar", "fr", "bn", "pt", "ru", "id", "ur", "de", "ja", "vi", "tr", "ko", "it", "pl", "uk",
    "nl", "fa", "th", "sv", "cs", "ro",
    "hu", "el", "da", "fi", "no", "he", "bg", "sk", "hr", "sr", "sl", "lt", "lv", "et", "ca", "ms", "fil", "sw", "ta",
    "te", "mr", "pa", "az", "ka", "kk",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A word that the guild's own AutoMod would have caught, when it is said first, and how often."""

    word: str
    start_s: float | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Said:
    """A transcript on its way to members. ``found`` is for moderators alone."""

    transcript: Transcript
    length_s: float
    found: Sequence[Found] = ()
    mark: Callable[[str], str] | None = None
    """Puts a sign before what AutoMod would have caught."""
    unseen: Unseen | None = None
    """Why nothing could be looked up, where that is so. For moderators alone."""
    are_all_checked: bool = True
    """False where AutoMod has patterns or lists of Discord's own too. For moderators alone."""

    def marked(self, line: str) -> str:
        """The line, with the signs that this reader is to see."""
        return line if self.mark is None else self.mark(line)


def add_transcript(card: Card, job: Job, said: Said, now: datetime, *, is_elsewhere: bool = False) -> Card:
    """Put the first lines of what is said on the card, and what is known of it; returns it with its buttons.

    ``is_elsewhere``: it came as a direct message, from where nothing of the server is done.
    """
    parts = [card.embed.description or "", _preview(said)]
    if said.found:
        parts.append(_found_lines(said.found))
    if said.unseen is not None:
        parts.append(say_unseen(said.unseen))
    if not said.are_all_checked:
        parts.append(say_not_all_checked())
    if not job.place.interaction_token:
        parts.append(_say_unasked())
    card.embed.description = "\n\n".join(parts)
    took_s = max(0.0, (now - job.created_at).total_seconds())
    made = _("made in {seconds} s").format(seconds=number(took_s, TENTHS))
    card.embed.set_footer(text=" · ".join([f"✅ {length(said.length_s)}", *_facts(said.transcript), made]))
    has_text = bool(said.transcript.segments)
    shown = _buttons_elsewhere(job, has_text=has_text) if is_elsewhere else buttons(job, has_text=has_text)
    return Card(card.embed, still_view(*shown))


def build_public_card(said: Said, title: str, *, sent_by: int, job: Job | None, job_id: str) -> Card:
    """The card of a transcript that was private and is shown to others now, by the member ``sent_by``.

    ``job`` is the one that made it, where it is still known.
    """
    shared = _("**{title}**, shared by {member}").format(title=quiet(title, 200), member=f"<@{sent_by}>")
    parts = [shared, *_origin(job), _preview(said), *([_found_lines(said.found)] if said.found else [])]
    embed = discord.Embed(description="\n\n".join(parts), colour=FINISHED)
    embed.set_footer(text=" · ".join([f"📝 {length(said.length_s)}", *_facts(said.transcript)]))
    return Card(embed, still_view(*_readers(job_id), delete_button(job_id)))


def say_first_of(count: int) -> str:
    """What a member is told who chose a message with several recordings; empty where there is one."""
    if count <= 1:
        return ""
    said = _("There are {count} recordings in that message; this is the first. For another one: /transcribe")
    return said.format(count=number(count))


def say_sent_to_log(channel_id: int) -> str:
    """That a transcript is in the log channel now."""
    return _("Sent to {channel}.").format(channel=f"<#{channel_id}>")


def build_page(text: str, page: int, job_id: str) -> Card:
    """One page of a whole transcript, from 0; a number that there is no page of gives the nearest."""
    pages = list(pages_of(text)) or [""]
    page = max(0, min(page, len(pages) - 1))
    embed = discord.Embed(description="\n".join(quoted_lines(pages[page])), colour=FINISHED)
    embed.set_footer(text=_("Page {page} of {pages}").format(page=page + 1, pages=len(pages)))
    if len(pages) == 1:
        return Card(embed, still_view())
    turns = ((_("Previous"), page - 1, page > 0), (_("Next"), page + 1, page < len(pages) - 1))
    return Card(embed, still_view(*(_turn(label, to, job_id, is_there=is_there) for label, to, is_there in turns)))


def build_language_choice(job: Job, first: Sequence[str]) -> Card:
    """Asks in which language it is; ``first`` are the likely ones, as Discord names them."""
    likely = [locale.language for text in first if (locale := read_locale(text)) is not None]
    codes = list(dict.fromkeys([*likely, *_WIDELY_SPOKEN]))
    menus = [
        _language_menu(job, codes[:MAX_OPTIONS], _("Which language is it?")),
        _language_menu(job, codes[MAX_OPTIONS : 2 * MAX_OPTIONS], _("More languages…"), ":more"),
    ]
    said = _("Which language do they speak? I listen again, once, and it costs nothing.")
    return Card(discord.Embed(description=said, colour=WAITING), still_view(*menus))


def _language_menu(job: Job, codes: Sequence[str], question: str, suffix: str = "") -> Item:
    whose = PRIVATE if job.place.is_private else OPEN
    return discord.ui.Select(
        custom_id=f"transcript:{LANGUAGE}:{whose}:{job.id}{suffix}",
        placeholder=question,
        options=[discord.SelectOption(label=own_name(code), value=code, description=_english(code)) for code in codes],
    )


def language_choices(typed: str) -> list[tuple[str, str]]:
    """Names and codes of the languages that fit what is typed so far; those most spoken come first."""
    wanted = typed.strip().casefold()
    order = {code: place for place, code in enumerate(_WIDELY_SPOKEN)}
    fitting = [code for code in languages() if not wanted or _fits(wanted, code, names_of(Locale(code)))]
    fitting.sort(key=lambda code: (order.get(code, len(order)), languages()[code][0]))
    exact = read_locale(typed) if wanted else None
    codes: list[str] = list(dict.fromkeys(([exact.language] if exact else []) + fitting))
    return [(_both_names(code), code) for code in codes if code in languages()][:MAX_CHOICES]


def own_name(code: str) -> str:
    """What the people who speak a language call it; the code itself where nobody knows."""
    locale = read_locale(code)
    return plain(languages()[locale.language][-1] if locale else code, 40)


def buttons(job: Job, *, has_text: bool) -> Iterator[Button]:
    """What can be done with the transcript of a job; all that a button needs is in its id."""
    request = job.request
    if has_text:
        yield from _readers(job.id)
    if isinstance(request, TranscriptRequest) and not request.is_second_try:
        yield _button(AGAIN, job.id)
    if has_text and job.place.is_private:
        yield _button(POST, job.id)
        if isinstance(request, TranscriptRequest) and request.is_moderated:
            yield _button(LOG, job.id)
    yield delete_button(job.id)


def _buttons_elsewhere(job: Job, *, has_text: bool) -> Iterator[Button]:
    if has_text:
        yield from _readers(job.id)
    yield delete_button(job.id)


def quoted_lines(text: str) -> Iterator[str]:
    """Text from outside, line by line, so that it can neither ping, link nor format."""
    return (quiet(line, len(line) + 1) for line in text.splitlines() if line.strip())


def pages_of(text: str) -> Iterator[str]:
    """A text in pieces that fit on a page, cut between lines where possible, else between words."""
    page = ""
    for piece in _short_lines(text):
        if page and len(page) + 1 + len(piece) > PAGE_CHARACTERS:
            yield page
            page = ""
        page = f"{page}\n{piece}" if page else piece
    if page:
        yield page


def _short_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        rest, start = line.strip(), 0
        # What is left is not copied for each piece: hours of speech may be one line.
        while len(rest) - start > PAGE_CHARACTERS:
            end = rest.rfind(" ", start + PAGE_CHARACTERS // 2, start + PAGE_CHARACTERS)
            end = end if end > 0 else start + PAGE_CHARACTERS
            yield from filter(None, (rest[start:end].strip(),))
            start = end
        yield from filter(None, (rest[start:].strip(),))


def _preview(said: Said) -> str:
    text = write_transcript(_beginning(said.transcript), TranscriptForm.TXT)
    if not text.strip():
        return f"🤫 {_('Nobody says anything in it.')}"
    lines = [line for line in text.splitlines() if line.strip()]
    shown: list[str] = []
    left = PREVIEW_CHARACTERS
    for line in lines[:PREVIEW_LINES]:
        if left <= 0:
            break
        shown.append(plain(line, left))
        left -= len(line)
    quoted = "\n".join(f"> {part}" for line in shown for part in quoted_lines(said.marked(line)))
    # Above it stands the name of the file, in a quotation as well.
    quoted = f"{_('**What is said in it:**')}\n{quoted}"
    if len(shown) == len(lines) and left >= 0:
        return quoted
    return f"{quoted}\n{_('It goes on: press Read.')}"


def _beginning(transcript: Transcript) -> Transcript:
    """As much of it as a preview may show and a little more: writing all of it down takes up to seconds."""
    kept: list[Segment] = []
    left = PREVIEW_CHARACTERS
    for segment in transcript.segments:
        if left < 0:
            break
        kept.append(replace(segment, text=segment.text[: left + 1], words=()))
        left -= len(segment.text)
    return replace(transcript, segments=tuple(kept))


def _origin(job: Job | None) -> Iterator[str]:
    """Whose recording it is, and where: all of them may have the same name."""
    source = job.request.source if job is not None and isinstance(job.request, TranscriptRequest) else None
    if job is not None and source is not None and source.message_id and source.author_id:
        link = message_link(job.place.guild_id, source.channel_id, source.message_id)
        yield _("🎙️ [The recording]({link}) is from {member}.").format(link=link, member=f"<@{source.author_id}>")


def _say_unasked() -> str:
    """Why a voice message was written down without being asked for, and how its sender stops that."""
    said = _("In this channel voice messages are written down unasked. To stop that for yours: /privacy transcribe-me")
    return f"-# {said}"


def _found_lines(found: Sequence[Found]) -> str:
    title = n_(
        "⚠️ **{count} word that this server's AutoMod catches:**",
        "⚠️ **{count} words that this server's AutoMod catches:**",
        len(found),
    ).format(count=number(len(found)))
    lines = [f"- {_clock(one.start_s)}{quiet(one.word, 60)}{_times(one.times)}" for one in found[:FOUND_SHOWN]]
    if len(found) > FOUND_SHOWN:
        lines.append(_("… and {count} more.").format(count=number(len(found) - FOUND_SHOWN)))
    return "\n".join([title, *lines])


def _times(times: int) -> str:
    return f" · {number(times)}\N{MULTIPLICATION SIGN}" if times > 1 else ""


def _clock(start_s: float | None) -> str:
    if start_s is None:
        return ""
    minutes, seconds = divmod(int(start_s), 60)
    return f"`{minutes}:{seconds:02d}` "


def _facts(transcript: Transcript) -> Iterator[str]:
    if transcript.language:
        yield own_name(transcript.language)
    count = len(transcript.speakers)
    if count > 1:
        yield n_("{count} speaker", "{count} speakers", count).format(count=number(count))


def _readers(job_id: str) -> Iterator[Button]:
    yield _button(READ, job_id)
    for form in FORMS:
        yield button(form, f"transcript:{form}:{job_id}")


def _button(action: str, job_id: str) -> Button:
    style = discord.ButtonStyle.primary if action == READ else discord.ButtonStyle.secondary
    return button(_(_LABELS[action]), f"transcript:{action}:{job_id}", style=style)


def _turn(label: str, page: int, job_id: str, *, is_there: bool) -> Button:
    # A button that cannot be pressed needs an id all the same, one that no other has.
    target = str(page) if is_there else f"none-{max(page, 0)}"
    return discord.ui.Button(label=label, custom_id=f"transcript:{PAGE}:{target}:{job_id}", disabled=not is_there)


def _fits(wanted: str, code: str, names: Sequence[str]) -> bool:
    return code.startswith(wanted) or any(word.startswith(wanted) for name in names for word in _starts(name))


def _starts(name: str) -> Iterator[str]:
    folded = name.casefold()
    yield folded
    yield from folded.split()


def _both_names(code: str) -> str:
    names = languages()[code]
    return names[0] if len(names) == 1 else f"{names[0]} ({names[-1]})"


def _english(code: str) -> str | None:
    names = languages().get(code, (code,))
    return names[0] if len(names) > 1 else None
