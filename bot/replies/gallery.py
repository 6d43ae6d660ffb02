"""The gallery of voices: a page of five, each with a button to listen; one voice opened from it; and its sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import discord

from bot.discord_limits import MAX_OPTIONS, OPTION_CHARACTERS
from bot.models import Voice
from bot.replies.cards import Card, Item, button, still_view
from bot.replies.gallery_place import (
    FILTERS,
    FILTERS_AT_ONCE,
    PAGE_LENGTH,
    GalleryPlace,
    Shelf,
    filter_key,
    gallery_id,
    voice_key,
)
from bot.replies.language import _, n_, number
from bot.replies.sentences import plain, quiet
from bot.replies.voice_facts import (
    facts_of,
    filter_name,
    label_of,
    plain_label,
    say_gone,
    say_nearest,
    value_words,
)

COLOUR = discord.Colour(0x6C5CE7)
ABOUT_LENGTH, TAGS_SHOWN = 110, 8
# A dot before this many characters may be that of "Dr." or "Mr.".
SHORTEST_SENTENCE = 15
BUTTON_NAME_LENGTH = 24
DESCRIPTION_LENGTH = 600
ANY = "any"

# What the parts of the gallery do; the words stand in custom ids, and cogs/voice_gallery.py does it.
PLAY, OPEN, FILTER = "play", "open", "filter"
PREVIOUS, NEXT, MORE, STARS, HOME, LIKE, BACK = "prev", "next", "more", "stars", "home", "like", "back"
STAR, UNSTAR, SWAP, FOR_ME, FOR_CHANNEL, FOR_SERVER = "star", "unstar", "swap", "me", "channel", "server"


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """A line of the gallery."""

    name: str
    """As the service knows the voice."""
    label: str
    voice: Voice | None
    """None for a favourite that is gone."""
    is_starred: bool = False
    nearest: Voice | None = None
    """What may stand in for one that is gone."""


@dataclass(frozen=True, slots=True)
class FilterMenu:
    """What a filter can be set to: values with the number of voices, the most common first."""

    name: str
    values: tuple[tuple[str, int], ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """A page, and what there is around it. ``place.page`` is one that exists."""

    place: GalleryPlace
    shown: tuple[ShownVoice, ...]
    count: int
    """Voices on all pages."""
    menus: tuple[FilterMenu, ...] = ()
    has_more_menus: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])
    """The filters that are set: values by names."""
    like: Voice | None = None
    own: str | None = None
    """The name of the voice that speaks for this member here."""

    @property
    def pages(self) -> int:
        """At least one, even if it is empty."""
        return max(1, -(-self.count // PAGE_LENGTH))


def build_gallery(page: GalleryPage) -> Card:
    """A page of voices with its buttons and menus; they fill a message's five rows at most."""
    embed = discord.Embed(title=_title(page), colour=COLOUR)
    first = page.place.page * PAGE_LENGTH + 1
    lines = [_line(shown, page.own) for shown in page.shown]
    embed.description = "\n\n".join([f"-# {_summary(page)}", *(lines or [_nothing(page)])])
    if page.shown:
        embed.set_footer(text=_footer(page, first))
    return Card(embed, still_view(*_parts(page)))


def build_voice(shown: ShownVoice, place: GalleryPlace, *, manages: bool, own: str | None, is_mine: bool) -> Card:
    """One voice, opened from the gallery: all that is known of it, and what can be done with it.

    ``own`` is the name of the voice that speaks for the member here; ``is_mine``: they chose this one themselves.
    """
    voice = shown.voice
    if voice is None:
        return _build_gone(shown, place)
    embed = discord.Embed(title=_with_star(label_of(voice), is_starred=shown.is_starred), colour=COLOUR)
    embed.description = quiet(voice.description, DESCRIPTION_LENGTH) or None
    for name in FILTERS:
        value = quiet(_field(voice, name), 60)
        if value:
            embed.add_field(name=filter_name(name), value=value)
    if voice.tags:
        embed.add_field(name=_("Tags"), value=" · ".join(quiet(tag, 30) for tag in voice.tags[:TAGS_SHOWN]))
    embed.set_footer(text=_speaks(voice, own))
    return Card(embed, still_view(*_actions(shown, voice, place, manages=manages, is_mine=is_mine)))


