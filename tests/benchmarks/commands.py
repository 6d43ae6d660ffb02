"""How soon each command is answered while 200 members use it at once, and how soon choices come while one types.

1,600 voices, and 50 jobs that the service is at work on. Goal: 99 % of the choices within 50 ms. Prints Markdown
tables. Run it with `make bench`.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.sandbox.uploads import UploadedFile
from tests.benchmarks.machine import machine
from tests.benchmarks.wire import Option, Wire, bot_on_the_wire

MEMBERS = 200
VOICES = 1_600
JOBS = 50
TYPED = ("", "h", "harper", "calm german", "male whispering", "harpr 12", "news ja", "voice 159")
ROUNDS = 40
GOAL_MS = 50
COMPLETED: tuple[tuple[str, str], ...] = (("tts", "voice"), ("tts", "emotion"), ("sfx", "prompt"))
USED: dict[str, Callable[[int], Sequence[Option]]] = {
    "tts": lambda number: [_given("text", f"Hello {number}")],
    "sfx": lambda number: [_given("prompt", f"{number} knocks on wood")],
    "read": lambda _: [],
    "transcribe": lambda _: [{"name": "file", "type": 11, "value": 0}],
    "voice search": lambda number: [_part("search", _given("words", f"calm {number}"))],
    "voice mine": lambda _: [_part("mine")],
    "privacy show": lambda _: [_part("show")],
    "jobs": lambda _: [],
    "help": lambda _: [],
    "about": lambda _: [],
    # The last: 200 pictures are drawn long after all were told to wait.
    "usage": lambda _: [],
}


RECORDING = UploadedFile("note.mp3", "audio/mpeg", b"ID3" + bytes(20_000))


def _part(name: str, *options: Option) -> Option:
    """A command of a group."""
    return {"name": name, "type": 1, "options": list(options)}


def _given(name: str, value: str) -> Option:
    return {"name": name, "type": 3, "value": value}


async def choices(wire: Wire) -> None:
    """Print how soon choices come, one member typing after the other."""
    print("| choices for | median | 99 % within | goal |")
    print("|---|---|---|---|")
    for command, option in COMPLETED:
        waits: list[float] = []
        for number in range(ROUNDS * len(TYPED)):
            typed = {**_given(option, TYPED[number % len(TYPED)]), "focused": True}
            others = [_given("text", "Hello")] if option in {"voice", "emotion"} else []
            waits.append(await wire.complete(command, [*others, typed], number))
        print(f"| `/{command} {option}` | {_ms(statistics.median(waits))} | {_ms(_p99(waits))} | {GOAL_MS} ms |")


async def first_answers(wire: Wire) -> None:
    """Print how soon each command is answered that all members use within a second."""
    print("\n| 200 members at once | first answer, median | 99 % within | the answer itself, 99 % within |")
    print("|---|---|---|---|")
    for command, options in USED.items():
        waits = await wire.use(command.split()[0], options, MEMBERS, within_s=1.0, file=RECORDING)
        row = (_ms(statistics.median(waits.first)), _ms(_p99(waits.first)), _ms(_p99(waits.card)))
        print(f"| `/{command}` | {' | '.join(row)} |", flush=True)


def _p99(waits: Sequence[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


async def measure() -> None:
    """Measure, and print."""
    print(f"\n{VOICES:,} voices, {JOBS} jobs at work, on {machine()}:\n")
    with tempfile.TemporaryDirectory() as folder:
        async with bot_on_the_wire(Path(folder), voices=VOICES, members=MEMBERS) as wire:
            await wire.use("tts", USED["tts"], JOBS, within_s=2.0)
            await choices(wire)
            await first_answers(wire)


if __name__ == "__main__":
    asyncio.run(measure())
