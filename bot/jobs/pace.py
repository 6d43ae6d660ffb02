"""When to ask for a task next. Pure: time and chance are passed in."""

import random

from bot.models import Job, JobKind

FLOOR_S = 0.25
CEILING_S = 4.0
SPREAD = 0.15
# The part of the time already waited that passes before the next question: the longer a job has taken, the less a
# moment more matters to the member, and the less likely it is to end in the next instant.
STEP = 0.35


def expected_s(job: Job) -> float:
    """How long the service usually takes, in seconds."""
    match job.kind:
        case JobKind.SPEECH:
            # Public clients of the API report 1-3 s for a sentence; local engines take less.
            return 0.5 + job.request.size / 400


def next_delay_s(job: Job, waited_s: float, rng: random.Random, hint_s: float | None = None) -> float:
    """Seconds until the next question, after ``waited_s`` since the task was accepted.

    The service's own hint goes first; then the rest of half of what the job usually takes; then a growing step, with
    jitter so that jobs that started together do not ask together.
    """
    if hint_s is not None:
        return max(FLOOR_S, hint_s)
    due = max(expected_s(job) / 2 - waited_s, waited_s * STEP)
    return min(CEILING_S, max(FLOOR_S, due)) * rng.uniform(1 - SPREAD, 1 + SPREAD)
