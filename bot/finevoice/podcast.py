"""Podcasts."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import Podcast
from bot.finevoice.transport import Transport


class Podcasts:
    """Podcasts of several speakers."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def generate(self, request: Podcast) -> TaskAnswer:
        """Ask for a podcast from a script or an idea. Takes minutes. Spends credits."""
        return read_submission(await self._transport.post("v1/audio/podcastgen", request))
