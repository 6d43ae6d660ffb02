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
from urllib.parse import quote

HIDDEN = "[hidden]"
_SECRET_PLACES = re.compile(
    # Interaction tokens and CDN signatures are not known in advance, but their places in URLs are.
    # Source: Discord's documentation, "Receiving and Responding" and "Signed Attachment CDN URLs", read 2026-11.
    r"(?P<keep>/(?:webhooks|interactions)/\d+/)[^\s/?#\"']{8,}"
    r"|(?P<keep_query>[?&](?:hm|sig|key|[\w-]*(?:token|api_?key|signature|credential))=)[^\s&#\"'<>]{8,}"
    # In payloads, as JSON or as Python shows a dictionary.
    r"|(?P<keep_field>[\"'](?:[\w-]*token|api_?key|authorization|secret)[\"']: ?[\"'])[^\"']{8,}"
    r"|(?P<keep_header>\bauthorization[\"']?\s*[:=]\s*[\"']?(?:bearer |bot |basic )?)[^\s\"']{8,}"
    # Anywhere else a word is taken for a key only if it looks like one: "Bot restarted" is not a secret.
    r"|(?P<keep_scheme>\b(?:bearer|basic) )(?=[^\s\"']*\d)[\w.\-~+/=]{16,}"
    # A bot token is three base64 words: the id, the time and the signature.
    r"|\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,50}\b",
    re.IGNORECASE,
)
_QUIET_LIBRARIES = ("discord", "aiohttp", "alembic", "sqlalchemy", "asyncio", "aiosqlite")


class HidingFormatter(logging.Formatter):
    """Formats as text or JSON and hides ``secrets`` and everything that looks like one."""

    def __init__(self, secrets: Iterable[str], form: Literal["text", "json"]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._form = form
        known = {form for secret in secrets if len(secret) >= 4 for form in _written_forms(secret)}
        # The longest first: a secret that contains another must not leave its tail behind.
        self._secrets = sorted(known, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """One line, or several with a traceback, without secrets."""
        _make_sayable(record)
        return self._as_json(record) if self._form == "json" else self.hide(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name is the library's
        """One line: text from outside must not be able to look like another event."""
        return self.hide(super().formatMessage(record)).replace("\r", "\\r").replace("\n", "\\n")

    def hide(self, text: str) -> str:
        """Return ``text`` without any secret."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _SECRET_PLACES.sub(lambda found: (found[found.lastgroup] if found.lastgroup else "") + HIDDEN, text)

    def _as_json(self, record: logging.LogRecord) -> str:
        fields = {
            "at": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        # Before it is JSON, where a quote or a backslash would hide a secret from us.
        return json.dumps({name: self.hide(value) for name, value in fields.items()}, ensure_ascii=False)


def _written_forms(secret: str) -> tuple[str, ...]:
    """A secret as it is, and as it looks in a URL and in what ``repr`` makes of it."""
    return secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1]


def _make_sayable(record: logging.LogRecord) -> None:
    """See to it that message and arguments fit; else ``logging`` would print the arguments, secrets and all."""
    try:
        record.getMessage()
    except (TypeError, ValueError, KeyError):
        record.msg, record.args = f"{record.msg} (its arguments do not fit)", None


def set_up_logging(level: str, form: Literal["text", "json"], secrets: Iterable[str]) -> None:
    """Send the log to standard error; libraries speak from WARNING on unless ``level`` is DEBUG."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HidingFormatter(secrets, form))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    library_level = logging.NOTSET if level == "DEBUG" else max(root.level, logging.WARNING)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(library_level)
    # All that discord.py warns of here is that it cannot play in voice channels, which this bot does not do.
    logging.getLogger("discord.client").setLevel(logging.ERROR)
