"""What whoever is heard in a recording wishes: asked when somebody wants it written down, and before it is."""

from collections.abc import Awaitable, Callable

from bot.errors import InvalidRequest
from bot.models import Place, Request, TranscriptRequest

IsOptedOut = Callable[[int], Awaitable[bool]]
"""Tells of members, by their ids, whether nobody else may have them transcribed."""


async def is_unwanted(request: Request, place: Place, is_opted_out: IsOptedOut) -> bool:
    """Whether whoever is heard wants it written down by nobody but themselves."""
    if not isinstance(request, TranscriptRequest):
        return False
    speaker_id = request.source.author_id
    # Without an interaction nobody asked for it: it is a voice note in a channel that managers chose.
    is_own_wish = speaker_id == place.user_id and bool(place.interaction_token)
    return bool(speaker_id) and not is_own_wish and await is_opted_out(speaker_id)


async def refuse_unwanted(request: Request, place: Place, is_opted_out: IsOptedOut) -> None:
    """Refuse to write down what is not to be.

    Raises:
        InvalidRequest: ``not_transcribed``.
    """
    if await is_unwanted(request, place, is_opted_out):
        raise InvalidRequest("not_transcribed")
