"""The ten operations of the enhancer behind the interface of engines."""

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, cast

from bot.studio.bodies import (
    EnhancementBody,
    FillerBody,
    MouthSoundBody,
    NoiseBody,
    NormalizationBody,
    NormalizationMethod,
    PipelineBody,
    SilenceBody,
    StutterBody,
)
from bot.studio.engines.base import Engine, EngineSetup, EngineUnavailable, Operation, Order, Produced
from bot.studio.engines.transcription import HEARING_NEEDS, has_rough_times, is_english_only, loaded_recogniser
from bot.studio.hearing.languages import ENGLISH_CODE, language_refusal, spoken_language
from bot.studio.hearing.models import MULTILINGUAL_PACKAGES
from bot.studio.refusal import Refusal, not_possible

if TYPE_CHECKING:
    from bot.studio.cleaning.noise import NoiseFilter
    from bot.studio.cleaning.repairs import LoudnessStep, Repaired, Repairs, Steps
    from bot.studio.hearing.recognition import Recogniser

NOISE_OPTION = "noise_filter"

_LOAD_S = 120.0
_SLOWEST = 4.0  # times the length: noise reduction of stereo and speech recognition on one slow core
_NOT_THE_MODEL = "The models of the API are not here: the noise was taken away by {}, and the result has 48 kHz."
_ROUGH_TIMES = "The times are off by up to 0.2 s: the small English model does not know them better."
_BY_WORDS = "Fillers are found by recognising words; there is no classifier of sounds here."


class Enhancement(Engine):
    """Noise, mouth sounds, silences, fillers, stutters, loudness. The rest is refused."""

    name = "embedded/cleaning"
    is_approximate = True
    longest_source_s = 1200.0

    def __init__(self, setup: EngineSetup) -> None:
        super().__init__(setup)
        self._noise: NoiseFilter | None = None
        self._recogniser: Recogniser | None = None

    def check(self, order: Order) -> None:
        """Refuse restored bandwidth, one of two voices, other voices in the background, and unknown languages."""
        body = order.body
        if order.operation is Operation.SUPER_RESOLUTION or (isinstance(body, PipelineBody) and body.super_resolution):
            _refuse_super_resolution()
        if order.operation is Operation.ISOLATE_SPEAKER:
            _refuse_isolation()
        if isinstance(body, MouthSoundBody) and body.use_hush:
            _refuse_background_voices()
        if _cuts_words(order.operation, body) or order.operation is Operation.DETECT_FILLERS:
            _refuse_without_recogniser()
        if _cuts_words(order.operation, body) and has_rough_times(self.setup):
            _refuse_cutting_words()
        self._check_language(_language_of(body))

    def allowed_s(self, order: Order) -> float:
        """By the length of the recording."""
        return _LOAD_S + _SLOWEST * order.source_s

    def load(self) -> None:
        """Load the noise filter; the recogniser follows when it is first needed."""
        from bot.studio.cleaning.deep_filter import NotInstalled  # noqa: PLC0415 - numpy is not for the server
        from bot.studio.cleaning.noise import noise_filter  # noqa: PLC0415 - as above

        try:
            self._noise = noise_filter(self.setup.options.get(NOISE_OPTION, "") or "auto")
        except (NotInstalled, ValueError) as error:
            raise EngineUnavailable(f"The noise filter cannot be used: {error}.") from error

    def run(self, order: Order, folder: Path) -> Produced:
        """Repair the recording, or tell where its fillers are."""
        from bot.studio.cleaning.forms import write_track  # noqa: PLC0415 - loaded by now
        from bot.studio.cleaning.repairs import Repairs  # noqa: PLC0415 - loaded by now

        self.check(order)
        repairs = Repairs(folder, noise=self._filter, recogniser=self._listener)
        if order.operation is Operation.DETECT_FILLERS:
            return self._found(order, repairs)
        body = order.body_as(EnhancementBody)
        steps = STEPS[order.operation](body)
        done = repairs.repair(order.source_file(), steps)
        target = folder / f"repaired.{body.output_format.value}"
        write_track(done.track, target, body.output_format.value)
        done.track.path.unlink()
        warnings = (*_notes(body, done), *done.warnings)
        return Produced((target,), warnings, self._is_rough(order), MappingProxyType(done.facts))

    def _found(self, order: Order, repairs: "Repairs") -> Produced:
        from bot.studio.cleaning.words import RECALL_WARNING  # noqa: PLC0415 - loaded by now

        body = order.body_as(FillerBody)
        found = repairs.find_fillers(order.source_file(), body.filler_words, spoken_language(body.language))
        listed = [{"word": one.text, "start": round(one.start_s, 3), "end": round(one.end_s, 3)} for one in found]
        facts = {"fillerWords": listed, "count": len(listed)}
        rough = (_ROUGH_TIMES,) if has_rough_times(self.setup) else ()
        warnings = (*_filler_notes(body), RECALL_WARNING, *rough)
        return Produced((), warnings, is_approximate=True, facts=MappingProxyType(facts))

    def _filter(self) -> "NoiseFilter":
        if self._noise is None:
            raise EngineUnavailable("The noise filter is not loaded.")
        return self._noise

    def _listener(self) -> "Recogniser":
        if self._recogniser is None:
            try:
                self._recogniser = loaded_recogniser(self.setup)
            except EngineUnavailable as error:
                raise Refusal(503, "model_missing", str(error)) from error
        return self._recogniser

    def _check_language(self, wanted: str | None) -> None:
        language = spoken_language(wanted)
        if language not in {None, ENGLISH_CODE} and is_english_only(self.setup):
            raise language_refusal(language or "", is_english_only=True)

    def _is_rough(self, order: Order) -> bool:
        """Silences and loudness are done as documented; the rest is less than the API's models would do."""
        return order.operation not in {Operation.REMOVE_LONG_SILENCES, Operation.NORMALIZE}


