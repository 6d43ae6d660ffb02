"""`python -m tests.chaos`: 200 jobs and 30 kills, and what became of them. The same seed makes the same choices."""

import argparse
import asyncio
import logging
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.ground import chaos_ground
from tests.chaos.reckoning import Reckoning
from tests.chaos.storm import Plan, Storm
from tests.end_to_end.fake_finevoice import make_clip


async def run(plan: Plan, seed: int, folder: Path) -> Reckoning:
    """One long run, in a folder of its own."""
    async with chaos_ground(folder, make_clip(folder), seed) as ground:
        return await Storm(ground, plan).rage()


def main() -> int:
    """Print the counts; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=220, help="jobs to ask for (220)")
    parser.add_argument("--kills", type=int, default=30, help="kills at random moments and at borders (30)")
    parser.add_argument("--seed", type=int, default=None, help="of a run to be repeated")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for the log and the database")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    # A bot that dies in the middle of a request is what this is about, and nothing to be reported.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.flush()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soundbooth-chaos-") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        reckoning = asyncio.run(run(Plan(given.jobs, given.kills), seed, folder))
    lines = [f"{name:24} {number:>6}" for name, number in reckoning.counts.items()]
    lines += [f"{'seconds':24} {time.monotonic() - began:>6.0f}", *(f"BROKEN: {one}" for one in reckoning.broken)]
    sys.stdout.write("\n".join([*lines, ""]))
    return 1 if reckoning.broken else 0


if __name__ == "__main__":
    sys.exit(main())
