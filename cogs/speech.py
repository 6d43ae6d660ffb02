"""/tts: a text becomes a spoken clip."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import Services, SoundboothBot
from bot.models import Job, ResultForm, SpeechRequest
from bot.replies.answer import in_time, show_card
from bot.replies.cards import build_card
from bot.replies.voices import voice_choice
from cogs.asking import place_of, possible_form, roles_of, show_accepted

# Discord's ceiling is 6,000; the operator's own limit is checked when the job is asked for.
MAX_OPTION_LENGTH = 5000
MAX_CHOICES = 25

Interaction = discord.Interaction[SoundboothBot]


class Speech(commands.Cog):
    """Text to speech."""

    def __init__(self, bot: SoundboothBot) -> None:
        self._bot = bot

    @property
    def _services(self) -> Services:
        """Asked for when they are used: a bot that only sends its commands to Discord has none."""
        return self._bot.services

    @app_commands.command(name="tts", description="Say something with an AI voice")
    @app_commands.describe(
        text="What to say. Emotions in brackets: [happy] Hello! [whispering] Can you hear me?",
        voice="Whose voice; without it, the one you used last",
        form="A voice message to play in the channel, or a file to keep",
    )
    @app_commands.rename(form="as")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def tts(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, MAX_OPTION_LENGTH],
        voice: app_commands.Range[str, 1, 100] | None = None,
        form: Literal["voice message", "file"] | None = None,
    ) -> None:
        """Admit the job, answer with its card, and let it start."""
        wanted = ResultForm(form) if form else self._services.default_form
        job = await in_time(interaction, self._submit(interaction, text, voice, wanted))
        await show_accepted(self._services, job, show_card(interaction, build_card(job)))

    async def _submit(self, interaction: Interaction, text: str, typed_voice: str | None, wanted: ResultForm) -> Job:
        place, form = place_of(interaction), possible_form(interaction, wanted)
        voices = self._services.voices
        voice = await voices.resolve(typed_voice, place.scope_id, place.user_id)
        request = SpeechRequest(text.strip(), voice.name, voice.label)
        job = await self._services.jobs.submit(request, form, place, role_ids=roles_of(interaction.user))
        await voices.remember(place.scope_id, place.user_id, voice)
        return job

    @tts.autocomplete("voice")
    async def complete_voice(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The voices that fit what is typed so far; the one used last is on top while nothing is."""
        place = place_of(interaction)
        found = self._services.voices.search(typed, MAX_CHOICES)
        last = None if typed.strip() else await self._services.voices.last_used(place.scope_id, place.user_id)
        if last is not None:
            found = [last, *(voice for voice in found if voice.name != last.name)]
        return [voice_choice(voice, is_last=voice is last) for voice in found[:MAX_CHOICES]]


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Speech(bot))
