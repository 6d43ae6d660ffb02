"""The calls that make something: path, body and capability of each. One table, read by routes and the OpenAPI document.

Source of the paths: FineVoice OpenAPI document, 2026-05-23. The other three of its 24 calls (one task, one voice, the
list of voices) only tell something; they are in routes.py.
"""

from dataclasses import dataclass
from enum import Enum, auto

from bot.studio import bodies
from bot.studio.engines.base import Capability, Operation


class Answering(Enum):
    """What a call answers when the caller did not say by ``useAsync``."""

    TASK = auto()
    """A task id at once."""
    RESULT = auto()
    """The result as JSON, if it does not take too long; a task id otherwise."""
    FILE = auto()
    """The audio file itself, if it does not take too long; a task id otherwise."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API."""

    operation: Operation
    path: str
    body: type[bodies.Body]
    capability: Capability
    answering: Answering
    summary: str


CALLS: tuple[Call, ...] = (
    Call(
        Operation.SPEECH,
        "/v1/audio/speech-synthesis",
        bodies.SpeechBody,
        Capability.SPEECH,
        Answering.TASK,
        "Speak a text. Emotion tags such as [happy] colour what follows them.",
    ),
    Call(
        Operation.CONVERSION,
        "/v1/audio/voice-conversion",
        bodies.ConversionBody,
        Capability.CONVERSION,
        Answering.RESULT,
        "Change the voice of a recording.",
    ),
    Call(
        Operation.TRANSCRIPTION,
        "/v1/audio/stt",
        bodies.TranscriptionBody,
        Capability.TRANSCRIPTION,
        Answering.RESULT,
        "Write down what is said in a recording.",
    ),
    Call(
        Operation.EFFECT,
        "/v1/audio/sfx-generation",
        bodies.EffectBody,
        Capability.EFFECTS,
        Answering.RESULT,
        "Make a sound effect from words.",
    ),
    Call(
        Operation.SEPARATION,
        "/v1/audio/separation",
        bodies.SeparationBody,
        Capability.SEPARATION,
        Answering.RESULT,
        "Take a stereo recording apart into voice and accompaniment.",
    ),
    Call(
        Operation.PODCAST,
        "/v1/audio/podcastgen",
        bodies.PodcastBody,
        Capability.PODCAST,
        Answering.RESULT,
        "Speak a script with several voices.",
    ),
    Call(
        Operation.CLONING,
        "/v1/voice/train",
        bodies.CloningBody,
        Capability.CLONING,
        Answering.TASK,
        "Learn a voice from a recording.",
    ),
    Call(
        Operation.VOICE_DESIGN,
        "/v1/voice/design",
        bodies.DesignBody,
        Capability.VOICE_DESIGN,
        Answering.RESULT,
        "Make a voice from words.",
    ),
    Call(
        Operation.BACKGROUND_MUSIC,
        "/v1/music/musicgenbyprompt",
        bodies.BackgroundMusicBody,
        Capability.MUSIC,
        Answering.TASK,
        "Compose instrumental music from words.",
    ),
    Call(
        Operation.SONG,
        "/v1/music/musicgen",
        bodies.SongBody,
        Capability.MUSIC,
        Answering.TASK,
        "Compose music in a style; without a singer only.",
    ),
    Call(
        Operation.COVER,
        "/v1/music/cover",
        bodies.CoverBody,
        Capability.COVER,
        Answering.TASK,
        "A song with another singer.",
    ),
    Call(
        Operation.REMOVE_NOISE,
        "/v1/enhancer/speech_enhancement",
        bodies.NoiseBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Take the noise away.",
    ),
    Call(
        Operation.SUPER_RESOLUTION,
        "/v1/enhancer/speech_super_resolution",
        bodies.SuperResolutionBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Restore what a narrow band lost.",
    ),
    Call(
        Operation.ISOLATE_SPEAKER,
        "/v1/enhancer/speech_separation",
        bodies.SpeakerBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Keep one of two people.",
    ),
    Call(
        Operation.REMOVE_MOUTH_SOUNDS,
        "/v1/enhancer/remove_mouth_sounds",
        bodies.MouthSoundBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Take clicks and pops away.",
    ),
    Call(
        Operation.REMOVE_LONG_SILENCES,
        "/v1/enhancer/remove_long_silences",
        bodies.SilenceBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Cut long silences short.",
    ),
    Call(
        Operation.DETECT_FILLERS,
        "/v1/enhancer/filler_words/detect",
        bodies.FillerBody,
        Capability.ENHANCEMENT,
        Answering.RESULT,
        'Tell where somebody says "um".',
    ),
    Call(
        Operation.REMOVE_FILLERS,
        "/v1/enhancer/filler_words/remove",
        bodies.FillerBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        'Cut every "um" out.',
    ),
    Call(
        Operation.REMOVE_STUTTERING,
        "/v1/enhancer/stuttering/remove",
        bodies.StutterBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Cut repeated beginnings of words out.",
    ),
    Call(
        Operation.NORMALIZE,
        "/v1/enhancer/audio_normalization",
        bodies.NormalizationBody,
        Capability.ENHANCEMENT,
        Answering.FILE,
        "Bring a recording to a level.",
    ),
    Call(
        Operation.PIPELINE,
        "/v1/enhancer/process/pipeline",
        bodies.PipelineBody,
        Capability.ENHANCEMENT,
        Answering.RESULT,
        "Several repairs in the documented order.",
    ),
)

BY_OPERATION = {call.operation: call for call in CALLS}