def _title(page: GalleryPage) -> str:
    match page.place.shelf:
        case Shelf.FAVOURITES:
            return _("⭐ Your favourite voices")
        case Shelf.SIMILAR:
            return _("🎧 Voices like {voice}").format(voice=label_of(page.like) if page.like else "?")
        case Shelf.ALL:
            return _("🎧 Voices")


def _summary(page: GalleryPage) -> str:
    """How many there are, and what they were narrowed down to."""
    count = n_("{count} voice", "{count} voices", page.count).format(count=number(page.count))
    narrowed = [quiet(value_words(name, value), 40) for name, value in page.chosen.items()]
    if page.place.words and page.place.shelf is Shelf.ALL:
        narrowed.append(_("“{words}”").format(words=quiet(page.place.words, 40)))
    return " · ".join([count, *narrowed])


def _line(shown: ShownVoice, own: str | None) -> str:
    if shown.voice is None:
        return say_gone(shown.label, shown.nearest)
    voice = shown.voice
    head = _with_star(f"**{label_of(voice)}**", is_starred=shown.is_starred)
    if voice.name == own:
        head += " · " + _("speaks for you here")
    about = quiet(_opening(voice.description), ABOUT_LENGTH)
    facts = " · ".join(quiet(fact, 40) for fact in facts_of(voice))
    return "\n".join(part for part in (head, facts, f"*{about}*" if about else "") if part)


def _opening(description: str) -> str:
    """The whole sentences that fit on a line of the gallery; all of it where not even the first one does."""
    if len(description) <= ABOUT_LENGTH:
        return description
    end = max(description.rfind(mark, SHORTEST_SENTENCE, ABOUT_LENGTH) for mark in (". ", "! ", "? ", "。"))
    return description if end < 0 else description[: end + 1]


def _with_star(text: str, *, is_starred: bool) -> str:
    return f"{text} ⭐" if is_starred else text


def _nothing(page: GalleryPage) -> str:
    if page.place.shelf is Shelf.FAVOURITES:
        return _("You have no favourites yet. Open a voice with /voice search and press **Star**.")
    if page.place.words or page.chosen:
        return _("No voice is like that. Take a filter away, or look for something else with /voice search.")
    return _("There are no voices here.")


def _footer(page: GalleryPage, first: int) -> str:
    if page.count == len(page.shown):
        # How many there are stands above them.
        return _("A name's button plays a short sample that only you hear")
    if len(page.shown) == 1:
        return _("{number} of {count} · a name's button plays a short sample that only you hear").format(
            number=number(first), count=number(page.count)
        )
    return _("{first} to {last} of {count} · a name's button plays a short sample that only you hear").format(
        first=number(first), last=number(first + len(page.shown) - 1), count=number(page.count)
    )


def _parts(page: GalleryPage) -> list[Item]:
    place = page.place
    parts: list[Item] = [_play_button(shown.voice, place, row=0) for shown in page.shown if shown.voice is not None]
    if page.shown:
        parts.append(_open_menu(page))
    parts += _turning_buttons(page)
    parts += [_filter_menu(menu, place, 3 + row) for row, menu in enumerate(page.menus[:FILTERS_AT_ONCE])]
    return parts


def _play_button(voice: Voice, place: GalleryPlace, *, row: int) -> Item:
    label = plain_label(voice, BUTTON_NAME_LENGTH)
    return button(label, gallery_id(PLAY, place, voice_key(voice.name)), emoji="🔊", row=row)


def _open_menu(page: GalleryPage) -> Item:
    menu = discord.ui.Select[discord.ui.View](
        custom_id=gallery_id(OPEN, page.place), placeholder=_("Choose a voice…"), row=1
    )
    for shown in page.shown:
        if shown.voice is None:
            label, about = plain(shown.label, OPTION_CHARACTERS) or "?", _("gone from the catalogue")
        else:
            label, about = plain_label(shown.voice, OPTION_CHARACTERS), " · ".join(facts_of(shown.voice))
        menu.add_option(label=label, value=voice_key(shown.name), description=about[:OPTION_CHARACTERS] or None)
    return menu


