"""The answers of the API, in every shape that was documented or met.

One page of the documentation calls a thing ``taskId``, another ``task_id``; a state is an integer here and a word
there; a result lies at the top, in ``data`` or in ``result``. Everything is read into the two models below, and what
cannot be read becomes ``ApiUnexpected`` with the shape of the body (keys and types, never values).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import cast

from pydantic import BaseModel, ConfigDict

from bot.finevoice.errors import ApiUnexpected

TASK_ID_KEYS = ("taskId", "task_id", "taskid")
RESULT_KEYS = ("url", "audio_url", "audioUrl", "file_url", "fileUrl", "download_url", "downloadUrl")
RESULT_LIST_KEYS = ("urls", "audio_urls", "audioUrls")
NESTING_KEYS = ("data", "result")
VOICE_LIST_KEYS = ("data", "list", "voices", "items", "records", "results")
VOICE_NAME_KEYS = ("name", "voice", "id", "slug", "voiceName")
VOICE_LABEL_KEYS = ("displayName", "title", "label")
ERROR_TEXT_KEYS = ("message", "detail", "msg")
MAX_RESULTS = 32
MAX_VOICES_IN_ANSWER = 5_000
MAX_TEXT = 300
MAX_URL = 4_096
MAX_SHAPE = 400
MAX_SHAPE_KEYS = 20
# Control characters would forge lines in a log; half a surrogate pair or a NUL fits into no database.
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# An error object is also sent when nothing went wrong, its fields empty or saying so.
_NO_ERROR = frozenset({"", "0", "200", "none", "null", "ok", "success"})

Json = Mapping[str, object]


class TaskState(StrEnum):
    """What a task is doing, whatever word or number the service used."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


_STATE_WORDS = {
    **dict.fromkeys(("pending", "processing", "queued", "running", "in_progress", "202"), TaskState.RUNNING),
    **dict.fromkeys(("completed", "success", "succeeded", "done", "finished", "200"), TaskState.DONE),
    **dict.fromkeys(("failed", "failure", "error", "cancelled", "canceled"), TaskState.FAILED),
}


class TaskAnswer(BaseModel):
    """A submitted or asked-for task: its id, its state and, when done, its results."""

    model_config = ConfigDict(frozen=True)

    state: TaskState
    task_id: str | None = None
    urls: tuple[str, ...] = ()
    error_code: str = ""
    error_message: str = ""
    warnings: tuple[str, ...] = ()


class VoiceAnswer(BaseModel):
    """A voice as the API describes it. Only ``name`` is certain."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    gender: str = ""
    language: str = ""
    age: str = ""
    style: str = ""
    category: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()


class VoicePage(BaseModel):
    """One page of the voice list. ``total`` is None where the service does not tell."""

    model_config = ConfigDict(frozen=True)

    voices: tuple[VoiceAnswer, ...]
    total: int | None = None


def read_task(body: object) -> TaskAnswer:
    """Read the answer to a submit or to ``GET /v1/task/{id}``.

    Raises:
        ApiUnexpected: neither a state, nor a task id, nor a result, nor an error can be found.
    """
    layers = list(_layers(body))
    task_id = _identifier(layers, TASK_ID_KEYS)
    urls = _result_urls(layers)
    code, message = _error(layers)
    state = _state(layers)
    if code or message:
        state = TaskState.FAILED
    elif state is None:
        # A service that says only {"url": …} or {"taskId": …} still said enough.
        state = TaskState.DONE if urls else TaskState.RUNNING if task_id else None
    if state is TaskState.DONE and not urls:
        # "200" beside a task id and no result is the envelope's success, not the task's.
        state = TaskState.RUNNING if task_id else None
    if state is None:
        raise ApiUnexpected(describe_shape(body))
    return TaskAnswer(
        state=state,
        task_id=task_id,
        urls=urls if state is TaskState.DONE else (),
        error_code=code,
        error_message=message,
        warnings=_texts(layers, "warnings"),
    )


def read_voice_page(body: object) -> VoicePage:
    """Read one page of the voice list, wherever in the body the array is.

    Raises:
        ApiUnexpected: there is no array, it holds nothing that is a voice, or an error lies beside it.
    """
    layers = list(_layers(body))
    found = _voice_array(body, depth=2)
    if found is None or any(_error(layers)):
        raise ApiUnexpected(describe_shape(body))
    voices = [voice for entry in found[:MAX_VOICES_IN_ANSWER] if (voice := _voice(entry)) is not None]
    if found and not voices:
        raise ApiUnexpected(describe_shape(body))
    return VoicePage(voices=tuple(voices), total=next(filter(None, map(_total, layers)), None))


def read_voice(body: object) -> VoiceAnswer:
    """Read one voice.

    Raises:
        ApiUnexpected: it has no name under any known key.
    """
    voice = _voice(body)
    if voice is None:
        raise ApiUnexpected(describe_shape(body))
    return voice


def _voice(body: object) -> VoiceAnswer | None:
    layers = list(_layers(body))
    name = _identifier(layers, VOICE_NAME_KEYS)
    if name is None:
        return None

    def text(*keys: str) -> str:
        return _first_text(layers, keys) or ""

    return VoiceAnswer(
        name=name,
        label=text(*VOICE_LABEL_KEYS) or name,
        gender=text("gender").lower(),
        language=text("language", "locale", "languageCode"),
        age=text("age"),
        style=text("style"),
        category=text("primaryCategory", "primary_category", "category"),
        description=text("description"),
        tags=_texts(layers, "tags", separator=","),
    )


def read_error(body: object) -> tuple[str, str]:
    """The code and the message of an error body; two empty strings where there is none."""
    layers = list(_layers(body))
    code, message = _error(layers)
    return code or _first_text(layers, ("code",)) or "", message or _first_text(layers, ERROR_TEXT_KEYS) or ""


def describe_shape(body: object, depth: int = 3) -> str:
    """Keys and types of a body, for a log: ``{data: [{id: str}]}``. Never its values."""
    if isinstance(body, Mapping) and depth:
        items = cast("Mapping[object, object]", body).items()
        pairs = [
            f"{_cleaned(str(key)[:30])}: {describe_shape(value, depth - 1)}"
            for key, value in islice(items, MAX_SHAPE_KEYS)
        ]
        return ("{" + ", ".join(pairs) + "}")[:MAX_SHAPE]
    if isinstance(body, Sequence) and not isinstance(body, str | bytes) and depth:
        entries = cast("Sequence[object]", body)
        return f"[{describe_shape(entries[0], depth - 1)}]" if entries else "[]"
    return type(cast("object", body)).__name__


def _layers(body: object, depth: int = 2) -> Iterator[Json]:
    """The body and what it nests its answer in, outermost first."""
    if not isinstance(body, Mapping):
        return
    layer = cast("Json", body)
    yield layer
    if depth:
        for key in NESTING_KEYS:
            yield from _layers(layer.get(key), depth - 1)


def _cleaned(text: str) -> str:
    return _UNSPEAKABLE.sub(" ", text).strip()


def _text(value: object) -> str:
    """A string or a whole number as text of bounded length; empty for anything else."""
    if isinstance(value, str):
        return _cleaned(value[:MAX_TEXT])
    return str(value)[:MAX_TEXT] if isinstance(value, int) and not isinstance(value, bool) else ""


def _first_text(layers: Sequence[Json], keys: Sequence[str]) -> str | None:
    # By key first: an envelope's own ``id`` must not stand in for the ``name`` inside it.
    found = (_text(layer.get(key)) for key in keys for layer in layers)
    return next(filter(None, found), None)


def _identifier(layers: Sequence[Json], keys: Sequence[str]) -> str | None:
    """What is sent back to name the thing, so whole or not at all."""
    found = (_exact(layer.get(key), MAX_TEXT) for key in keys for layer in layers)
    return next(filter(None, found), None)


def _exact(value: object, limit: int) -> str:
    """A string or a whole number as it was sent; empty where it is longer than ``limit`` or not printable."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip()
    return text if len(text) <= limit and not _UNSPEAKABLE.search(text) else ""


