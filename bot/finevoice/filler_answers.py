"""Where in a recording somebody said "um": the answer of the filler word detector.

Its layout is not documented ("timestamps returned"). An array of objects with a start and an end is looked for, under
any key that speaks of them, at the top or nested.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.finevoice.body import Layer, describe_shape, entries_of, first_text, is_array, layer_of, layers_of, values
from bot.finevoice.errors import ApiUnexpected
from bot.finevoice.task_answers import TaskAnswer, TaskState, read_task

LIST_KEYS = (
    *("fillerwords", "fillers", "detections", "detected", "segments", "timestamps", "words", "items", "list"),
    *("results", "result", "data"),
)
START_KEYS = ("start", "starttime", "begin", "from")
END_KEYS = ("end", "endtime", "stop", "to")
WORD_KEYS = ("word", "text", "filler", "fillerword", "label")
MAX_FILLERS = 5_000
# Thirty years in seconds, eleven days in milliseconds: no recording is that long.
MAX_TIME = 1e9


class FillerWord(BaseModel):
    """One filler word. Times are seconds from the start of the recording, ``end_s`` not before ``start_s``."""

    model_config = ConfigDict(frozen=True)

    start_s: float
    end_s: float
    word: str = ""
    """What was heard; empty where the service only heard that it was no speech."""


class FillerWordsAnswer(BaseModel):
    """The filler words of a recording, in order; or the task that looks for them."""

    model_config = ConfigDict(frozen=True)

    words: tuple[FillerWord, ...] = ()
    task: TaskAnswer | None = None
    """Set where the service answered with a task, a failure or an address instead of the words."""


def read_filler_words(body: object) -> FillerWordsAnswer:
    """Read the answer of the detector. No words at all is an answer, too.

    Raises:
        ApiUnexpected: there is no array of times, and it says nothing of a task either.
    """
    task = _task(body)
    if task is not None and (task.state is TaskState.FAILED or task.urls):
        return FillerWordsAnswer(task=task)
    found = _array(body)
    if found is not None:
        words = [word for entry in found if (word := _word(entry)) is not None]
        if len(words) == len(found):
            return FillerWordsAnswer(words=tuple(sorted(words, key=lambda word: word.start_s)))
    if task is not None and task.task_id is not None:
        return FillerWordsAnswer(task=task)
    raise ApiUnexpected(describe_shape(body))


def _task(body: object) -> TaskAnswer | None:
    try:
        return read_task(body)
    except ApiUnexpected:
        return None


def _array(body: object) -> Sequence[object] | None:
    if is_array(body):
        return entries_of(body, MAX_FILLERS)
    for value in values(layers_of(body), LIST_KEYS):
        if is_array(value):
            return entries_of(value, MAX_FILLERS)
    return None


def _word(entry: object) -> FillerWord | None:
    layer = layer_of(entry)
    if layer is not None:
        start, end = _seconds(layer, START_KEYS), _seconds(layer, END_KEYS)
        word = first_text([layer], WORD_KEYS)
    else:
        pair = entries_of(entry, 2)
        start, end = (_number(pair[0]), _number(pair[1])) if len(pair) == 2 else (None, None)
        word = ""
    if start is None or end is None or end < start:
        return None
    return FillerWord(start_s=start, end_s=end, word=word)


def _seconds(layer: Layer, keys: Sequence[str]) -> float | None:
    """A time in seconds: a key that ends in ``ms`` says milliseconds, every other is taken for seconds."""
    for key in keys:
        for suffix, scale in (("", 1.0), ("s", 1.0), ("sec", 1.0), ("seconds", 1.0), ("ms", 1000.0)):
            for value in layer.get(key + suffix, ()):
                number = _number(value)
                if number is not None:
                    return number / scale
    return None


def _number(value: object) -> float | None:
    """A time that can be: not negative, not endless, no number too large for arithmetic."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # NaN fails both comparisons.
    return float(value) if 0 <= value <= MAX_TIME else None
