"""Failures on order: tests and the page make the API answer wrongly, late or not at all."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from bot.sandbox.errors import FieldErrors, Refusal
from bot.sandbox.fault_kinds import FAULTS, ROUTES, FaultKind
from bot.sandbox.forms import Form
from bot.sandbox.rate_limits import too_many_requests
from bot.sandbox.wire import JsonObject, json_answer

_Kind = TypeVar("_Kind")

_FAULTS_KEPT = 100
_PATTERN_LIMIT = 200
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ANY_METHOD = "*"
_TOO_MANY = 429
_RETRY_AFTER_S = 0.05
_LONGEST_WAIT_S = 3600.0
_USUAL_DELAY_S = 5.0
_CLOUDFLARE_PAGE = "<!doctype html><title>Access denied</title><h1>Error 1015</h1>"


@dataclass
class Fault:
    """One failure, for the next ``times`` requests that match.

    ``after_acting``: the request is carried out first, and only its answer goes wrong. A slow request waits
    ``delay_s`` seconds and is then answered truly.
    """

    method: str
    path: re.Pattern[str]
    kind: FaultKind
    times: int
    after_acting: bool
    delay_s: float
    retry_after_s: float

    def fits(self, method: str, path: str) -> bool:
        """Say whether a request is one of those meant."""
        return self.method in {method, _ANY_METHOD} and self.path.search(path) is not None

    def answer(self) -> web.Response:
        """Build the wrong answer."""
        scope = self.kind.scope
        if scope == "cloudflare":
            # Cloudflare's own refusals come without ``Via`` and without JSON; discord.py gives up at once.
            headers = {"Retry-After": str(int(self.retry_after_s) or 1)}
            return web.Response(status=_TOO_MANY, text=_CLOUDFLARE_PAGE, content_type="text/html", headers=headers)
        if scope:
            return too_many_requests(self.retry_after_s, scope=scope, is_global=scope == "global")
        refusal = self.kind.refusal or Refusal(500, 0, "The connection was dropped.")
        return json_answer({"message": refusal.message, "code": refusal.code}, status=refusal.status)

    def to_json(self, name: str | None = None) -> JsonObject:
        """Write what is still to come."""
        return {"fault": name, "method": self.method, "path": self.path.pattern, "times": self.times}


class Faults:
    """The failures still to come, oldest first."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque(maxlen=_FAULTS_KEPT)

    def add(self, fault: Fault) -> None:
        """Order a failure."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Take back every order."""
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Give the failure meant for this request, if there is one, and count it."""
        for fault in self._waiting:
            if fault.fits(method, path):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def to_json(self) -> list[JsonObject]:
        """List what is still to come, oldest first."""
        names = {kind: name for name, kind in FAULTS.items()}
        return [fault.to_json(names.get(fault.kind)) for fault in self._waiting]


def read_fault(body: JsonObject) -> Fault:
    """Read the page API's description of a failure.

    What goes wrong is a name of ``FAULTS`` in ``fault``, or else ``status`` (500) with ``code``, or ``drop``.
    Which requests: a name of ``ROUTES`` in ``on``, or else ``method`` and ``path``, a regular expression.

    Raises:
        ApiError: 50035 naming every wrong field.
    """
    form = Form(body, FieldErrors())
    method, path = _read_route(form)
    fault = Fault(
        method=method,
        path=path,
        kind=_read_kind(form),
        times=form.integer("times", least=1, most=1000) or 1,
        after_acting=form.boolean("after_acting"),
        delay_s=form.number("delay_s", least=0, most=_LONGEST_WAIT_S) or _USUAL_DELAY_S,
        retry_after_s=form.number("retry_after_s", least=0, most=_LONGEST_WAIT_S) or _RETRY_AFTER_S,
    )
    form.errors.refuse_if_any()
    return fault


def _read_kind(form: Form) -> FaultKind:
    if form.has("fault"):
        name = form.needed_text("fault", most=_PATTERN_LIMIT)
        return FAULTS.get(name) or _unknown(form, "fault", FAULTS, FAULTS["internal_error"])
    status = form.integer("status", least=200, most=599) or 500
    code = form.integer("code", least=0) or 0
    if form.boolean("drop"):
        return FAULTS["dropped"]
    if status == _TOO_MANY:
        return FAULTS["rate_limited_with_others"]
    return FaultKind(Refusal(status, code, "A fault was asked for."))


def _read_route(form: Form) -> tuple[str, re.Pattern[str]]:
    if form.has("on"):
        name = form.needed_text("on", most=_PATTERN_LIMIT)
        method, pattern = ROUTES.get(name) or _unknown(form, "on", ROUTES, ROUTES["any"])
        return method, re.compile(pattern)
    method = form.needed_text("method", most=6).upper()
    if method not in _METHODS:
        form.refuse("method", "BASE_TYPE_CHOICES", f"Must be one of {', '.join(_METHODS)}.")
    return method, _read_pattern(form)


def _unknown(form: Form, field: str, names: Iterable[str], otherwise: _Kind) -> _Kind:
    form.refuse(field, "BASE_TYPE_CHOICES", f"Must be one of {', '.join(names)}.")
    return otherwise


def _read_pattern(form: Form) -> re.Pattern[str]:
    text = form.needed_text("path", most=_PATTERN_LIMIT)
    try:
        return re.compile(text)
    except re.error:
        form.refuse("path", "REGEX_INVALID", "Must be a regular expression.")
        return re.compile("(?!)")
