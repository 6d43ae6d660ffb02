"""Rate limits per route and for everything together, with the headers discord.py steers by.

The shape is documented (discord-api-docs topics/rate-limits.mdx, read 2026-11-22: headers, 50 requests a second,
interactions exempt, channel, guild and webhook as major parameters). The numbers per route are not, on purpose;
these are those commonly seen.
"""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.wire import json_answer

GLOBAL_PER_S = 50

_USUAL = (10, 1.0)
_LIMITS = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1.0),
    ("GET", "/channels/{channel_id}/messages"): (5, 1.0),
    ("POST", "/channels/{channel_id}/typing"): (5, 5.0),
    ("POST", "/webhooks/{application_id}/{token}"): (5, 2.0),
    ("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}"): (5, 2.0),
    ("POST", "/users/@me/channels"): (10, 10.0),
}
_MAJOR = ("channel_id", "guild_id", "interaction_id", "token")
_EXEMPT = ("/interactions/", "/webhooks/")
_BUCKETS_KEPT = 2000


@dataclass
class _Bucket:
    limit: int
    remaining: int
    resets_at: float
    name: str

    def headers(self, now: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{self.resets_at:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, self.resets_at - now):.3f}",
            "X-RateLimit-Bucket": self.name,
        }


class RateLimits:
    """Counts requests; ``take`` says whether one more may pass."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, ...], _Bucket] = OrderedDict()
        self._second = 0.0
        self._in_this_second = 0

    def take(
        self, method: str, route: str, parameters: Mapping[str, str]
    ) -> tuple[dict[str, str], web.Response | None]:
        """Count one request.

        ``route`` is the pattern after ``/api/v10``. Gives the headers for its answer, and a finished 429 if the
        request must not pass.
        """
        now = self._clock()
        wait_s = 0.0 if route.startswith(_EXEMPT) else self._take_global(now)
        if wait_s:
            return {}, too_many_requests(wait_s, scope="user", is_global=True)
        bucket = self._bucket(now, method, route, parameters)
        if bucket.remaining <= 0:
            headers = bucket.headers(now)
            return headers, too_many_requests(bucket.resets_at - now, scope="user", headers=headers)
        bucket.remaining -= 1
        return bucket.headers(now), None

    def _take_global(self, now: float) -> float:
        if now - self._second >= 1:
            self._second, self._in_this_second = now, 0
        self._in_this_second += 1
        return self._second + 1 - now if self._in_this_second > GLOBAL_PER_S else 0.0

    def _bucket(self, now: float, method: str, route: str, parameters: Mapping[str, str]) -> _Bucket:
        limit, period_s = _LIMITS.get((method, route), _USUAL)
        key = (method, route, *(parameters.get(name, "") for name in _MAJOR))
        bucket = self._buckets.get(key)
        if bucket is None or now >= bucket.resets_at:
            name = hashlib.sha256(f"{method} {route}".encode()).hexdigest()[:32]
            bucket = _Bucket(limit, limit, now + period_s, name)
            self._buckets[key] = bucket
            self._buckets.move_to_end(key)
        while len(self._buckets) > _BUCKETS_KEPT:
            self._buckets.popitem(last=False)
        return bucket


def too_many_requests(
    wait_s: float, *, scope: str, is_global: bool = False, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Build a 429. Without the ``Via`` header discord.py would take it for a ban by Cloudflare."""
    wait_s = round(max(wait_s, 0.001), 3)
    body = {"message": "You are being rate limited.", "retry_after": wait_s, "global": is_global}
    extra = {"Retry-After": str(math.ceil(wait_s)), "X-RateLimit-Scope": scope, "Via": "1.1 google"}
    if is_global:
        extra["X-RateLimit-Global"] = "true"
    return json_answer(body, status=429, headers={**(headers or {}), **extra})
