"""How fast voices are found in catalogues of two sizes, and how often the meant one is among the first five.

The queries have typing errors; the times are those of every keystroke of each query, as autocomplete asks for them.
Prints a Markdown table. Run it with `make bench`.
"""

import random
import statistics
import time

from bot.jobs.voice_search import VoiceSearch
from tests.benchmarks.machine import machine
from tests.jobs.made_up_voices import Asked, made_up_voices, what_people_type

SIZES = (1_600, 20_000)
QUERIES = 200
SHOWN = 25
FIRST = 5
SEED = 20261122


def recall(search: VoiceSearch, asked: list[Asked]) -> float:
    """The part of the queries whose voice is among the first five."""
    return sum(one.meant in search.find(one.typed, FIRST) for one in asked) / len(asked)


def times_ms(search: VoiceSearch, asked: list[Asked]) -> tuple[list[float], list[float]]:
    """How long each keystroke of each query took to answer, and how much of the processor it took."""
    waited: list[float] = []
    worked: list[float] = []
    for one in asked:
        for length in range(1, len(one.typed) + 1):
            began, cpu_began = time.perf_counter(), time.thread_time()
            search.find(one.typed[:length], SHOWN)
            waited.append((time.perf_counter() - began) * 1_000)
            worked.append((time.thread_time() - cpu_began) * 1_000)
    return waited, worked


def main() -> None:
    print(f"{machine()}\n")
    print("| voices | index built in | median | 99 % within | of that at work | meant voice in the first 5 |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        rng = random.Random(SEED)
        voices = made_up_voices(size, rng)
        began = time.thread_time()
        search = VoiceSearch(voices)
        built_s = time.thread_time() - began
        asked = what_people_type(voices, QUERIES, rng)
        waited, worked = (statistics.quantiles(times, n=100) for times in times_ms(search, asked))
        print(
            f"| {size:,} | {built_s:.2f} s | {waited[49]:.1f} ms | {waited[-1]:.1f} ms | {worked[-1]:.1f} ms "
            f"| {recall(search, asked):.1%} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
