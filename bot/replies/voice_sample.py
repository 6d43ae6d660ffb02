"""The sample of a voice, as it is sent to the one who wants to listen."""

import io

import discord

from bot.models import Voice
from bot.replies.language import _
from bot.replies.sentences import file_stem
from bot.replies.voice_facts import label_of, plain_label


def say_sample(voice: Voice) -> str:
    """What comes with the sample."""
    return _("🔊 **{voice}**, for you alone to hear.").format(voice=label_of(voice))


def sample_file(voice: Voice, sample: bytes) -> discord.File:
    """The sample with a name made of letters, digits and dashes only, and words for who cannot hear it."""
    said = _("A short sample of the voice {voice}").format(voice=plain_label(voice, 100))
    name = f"{file_stem(voice.label) or 'voice'}-sample.mp3"
    return discord.File(io.BytesIO(sample), filename=name, description=said)
