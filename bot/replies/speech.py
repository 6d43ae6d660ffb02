"""What /tts and Read aloud say beside the card: the list of emotions, the window for long texts, notes."""

from collections.abc import Sequence

import discord
from discord import app_commands
from rapidfuzz import fuzz

from bot.discord_limits import CHOICE_CHARACTERS, MAX_CHOICES
from bot.emotions import ALIASES, TAGS, Note, NoteKind, TagGroup, group_of, parse_tagged_text
from bot.languages import folded
from bot.replies.emotion_names import NAMED_TAGS, folded_names, name_of
from bot.replies.language import N_, _, number
from bot.replies.sentences import plain, quiet
from bot.replies.windows import build_window, text_field

TEXT_INPUT = "text"
LIKE_ENOUGH = 70
LABEL_CHARACTERS = 60

# What is offered before anything is typed: something of each group.
_FIRST = [*TAGS[TagGroup.EMOTION][:14], *TAGS[TagGroup.TONE], *TAGS[TagGroup.SOUND][:6]]

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
    NoteKind.TAG_BESIDE_SOUND: N_(
        "Nothing is said between **[{tag}]** and the tag after it, which may sound odd. Put some words between them, "
        "or leave one out."
    ),
    NoteKind.TAG_WITHOUT_TEXT: N_("Nothing is said after **[{tag}]**, so it does nothing. Put it before the words."),
    NoteKind.SEVERAL_TAGS_IN_ONE_SENTENCE: N_(
        "There is more than one emotion in a sentence: **[{tag}]** may go unheard. One at the start of each sentence "
        "works best."
    ),
}
_IDLE = frozenset({NoteKind.TWO_TAGS_IN_A_ROW, NoteKind.TAG_WITHOUT_TEXT})


def emotion_choices(typed: str) -> list[app_commands.Choice[str]]:
    """The documented tags that fit what is typed so far, the best first, 25 at most.

    They are found by their names in the language that is spoken, by the tags themselves, and by other English words.
    """
    words = folded(typed[:CHOICE_CHARACTERS].strip("[] "))
    if not words:
        return [_choice(tag) for tag in _FIRST]
    names = [*folded_names(), *((tag, tag) for tag in NAMED_TAGS), *ALIASES.items()]
    scored = [(_fit(words, name), -number, name, tag) for number, (name, tag) in enumerate(names)]
    best: dict[str, str] = {}
    for score, _number, name, tag in sorted(scored, reverse=True):
        if score >= LIKE_ENOUGH:
            best.setdefault(tag, name)
    return [_choice(tag, name) for tag, name in best.items()][:MAX_CHOICES]


def _fit(words: str, name: str) -> float:
    if name.startswith(words):
        return 200.0
    return 150.0 if words in name else fuzz.ratio(words, name)


def _choice(tag: str, found_by: str = "") -> app_commands.Choice[str]:
    other = found_by if found_by in ALIASES else tag
    names = [name for name in dict.fromkeys((name_of(tag), other)) if name != tag]
    line = f"{tag} · {', '.join([*names, _(_GROUPS[group_of(tag)])])}"
    return app_commands.Choice(name=plain(line, CHOICE_CHARACTERS), value=tag)


def say_oddity(text: str) -> str:
    """A sentence about tags that do not do what they seem to; empty where all is well."""
    note, unknown = _oddity(text), parse_tagged_text(text).unknown_tags
    if note is not None:
        return "📝 " + _(_ODD[note.kind]).format(tag=note.tag)
    if unknown:
        return _(
            "📝 I know no emotion **[{tag}]**, so it may go unheard. The list of emotions has all there are."
        ).format(tag=unknown[0])
    return ""


def untold(notes: Sequence[str], text: str) -> list[str]:
    """Of the service's notes about a text those that do not only say again what ``say_oddity`` said before.

    The embedded studio, like other services may, tells of each tag that does nothing.
    """
    odd, unknown = _oddity(text), parse_tagged_text(text).unknown_tags
    told = unknown[:1]
    if odd is not None:
        told = (odd.tag,) if odd.kind in _IDLE else ()
    return [note for note in notes if not any(f"[{tag}]" in note for tag in told)]


def _oddity(text: str) -> Note | None:
    notes = parse_tagged_text(text).notes
    return next((note for kind in _ODD for note in notes if note.kind is kind), None)


def say_gone_voice(gone: str, now: str) -> str:
    """What a member is told once where a voice that was chosen has left the catalogue."""
    return _(
        "🔁 The voice **{gone}** is not there any more. **{now}** speaks in its place, the most alike there is; "
        "/voice default chooses another."
    ).format(gone=quiet(gone, LABEL_CHARACTERS), now=quiet(now, LABEL_CHARACTERS))


def say_own_emotion(tag: str) -> str:
    """What a member is told who chose an emotion for a text that begins with one."""
    return _("📝 The text begins with an emotion of its own, so **[{tag}]** was left out.").format(tag=tag)


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
