"""How much memory a process really uses.

The limit of a worker is held by looking, not by RLIMIT_AS: that counts address space, of which the engine libraries
reserve many times what they ever touch (onnxruntime arenas, thread stacks, mapped model files), so a limit that lets
them start does not stop anything. The resident set is what the machine runs out of. RLIMIT_RSS is ignored by Linux
since 2.4.30 (getrlimit(2)), and a thread inside the worker would not get to look while a library holds the
interpreter. So the server looks from outside, twice a second: a worker can overshoot for half a second, no longer.
"""

import os
from pathlib import Path

LOOK_EVERY_S = 0.5

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4_096


def resident_bytes(pid: int) -> int | None:
    """Return the resident memory of a process; None when it is gone, or where there is no /proc (macOS, Windows).

    Without /proc the limit is not held, and the system's own limits are all there is.
    """
    try:
        # proc(5): the second number of statm is the resident set in pages.
        fields = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        return int(fields[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return None
