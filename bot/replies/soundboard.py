"""What members see while a sound goes into the soundboard of their server."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.discord_limits import MAX_OPTIONS, OPTION_CHARACTERS
from bot.errors import InvalidRequest
from bot.models import MOST_TAKES
from bot.replies.cards import FINISHED, WAITING, Card, Item, still_view
from bot.replies.language import _
from bot.replies.sentences import plain, quiet
from bot.replies.windows import build_window, menu_field, text_field
from bot.spoken_words import PICTOGRAPH

# Source: Discord's documentation, "Create Guild Soundboard Sound", read 2026-11.
SHORTEST_NAME, LONGEST_NAME = 2, 32
EMOJI_CHARACTERS = 60
# The longest emoji of Unicode are families and flags of regions, of up to 14 characters.
LONGEST_UNICODE_EMOJI = 14
# A message has five rows, of a menu each.
MOST_SOUNDS = 5 * MAX_OPTIONS
SWAP, ADDING = "swap", "adding"
TAKE = rf"[1-{MOST_TAKES}]"
"""The number of a take, or how many there are, as it stands in custom ids."""
TAKE_INPUT, NAME_INPUT, EMOJI_INPUT = "take", "name", "emoji"

_OWN_EMOJI = re.compile(r"<a?:\w{1,32}:([0-9]{15,20})>")
_FILE_PARTS = re.compile(r"(?:[0-9]+-of-[0-9]+-)?(.*?)(?:\.[a-z0-9]{1,5})?", re.IGNORECASE)
# What an emoji shows, by Unicode's general categories: pictures, and the frame around the digit of a keycap.
_SHOWN = frozenset({"So", "Me"})
# Of the others some are marks, signs of mathematics or a letter; what asks for their picture may follow them.
_PICTOGRAPH = re.compile(PICTOGRAPH)
_AS_PICTURE = "\ufe0f"


@dataclass(frozen=True, slots=True)
class SoundEmoji:
    """The emoji of a sound: one of the server's own by its id, one of Unicode, or none."""

    emoji_id: int | None = None
    name: str | None = None

    def as_id(self) -> str:
        """For a custom id, read again by ``read``; at most 20 characters."""
        return str(self.emoji_id) if self.emoji_id is not None else self.name or ""

    @classmethod
    def read(cls, text: str) -> "SoundEmoji":
        """What ``as_id`` wrote."""
        return cls(emoji_id=int(text)) if text.isascii() and text.isdigit() else cls(name=text or None)


@dataclass(frozen=True, slots=True)
class Replaceable:
    """A sound that may have to go. Its name is text from outside."""

    id: int
    name: str
    emoji_name: str | None


def read_name(typed: str) -> str:
    """The name as it may be shown anywhere.

    Raises:
        InvalidRequest: ``soundboard_name``: too short, too long, or made of what nobody can see.
    """
    name = plain(typed, LONGEST_NAME + 1)
    is_seen = any(unicodedata.category(char)[0] not in "CZ" for char in name)
    if not (is_seen and SHORTEST_NAME <= len(name) <= LONGEST_NAME):
        raise InvalidRequest("soundboard_name")
    return name


def read_emoji(typed: str) -> SoundEmoji:
    """The emoji, as it is typed or pasted.

    Raises:
        InvalidRequest: ``soundboard_emoji``: it is none.
    """
    text = "".join(typed.split())
    if not text:
        return SoundEmoji()
    own = _OWN_EMOJI.fullmatch(text)
    if own is not None:
        return SoundEmoji(emoji_id=int(own[1]))
    rest = _PICTOGRAPH.sub("", text)
    is_picture = rest != text or _AS_PICTURE in text or any(unicodedata.category(char) in _SHOWN for char in text)
    if not is_picture or len(text) > LONGEST_UNICODE_EMOJI or any(char.isalpha() or char == ":" for char in rest):
        raise InvalidRequest("soundboard_emoji")
    return SoundEmoji(name=text)


