"""A recording, taken apart."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import Separation
from bot.finevoice.transport import Transport


class Separations:
    """A recording, taken apart."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def separate(self, request: Separation) -> TaskAnswer:
        """Ask for the parts of a recording; they are the ``urls`` of the done task. Spends credits."""
        return read_submission(await self._transport.post("v1/audio/separation", request))
