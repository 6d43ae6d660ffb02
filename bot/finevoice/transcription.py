"""Speech to text."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import Transcription
from bot.finevoice.transport import Transport


class Transcriptions:
    """Speech to text."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def transcribe(self, request: Transcription) -> TaskAnswer:
        """Ask for what is said at ``request.url``. Spends credits. The result is a file in ``request.format``."""
        return read_submission(await self._transport.post("v1/audio/stt", request))
