"""/tts and /read: a text becomes a spoken clip, typed into the command or, when it is long, into a window."""

import asyncio
import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import discord
from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot, answer_error
from bot.discord_limits import CHOICE_CHARACTERS
from bot.emotions import begins_with_tag
from bot.errors import InvalidRequest, UserError
from bot.jobs.voice_choice import VoiceChoice
from bot.models import ResultForm, SpeechRequest
from bot.replies.answer import NOT_ANSWERED, in_time
from bot.replies.emotion_names import tag_called
from bot.replies.gallery_place import voice_key
from bot.replies.permissions import say_other_form
from bot.replies.speech import (
    TEXT_INPUT,
    build_text_window,
    describe_written,
    emotion_choices,
    say_gone_voice,
    say_oddity,
    say_own_emotion,
)
from bot.spoken_words import NOBODY, Names, clean_text
from cogs.asking import possible_form, refuse_where_not_allowed, usual_form
from cogs.cog import SoundboothCog, everywhere
from cogs.confirming import submit_or_confirm
from cogs.pressing import LOOK_UP_FOR_S, WindowAnswer
from cogs.voice_pages import choices_of, find_voice, suggest_voices

log = logging.getLogger(__name__)

# Discord's ceiling is 6,000; the operator's own limit is checked when the job is asked for.
MAX_OPTION_LENGTH = 5000
WRITTEN_NAME = "text.txt"
# A shorter one is written again as soon as a file is opened.
HANDED_BACK_FROM = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member wants to hear. ``text`` is cleaned; None of the others leaves it to what was chosen before."""

    text: str = ""
    voice: str | None = None
    emotion: str | None = None
    form: ResultForm | None = None
    note: str = ""
    """What the member should know beside the card."""


async def speak(interaction: Interaction, wanted: Wanted) -> None:
    """Have it spoken: the card, or first the price of something long.

    Raises:
        UserError: see ``ChosenVoices.speaking``, ``possible_form`` and ``submit_or_confirm``; ``emotion_unknown``.
    """
    services, tag = interaction.client.services, _tag(wanted.emotion)
    form, choice = await in_time(interaction, _chosen(interaction, wanted))
    has_own_tag = begins_with_tag(wanted.text)
    text = wanted.text if has_own_tag or not wanted.text else _tagged(tag, wanted.text)
    own = say_own_emotion(tag) if tag and has_own_tag else ""
    gone = say_gone_voice(services.voices.label_of(choice.gone), choice.voice.label) if choice.gone else ""
    other = say_other_form(wanted.form, form)
    note = "\n".join(part for part in (wanted.note, gone, other, own, say_oddity(text)) if part)
    request = SpeechRequest(text, choice.voice.name, choice.voice.label)
    await submit_or_confirm(interaction, request, form, note=note)
    await choices_of(interaction).note_told(choice)


async def _hand_back(interaction: Interaction, text: str) -> None:
    """Give the member the text that they wrote in vain, below the answer that says why."""
    file = discord.File(io.BytesIO(text.encode()), WRITTEN_NAME, description=describe_written())
    try:
        await interaction.followup.send(file=file, ephemeral=True)
    except NOT_ANSWERED as error:
        # The bot may lack the right to attach it, say; the answer stands.
        log.warning("A text could not be handed back: %s", type(error).__name__)


def _tag(emotion: str | None) -> str:
    if emotion is None or not emotion.strip():
        return ""
    tag = tag_called(emotion.strip().strip("[]"))
    if tag is None:
        raise InvalidRequest("emotion_unknown", emotion)
    return tag


def _tagged(tag: str, text: str) -> str:
    return f"[{tag}] {text}" if tag else text


async def _chosen(interaction: Interaction, wanted: Wanted) -> tuple[ResultForm, VoiceChoice]:
    form = possible_form(interaction, wanted.form or await usual_form(interaction))
    return form, await choices_of(interaction).speaking(wanted.voice)


class TextWindow(
    WindowAnswer, template=rf"read:(?P<form>|{'|'.join(ResultForm)}):(?P<emotion>[a-z -]*):(?P<voice_key>[\w-]{{0,8}})"
):
    """A long text, and in the window's id how it is to be read."""

    async def sent(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Have it spoken."""
        written = typed.get(TEXT_INPUT, "")
        text = clean_text(written, names_for(interaction, written), now=interaction.created_at)
        form, key = self.found["form"], self.found["voice_key"]
        # One that vanished meanwhile is refused: the text would be spoken, and paid for, in another one.
        voice = find_voice(interaction.client.services.voices, key).name if key else None
        wanted = Wanted(text, voice, self.found["emotion"] or None, ResultForm(form) if form else None)
        await speak(interaction, wanted)

    async def not_done(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        """Hand the text back, so that nobody writes it twice."""
        await _hand_back(interaction, typed.get(TEXT_INPUT, ""))


class Speech(SoundboothCog):
    """Text to speech."""

    windows = (TextWindow,)

    @app_commands.command(name="tts", description="Say something with an AI voice")
    @app_commands.describe(
        text="What to say. Emotions in brackets: [happy] Hello! [whispering] Can you hear me?",
        voice="Whose voice; without it, yours, or the one of this channel or server",
        emotion="How to begin: happy, whispering, laughing…",
        form="A voice message to play in the channel, or a file to keep",
    )
    @app_commands.rename(form="as")
    @everywhere
    async def tts(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, MAX_OPTION_LENGTH],
        voice: app_commands.Range[str, 1, CHOICE_CHARACTERS] | None = None,
        emotion: app_commands.Range[str, 1, CHOICE_CHARACTERS] | None = None,
        form: Literal["voice message", "file"] | None = None,
    ) -> None:
        """Have the text spoken."""
        cleaned = clean_text(text, names_for(interaction, text), now=interaction.created_at)
        try:
            await speak(interaction, Wanted(cleaned, voice, emotion, ResultForm(form) if form else None))
        except UserError as error:
            if len(text) < HANDED_BACK_FROM:
                raise
            await answer_error(interaction, error)
            await _hand_back(interaction, text)

    # A command of its own: where no option is required, Discord asks for none, and /tts would not take what is typed.
    @app_commands.command(name="read", description="Write or paste a long text into a window, and have it read")
    @app_commands.describe(
        voice="Whose voice; without it, yours, or the one of this channel or server",
        emotion="How to begin: happy, whispering, laughing…",
        form="A voice message to play in the channel, or a file to keep",
    )
    @app_commands.rename(form="as")
    @everywhere
    async def read(
        self,
        interaction: Interaction,
        voice: app_commands.Range[str, 1, CHOICE_CHARACTERS] | None = None,
        emotion: app_commands.Range[str, 1, CHOICE_CHARACTERS] | None = None,
        form: Literal["voice message", "file"] | None = None,
    ) -> None:
        """Open the window."""
        await self._open_window(interaction, Wanted("", voice, emotion, ResultForm(form) if form else None))

    async def _open_window(self, interaction: Interaction, wanted: Wanted) -> None:
        """What would be refused anyway is refused before somebody writes a long text for nothing."""
        tag, key = _tag(wanted.emotion), ""
        try:
            async with asyncio.timeout(LOOK_UP_FOR_S):
                await refuse_where_not_allowed(interaction)
                _, choice = await _chosen(interaction, wanted)
        except TimeoutError as error:
            if wanted.voice:
                raise InvalidRequest("voices_loading") from error
        else:
            key = voice_key(choice.voice.name) if wanted.voice else ""
        custom_id = f"read:{wanted.form or ''}:{tag}:{key}"
        longest = max(1, self._services.max_text_length - len(_tagged(tag, "")))
        await interaction.response.send_modal(build_text_window(custom_id, longest))

    @read.autocomplete("voice")
    @tts.autocomplete("voice")
    async def complete_voice(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The voices that fit what is typed so far."""
        return await suggest_voices(interaction, typed)

    @read.autocomplete("emotion")
    @tts.autocomplete("emotion")
    async def complete_emotion(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The documented tags that fit what is typed so far."""
        del interaction
        return emotion_choices(typed)


def names_for(interaction: Interaction, text: str) -> Names:
    """How those are called whom a typed text mentions: from the interaction, and from what is known of the guild."""
    if "<" not in text:
        return NOBODY
    data = cast("dict[str, dict[str, dict[str, dict[str, Any]]]]", interaction.data or {}).get("resolved") or {}
    guild = interaction.guild
    users = {interaction.user.id: interaction.user.display_name}
    if guild is not None and guild.me:
        users[guild.me.id] = guild.me.display_name
    users |= {int(key): str(user.get("global_name") or user.get("username")) for key, user in _all(data, "users")}
    users |= {int(key): str(member["nick"]) for key, member in _all(data, "members") if member.get("nick")}
    roles = {role.id: role.name for role in guild.roles} if guild else {}
    channels = {channel.id: channel.name for channel in _seen_channels(interaction, text)}
    return Names(
        users,
        roles | {int(key): str(role.get("name")) for key, role in _all(data, "roles")},
        channels | {int(key): str(channel.get("name")) for key, channel in _all(data, "channels")},
    )


def _seen_channels(interaction: Interaction, text: str) -> list[discord.abc.GuildChannel]:
    """Of the channels that the text mentions those that the member sees: the names of others are not to be told."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return []
    mentioned = (channel for channel in guild.channels if f"<#{channel.id}>" in text)
    return [channel for channel in mentioned if channel.permissions_for(member).view_channel]


def _all(data: dict[str, dict[str, dict[str, Any]]], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return list(data.get(kind, {}).items())


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Speech(bot))
