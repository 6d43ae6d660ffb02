"""Everything that can go wrong with the FineVoice API.

    ApiError                 base; ``request_id`` when the service gave one
      ApiUnreachable         no connection was made, so nothing was sent
        ApiUnavailable       this part of the service was down a moment ago and is left alone until ``retry_at``
      ApiOutcomeUnknown      the request went out and no readable answer came back: it may have been carried out
      ApiRejected            a 4xx: the service understood and said no (``status``, ``code``, ``message``)
        ApiUnauthorized      401, 403: the key is missing, wrong or may not do this
        ApiOutOfCredit       402, or a rejection whose code speaks of credit or quota
        ApiNotFound          404, 410: no such task, voice or file
        ApiBadRequest        400, 413, 422: a field is wrong (an unknown voice answers 422)
      ApiBusy                429: too many requests or tasks; nothing was started; ``retry_after_s``
      ApiBroken              5xx; ``retry_after_s`` when the service gave one
      ApiUnexpected          a success that cannot be understood; ``shape`` describes it without its values
      TaskFailed             the task was accepted and ended in failure
      DownloadRefused        a result that is too large, not what was promised, not where it may be fetched from, or not
                             there in full

Which are safe to repeat: reading (task, voices, files) after ApiUnreachable, ApiOutcomeUnknown, ApiBusy and
ApiBroken; a submit only after ApiUnreachable and ApiBusy, because the API has no idempotency key. Which of them the
client repeats by itself, and how often, is decided in bot/finevoice/retry.py.
"""

from datetime import datetime


class ApiError(Exception):
    """Base of all errors of this package."""

    def __init__(self, message: str = "", *, request_id: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id


class ApiUnreachable(ApiError):
    """No connection was made, so nothing was sent."""


class ApiUnavailable(ApiUnreachable):
    """This part of the service was down a moment ago, so nothing was sent."""

    def __init__(self, group: str, retry_at: datetime) -> None:
        super().__init__(f"{group} is down, asked again at {retry_at:%H:%M:%S}")
        self.group = group
        """The group of endpoints, as bot/finevoice/breaker.py names it."""
        self.retry_at = retry_at
        """When a call may be made again, in UTC."""


class ApiOutcomeUnknown(ApiError):
    """The request went out and no readable answer came back; it may have been carried out."""


class ApiRejected(ApiError):
    """The service understood the request and said no."""

    def __init__(self, status: int, code: str = "", message: str = "", *, request_id: str | None = None) -> None:
        super().__init__(f"{status} {code}".strip(), request_id=request_id)
        self.status = status
        self.code = code
        self.message = message
        """The service's own words, at most 300 characters. Text from outside: quote it, never format with it."""


class ApiUnauthorized(ApiRejected):
    """The key is missing, wrong or may not do this."""


class ApiOutOfCredit(ApiRejected):
    """The account behind the key has nothing left to spend."""


class ApiNotFound(ApiRejected):
    """No such task, voice or file."""


class ApiBadRequest(ApiRejected):
    """A field of the request is wrong."""


class ApiBusy(ApiError):
    """Too many requests or tasks at once; nothing was started."""

    def __init__(self, retry_after_s: float | None = None, *, request_id: str | None = None) -> None:
        super().__init__(f"busy, retry after {retry_after_s}", request_id=request_id)
        self.retry_after_s = retry_after_s


class ApiBroken(ApiError):
    """The service answered with a 5xx."""

    def __init__(self, status: int, retry_after_s: float | None = None, *, request_id: str | None = None) -> None:
        super().__init__(str(status), request_id=request_id)
        self.status = status
        self.retry_after_s = retry_after_s


class ApiUnexpected(ApiError):
    """A success whose body cannot be understood."""

    def __init__(self, shape: str, *, request_id: str | None = None) -> None:
        super().__init__(f"unexpected answer: {shape}", request_id=request_id)
        self.shape = shape


class TaskFailed(ApiError):
    """The task was accepted and ended in failure."""

    def __init__(self, code: str = "", message: str = "", *, request_id: str | None = None) -> None:
        super().__init__(code, request_id=request_id)
        self.code = code
        self.message = message


class DownloadRefused(ApiError):
    """A result that was not fetched; ``reason`` is one of those of ``bot.fetch.FetchRefused``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
