"""Everything that can be made to go wrong with a request, and the requests it can happen to, by name.

The page API's ``POST /sandbox/api/faults`` takes these names as ``fault`` and ``on``. Source of the ways Discord
fails: discord-api-docs topics/opcodes-and-status-codes.mdx and topics/rate-limits.mdx, read 2026-11-22.
"""

from dataclasses import dataclass

from bot.sandbox import errors
from bot.sandbox.errors import Refusal


@dataclass(frozen=True)
class FaultKind:
    """One way to fail. Exactly one of the fields is set, or ``refusal`` alone."""

    refusal: Refusal | None = None
    is_drop: bool = False
    is_slow: bool = False
    scope: str = ""
    """``X-RateLimit-Scope`` of a 429: ``user``, ``global``, ``shared``, or ``cloudflare`` for a ban without JSON."""


_BROKEN = "A fault was asked for."

FAULTS = {
    "internal_error": FaultKind(Refusal(500, 0, _BROKEN)),
    "bad_gateway": FaultKind(Refusal(502, 0, _BROKEN)),
    "unavailable": FaultKind(Refusal(503, 0, _BROKEN)),
    "gateway_timeout": FaultKind(Refusal(504, 0, _BROKEN)),
    "dropped": FaultKind(is_drop=True),
    "slow": FaultKind(is_slow=True),
    "rate_limited": FaultKind(scope="user"),
    "rate_limited_globally": FaultKind(scope="global"),
    "rate_limited_with_others": FaultKind(scope="shared"),
    "banned_by_cloudflare": FaultKind(scope="cloudflare"),
    "unauthorized": FaultKind(errors.UNAUTHORIZED),
    "request_too_large": FaultKind(errors.REQUEST_TOO_LARGE),
    "file_too_large": FaultKind(errors.FILE_TOO_LARGE),
    "missing_access": FaultKind(errors.MISSING_ACCESS),
    "missing_permissions": FaultKind(errors.MISSING_PERMISSIONS),
    "cannot_message_user": FaultKind(errors.CANNOT_MESSAGE_USER),
    "thread_archived": FaultKind(errors.THREAD_ARCHIVED),
    "voice_not_here": FaultKind(errors.VOICE_NOT_HERE),
    "unknown_channel": FaultKind(errors.UNKNOWN_CHANNEL),
    "unknown_guild": FaultKind(errors.UNKNOWN_GUILD),
    "unknown_message": FaultKind(errors.UNKNOWN_MESSAGE),
    "unknown_user": FaultKind(errors.UNKNOWN_USER),
    "unknown_interaction": FaultKind(errors.UNKNOWN_INTERACTION),
    "unknown_webhook": FaultKind(errors.UNKNOWN_WEBHOOK),
    "invalid_webhook_token": FaultKind(errors.INVALID_WEBHOOK_TOKEN),
    "already_acknowledged": FaultKind(errors.ALREADY_ACKNOWLEDGED),
    "too_many_followups": FaultKind(errors.TOO_MANY_FOLLOWUPS),
}

_CHANNEL, _WEBHOOK, _ONE = r"^/channels/[0-9]+", r"^/webhooks/[0-9]+/[^/]+", r"/messages/[^/]+$"

ROUTES = {
    "post_message": ("POST", rf"{_CHANNEL}/messages$"),
    "list_messages": ("GET", rf"{_CHANNEL}/messages$"),
    "get_message": ("GET", _CHANNEL + _ONE),
    "edit_message": ("PATCH", _CHANNEL + _ONE),
    "delete_message": ("DELETE", _CHANNEL + _ONE),
    "type": ("POST", rf"{_CHANNEL}/typing$"),
    "open_dm": ("POST", r"^/users/@me/channels$"),
    "callback": ("POST", r"^/interactions/.+/callback$"),
    "follow_up": ("POST", rf"{_WEBHOOK}$"),
    "get_answer": ("GET", _WEBHOOK + _ONE),
    "edit_answer": ("PATCH", _WEBHOOK + _ONE),
    "delete_answer": ("DELETE", _WEBHOOK + _ONE),
    "sync_commands": ("PUT", r"^/applications/.+/commands$"),
    "any": ("*", ""),
}
"""Requests by name: the method (``*`` for all) and a pattern of the path after ``/api/v10``."""
