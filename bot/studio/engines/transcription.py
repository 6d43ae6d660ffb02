"""Speech to text behind the interface of engines."""

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.studio.bodies import TranscriptionBody, TranscriptionEngine
from bot.studio.engines.base import Engine, EngineSetup, EngineUnavailable, Order, Produced
from bot.studio.hearing.languages import ENGLISH_CODE, language_refusal, spoken_language
from bot.studio.hearing.models import AUTOMATIC, ENGLISH, find_model, installed_models
from bot.studio.models import ModelMismatch
from bot.studio.refusal import Refusal

if TYPE_CHECKING:
    from bot.studio.hearing.recognition import Recogniser
    from bot.studio.hearing.transcription import Wanted

MODEL_OPTION, THREADS_OPTION = "whisper_model", "whisper_threads"
HEARING_NEEDS = MappingProxyType({"faster_whisper": "faster-whisper"})

_MOST_THREADS = 16
_LOAD_AND_FIRST_WORDS_S = 120.0
_SLOWEST = 2.5  # times the length of the recording: base on one slow core, with a second try for every block


class Transcription(Engine):
    """Whisper, behind a voice activity detector."""

    name = "embedded/whisper"
    needs = HEARING_NEEDS
    longest_source_s = 7200.0

    def __init__(self, setup: EngineSetup) -> None:
        super().__init__(setup)
        self._recogniser: Recogniser | None = None

    def check(self, order: Order) -> None:
        """Refuse what is no language, a language that the installed model does not know, and too many speakers."""
        from bot.studio.hearing.transcription import refuse_speakers  # noqa: PLC0415 - numpy is not for the server

        wanted = _wanted(order.body_as(TranscriptionBody))
        refuse_speakers(wanted)
        if is_english_only(self.setup) and wanted.language not in {None, ENGLISH_CODE}:
            raise language_refusal(wanted.language or "", is_english_only=True)

    def allowed_s(self, order: Order) -> float:
        """By the length of the recording."""
        return _LOAD_AND_FIRST_WORDS_S + _SLOWEST * order.source_s

    def load(self) -> None:
        """Verify and load the model (0.5 s; with a joined one 2 s the first time)."""
        self._recogniser = loaded_recogniser(self.setup)
        self.name = f"embedded/whisper-{self._recogniser.name}"

    def run(self, order: Order, folder: Path) -> Produced:
        """Write the transcript in the form that is asked for."""
        from bot.studio.hearing.transcription import transcribe_file  # noqa: PLC0415 - loaded by now
        from bot.transcripts import TranscriptForm, write_transcript  # noqa: PLC0415 - as above

        if self._recogniser is None:
            raise EngineUnavailable("The speech recognition is not loaded.")
        body = order.body_as(TranscriptionBody)
        done = transcribe_file(self._recogniser, order.source_file(), _wanted(body))
        form = TranscriptForm(body.format.value)
        target = folder / f"transcript.{form.value}"
        target.write_text(write_transcript(done.transcript, form), encoding="utf-8")
        facts: dict[str, object] = {
            "language": done.transcript.language,
            "durationSeconds": done.transcript.duration_s,
            "speechSeconds": round(done.speech_s, 2),
            "segments": len(done.transcript.segments),
        }
        if body.speaker_diarization:
            facts |= {"speakers": len(done.transcript.speakers), "speakersAreExperimental": True}
        if done.confidence is not None:
            facts["confidence"] = round(done.confidence, 3)
        return Produced((target,), (*_notes(body), *done.warnings), facts=MappingProxyType(facts))


def loaded_recogniser(setup: EngineSetup) -> "Recogniser":
    """Load the model that the settings name; shared by all engines that listen.

    Raises:
        EngineUnavailable: it is not installed, or not the one that this version was tested with.
    """
    from bot.studio.hearing.recognition import Recogniser  # noqa: PLC0415 - heavy, and for workers only

    try:
        model = find_model(setup.options.get(MODEL_OPTION, ""), setup.cache)
        return Recogniser(model, threads=_threads(setup))
    except (ModelMismatch, Refusal) as error:
        raise EngineUnavailable(error.message if isinstance(error, Refusal) else str(error)) from error
    except (RuntimeError, ValueError, OSError) as error:  # ctranslate2's word for a file it cannot read
        raise EngineUnavailable("The speech recognition model cannot be loaded; see the log.") from error


def is_english_only(setup: EngineSetup) -> bool:
    """Say whether the settings come to the English model; of a model of the operator's own it is not known yet."""
    return _chosen_model(setup).endswith(".en")


def has_rough_times(setup: EngineSetup) -> bool:
    """Say whether the settings come to the smallest model, whose times of words are off by up to 0.2 s."""
    return _chosen_model(setup) == ENGLISH


def _chosen_model(setup: EngineSetup) -> str:
    chosen = setup.options.get(MODEL_OPTION, "").strip() or AUTOMATIC
    return next(iter(installed_models()), ENGLISH) if chosen == AUTOMATIC else chosen


def _threads(setup: EngineSetup) -> int:
    given = setup.options.get(THREADS_OPTION, "").strip()
    if given.isascii() and given.isdigit():
        return min(max(int(given), 1), _MOST_THREADS)
    # More than two hardly help models this small, and other work goes on beside it.
    return min(os.cpu_count() or 1, 2)


def _wanted(body: TranscriptionBody) -> "Wanted":
    from bot.studio.hearing.transcription import Wanted  # noqa: PLC0415 - numpy is not for the server

    return Wanted(
        language=spoken_language(body.language),
        has_words=body.words,
        has_speakers=body.speaker_diarization,
        min_speakers=body.min_speakers,
        max_speakers=body.max_speakers,
    )


def _notes(body: TranscriptionBody) -> tuple[str, ...]:
    if body.engine is TranscriptionEngine.FUNASR:
        return ("FunASR is not part of the embedded studio; Whisper listened.",)
    return ()