def _refuse_super_resolution() -> NoReturn:
    raise not_possible(
        "The embedded studio cannot restore what a low sampling rate has lost: that needs a model that makes it up.",
        instead="POST /v1/enhancer/speech_enhancement takes the noise away, and its result has 48 kHz.",
        code="super_resolution_not_available",
    )


def _refuse_isolation() -> NoReturn:
    raise not_possible(
        "The embedded studio cannot separate two people who speak at once.",
        instead="POST /v1/audio/stt with speaker_diarization tells who speaks when, where they take turns.",
        code="speaker_isolation_not_available",
    )


def _refuse_background_voices() -> NoReturn:
    raise not_possible(
        "The embedded studio cannot turn down voices in the background (use_hush).",
        instead="Leave use_hush out; use_rnnoise takes away noise that is not voices.",
        code="background_voices_not_available",
    )


def _refuse_cutting_words() -> NoReturn:
    raise not_possible(
        "The small English model does not know exactly enough when a word begins: its neighbours would be cut, too.",
        instead=(
            f'Install the multilingual model with "pip install soundbooth[studio-full]" '
            f"({' and '.join(MULTILINGUAL_PACKAGES)}); POST /v1/enhancer/filler_words/detect works with the small one."
        ),
        code="word_times_too_rough",
    )


def _refuse_without_recogniser() -> None:
    missing = [package for module, package in HEARING_NEEDS.items() if importlib.util.find_spec(module) is None]
    if missing:
        message = f"Finding words needs packages that are not installed: {', '.join(missing)}."
        raise Refusal(503, "packages_missing", message)


def _cuts_words(operation: Operation, body: object) -> bool:
    if operation in {Operation.REMOVE_FILLERS, Operation.REMOVE_STUTTERING}:
        return True
    if isinstance(body, PipelineBody):
        return body.remove_filler_words or body.remove_stuttering
    return isinstance(body, MouthSoundBody) and body.use_whisper_stutter


def _language_of(body: object) -> str | None:
    if isinstance(body, FillerBody):
        return body.language
    if isinstance(body, PipelineBody) and (body.remove_filler_words or body.remove_stuttering):
        return body.filler_language
    return None


