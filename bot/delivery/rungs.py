"""The places where a result can go, the best first, and a note of the one it is on its way to.

The note is kept beside the result for the case that the process dies before Discord's answer. What was refused a moment
ago may be allowed by then; so a second try does not begin at the top, but where a message may stand already.
"""

from enum import StrEnum
from pathlib import Path

from bot.models import Job, ResultForm


class Rung(StrEnum):
    """A place for a result."""

    VOICE_MESSAGE = "voice message"
    """A message of the bot's own that answers the card."""
    CARD = "card"
    """Files of the card itself."""
    CHANNEL = "channel"
    """Files of a new message beside the card."""
    DIRECT_MESSAGE = "direct message"


def rungs_for(job: Job, noted: Rung | None) -> list[Rung]:
    """The places to try, in order: the ``noted`` one first."""
    rungs = list(Rung) if job.form is ResultForm.VOICE_MESSAGE else [Rung.CARD, Rung.VOICE_MESSAGE, *list(Rung)[2:]]
    if job.place.is_reached_by_token_only:
        rungs = [Rung.CARD, Rung.DIRECT_MESSAGE]
    return sorted(rungs, key=lambda rung: rung is not noted)


def note_rung(job: Job, folder: Path, rung: Rung) -> None:
    """Write down where the result is about to be posted in this round of sending.

    Raises:
        OSError: the disk is full, say; then nothing must be posted.
    """
    unfinished = folder / "posting.part"
    unfinished.write_text(rung, encoding="utf-8")
    unfinished.replace(_note(job, folder))


def noted_rung(job: Job, folder: Path) -> Rung | None:
    """Where a message of this round may stand already; None where nothing says so."""
    try:
        return Rung(_note(job, folder).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _note(job: Job, folder: Path) -> Path:
    return folder / f"posting-{job.deliveries}"
