"""Voices as the API describes them: one, a page of them, and one that was just made."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.finevoice.body import (
    Layer,
    describe_shape,
    entries_of,
    first_text,
    identifier,
    is_array,
    layer_of,
    layers_of,
    texts,
    values,
)
from bot.finevoice.errors import ApiUnexpected
from bot.finevoice.task_answers import TaskAnswer, TaskState, error_in, read_task, state_in, task_id_in

LIST_KEYS = ("data", "list", "voices", "items", "records", "results")
NAME_KEYS = ("name", "voice", "id", "slug", "voicename")
LABEL_KEYS = ("displayname", "title", "label")
# Not ``id`` and ``slug``: beside a task, an id is the task's.
NEW_NAME_KEYS = ("voicename", "voice", "name")
DESIGN_KEYS = ("desiguuid", "designuuid")
MAX_VOICES_IN_ANSWER = 5_000


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


class NewVoiceAnswer(TaskAnswer):
    """A voice being trained or designed; done when it has a name or previews to listen to (``urls``).

    Running without a ``task_id`` means that the service took the work and gave nothing to ask by: the voice will
    appear in the list of one's own voices.
    """

    voice: str | None = None
    """The name to speak with, where the service already gave one."""
    design_uuid: str | None = None
    """The version of a designed voice, for ``voices.get(design_uuid=…)``."""


def read_voice_page(body: object) -> VoicePage:
    """Read one page of the voice list, wherever in the body the array is.

    Raises:
        ApiUnexpected: there is no array, it holds nothing that is a voice, or an error lies beside it.
    """
    layers = layers_of(body)
    found = _voice_array(body, depth=2)
    if found is None or any(error_in(layers)):
        raise ApiUnexpected(describe_shape(body))
    voices = [voice for entry in found if (voice := _voice(entry)) is not None]
    if found and not voices:
        raise ApiUnexpected(describe_shape(body))
    return VoicePage(voices=tuple(voices), total=_total(layers))


def read_voice(body: object) -> VoiceAnswer:
    """Read one voice, bare or wrapped.

    Raises:
        ApiUnexpected: it has no name under any known key.
    """
    wrapped = values(layers_of(body), ("voice",))
    voice = next(filter(None, map(_voice, [body, *wrapped])), None)
    if voice is None:
        raise ApiUnexpected(describe_shape(body))
    return voice


def read_new_voice(body: object) -> NewVoiceAnswer:
    """Read the answer to a training or a design, of which the documentation says only that it is an object.

    Raises:
        ApiUnexpected: neither a state, nor a task, nor a voice, nor a preview, nor an error can be found.
    """
    layers = layers_of(body)
    wrapped = [layer for value in values(layers, ("voice",)) if (layer := layer_of(value)) is not None]
    voice = identifier([*layers, *wrapped], NEW_NAME_KEYS)
    design = identifier([*layers, *wrapped], DESIGN_KEYS)
    try:
        task = read_task(body)
    except ApiUnexpected:
        said = state_in(layers)
        if said is None and voice is None and design is None:
            raise
        task = TaskAnswer(state=TaskState.RUNNING if said is not TaskState.FAILED else said)
    if voice and task.state is TaskState.RUNNING and task_id_in(layers) is None:
        task = task.model_copy(update={"state": _state_of_named(state_in(layers))})
    return NewVoiceAnswer(**task.model_dump(), voice=voice, design_uuid=design)


def _state_of_named(said: TaskState | None) -> TaskState:
    """A voice that has its name and no task to wait for is there, unless the service says that it is not yet."""
    return TaskState.RUNNING if said is TaskState.RUNNING else TaskState.DONE


def _voice(body: object) -> VoiceAnswer | None:
    layers = layers_of(body)
    name = identifier(layers, NAME_KEYS)
    if name is None:
        return None

    def text(*keys: str) -> str:
        return first_text(layers, keys)

    return VoiceAnswer(
        name=name,
        label=text(*LABEL_KEYS) or name,
        gender=text("gender").lower(),
        language=text("language", "locale", "languagecode"),
        age=text("age"),
        style=text("style"),
        category=text("primarycategory", "category"),
        description=text("description"),
        tags=texts(layers, "tags", separator=","),
    )


def _total(layers: Sequence[Layer]) -> int | None:
    for value in values(layers, ("total",)):
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _voice_array(body: object, depth: int) -> Sequence[object] | None:
    if is_array(body):
        return entries_of(body, MAX_VOICES_IN_ANSWER)
    layer = layer_of(body)
    if layer is None or not depth:
        return None
    arrays = (_voice_array(value, depth - 1) for value in values([layer], LIST_KEYS))
    return next((found for found in arrays if found is not None), None)