def _loudness(method: NormalizationMethod, peak_db: float, rms_db: float) -> "LoudnessStep":
    from bot.studio.cleaning.repairs import LoudnessStep  # noqa: PLC0415 - numpy is not for the server

    if method is NormalizationMethod.PEAK:
        return LoudnessStep(None, peak_db)
    return LoudnessStep(rms_db, peak_db if method is NormalizationMethod.BOTH else None)


def _noise_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import NoiseStep, Steps  # noqa: PLC0415 - as above

    asked = cast("NoiseBody", body)
    loudness = _loudness(asked.normalization_method, asked.normalization_peak_db, asked.normalization_rms_db)
    return Steps(NoiseStep(only_speech=asked.use_vad), loudness=loudness if asked.enable_normalization else None)


def _mouth_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import NoiseStep, Steps, StutterStep  # noqa: PLC0415 - as above

    asked = cast("MouthSoundBody", body)
    return Steps(
        NoiseStep(strength=asked.rnnoise_strength / 100) if asked.use_rnnoise else None,
        mouth_sounds=True,
        stutters=StutterStep() if asked.use_whisper_stutter else None,
    )


def _silence_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import SilenceStep, Steps  # noqa: PLC0415 - as above

    asked = cast("SilenceBody | PipelineBody", body)
    silences = SilenceStep(asked.silence_threshold_db, asked.long_silence_ms / 1000, asked.keep_silence_ms / 1000)
    return Steps(silences=silences)


def _filler_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import Steps  # noqa: PLC0415 - as above

    asked = cast("FillerBody", body)
    return Steps(fillers=asked.filler_words, language=spoken_language(asked.language))


def _stutter_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import Steps, StutterStep  # noqa: PLC0415 - as above

    asked = cast("StutterBody", body)
    return Steps(stutters=StutterStep(asked.min_similarity, asked.max_gap_ms / 1000))


def _loudness_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import Steps  # noqa: PLC0415 - as above

    asked = cast("NormalizationBody", body)
    return Steps(loudness=_loudness(asked.method, asked.peak_db, asked.rms_db))


def _pipeline_steps(body: EnhancementBody) -> "Steps":
    from bot.studio.cleaning.repairs import NoiseStep, Steps, StutterStep  # noqa: PLC0415 - as above

    asked = cast("PipelineBody", body)
    return Steps(
        NoiseStep(only_speech=asked.enhancement_use_vad) if asked.enhance_speech else None,
        mouth_sounds=asked.remove_mouth_sounds,
        silences=_silence_steps(asked).silences if asked.remove_long_silences else None,
        fillers=asked.filler_words if asked.remove_filler_words else None,
        stutters=StutterStep(asked.stutter_min_similarity) if asked.remove_stuttering else None,
        loudness=_loudness(asked.norm_method, asked.norm_peak_db, asked.norm_rms_db) if asked.normalize else None,
        language=spoken_language(_language_of(asked)),
    )


STEPS: Mapping[Operation, Callable[[EnhancementBody], "Steps"]] = MappingProxyType(
    {
        Operation.REMOVE_NOISE: _noise_steps,
        Operation.REMOVE_MOUTH_SOUNDS: _mouth_steps,
        Operation.REMOVE_LONG_SILENCES: _silence_steps,
        Operation.REMOVE_FILLERS: _filler_steps,
        Operation.REMOVE_STUTTERING: _stutter_steps,
        Operation.NORMALIZE: _loudness_steps,
        Operation.PIPELINE: _pipeline_steps,
    }
)
"""What each operation comes to, in the order that the API documents for the pipeline."""


def _filler_notes(body: FillerBody | PipelineBody) -> tuple[str, ...]:
    by_words = body.use_whisper if isinstance(body, FillerBody) else body.filler_use_whisper
    return () if by_words else (_BY_WORDS,)


def _notes(body: EnhancementBody, done: "Repaired") -> list[str]:
    notes: list[str] = []
    if "noiseFilter" in done.facts:
        notes.append(_NOT_THE_MODEL.format(done.facts["noiseFilter"]))
    if isinstance(body, FillerBody) or (isinstance(body, PipelineBody) and body.remove_filler_words):
        notes += _filler_notes(body)
    return notes
