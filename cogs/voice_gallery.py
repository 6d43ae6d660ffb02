"""The buttons and menus of the gallery of voices. Their ids say where somebody is, so they outlive restarts."""

from bot.discord_bot import Interaction
from bot.errors import Blocked, Deed
from bot.models import Voice
from bot.preferences import VoiceScope
from bot.replies.answer import confirm, in_time, replace_card
from bot.replies.cards import Card
from bot.replies.gallery import (
    ANY,
    BACK,
    FILTER,
    FOR_CHANNEL,
    FOR_ME,
    FOR_SERVER,
    HOME,
    LIKE,
    MORE,
    NEXT,
    OPEN,
    PLAY,
    PREVIOUS,
    STAR,
    STARS,
    SWAP,
    UNSTAR,
)
from bot.replies.gallery_place import PLACE, GalleryPlace, voice_key
from bot.replies.voice_choices import RESET
from bot.replies.voice_sample import sample_file, say_sample
from cogs.asking import place_of, refuse_where_not_allowed, refuse_without_files, roles_of
from cogs.pressing import LastingButton, LastingMenu
from cogs.rights import managed_guild
from cogs.voice_pages import choices_of, find_name, find_voice, load_choices, load_gallery, load_voice

_TURNS = (PREVIOUS, NEXT, MORE, STARS, HOME, LIKE, BACK)
_STARS = (STAR, UNSTAR, SWAP)
_SCOPES = {FOR_ME: VoiceScope.MEMBER, FOR_CHANNEL: VoiceScope.CHANNEL, FOR_SERVER: VoiceScope.GUILD}
_ACTIONS = "|".join((PLAY, *_TURNS, *_STARS, *_SCOPES))
_RESETTABLE = "|".join(_SCOPES.values())


class GalleryButton(LastingButton, template=rf"voices:(?P<action>{_ACTIONS}):(?P<key>[\w-]{{0,8}}):(?P<place>{PLACE})"):
    """A button that turns to another page, or does something with a voice."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        if self.action == PLAY:
            await play(interaction, self.found["key"])
            return
        await replace_card(interaction, await in_time(interaction, self._press(interaction)))

    async def _press(self, interaction: Interaction) -> Card:
        key, place = self.found["key"], GalleryPlace.read(self.found["place"])
        if self.action in _STARS:
            return await self._star(interaction, key, place)
        if self.action in _SCOPES:
            await choose(interaction, _SCOPES[self.action], find_voice(interaction.client.services.voices, key))
            return await load_voice(interaction, key, place)
        return await load_gallery(interaction, place)

    async def _star(self, interaction: Interaction, key: str, place: GalleryPlace) -> Card:
        services, user_id = interaction.client.services, interaction.user.id
        if self.action == STAR:
            await services.favourites.star(user_id, find_voice(services.voices, key).name)
            return await load_voice(interaction, key, place)
        name = find_name(services.voices, await services.favourites.load(user_id), key)
        nearest = services.voices.replacement(name) if self.action == SWAP else None
        await services.favourites.unstar(user_id, name)
        if nearest is not None:
            await services.favourites.star(user_id, nearest.name)
        shown = nearest or services.voices.get(name)
        if shown is None:
            return await load_gallery(interaction, place)
        return await load_voice(interaction, voice_key(shown.name), place)


class GalleryMenu(LastingMenu, template=rf"voices:(?P<action>{OPEN}|{FILTER}):(?P<filter>[a-z]*):(?P<place>{PLACE})"):
    """The menu that opens a voice of the page, and those that narrow the gallery down."""

    async def pressed(self, interaction: Interaction) -> None:
        """Show what was chosen in place of the page."""
        (value,) = self.item.values
        place, filter_name = GalleryPlace.read(self.found["place"]), self.found["filter"]
        if filter_name:
            loading = load_gallery(interaction, place.filtered(filter_name, "" if value == ANY else value))
        else:
            loading = load_voice(interaction, value, place)
        await replace_card(interaction, await in_time(interaction, loading))


class ResetButton(LastingButton, template=rf"voices:{RESET}:(?P<scope>{_RESETTABLE})"):
    """The button that takes the choice of a voice back."""

    async def pressed(self, interaction: Interaction) -> None:
        """Take it back and show what is left."""
        await replace_card(interaction, await in_time(interaction, self._reset(interaction)))

    async def _reset(self, interaction: Interaction) -> Card:
        await choose(interaction, VoiceScope(self.found["scope"]), None)
        return await load_choices(interaction)


async def choose(interaction: Interaction, scope: VoiceScope, voice: Voice | None) -> None:
    """Let the voice speak for the member, here or on this server; None takes the choice back.

    Raises:
        InvalidRequest: ``managers_only``: what is not for the member alone is chosen by managers.
    """
    if scope is not VoiceScope.MEMBER:
        managed_guild(interaction)
    name = None if voice is None else voice.name
    await choices_of(interaction).choose(scope, name)


async def play(interaction: Interaction, key: str) -> None:
    """Answer with the sample of the voice, for the member alone."""
    voice = find_voice(interaction.client.services.voices, key)
    # Making one takes seconds: the gallery stays as it is, and "thinking…" stands below it.
    sample = await in_time(interaction, _sample(interaction, voice), is_private=True, is_new=True)
    await confirm(interaction, say_sample(voice), sample_file(voice, sample))


async def _sample(interaction: Interaction, voice: Voice) -> bytes:
    place = place_of(interaction)
    refuse_without_files(interaction, Deed.SAMPLE)
    await refuse_where_not_allowed(interaction)
    services = interaction.client.services
    if await services.fair_use.is_blocked(place, roles_of(interaction.user)):
        raise Blocked
    return await services.voice_samples.fetch(voice, place)