def _texts(layers: Sequence[Json], key: str, separator: str | None = None) -> tuple[str, ...]:
    """A list of strings, or one string, taken apart at ``separator`` where there is one."""
    for layer in layers:
        value = layer.get(key)
        if isinstance(value, str):
            value = value.split(separator, MAX_RESULTS) if separator else [value]
        if isinstance(value, Sequence):
            entries = cast("Sequence[object]", value)[:MAX_RESULTS]
            return tuple(filter(None, map(_text, entries)))
    return ()


def _total(layer: Json) -> int | None:
    total = layer.get("total")
    return total if isinstance(total, int) and not isinstance(total, bool) and total > 0 else None


def _result_urls(layers: Sequence[Json]) -> tuple[str, ...]:
    for layer in layers:
        for key in RESULT_LIST_KEYS:
            entries = layer.get(key)
            if isinstance(entries, Sequence) and not isinstance(entries, str):
                found = (_url(entry) for entry in cast("Sequence[object]", entries)[:MAX_RESULTS])
                urls = tuple(filter(None, found))
                if urls:
                    return urls
        url = next(filter(None, (_url(layer.get(key)) for key in RESULT_KEYS)), None)
        if url:
            return (url,)
    return ()


def _url(value: object) -> str:
    return _exact(value, MAX_URL) if isinstance(value, str) else ""


def _error(layers: Sequence[Json]) -> tuple[str, str]:
    for layer in layers:
        error = layer.get("error")
        if isinstance(error, Mapping):
            inner = cast("Json", error)
            code, message = _text(inner.get("code")), _text(inner.get("message"))
            if not _says_no_error(code, message, inner):
                return code or "error", message
        elif isinstance(error, str) and (text := _text(error)).lower() not in _NO_ERROR:
            return "", text
    return "", ""


def _says_no_error(code: str, message: str, error: Json) -> bool:
    if code or message:
        return code.lower() in _NO_ERROR and message.lower() in _NO_ERROR
    return not any(error.values())


def _state(layers: Sequence[Json]) -> TaskState | None:
    # The innermost state is the task's own; an outer one may be the envelope's.
    for layer in reversed(layers):
        for key in ("status", "state", "taskStatus", "task_status"):
            value = layer.get(key)
            if isinstance(value, bool) or not isinstance(value, int | str):
                continue
            # A number that is neither done nor in progress is a failure (API reference); an unknown word is not
            # understood, and polling goes on until the deadline.
            word = str(value)[:MAX_TEXT].strip().lower().replace(" ", "_").replace("-", "_")
            is_number = isinstance(value, int) or word.isdecimal()
            return _STATE_WORDS.get(word) or (TaskState.FAILED if is_number else TaskState.RUNNING)
    return None


def _voice_array(body: object, depth: int) -> Sequence[object] | None:
    if isinstance(body, Sequence) and not isinstance(body, str | bytes):
        return cast("Sequence[object]", body)
    if isinstance(body, Mapping) and depth:
        layer = cast("Json", body)
        for key in VOICE_LIST_KEYS:
            found = _voice_array(layer.get(key), depth - 1) if key in layer else None
            if found is not None:
                return found
    return None
