"""The answers of the API, in every shape that was documented or met.

One page of the documentation calls a thing ``taskId``, another ``task_id``; a state is an integer here and a word
there; a result lies at the top, in ``data`` or in ``result``. Everything is read into the two models below, and what
cannot be read becomes ``ApiUnexpected`` with the shape of the body (keys and types, never values).
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
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
MAX_RESULTS = 32
MAX_VOICES_IN_ANSWER = 5_000
MAX_TEXT = 300
MAX_SHAPE = 400

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
    task_id = _first_text(layers, TASK_ID_KEYS)
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
        ApiUnexpected: there is no array, or it holds things that are not voices.
    """
    found = _voice_array(body, depth=2)
    if found is None:
        raise ApiUnexpected(describe_shape(body))
    voices = [read_voice(entry) for entry in found[:MAX_VOICES_IN_ANSWER]]
    total = next((layer["total"] for layer in _layers(body) if isinstance(layer.get("total"), int)), None)
    return VoicePage(voices=tuple(voices), total=cast("int | None", total))


def read_voice(body: object) -> VoiceAnswer:
    """Read one voice.

    Raises:
        ApiUnexpected: it has no name under any known key.
    """
    layers = list(_layers(body))
    name = _first_text(layers, VOICE_NAME_KEYS)
    if name is None:
        raise ApiUnexpected(describe_shape(body))

    def text(*keys: str) -> str:
        return (_first_text(layers, keys) or "")[:MAX_TEXT]

    return VoiceAnswer(
        name=name,
        label=text(*VOICE_LABEL_KEYS) or name,
        gender=text("gender").lower(),
        language=text("language", "locale", "languageCode"),
        age=text("age"),
        style=text("style"),
        category=text("primaryCategory", "primary_category", "category"),
        description=text("description"),
        tags=_texts(layers, "tags"),
    )


def read_error(body: object) -> tuple[str, str]:
    """The code and the message of an error body; two empty strings where there is none."""
    layers = list(_layers(body))
    code, message = _error(layers)
    return code, message or (_first_text(layers, ("message", "detail", "msg")) or "")[:MAX_TEXT]


def describe_shape(body: object, depth: int = 3) -> str:
    """Keys and types of a body, for a log: ``{data: [{id: str}]}``. Never its values."""
    if isinstance(body, Mapping) and depth:
        items = cast("Mapping[object, object]", body).items()
        pairs = [f"{str(key)[:30]}: {describe_shape(value, depth - 1)}" for key, value in items]
        return ("{" + ", ".join(pairs[:20]) + "}")[:MAX_SHAPE]
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


def _first_text(layers: Sequence[Json], keys: Sequence[str]) -> str | None:
    for layer in layers:
        for key in keys:
            value = layer.get(key)
            if isinstance(value, str) and value.strip():
                return value.strip()
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
    return None


def _texts(layers: Sequence[Json], key: str) -> tuple[str, ...]:
    """A list of strings, or one string with commas."""
    for layer in layers:
        value = layer.get(key)
        if isinstance(value, str):
            value = value.split(",")
        if isinstance(value, Sequence):
            entries = cast("Sequence[object]", value)
            return tuple(str(entry).strip()[:MAX_TEXT] for entry in entries[:MAX_RESULTS] if entry)
    return ()


def _result_urls(layers: Sequence[Json]) -> tuple[str, ...]:
    for layer in layers:
        for key in RESULT_LIST_KEYS:
            entries = layer.get(key)
            if isinstance(entries, Sequence) and not isinstance(entries, str):
                urls = [url for url in cast("Sequence[object]", entries) if isinstance(url, str) and url]
                if urls:
                    return tuple(urls[:MAX_RESULTS])
        for key in RESULT_KEYS:
            url = layer.get(key)
            if isinstance(url, str) and url:
                return (url,)
    return ()


def _error(layers: Sequence[Json]) -> tuple[str, str]:
    for layer in layers:
        error = layer.get("error")
        if isinstance(error, str) and error.strip():
            return "", error.strip()[:MAX_TEXT]
        if isinstance(error, Mapping) and error:
            inner = cast("Json", error)
            code, message = inner.get("code"), inner.get("message")
            return str(code or "error")[:MAX_TEXT], str(message or "")[:MAX_TEXT]
    return "", ""


def _state(layers: Sequence[Json]) -> TaskState | None:
    # The innermost state is the task's own; an outer one may be the envelope's.
    for layer in reversed(layers):
        for key in ("status", "state", "taskStatus", "task_status"):
            value = layer.get(key)
            if isinstance(value, bool) or not isinstance(value, int | str):
                continue
            # A number that is neither done nor in progress is a failure (API reference); an unknown word is not
            # understood, and polling goes on until the deadline.
            known = _STATE_WORDS.get(str(value).strip().lower().replace(" ", "_").replace("-", "_"))
            return known or (TaskState.FAILED if isinstance(value, int) else TaskState.RUNNING)
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
