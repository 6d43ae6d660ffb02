"""Sound effects."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import SoundEffect
from bot.finevoice.transport import Transport


class Effects:
    """Sound effects."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def generate(self, request: SoundEffect) -> TaskAnswer:
        """Ask for a sound of at most 30 seconds, from words, a picture or a film. Spends credits."""
        return read_submission(await self._transport.post("v1/audio/sfx-generation", request))
