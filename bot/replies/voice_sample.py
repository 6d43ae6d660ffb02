"""The sample of a voice, as it is sent to the one who wants to listen."""

import io
from typing import Any

import discord

from bot.models import Voice
from bot.replies.language import _
from bot.replies.sentences import file_stem
from bot.replies.voice_facts import label_of, plain_label


async def send_sample(interaction: discord.Interaction[Any], voice: Voice, sample: bytes) -> None:
    """Answer with the sample as a file, for the member alone."""
    sentence = _("🔊 **{voice}**, for you alone to hear.").format(voice=label_of(voice))
    file = sample_file(voice, sample)
    if interaction.response.is_done():
        await interaction.edit_original_response(content=sentence, attachments=[file])
    else:
        await interaction.response.send_message(sentence, file=file, ephemeral=True)


def sample_file(voice: Voice, sample: bytes) -> discord.File:
    """The sample with a name made of letters, digits and dashes only, and words for who cannot hear it."""
    said = _("A short sample of the voice {voice}").format(voice=plain_label(voice, 100))
    name = f"{file_stem(voice.label) or 'voice'}-sample.mp3"
    return discord.File(io.BytesIO(sample), filename=name, description=said)
