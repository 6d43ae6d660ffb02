"""How long a finished task waits to be noticed, and what that costs in requests: the bot's pace against fixed pollers.

A simulation, seeded: no network and no clock. The mix is 60 % speech of 10-400 characters, 20 % effects, 10 %
transcripts, 7 % music and 3 % podcasts; a task takes what is usual for its kind and size times a lognormal spread of
0.3. Requests take no time. Prints Markdown tables. Run it with `make bench`.
"""

import math
import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.jobs.pace import GUESSES, NOTHING_LEARNED, UsualTime, learn, next_delay_s, usual_time
from bot.learned_time import LearnedTime

SPREAD = 0.3
SEED = 20_261_122
TASKS = 4_000
LESSONS = 20
FAR_OFF = 0.4

Delay = Callable[[float], float]
"""From the seconds waited so far to the seconds until the next question."""


@dataclass(frozen=True)
class Part:
    """One kind of the mix, and the sizes it comes in (characters of speech, else seconds of sound)."""

    kind: str
    share: float
    smallest: int
    largest: int


MIX = (
    Part("speech", 0.60, 10, 400),
    Part("effects", 0.20, 2, 30),
    Part("transcript", 0.10, 10, 600),
    Part("music", 0.07, 60, 180),
    Part("podcast", 0.03, 60, 300),
)


@dataclass(frozen=True)
class Task:
    """One task of the mix, and what it really takes."""

    kind: str
    size: int
    takes_s: float


@dataclass(frozen=True)
class Service:
    """What tasks take, compared to the first guesses of bot/jobs/pace.py."""

    speed: float = 1.0
    """Everything takes so many times the guess."""
    spread: float = SPREAD

    def task(self, part: Part, rng: random.Random) -> Task:
        size = rng.randint(part.smallest, part.largest)
        usual_s = GUESSES[part.kind].of(size) * self.speed
        return Task(part.kind, size, usual_s * math.exp(rng.gauss(0, self.spread)))

    def mix(self, count: int, rng: random.Random) -> Iterator[Task]:
        shares = [part.share for part in MIX]
        for part in rng.choices(MIX, shares, k=count):
            yield self.task(part, rng)


@dataclass
class Figures:
    """What came out for many tasks."""

    waits_s: list[float] = field(default_factory=list[float])
    requests: list[int] = field(default_factory=list[int])

    @property
    def mean_s(self) -> float:
        return statistics.fmean(self.waits_s)

    @property
    def p95_s(self) -> float:
        return statistics.quantiles(self.waits_s, n=20)[-1]

    @property
    def requests_each(self) -> float:
        return statistics.fmean(self.requests)


def poll(takes_s: float, delay: Delay) -> tuple[float, float, int]:
    """When the task was last seen unfinished, when it was seen to have ended, and the questions asked."""
    last_s, at_s, requests = 0.0, delay(0.0), 1
    while at_s < takes_s:
        last_s, at_s, requests = at_s, at_s + delay(at_s), requests + 1
    return last_s, at_s, requests


def paced(usual: UsualTime, rng: random.Random) -> Delay:
    return lambda waited_s: next_delay_s(usual, waited_s, rng)


def fixed(period_s: float) -> Delay:
    return lambda _: period_s


def run(tasks: list[Task], delay_of: Callable[[Task], Delay]) -> Figures:
    figures = Figures()
    for task in tasks:
        _, seen_s, requests = poll(task.takes_s, delay_of(task))
        figures.waits_s.append(seen_s - task.takes_s)
        figures.requests.append(requests)
    return figures


def lessons(service: Service, count: int, rng: random.Random) -> dict[str, LearnedTime]:
    """What is known after so many tasks of each kind, each asked for as was known by then."""
    learned: dict[str, LearnedTime] = {}
    for part in MIX:
        known = NOTHING_LEARNED
        for _ in range(count):
            task = service.task(part, rng)
            last_s, seen_s, _ = poll(task.takes_s, paced(usual_time(task.kind, task.size, known), rng))
            known = learn(known, task.kind, task.size, after_s=last_s, by_s=seen_s)
        learned[part.kind] = known
    return learned


def measure(
    service: Service, learned: dict[str, LearnedTime], *, seed: int = SEED, count: int = TASKS
) -> dict[str, Figures]:
    """The bot's pace with what it has learned, and two fixed pollers, over the same tasks."""
    rng = random.Random(seed)
    tasks = list(service.mix(count, rng))

    def own(task: Task) -> Delay:
        return paced(usual_time(task.kind, task.size, learned.get(task.kind, NOTHING_LEARNED)), rng)

    return {
        "pace": run(tasks, own),
        "every 2 s": run(tasks, lambda _: fixed(2.0)),
        "every 5 s": run(tasks, lambda _: fixed(5.0)),
    }


def main() -> None:
    print("| the service against the first guess | asked | mean wait | 95 % within | requests a job |")
    print("|---|---|---|---|---|")
    for label, speed in (("as guessed", 1.0), ("2.5 times slower", 1 / FAR_OFF), ("2.5 times faster", FAR_OFF)):
        service = Service(speed)
        cold = measure(service, {})
        warm = measure(service, lessons(service, LESSONS, random.Random(SEED)))
        rows = {
            "by the pace, cold": cold["pace"],
            f"by the pace, after {LESSONS} jobs of each kind": warm["pace"],
            "every 2 s": cold["every 2 s"],
            "every 5 s": cold["every 5 s"],
        }
        for name, row in rows.items():
            print(f"| {label} | {name} | {row.mean_s:.2f} s | {row.p95_s:.2f} s | {row.requests_each:.2f} |")


if __name__ == "__main__":
    main()
