"""/voice: look through the voices, listen to them, and choose who speaks."""

from typing import Literal

from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.discord_limits import CHOICE_CHARACTERS
from bot.models import Voice
from bot.preferences import VoiceScope
from bot.replies.answer import confirm, in_time, show_privately
from bot.replies.gallery_place import GalleryPlace, Shelf, searched
from bot.replies.voice_choices import say_chosen
from cogs.cog import FOR_ALL, IN_ALL_PLACES, SoundboothCog
from cogs.voice_gallery import GalleryButton, GalleryMenu, ResetButton, choose
from cogs.voice_pages import load_choices, load_gallery, suggest_voices

SCOPES = {"me": VoiceScope.MEMBER, "this channel": VoiceScope.CHANNEL, "this server": VoiceScope.GUILD}


class Voices(SoundboothCog):
    """The gallery of voices, and which of them speaks for whom."""

    voice = app_commands.Group(
        name="voice",
        description="Look through the voices, listen to them, and choose yours",
        allowed_installs=FOR_ALL,
        allowed_contexts=IN_ALL_PLACES,
    )

    items = (GalleryButton, GalleryMenu, ResetButton)

    @voice.command(name="search", description="Look through the voices and listen to them")
    @app_commands.describe(words="What to look for: a name, a language, an age, a style; without it, all voices")
    async def search(self, interaction: Interaction, words: app_commands.Range[str, 1, 100] | None = None) -> None:
        """Open the gallery."""
        await self._show(interaction, GalleryPlace(words=searched(words or "")))

    @voice.command(name="favourites", description="The voices you marked with a star")
    async def favourites(self, interaction: Interaction) -> None:
        """Open the gallery at the member's favourites."""
        await self._show(interaction, GalleryPlace(Shelf.FAVOURITES))

    async def _show(self, interaction: Interaction, place: GalleryPlace) -> None:
        card = await in_time(interaction, load_gallery(interaction, place), is_private=True)
        await show_privately(interaction, card)

    @voice.command(name="mine", description="See which voice speaks for you here, and why")
    async def mine(self, interaction: Interaction) -> None:
        """Show all choices that concern the member here."""
        await show_privately(interaction, await in_time(interaction, load_choices(interaction), is_private=True))

    @voice.command(name="default", description="Choose who speaks where no voice is named")
    @app_commands.describe(
        voice="The voice", whom="For yourself; or, as a manager, for everyone in this channel or on this server"
    )
    @app_commands.rename(whom="for")
    async def default(
        self,
        interaction: Interaction,
        voice: app_commands.Range[str, 1, CHOICE_CHARACTERS],
        whom: Literal["me", "this channel", "this server"] = "me",
    ) -> None:
        """Note the choice."""
        scope = SCOPES[whom]
        chosen = await in_time(interaction, self._choose(interaction, scope, voice), is_private=True)
        await confirm(interaction, say_chosen(scope, chosen))

    async def _choose(self, interaction: Interaction, scope: VoiceScope, typed: str) -> Voice:
        voice = await self._services.voices.resolve(typed)
        await choose(interaction, scope, voice)
        return voice

    @default.autocomplete("voice")
    async def complete_voice(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The voices that fit what is typed so far."""
        return await suggest_voices(interaction, typed)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Voices(bot))
