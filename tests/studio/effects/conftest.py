from typing import Protocol

import pytest

from bot.studio.effects.mixing import render
from bot.studio.effects.scene import plan_scene
from tests.studio.effects.heard import Heard


class Hear(Protocol):
    """Plans and renders a prompt."""

    def __call__(
        self, prompt: str, *, negative: str = "", seconds: float | None = None, seed: int | None = None
    ) -> Heard: ...


@pytest.fixture
def hear() -> Hear:
    def heard(prompt: str, *, negative: str = "", seconds: float | None = None, seed: int | None = None) -> Heard:
        return Heard(render(plan_scene(prompt, negative, duration_s=seconds, seed=seed)))

    return heard
