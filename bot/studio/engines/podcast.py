"""Podcasts behind the interface of engines."""

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.studio.bodies import PodcastBody
from bot.studio.engines.base import Engine, EngineSetup, EngineUnavailable, Order, Produced
from bot.studio.engines.voice_design import loaded_voice
from bot.studio.models import PACKAGES
from bot.studio.podcast.plan import PodcastPlan, plan_podcast
from bot.studio.voicing.saved_voices import SavedVoices

if TYPE_CHECKING:
    from bot.studio.voicing.speaking import NeuralVoice

_LIMIT_S = 60.0
_LIMIT_PER_SECOND = 1.5  # about ten times what a second of speech takes on one slow core
_MOST_TURNS_TOLD = 100


class Podcast(Engine):
    """A script, or a plain arrangement of a text, spoken by voices that are made of the one neural voice."""

    name = "embedded/hibari"
    is_approximate = True
    needs = PACKAGES

    def __init__(self, setup: EngineSetup) -> None:
        super().__init__(setup)
        self._voice: NeuralVoice | None = None

    def check(self, order: Order) -> None:
        """Refuse unknown voices, other languages, too many speakers, and texts with nothing to say or too much."""
        self._plan(order)

    def allowed_s(self, order: Order) -> float:
        """By the length of the text."""
        return _LIMIT_S + _LIMIT_PER_SECOND * self._plan(order).expected_s

    def load(self) -> None:
        """Load the neural voice, or share it with the voice designer's."""
        self._voice = loaded_voice(self.setup)

    def run(self, order: Order, folder: Path) -> Produced:
        """Record it."""
        from bot.studio.podcast.recording import record  # noqa: PLC0415 - loaded by now

        if self._voice is None:
            raise EngineUnavailable("The speech engine is not loaded.")
        plan = self._plan(order)
        target = folder / "podcast.mp3"
        done = record(plan, self._voice, target)
        told = [
            {"speaker": turn.speaker, "start": round(turn.starts_s, 2), "end": round(turn.ends_s, 2)}
            for turn in done.turns[:_MOST_TURNS_TOLD]
        ]
        speakers = [{"speaker": member.label, "voice": member.voice} for member in plan.cast.members.values()]
        facts = {"durationSeconds": round(done.duration_s, 3), "speakers": speakers, "turns": told}
        return Produced((target,), (*plan.warnings, *done.warnings), facts=MappingProxyType(facts))

    def _plan(self, order: Order) -> PodcastPlan:
        body = order.body_as(PodcastBody)
        return plan_podcast(
            text=body.text,
            prompt=body.prompt,
            speakers=body.speakers,
            style=body.style,
            expected_duration=body.expected_duration,
            keep_wording=body.keep_wording,
            find_saved=SavedVoices(self.setup.voices).find,
        )
