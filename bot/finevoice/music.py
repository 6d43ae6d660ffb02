"""Songs, background music and covers."""

from bot.finevoice.answers import TaskAnswer, read_submission
from bot.finevoice.requests import BackgroundMusic, Cover, Song
from bot.finevoice.transport import Transport


class Music:
    """Songs, background music and covers. All take minutes and spend credits; a task may have several results."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def compose_song(self, request: Song) -> TaskAnswer:
        """Ask for a song from lyrics, a style and tracks to resemble."""
        return read_submission(await self._transport.post("v1/music/musicgen", request))

    async def compose_background(self, request: BackgroundMusic) -> TaskAnswer:
        """Ask for music from a description."""
        return read_submission(await self._transport.post("v1/music/musicgenbyprompt", request))

    async def cover(self, request: Cover) -> TaskAnswer:
        """Ask for a song in another voice, or in several."""
        return read_submission(await self._transport.post("v1/music/cover", request))
