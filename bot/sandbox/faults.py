"""Failures on order: tests and the page make the API answer wrongly, late or not at all."""

import re
from collections import deque
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.errors import FieldErrors
from bot.sandbox.forms import Form
from bot.sandbox.rate_limits import too_many_requests
from bot.sandbox.wire import JsonObject, json_answer

_FAULTS_KEPT = 100
_PATTERN_LIMIT = 200
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TOO_MANY = 429
_RETRY_AFTER_S = 0.05


@dataclass
class Fault:
    """One failure, for the next ``times`` requests that match."""

    method: str
    path: re.Pattern[str]
    status: int
    times: int
    after_acting: bool
    code: int
    drop: bool

    def answer(self) -> web.Response:
        """Build the wrong answer."""
        if self.status == _TOO_MANY:
            return too_many_requests(_RETRY_AFTER_S, scope="shared")
        return json_answer({"message": "A fault was asked for.", "code": self.code}, status=self.status)


class Faults:
    """The failures still to come, oldest first."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque(maxlen=_FAULTS_KEPT)

    def add(self, fault: Fault) -> None:
        """Order a failure."""
        self._waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Give the failure meant for this request, if there is one, and count it."""
        for fault in self._waiting:
            if fault.method == method and fault.path.search(path):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


def read_fault(body: JsonObject) -> Fault:
    """Read the page API's description of a failure.

    Raises:
        ApiError: 50035 naming every wrong field.
    """
    form = Form(body, FieldErrors())
    method = form.needed_text("method", most=6).upper()
    if method not in _METHODS:
        form.refuse("method", "BASE_TYPE_CHOICES", f"Must be one of {', '.join(_METHODS)}.")
    fault = Fault(
        method=method,
        path=_read_pattern(form),
        status=form.integer("status", least=200, most=599) or 500,
        times=form.integer("times", least=1, most=1000) or 1,
        after_acting=form.boolean("after_acting"),
        code=form.integer("code", least=0) or 0,
        drop=form.boolean("drop"),
    )
    form.errors.refuse_if_any()
    return fault


def _read_pattern(form: Form) -> re.Pattern[str]:
    text = form.needed_text("path", most=_PATTERN_LIMIT)
    try:
        return re.compile(text)
    except re.error:
        form.refuse("path", "REGEX_INVALID", "Must be a regular expression.")
        return re.compile("(?!)")
