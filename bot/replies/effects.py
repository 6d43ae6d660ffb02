"""What members see around sound effects: the buttons on a finished card, and the window of "Avoid…"."""

import discord

from bot.models import LONGEST_EFFECT_S, EffectRequest, Job
from bot.replies.cards import Button, button
from bot.replies.language import N_, _, n_, number
from bot.replies.windows import build_window, text_field

AVOID_CHARACTERS = 300

AGAIN, LONGER, AVOID, SOUNDBOARD = "again", "longer", "avoid", "soundboard"
WITHOUT, AVOID_INPUT = "without", "avoid"
_LABELS = {
    AGAIN: N_("Again"),
    LONGER: N_("Longer"),
    AVOID: N_("Avoid…"),
    SOUNDBOARD: N_("Add to soundboard"),
}
_MARKS = {AGAIN: "🎲", LONGER: "⏩", AVOID: "🔇", SOUNDBOARD: "📣"}


def effect_buttons(job: Job) -> list[Button]:
    """The buttons on the card of a finished sound effect; none for other jobs."""
    request = job.request
    if not isinstance(request, EffectRequest):
        return []
    actions = [AGAIN, *([LONGER] if request.duration_s < LONGEST_EFFECT_S else []), AVOID]
    buttons = [_button(action, f"effect:{action}:{job.id}") for action in actions]
    if job.place.guild_id is not None:
        # How many takes there are stands in the id: the window that asks which one has to open at once.
        buttons.append(_button(SOUNDBOARD, f"effect:{SOUNDBOARD}:{job.id}:{max(1, job.takes_made)}"))
    return buttons


def say_first_of(count: int) -> str:
    """What a member is told who chose a message with several pictures and videos; empty where there is one."""
    if count <= 1:
        return ""
    said = _("There are {count} pictures and videos in that message; this is of the first. For another one: /sfx")
    return said.format(count=number(count))


def longer(duration_s: float) -> float:
    """Twice the length, in seconds, as far as there is room."""
    return min(LONGEST_EFFECT_S, 2 * duration_s)


def also_avoiding(avoid: str, more: str) -> str:
    """What was to be avoided, and more of it; where that is too much, without what was said first."""
    parts = [part for part in (*avoid.split(","), " ".join(more.split())) if part.strip()]
    while len(parts) > 1 and len(", ".join(part.strip() for part in parts)) > AVOID_CHARACTERS:
        del parts[0]
    return ", ".join(part.strip() for part in parts)[:AVOID_CHARACTERS]


def say_takes(asked: int, made: int) -> str:
    """How many of the takes there are, for the card."""
    if made < asked:
        return _("{made} of {asked} takes could be made. The others cost nothing.").format(made=made, asked=asked)
    return n_(
        "{count} take: play it and keep what you like.", "{count} takes: play them and keep the best.", made
    ).format(count=made)


def say_take(number: int, count: int, heard: str) -> str:
    """What a screen reader says about one of several takes. ``heard`` is text from outside."""
    return _("Take {number} of {count}. {heard}").format(number=number, count=count, heard=heard)


def build_avoid_window(job_id: str) -> discord.ui.Modal:
    """Asks what is not to be heard the next time."""
    field = text_field(
        _("What should not be heard?"), AVOID_INPUT, max_length=AVOID_CHARACTERS, hint=_("voices, music, wind")
    )
    return build_window(_("Make it again, but without…"), f"effect:{WITHOUT}:{job_id}", field)


def _button(action: str, custom_id: str) -> Button:
    style = discord.ButtonStyle.primary if action == AGAIN else discord.ButtonStyle.secondary
    return button(_(_LABELS[action]), custom_id, emoji=_MARKS[action], style=style)
