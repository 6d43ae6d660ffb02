"""Names from outside as parts of the API's paths."""

from urllib.parse import quote

from bot.finevoice.errors import ApiNotFound


def path_segment(name: str) -> str:
    """``name`` as one segment of a path. Nothing can be called by a name that would lead elsewhere."""
    if name in {"", ".", ".."}:
        raise ApiNotFound(404, "impossible_name")
    return quote(name, safe="", errors="replace")
