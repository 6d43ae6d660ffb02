"""Why the studio does not do what it was asked."""

from dataclasses import dataclass


@dataclass(eq=False)
class Refusal(Exception):
    """Becomes the API's error object: ``status`` is the HTTP status, ``code`` for programs, ``message`` for people."""

    status: int
    code: str
    message: str
    retry_after_s: int | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


def unprocessable(code: str, message: str) -> Refusal:
    """Return the refusal of a request whose content is the problem (422)."""
    return Refusal(422, code, message)


def not_possible(message: str, *, instead: str, code: str = "not_available") -> Refusal:
    """Return the refusal of what no engine here can do (501): why, and what to use instead; whole sentences both."""
    return Refusal(501, code, f"{message} {instead}")
