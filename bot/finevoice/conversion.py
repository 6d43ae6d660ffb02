"""The voice of a recording, changed."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import VoiceConversion
from bot.finevoice.transport import Transport


class Conversions:
    """The voice of a recording, changed."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def convert(self, request: VoiceConversion) -> TaskAnswer:
        """Ask for the recording in another voice. Spends credits."""
        return read_submission(await self._transport.post("v1/audio/voice-conversion", request))
