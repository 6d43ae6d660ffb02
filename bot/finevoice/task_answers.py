"""What a task is doing: the answers to a submission and to ``GET /v1/task/{id}``, in every shape."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.finevoice.body import (
    MAX_RESULTS,
    MAX_TEXT,
    NESTING_KEYS,
    Layer,
    address_of,
    describe_shape,
    entries_of,
    first_text,
    identifier,
    layer_of,
    layers_of,
    text_of,
    texts,
    values,
)
from bot.finevoice.errors import ApiUnexpected

TASK_ID_KEYS = ("taskid",)
STATE_KEYS = ("status", "state", "taskstatus")
RESULT_LIST_KEYS = ("urls", "audiourls", "fileurls", "downloadurls")
RESULT_KEYS = ("url", "audiourl", "fileurl", "downloadurl")
ERROR_TEXT_KEYS = ("message", "detail", "msg")
# An error object is also sent when nothing went wrong, its fields empty or saying so.
_NO_ERROR = frozenset({"", "0", "200", "none", "null", "ok", "success"})


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
    """Where the results can be fetched; several for the stems of a separation. Addresses from outside."""
    file: Path | None = None
    """The result itself, complete, where the service sent it as the body and the call named a place for it."""
    error_code: str = ""
    error_message: str = ""
    """The service's own words, at most 300 characters. Text from outside: quote it, never format with it."""
    warnings: tuple[str, ...] = ()


def read_task(body: object) -> TaskAnswer:
    """Read the answer to ``GET /v1/task/{id}``.

    Raises:
        ApiUnexpected: neither a state, nor a task id, nor a result, nor an error can be found.
    """
    layers = layers_of(body)
    task_id = task_id_in(layers)
    urls = _result_urls(layers)
    code, message = error_in(layers)
    state = TaskState.FAILED if code or message else _settled(state_in(layers), task_id, urls)
    if state is None:
        raise ApiUnexpected(describe_shape(body))
    return TaskAnswer(
        state=state,
        task_id=task_id,
        urls=urls if state is TaskState.DONE else (),
        error_code=code,
        error_message=message,
        warnings=texts(layers, "warnings"),
    )


def read_submission(body: object) -> TaskAnswer:
    """Read the answer to a submission: the result at once, a failure, or a task to ask for.

    Raises:
        ApiUnexpected: it cannot be read, or it says that work is going on and not by what id to ask for it.
    """
    answer = read_task(body)
    if answer.state is TaskState.RUNNING and answer.task_id is None:
        # Nobody could ever ask for it.
        raise ApiUnexpected(describe_shape(body))
    return answer


def read_error(body: object) -> tuple[str, str]:
    """The code and the message of an error body; two empty strings where there is none."""
    layers = layers_of(body)
    code, message = error_in(layers)
    details = [layer for value in values(layers, ("detail",)) for layer in _objects_in(value)]
    return (
        code or first_text(layers, ("code",)),
        message or first_text(layers, ERROR_TEXT_KEYS) or first_text(details, ("msg", "message")),
    )


def task_id_in(layers: Sequence[Layer]) -> str | None:
    """The id to ask by, under either of its names."""
    return identifier(layers, TASK_ID_KEYS)


def error_in(layers: Sequence[Layer]) -> tuple[str, str]:
    """The code and the message of the first ``error`` that says anything; two empty strings where none does."""
    for layer in layers:
        for error in layer.get("error", ()):
            code, message = _error(error)
            if code or message:
                return code, message
    return "", ""


def state_in(layers: Sequence[Layer]) -> TaskState | None:
    """The state that is said in so many words or numbers; None where none is."""
    # The innermost state is the task's own; an outer one may be the envelope's.
    for layer in reversed(layers):
        for value in values([layer], STATE_KEYS):
            if isinstance(value, bool) or not isinstance(value, int | str):
                continue
            # A number that is neither done nor in progress is a failure (API reference); an unknown word is not
            # understood, and polling goes on until the deadline.
            word = str(value)[:MAX_TEXT].strip().lower().replace(" ", "_").replace("-", "_")
            is_number = isinstance(value, int) or word.isdecimal()
            return _STATE_WORDS.get(word) or (TaskState.FAILED if is_number else TaskState.RUNNING)
    return None


def _settled(said: TaskState | None, task_id: str | None, urls: tuple[str, ...]) -> TaskState | None:
    """The state, given what came with it; None where the body says too little."""
    if said is None and urls:
        # A service that says only {"url": …} still said enough.
        return TaskState.DONE
    if said is None or (said is TaskState.DONE and not urls):
        # So did one that gives a task id; and "200" beside it without a result is the envelope's success.
        return TaskState.RUNNING if task_id else None
    return said


def _error(error: object) -> tuple[str, str]:
    layer = layer_of(error)
    if layer is not None:
        code, message = first_text([layer], ("code",)), first_text([layer], ("message",))
        return ("", "") if _says_no_error(code, message, layer) else (code or "error", message)
    text = text_of(error) if isinstance(error, str) else ""
    return ("", "") if text.lower() in _NO_ERROR else ("", text)


def _says_no_error(code: str, message: str, error: Layer) -> bool:
    if code or message:
        return code.lower() in _NO_ERROR and message.lower() in _NO_ERROR
    return not any(value for found in error.values() for value in found)


def _result_urls(layers: Sequence[Layer]) -> tuple[str, ...]:
    for layer in layers:
        for value in values([layer], (*RESULT_LIST_KEYS, *RESULT_KEYS)):
            if urls := _addresses_in(value):
                return urls
    # The nesting key may hold the address itself, or a list with an object for each result.
    for value in values(layers, NESTING_KEYS):
        urls = tuple(url for url in _addresses_in(value) if url.lower().startswith(("http://", "https://")))
        if urls:
            return urls
    return ()


def _addresses_in(value: object) -> tuple[str, ...]:
    """One address, or those of a list, whose entries are addresses or objects that hold one."""
    if isinstance(value, str):
        return tuple(filter(None, (address_of(value),)))
    found = (_address_of_entry(entry) for entry in entries_of(value, MAX_RESULTS))
    return tuple(filter(None, found))


def _address_of_entry(entry: object) -> str:
    layer = layer_of(entry)
    if layer is None:
        return address_of(entry)
    return next((url for value in values([layer], RESULT_KEYS) if (url := address_of(value))), "")


def _objects_in(value: object) -> list[Layer]:
    """The objects of an array: a 422 may say ``detail: [{loc, msg, type}]``, one entry for each wrong field."""
    layers = map(layer_of, entries_of(value, 1))
    return [layer for layer in layers if layer is not None]
