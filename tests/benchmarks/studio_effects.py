"""How long the studio's sound effects and background music take, and how much of the processor.

Times are the best and the median of several runs in one process, as a worker has them: planning and rendering,
without encoding. Prints two Markdown tables. Run it with `python -m tests.benchmarks.studio_effects`.
"""

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable

from bot.studio.effects.mixing import render
from bot.studio.effects.scene import plan_scene
from bot.studio.music.composing import compose
from bot.studio.music.performing import perform

RUNS = 5
EFFECT_S, SCENE_S, MUSIC_S = 5.0, 5.0, 30
EFFECTS = (
    "rain",
    "thunder",
    "wind",
    "fire",
    "ocean waves",
    "explosion",
    "laser",
    "church bell",
    "distant church bell",
    "footsteps on gravel",
    "three knocks",
    "glass breaking",
    "birds",
    "helicopter",
    "siren",
    "coin",
)
SCENES = (
    "thunderstorm with a distant church bell",
    "campfire at night with an owl",
    "footsteps on gravel then a door creak then a door slam",
    "battle with a helicopter passing and explosions",
    "jungle with heavy rain",
)
STYLES = ("lo-fi", "chiptune", "ambient", "epic", "house", "jazz", "sad")


def measured(work: Callable[[], object]) -> tuple[float, float, float]:
    """The best and the median time of a run in ms, and the least processor time in ms."""
    waited: list[float] = []
    worked: list[float] = []
    for _ in range(RUNS):
        began, cpu_began = time.perf_counter(), time.process_time()
        work()
        waited.append((time.perf_counter() - began) * 1_000)
        worked.append((time.process_time() - cpu_began) * 1_000)
    return min(waited), statistics.median(waited), min(worked)


def effect(prompt: str, seconds: float) -> Callable[[], object]:
    return lambda: render(plan_scene(prompt, duration_s=seconds))


def music(prompt: str) -> Callable[[], object]:
    return lambda: perform(compose(prompt, duration_s=MUSIC_S))


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {sys.platform}\n")
    print("| sound | seconds | best | median | processor | goal |\n|---|---|---|---|---|---|")
    for prompts, seconds, goal_ms in ((EFFECTS, EFFECT_S, 100), (SCENES, SCENE_S, 250)):
        for prompt in prompts:
            best, median, worked = measured(effect(prompt, seconds))
            print(
                f"| {prompt} | {seconds:g} | {best:.0f} ms | {median:.0f} ms | {worked:.0f} ms | {goal_ms} ms |",
                flush=True,
            )
    best, median, worked = measured(effect("heavy rain and thunder", 30))
    print(f"| heavy rain and thunder | 30 | {best:.0f} ms | {median:.0f} ms | {worked:.0f} ms | |\n")
    print("| music | seconds | best | real-time factor | processor |\n|---|---|---|---|---|")
    for style in STYLES:
        best, _, worked = measured(music(style))
        print(f"| {style} | {MUSIC_S} | {best:.0f} ms | {best / 1_000 / MUSIC_S:.4f} | {worked:.0f} ms |", flush=True)
    print(f"\nPeak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024:.0f} MB")


if __name__ == "__main__":
    main()
