"""What is written to standard error: one event a line, secrets hidden.

Secrets are taken out of the finished line, tracebacks included, so no call site has to remember to.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import Literal

HIDDEN = "[hidden]"
# Interaction tokens and CDN signatures are not known in advance, but their places in URLs are.
# Source: Discord's documentation, "Receiving and Responding" and "Signed Attachment CDN URLs", read 2026-11.
_SECRET_PLACES = re.compile(
    r"(?P<keep>/(?:webhooks|interactions)/\d+/|[?&](?:hm|token|key|signature)=|Bearer |Bot )[\w.\-~+/=]{8,}"
)
_QUIET_LIBRARIES = ("discord", "aiohttp", "alembic", "sqlalchemy", "asyncio", "aiosqlite")


class HidingFormatter(logging.Formatter):
    """Formats as text or JSON and hides ``secrets`` and everything that looks like one."""

    def __init__(self, secrets: Iterable[str], form: Literal["text", "json"]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._form = form
        # The longest first: a secret that contains another must not leave its tail behind.
        self._secrets = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """One line, or several with a traceback, without secrets."""
        line = self._as_json(record) if self._form == "json" else super().format(record)
        return self.hide(line)

    def hide(self, text: str) -> str:
        """Return ``text`` without any secret."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _SECRET_PLACES.sub(rf"\g<keep>{HIDDEN}", text)

    def _as_json(self, record: logging.LogRecord) -> str:
        fields = {
            "at": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def set_up_logging(level: str, form: Literal["text", "json"], secrets: Iterable[str]) -> None:
    """Send the log to standard error; libraries speak from WARNING on unless ``level`` is DEBUG."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HidingFormatter(secrets, form))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(level if level == "DEBUG" else logging.WARNING)
