"""Text to speech."""

from bot.finevoice.requests.base import ApiRequest, NonEmpty


class SpeechSynthesis(ApiRequest):
    """Text to speech. ``text`` may hold emotion tags such as ``[happy]``; it is charged by character."""

    voice: NonEmpty
    """The name of a voice that can speak text (``VoiceQuery(tts=True)``)."""
    text: NonEmpty
