"""Which process makes a sample: two that keep their samples in the same folder are not to pay for the same one.

A claim is a file beside the sample; making it fails where it is there. Synchronous: call it in a thread.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

# Longer than making one takes, from waiting for a place of the key to the last byte; then its process is gone.
CLAIMED_FOR = timedelta(minutes=5)


def take_claim(claim: Path, now: datetime) -> bool:
    """Claim the making of a sample; False where somebody else has it.

    Raises:
        OSError: the disk failed.
    """
    claim.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if now.timestamp() - claim.stat().st_mtime > CLAIMED_FOR.total_seconds():
            claim.unlink()
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        return False
    os.utime(claim, (now.timestamp(), now.timestamp()))
    return True