def _turning_buttons(page: GalleryPage) -> list[Item]:
    place, found = page.place, list[Item]()
    if page.pages > 1:
        before, after = (place.page - 1) % page.pages, (place.page + 1) % page.pages
        found.append(button(_("Previous"), gallery_id(PREVIOUS, replace(place, page=before)), emoji="⬅️", row=2))
        found.append(button(_("Next"), gallery_id(NEXT, replace(place, page=after)), emoji="➡️", row=2))
    if page.has_more_menus:
        more = replace(place, filter_row=place.filter_row + 1)
        found.append(button(_("More filters"), gallery_id(MORE, more), row=2))
    if place.shelf is not Shelf.FAVOURITES:
        found.append(button(_("Favourites"), gallery_id(STARS, GalleryPlace(Shelf.FAVOURITES)), emoji="⭐", row=2))
    if place.shelf is not Shelf.ALL or place.words or page.chosen:
        found.append(button(_("All voices"), gallery_id(HOME, GalleryPlace()), row=2))
    return found


def _filter_menu(menu: FilterMenu, place: GalleryPlace, row: int) -> Item:
    name = filter_name(menu.name)
    select = discord.ui.Select[discord.ui.View](
        custom_id=gallery_id(FILTER, replace(place, page=0), menu.name), placeholder=name, row=row
    )
    select.add_option(label=_("{filter}: any").format(filter=name), value=ANY, default=not menu.chosen)
    # One hash stands for one value, or Discord refuses the message.
    for value, count in {filter_key(value): (value, count) for value, count in _offered(menu)}.values():
        label = _("{filter}: {value}").format(filter=name, value=value_words(menu.name, value))
        select.add_option(
            label=plain(label, OPTION_CHARACTERS),
            value=filter_key(value),
            description=n_("{count} voice", "{count} voices", count).format(count=number(count)),
            default=value == menu.chosen,
        )
    return select


def _offered(menu: FilterMenu) -> Sequence[tuple[str, int]]:
    """As many as fit beside "any"; what is chosen is always among them."""
    most_common = list(menu.values[: MAX_OPTIONS - 1])
    counts = dict(menu.values)
    if menu.chosen and menu.chosen not in dict(most_common):
        most_common = [(menu.chosen, counts.get(menu.chosen, 0)), *most_common[: MAX_OPTIONS - 2]]
    return most_common


def _field(voice: Voice, name: str) -> str:
    if name == "language":
        return facts_of(voice)[0] if voice.language else ""
    return value_words(name, voice.traits[name])


def _speaks(voice: Voice, own: str | None) -> str:
    return _("This voice speaks for you here") if voice.name == own else _("Play it first: only you hear the sample")


def _actions(shown: ShownVoice, voice: Voice, place: GalleryPlace, *, manages: bool, is_mine: bool) -> list[Item]:
    key = voice_key(voice.name)
    star = (_("Take star away"), UNSTAR) if shown.is_starred else (_("Star"), STAR)
    found = [
        button(_("Play"), gallery_id(PLAY, place, key), emoji="🔊", style=discord.ButtonStyle.primary),
        button(star[0], gallery_id(star[1], place, key), emoji="⭐"),
        button(_("Similar voices"), gallery_id(LIKE, GalleryPlace(Shelf.SIMILAR, like=key))),
    ]
    if not is_mine:
        found.append(button(_("Use for me"), gallery_id(FOR_ME, place, key), style=discord.ButtonStyle.primary, row=1))
    if manages:
        found.append(button(_("Use in this channel"), gallery_id(FOR_CHANNEL, place, key), row=1))
        found.append(button(_("Use for this server"), gallery_id(FOR_SERVER, place, key), row=1))
    return [*found, button(_("Back"), gallery_id(BACK, place), row=2)]


def _build_gone(shown: ShownVoice, place: GalleryPlace) -> Card:
    embed = discord.Embed(title=quiet(shown.label, 60) or "?", colour=COLOUR)
    embed.description = _("This voice is not in the catalogue any more.")
    parts: list[Item] = []
    if shown.nearest is not None:
        embed.description = f"{embed.description}\n{say_nearest(shown.nearest)}"
        key = voice_key(shown.nearest.name)
        parts += [
            button(plain_label(shown.nearest, BUTTON_NAME_LENGTH), gallery_id(PLAY, place, key), emoji="🔊"),
            button(_("Star that one instead"), gallery_id(SWAP, place, voice_key(shown.name)), emoji="⭐"),
        ]
    parts.append(button(_("Take star away"), gallery_id(UNSTAR, place, voice_key(shown.name))))
    return Card(embed, still_view(*parts, button(_("Back"), gallery_id(BACK, place))))
