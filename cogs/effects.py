"""/sfx and the menu "Sound of this": sound effects from words, pictures and films."""

from typing import Literal

import discord
from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.discord_limits import MAX_CHOICES
from bot.errors import InvalidRequest
from bot.jobs.effect_words import complete
from bot.models import (
    LONGEST_EFFECT_S,
    MOST_TAKES,
    SHORTEST_EFFECT_S,
    EffectRequest,
    ResultForm,
    Source,
    SourceKind,
)
from bot.replies.answer import in_time
from bot.replies.effects import AVOID_CHARACTERS, say_first_of
from bot.replies.permissions import say_other_form
from bot.replies.sentences import plain
from cogs.asking import form_for, usual_form
from cogs.cog import SoundboothCog, everywhere
from cogs.confirming import submit_or_confirm
from cogs.effect_buttons import AvoidWindow, EffectButton

USUAL_S = 5.0
PROMPT_CHARACTERS = 1_000
FILE_NAME_CHARACTERS = 100
MIB = 1024 * 1024
LARGEST_FILE_MIB = 25
# A vector drawing is a picture to Discord, but a text to everybody who would have to look at it.
NOT_SEEN = frozenset({"image/svg+xml"})


class Effects(SoundboothCog):
    """Sound effects."""

    items = (EffectButton,)
    windows = (AvoidWindow,)

    def __init__(self, bot: SoundboothBot) -> None:
        super().__init__(bot)
        self._offer_on_messages("Sound of this", self.sound_of_this)

    @app_commands.command(name="sfx", description="Make a sound effect from a description, a picture or a video")
    @app_commands.describe(
        prompt="What is to be heard: heavy door slam, then footsteps in a cave",
        duration="How many seconds, 0.5 to 30; without it, 5",
        avoid="What is not to be heard: voices, music",
        takes="How many different ones to choose from, 1 to 4",
        file="A picture or a video that the sound is to fit",
        form="A voice message to play in the channel, or a file to keep; several takes are files",
    )
    @app_commands.rename(form="as")
    @everywhere
    async def sfx(  # noqa: PLR0917  # the options of a command come as arguments
        self,
        interaction: Interaction,
        prompt: app_commands.Range[str, 1, PROMPT_CHARACTERS] | None = None,
        duration: app_commands.Range[float, SHORTEST_EFFECT_S, LONGEST_EFFECT_S] = USUAL_S,
        avoid: app_commands.Range[str, 1, AVOID_CHARACTERS] | None = None,
        takes: app_commands.Range[int, 1, MOST_TAKES] = 1,
        file: discord.Attachment | None = None,
        form: Literal["voice message", "file"] | None = None,
    ) -> None:
        """Have it made, or ask first where it costs much."""
        source = None if file is None else seen_source(file)
        request = EffectRequest((prompt or "").strip(), duration, (avoid or "").strip(), takes, source)
        await self._make(interaction, request, ResultForm(form) if form else None)

    @sfx.autocomplete("prompt")
    async def complete_prompt(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Prompts that begin with what is typed so far, from the glossary."""
        del interaction
        return [app_commands.Choice(name=prompt, value=prompt) for prompt in complete(typed, MAX_CHOICES)]

    async def sound_of_this(self, interaction: Interaction, message: discord.Message) -> None:
        """Have a sound made that fits the first picture or video of a message, or of one that it forwards."""
        forwarded = [one for snapshot in message.message_snapshots for one in snapshot.attachments]
        seen = [one for one in (*message.attachments, *forwarded) if _kind_of(one) is not None]
        if not seen:
            raise InvalidRequest("effect_file_missing")
        file = seen[0]
        # What only the asking member sees cannot be read again from its message.
        message_id = 0 if message.flags.ephemeral else message.id
        source = seen_source(file, channel_id=message.channel.id, message_id=message_id)
        length_s = min(max(file.duration or USUAL_S, SHORTEST_EFFECT_S), LONGEST_EFFECT_S)
        await self._make(interaction, EffectRequest("", length_s, source=source), None, say_first_of(len(seen)))

    async def _make(
        self, interaction: Interaction, request: EffectRequest, wanted: ResultForm | None, note: str = ""
    ) -> None:
        if request.source is not None and not self._services.sees_pictures:
            raise InvalidRequest("effect_no_pictures")
        usual = wanted or await in_time(interaction, usual_form(interaction))
        form = form_for(interaction, request, usual)
        # Several takes are files wherever they are posted; the option says so.
        note = note or (say_other_form(wanted, form) if request.takes == 1 else "")
        await submit_or_confirm(interaction, request, form, note=note)


def seen_source(file: discord.Attachment, *, channel_id: int = 0, message_id: int = 0) -> Source:
    """The picture or video that a sound is to fit. Looked at before anything is fetched or paid.

    Raises:
        InvalidRequest: ``effect_file_type``, ``effect_file_large``, ``file_empty``.
    """
    kind = _kind_of(file)
    if kind is None:
        raise InvalidRequest("effect_file_type")
    if not file.size:
        raise InvalidRequest("file_empty")
    if file.size > LARGEST_FILE_MIB * MIB:
        raise InvalidRequest("effect_file_large", str(LARGEST_FILE_MIB))
    name = plain(file.filename, FILE_NAME_CHARACTERS)
    return Source(file.url, name, kind, file.size, file.id, channel_id, message_id)


def _kind_of(file: discord.Attachment) -> SourceKind | None:
    content_type = (file.content_type or "").split(";")[0].strip().lower()
    if content_type.startswith("image/") and content_type not in NOT_SEEN:
        return SourceKind.IMAGE
    return SourceKind.VIDEO if content_type.startswith("video/") else None


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Effects(bot))
