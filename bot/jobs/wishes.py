"""What whoever is heard in a recording wishes: asked when somebody wants it written down, and before it is."""

from collections.abc import Awaitable, Callable

from bot.errors import InvalidRequest
from bot.models import Place, Request, TranscriptRequest

IsOptedOut = Callable[[int], Awaitable[bool]]
"""Tells of members, by their ids, whether nobody else may have them transcribed."""


async def refuse_opted_out(request: Request, place: Place, is_opted_out: IsOptedOut) -> None:
    """Refuse to write down what somebody else sent who does not want that.

    Raises:
        InvalidRequest: ``not_transcribed``.
    """
    speaker_id = request.source.author_id if isinstance(request, TranscriptRequest) else 0
    if speaker_id not in {0, place.user_id} and await is_opted_out(speaker_id):
        raise InvalidRequest("not_transcribed")
