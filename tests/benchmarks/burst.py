"""How fast the bot answers when 500 commands arrive within one second, of every member in two guilds at once.

The least possible is a bot that answers at once
and does nothing else. Prints a Markdown table. Run it with `make bench`.
"""

import asyncio
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.machine import machine
from tests.benchmarks.wire import Option, Waits, bot_on_the_wire

COMMANDS = 500
WITHIN_S = 1.0
TOO_LATE_S = 3.0


async def answers(folder: Path, *program: str, is_ours: bool) -> Waits:
    """Fire a few commands to warm up, then all of them."""
    async with bot_on_the_wire(folder, *program, is_ours=is_ours) as wire:
        await wire.use("tts", _text, 20, within_s=0.1)
        return await wire.use("tts", _text, COMMANDS, within_s=WITHIN_S)


def _text(number: int) -> list[Option]:
    return [{"name": "text", "type": 3, "value": f"Hello {number}"}]


def row(name: str, seconds: list[float]) -> str:
    seconds = sorted(seconds)
    p99 = seconds[int(len(seconds) * 0.99)]
    late = sum(one > TOO_LATE_S for one in seconds)
    return f"| {name} | {statistics.median(seconds) * 1000:.0f} ms | {p99 * 1000:.0f} ms | {late} |"


async def measure() -> None:
    print(f"\n{COMMANDS} commands within {WITHIN_S:.0f} s, on {machine()}:\n")
    print("| what is waited for | median | 99 % within | later than 3 s |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        least = await answers(Path(folder), "-m", "tests.benchmarks.echo_bot", is_ours=False)
    print(row("the answer of a bot that does nothing else", least.first))
    with tempfile.TemporaryDirectory() as folder:
        ours = await answers(Path(folder), "-m", "bot", "run", is_ours=True)
    print(row("the first answer to `/tts`", ours.first))
    print(row("its card, with the job written down", ours.card))


if __name__ == "__main__":
    asyncio.run(measure())
