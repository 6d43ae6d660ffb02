"""A JSON body from outside, taken apart with care.

The API spells one key in several ways (``taskId``, ``task_id``) and wraps what it says in ``data`` or ``result``, or
does not. Here a body becomes *layers*: itself and what it nests, outermost first, with keys in one plain spelling.
Texts are bounded and printable; what is too large or strange is as good as not there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TypeAlias, cast

NESTING_KEYS = ("data", "result")
MAX_RESULTS = 32
MAX_TEXT = 300
MAX_URL = 4_096
MAX_SHAPE = 400
MAX_SHAPE_KEYS = 20
# No documented object has more than 20 keys; more than this is not read, so that a body of keys costs no time.
MAX_KEYS = 256
MAX_KEY = 40
# Control characters would forge lines in a log; half a surrogate pair or a NUL fits into no database.
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")

Layer: TypeAlias = Mapping[str, Sequence[object]]
"""What was found under each plain key. Usually one value, more where a body spells the same key in two ways."""


def layers_of(body: object, depth: int = 2) -> list[Layer]:
    """The body and what it nests its answer in, outermost first; none where it is not an object."""
    layer = layer_of(body)
    if layer is None:
        return []
    found = [layer]
    if depth:
        for value in values([layer], NESTING_KEYS):
            found += layers_of(value, depth - 1)
    return found


def layer_of(body: object) -> Layer | None:
    """One object by plain keys: ``{"taskId": 1}`` and ``{"Task_ID": 1}`` are both ``{"taskid": [1]}``."""
    if not isinstance(body, Mapping):
        return None
    layer: dict[str, list[object]] = {}
    for key, value in islice(cast("Mapping[object, object]", body).items(), MAX_KEYS):
        if isinstance(key, str) and len(key) <= MAX_KEY:
            layer.setdefault(_plain(key), []).append(value)
    return layer


@lru_cache(maxsize=1024)
def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def values(layers: Sequence[Layer], keys: Sequence[str]) -> Iterator[object]:
    """All values under any of these plain keys: the first key of every layer, then the second, and so on."""
    # By key first: an envelope's own ``id`` must not stand in for the ``name`` inside it.
    for key in keys:
        for layer in layers:
            yield from layer.get(key, ())


def is_array(value: object) -> bool:
    """Whether this is an array of JSON."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def entries_of(value: object, limit: int) -> Sequence[object]:
    """The first entries of an array; none where it is not one."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return cast("Sequence[object]", value)[:limit]
    return ()


def cleaned(text: str) -> str:
    """A text that fits on one line of a log."""
    return _UNSPEAKABLE.sub(" ", text).strip()


def text_of(value: object) -> str:
    """A string or a whole number as text of bounded length; empty for anything else."""
    if isinstance(value, str):
        return cleaned(value[:MAX_TEXT])
    return str(value)[:MAX_TEXT] if isinstance(value, int) and not isinstance(value, bool) else ""


def first_text(layers: Sequence[Layer], keys: Sequence[str]) -> str:
    """The first text under any of these keys; empty where there is none."""
    return next((text for value in values(layers, keys) if (text := text_of(value))), "")


def exact(value: object, limit: int) -> str:
    """A string or a whole number as it was sent; empty where it is longer than ``limit`` or not printable."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    if isinstance(value, str) and len(value) > 2 * limit:
        return ""
    text = str(value).strip()
    return text if len(text) <= limit and not _UNSPEAKABLE.search(text) else ""


def identifier(layers: Sequence[Layer], keys: Sequence[str]) -> str | None:
    """What is sent back to name the thing, so whole or not at all."""
    return next(filter(None, (exact(value, MAX_TEXT) for value in values(layers, keys))), None)


def address_of(value: object) -> str:
    """An address as it was sent, its signature whole; empty where it cannot be one."""
    return exact(value, MAX_URL) if isinstance(value, str) else ""


def texts(layers: Sequence[Layer], key: str, separator: str | None = None) -> tuple[str, ...]:
    """A list of strings, or one string, taken apart at ``separator`` where there is one."""
    for value in values(layers, (key,)):
        if isinstance(value, str):
            parts: Sequence[object] = value.split(separator, MAX_RESULTS) if separator else [value]
        else:
            parts = entries_of(value, MAX_RESULTS)
        found = tuple(text for part in parts[:MAX_RESULTS] if (text := text_of(part)))
        if found:
            return found
    return ()


def describe_shape(body: object, depth: int = 3) -> str:
    """Keys and types of a body, for a log: ``{data: [{id: str}]}``. Never its values."""
    if isinstance(body, Mapping) and depth:
        items = cast("Mapping[object, object]", body).items()
        pairs = [
            f"{cleaned(str(key)[:30])}: {describe_shape(value, depth - 1)}"
            for key, value in islice(items, MAX_SHAPE_KEYS)
        ]
        return ("{" + ", ".join(pairs) + "}")[:MAX_SHAPE]
    if isinstance(body, Sequence) and not isinstance(body, str | bytes) and depth:
        entries = cast("Sequence[object]", body)
        return f"[{describe_shape(entries[0], depth - 1)}]" if entries else "[]"
    return type(cast("object", body)).__name__
