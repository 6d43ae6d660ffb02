"""Text to speech."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import SpeechSynthesis
from bot.finevoice.transport import Transport


class Speech:
    """Text to speech."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def synthesize(self, request: SpeechSynthesis) -> TaskAnswer:
        """Ask for ``request.text`` to be spoken. Spends credits, by the character.

        Often done at once, with ``urls`` and no task. An unknown voice raises ApiBadRequest.
        """
        return read_submission(await self._transport.post("v1/audio/speech-synthesis", request))