def read_take(chosen: str) -> int:
    """The number of the take that was chosen, from 1.

    Raises:
        InvalidRequest: ``not_offered``: it is none.
    """
    if not re.fullmatch(TAKE, chosen):
        raise InvalidRequest("not_offered")
    return int(chosen)


def suggested_name(file_name: str) -> str:
    """A name for a sound from that of its file; empty where nothing is left of it."""
    match = _FILE_PARTS.fullmatch(file_name)
    words = plain((match[1] if match else file_name).replace("-", " ").replace("_", " "), 200)
    name = words[:LONGEST_NAME]
    if len(words) > LONGEST_NAME and " " in name:
        name = name.rsplit(" ", 1)[0]
    return name if len(name) >= SHORTEST_NAME else ""


def build_sound_window(job_id: str, takes: int, suggested: str) -> discord.ui.Modal:
    """Asks which of the takes it is to be, where there are several, and for its name and emoji."""
    fields = [
        text_field(
            _("Name, 2 to 32 characters"),
            NAME_INPUT,
            min_length=SHORTEST_NAME,
            max_length=LONGEST_NAME,
            value=suggested or None,
        ),
        text_field(
            _("Emoji (optional)"),
            EMOJI_INPUT,
            min_length=0,
            max_length=EMOJI_CHARACTERS,
            hint=_("🐶, or one of this server as <:name:id>"),
        ),
    ]
    if takes > 1:
        names = {str(number): _("Take {number}").format(number=number) for number in range(1, takes + 1)}
        fields.insert(0, menu_field(_("Which take?"), TAKE_INPUT, names))
    return build_window(_("Add to this server's soundboard"), f"effect:{ADDING}:{job_id}", *fields)


def describe_lost(name: str) -> str:
    """What a screen reader says about a sound that is handed back."""
    return plain(_("The sound {name}, which was on the soundboard").format(name=name), 200)


def audit_reason(member: str) -> str:
    """What the server's audit log says of who wanted it."""
    return plain(_("Asked for by {member}").format(member=member), 200)


def build_added(name: str, *, was_cut: bool, instead_of: str | None = None) -> Card:
    """A sound is in the soundboard."""
    sentences = [_("**{name}** is in the soundboard of this server now.").format(name=quiet(name, LONGEST_NAME))]
    if instead_of is not None:
        sentences.append(_("It took the place of **{name}**.").format(name=quiet(instead_of, LONGEST_NAME)))
    if was_cut:
        sentences.append(_("A soundboard takes 5.2 seconds, so it fades out there."))
    return Card(discord.Embed(description="✅ " + "\n".join(sentences), colour=FINISHED), still_view())


def build_full(name: str, emoji: SoundEmoji, *, job_id: str, take: int, sounds: Sequence[Replaceable]) -> Card:
    """The soundboard is full: menus of the sounds that may go for the new one."""
    said = _("The soundboard of this server is full. Choose the sound that **{name}** takes the place of.").format(
        name=quiet(name, LONGEST_NAME)
    )
    menus = [
        _swap_menu(sounds[first : first + MAX_OPTIONS], f"effect:{SWAP}:{take}:{first}:{emoji.as_id()}:{name}", job_id)
        for first in range(0, min(len(sounds), MOST_SOUNDS), MAX_OPTIONS)
    ]
    return Card(discord.Embed(description=f"📦 {said}", colour=WAITING), still_view(*menus))


def _swap_menu(sounds: Sequence[Replaceable], custom_id: str, job_id: str) -> Item:
    menu = discord.ui.Select[discord.ui.View](custom_id=custom_id, placeholder=_("Replace…"))
    for sound in sounds:
        label = plain(f"{sound.emoji_name or '🔊'} {sound.name}", OPTION_CHARACTERS)
        menu.add_option(label=label, value=f"{sound.id}:{job_id}")
    return menu
