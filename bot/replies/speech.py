"""What /tts and Read aloud say beside the card: the list of emotions, the window for long texts, notes."""

import discord
from discord import app_commands
from rapidfuzz import fuzz

from bot.emotions import ALIASES, TAGS, NoteKind, TagGroup, group_of, parse_tagged_text
from bot.replies.language import N_, _, number
from bot.replies.sentences import plain, quiet
from bot.replies.windows import build_window, text_field

MAX_CHOICES = 25
# Source: Discord's documentation, "Application Command Option Choice", read 2026-11.
CHOICE_CHARACTERS = 100
TEXT_INPUT = "text"
LIKE_ENOUGH = 70
LABEL_CHARACTERS = 60

# At the start of a text a pause does nothing; the others may be worth it there.
_OFFERED = {group: [tag for tag in tags if "break" not in tag] for group, tags in TAGS.items()}
# What is offered before anything is typed: something of each group.
_FIRST = [*_OFFERED[TagGroup.EMOTION][:14], *_OFFERED[TagGroup.TONE], *_OFFERED[TagGroup.SOUND][:6]]
_ALL = [tag for tags in _OFFERED.values() for tag in tags]

_GROUPS = {
    TagGroup.EMOTION: N_("emotion"),
    TagGroup.TONE: N_("tone"),
    TagGroup.SOUND: N_("sound"),
    TagGroup.EFFECT: N_("effect"),
}
# The most telling first: only one is said.
_ODD = {
    NoteKind.TWO_TAGS_IN_A_ROW: N_(
        "Nothing is said between **[{tag}]** and the tag after it, so **[{tag}]** does nothing. Put some words between "
        "them, or leave one out."
    ),
    NoteKind.TAG_WITHOUT_TEXT: N_("Nothing is said after **[{tag}]**, so it does nothing. Put it before the words."),
    NoteKind.SEVERAL_TAGS_IN_ONE_SENTENCE: N_(
        "There is more than one emotion in a sentence: **[{tag}]** may go unheard. One at the start of each sentence "
        "works best."
    ),
}


def emotion_choices(typed: str) -> list[app_commands.Choice[str]]:
    """The documented tags that fit what is typed so far, by their other names too; the best first, 25 at most."""
    words = " ".join(typed.lower().strip("[] ").split())[:CHOICE_CHARACTERS]
    if not words:
        return [_choice(tag) for tag in _FIRST]
    scored = [(_fit(words, name), -number, name) for number, name in enumerate([*_ALL, *ALIASES])]
    best: dict[str, str] = {}
    for score, _number, name in sorted(scored, reverse=True):
        if score >= LIKE_ENOUGH:
            best.setdefault(ALIASES.get(name, name), name)
    return [_choice(tag, name) for tag, name in best.items()][:MAX_CHOICES]


def _fit(words: str, name: str) -> float:
    if name.startswith(words):
        return 200.0
    return 150.0 if words in name else fuzz.ratio(words, name)


def _choice(tag: str, name: str = "") -> app_commands.Choice[str]:
    facts = _(_GROUPS[group_of(tag)])
    line = f"{tag} · {facts}" if name in {"", tag} else f"{tag} · {name}, {facts}"
    return app_commands.Choice(name=plain(line, CHOICE_CHARACTERS), value=tag)


def say_oddity(text: str) -> str:
    """A sentence about tags that do not do what they seem to; empty where all is well."""
    notes = parse_tagged_text(text).notes
    note = next((note for kind in _ODD for note in notes if note.kind is kind), None)
    return "" if note is None else "📝 " + _(_ODD[note.kind]).format(tag=note.tag)


def say_gone_voice(gone: str, now: str) -> str:
    """What a member is told once whose chosen voice has left the catalogue."""
    return _(
        "🔁 Your voice **{gone}** is not there any more. **{now}** speaks in its place, the most alike there is; "
        "/voice default chooses another."
    ).format(gone=quiet(gone, LABEL_CHARACTERS), now=quiet(now, LABEL_CHARACTERS))


def say_shortened(read: int, whole: int) -> str:
    """What a member is told when a message is too long to be read whole."""
    return _("✂️ Only the first {read} of {whole} characters are read: more do not fit into one clip.").format(
        read=number(read), whole=number(whole)
    )


def build_text_window(custom_id: str, max_length: int) -> discord.ui.Modal:
    """Takes a text of several lines, of at most so many characters."""
    hint = _("Emotions in brackets: [happy] Hello! [whispering] Can you hear me?")
    field = text_field(_("What to say"), TEXT_INPUT, max_length=max_length, hint=hint, of_many_lines=True)
    return build_window(_("Text to speech"), custom_id, field)


def describe_written() -> str:
    """What a screen reader says about a text that is handed back."""
    return _("What you wrote, so that you need not write it again")
