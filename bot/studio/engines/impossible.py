"""What no engine of an ordinary package index can do honestly: refused before any work, with what to use instead.

A class of one's own can take either place (``[studio.engines] cover = "my_package.MyCovers"``).
"""

from pathlib import Path
from typing import NoReturn

from bot.studio.engines.base import Engine, Order
from bot.studio.refusal import not_possible

_ELSEWHERE = "A FineVoice API key does it, or an engine of your own ([studio.engines])."


class Cloning(Engine):
    """Speaking with somebody's voice. Matching pitch and timbre lands half way and sounds like neither of the two."""

    name = "embedded/none"

    def check(self, order: Order) -> NoReturn:
        """Refuse."""
        del order
        raise not_possible(
            "The embedded studio cannot learn a voice from a recording, and does not pretend to.",
            instead=f"Describe a voice in words with POST /v1/voice/design, or choose one of the list. {_ELSEWHERE}",
            code="cloning_not_available",
        )

    def load(self) -> None:
        """Load nothing."""

    def run(self, order: Order, folder: Path) -> NoReturn:
        """Refuse, for an order that was accepted by another engine before a restart."""
        del folder
        self.check(order)


class Cover(Engine):
    """A song with another singer: that needs clean separation and a singing voice, and neither is here."""

    name = "embedded/none"

    def check(self, order: Order) -> NoReturn:
        """Refuse."""
        del order
        raise not_possible(
            "The embedded studio cannot sing, so it cannot make covers.",
            instead=(
                "POST /v1/audio/separation with vocal-remover gives the accompaniment, "
                f"POST /v1/audio/voice-conversion changes a speaking voice. {_ELSEWHERE}"
            ),
            code="cover_not_available",
        )

    def load(self) -> None:
        """Load nothing."""

    def run(self, order: Order, folder: Path) -> NoReturn:
        """Refuse, for an order that was accepted by another engine before a restart."""
        del folder
        self.check(order)
