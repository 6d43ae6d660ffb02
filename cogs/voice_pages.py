"""What the gallery of voices shows to whom, and what is offered while a voice is typed: looked up anew each time."""

import asyncio
from types import MappingProxyType

from discord import app_commands

from bot.discord_bot import Interaction
from bot.discord_limits import MAX_CHOICES
from bot.errors import InvalidRequest
from bot.jobs.voice_choice import ChosenVoices
from bot.jobs.voice_gallery import count_values, find_similar, find_voices, useful_filters
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Voice
from bot.preferences import VoiceScope
from bot.replies.cards import Card
from bot.replies.gallery import FilterMenu, GalleryPage, ShownVoice, build_gallery, build_voice
from bot.replies.gallery_place import (
    FILTERS,
    FILTERS_AT_ONCE,
    PAGE_LENGTH,
    GalleryPlace,
    Shelf,
    filter_key,
    voice_key,
    voice_of,
)
from bot.replies.voice_choices import build_choices
from bot.replies.voices import voice_choice
from cogs.asking import channels_of, place_of
from cogs.rights import manages


def choices_of(interaction: Interaction) -> ChosenVoices:
    """What was chosen for the member here."""
    services = interaction.client.services
    return ChosenVoices(services.voices, services.preferences, place_of(interaction), channels_of(interaction))


async def load_gallery(interaction: Interaction, wanted: GalleryPlace) -> Card:
    """A page of voices.

    Raises:
        InvalidRequest: ``voices_loading``; ``voice_gone``: the one that others are to be like is not there any more.
    """
    services = interaction.client.services
    own = (await choices_of(interaction).speaking()).voice
    stars = await services.favourites.load(interaction.user.id)
    chosen = _chosen_filters(services.voices, wanted)
    like = find_voice(services.voices, wanted.like) if wanted.shelf is Shelf.SIMILAR else None
    match wanted.shelf:
        case Shelf.FAVOURITES:
            names = stars
        case Shelf.SIMILAR if like is not None:
            # Comparing with a large catalogue takes longer than the event loop should stand still.
            similar = await asyncio.to_thread(find_similar, like, services.voices.voices)
            names = tuple(voice.name for voice in similar)
        case _:
            names = tuple(voice.name for voice in find_voices(services.voices, wanted.words, chosen))
    place = _on_a_page(wanted, len(names), chosen)
    on_page = names[place.page * PAGE_LENGTH :][:PAGE_LENGTH]
    menus = _menus(services.voices, place, chosen) if place.shelf is Shelf.ALL else []
    has_more = place.shelf is Shelf.ALL and len(useful_filters(services.voices, FILTERS)) > FILTERS_AT_ONCE
    return build_gallery(
        GalleryPage(
            place,
            tuple(_shown(services.voices, name, stars) for name in on_page),
            len(names),
            tuple(menus),
            has_more_menus=has_more,
            chosen=MappingProxyType(chosen),
            like=like,
            own=own.name,
        )
    )


async def load_voice(interaction: Interaction, key: str, place: GalleryPlace) -> Card:
    """One voice, opened.

    Raises:
        InvalidRequest: ``voice_gone``.
    """
    services = interaction.client.services
    choices = choices_of(interaction)
    own, chosen = (await choices.speaking()).voice, await choices.load()
    stars = await services.favourites.load(interaction.user.id)
    name = find_name(services.voices, stars, key)
    is_mine = any(one.scope is VoiceScope.MEMBER and one.name == name for one in chosen)
    shown = _shown(services.voices, name, stars)
    return build_voice(shown, place, manages=manages(interaction), own=own.name, is_mine=is_mine)


async def load_choices(interaction: Interaction) -> Card:
    """What /voice mine shows.

    Raises:
        InvalidRequest: ``voices_loading``.
    """
    choices = choices_of(interaction)
    chosen, speaking = await choices.load(), await choices.speaking()
    return build_choices(chosen, speaking.voice, manages=manages(interaction))


async def suggest_voices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The voices that fit what is typed so far; while nothing is, the one used last and the favourites on top."""
    services, place = interaction.client.services, place_of(interaction)
    voices = services.voices
    found = voices.search(typed, MAX_CHOICES)
    if typed.strip():
        return [voice_choice(voice) for voice in found]
    last = await voices.last_used(place.scope_id, place.user_id)
    starred = (voices.get(name) for name in await services.favourites.suggested(place.user_id))
    ordered = {voice.name: voice for voice in (last, *starred, *found) if voice is not None}
    return [voice_choice(voice, is_last=voice is last) for voice in ordered.values()][:MAX_CHOICES]


def find_name(library: VoiceLibrary, stars: tuple[str, ...], key: str) -> str:
    """The name of the voice that a key stands for: one of the catalogue, or a favourite that is gone from it.

    Raises:
        InvalidRequest: ``voice_gone``.
    """
    voice = voice_of(key, library.voices)
    name = voice.name if voice else next((name for name in stars if voice_key(name) == key), None)
    if name is None:
        raise InvalidRequest("voice_gone")
    return name


def find_voice(library: VoiceLibrary, key: str) -> Voice:
    """The voice of the catalogue that a key stands for.

    Raises:
        InvalidRequest: ``voice_gone``.
    """
    voice = voice_of(key, library.voices)
    if voice is None:
        raise InvalidRequest("voice_gone")
    return voice


def _shown(library: VoiceLibrary, name: str, stars: tuple[str, ...]) -> ShownVoice:
    return ShownVoice(name, library.label_of(name), library.get(name), name in stars, library.replacement(name))


def _chosen_filters(library: VoiceLibrary, place: GalleryPlace) -> dict[str, str]:
    """The filters' values; what the catalogue does not know any more is no filter."""
    if place.shelf is not Shelf.ALL:
        return {}
    found: dict[str, str] = {}
    for name, key in place.filters.items():
        value = next((value for value, _ in library.filter_values(name) if filter_key(value) == key), None)
        if value is not None:
            found[name] = value
    return found


def _on_a_page(wanted: GalleryPlace, count: int, chosen: dict[str, str]) -> GalleryPlace:
    last = max(0, (count - 1) // PAGE_LENGTH)
    filters = MappingProxyType({name: filter_key(value) for name, value in chosen.items()})
    return GalleryPlace(wanted.shelf, min(wanted.page, last), wanted.words, filters, wanted.like, wanted.filter_row)


def _menus(library: VoiceLibrary, place: GalleryPlace, chosen: dict[str, str]) -> list[FilterMenu]:
    """The filters of the row that is shown; the last row is followed by the first."""
    names = useful_filters(library, FILTERS)
    rows = [names[start : start + FILTERS_AT_ONCE] for start in range(0, len(names), FILTERS_AT_ONCE)]
    return [
        FilterMenu(name, tuple(count_values(library, place.words, chosen, name)), chosen.get(name, ""))
        for name in (rows[place.filter_row % len(rows)] if rows else [])
    ]
