"""What the server and a worker process say to each other: one JSON object per line.

The server says `Start` once, then one `WorkOrder` at a time. The worker says `Loaded` for each engine it tried to
load, `Ready` once, and for each order: `Loaded` if its engine is new to it, `Began`, and one of `Done`, `Refused` and
`Unavailable` (an order that is refused before it began has no `Began`).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from bot.studio.engines.base import Capability, Operation


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Start(_Message):
    """Server to worker: what to work with."""

    engines: dict[Capability, str]
    """Import paths."""
    cache: str
    voices: str
    options: dict[str, str]
    preload: tuple[Capability, ...]
    """Engines to load before `Ready`; the others are loaded when they are first needed."""


class WorkOrder(_Message):
    """Server to worker: do this."""

    task_id: str
    operation: Operation
    body: str
    """The checked request as JSON."""
    source: str | None
    """The fetched recording, not decoded yet."""
    folder: str
    """Where to put the results; exists and is empty."""


class Loaded(_Message):
    """Worker to server: an engine was loaded, or cannot be (``trouble`` says why, for people)."""

    kind: Literal["loaded"] = "loaded"
    capability: Capability
    engine: str
    trouble: str = ""


class Ready(_Message):
    """Worker to server: orders can come."""

    kind: Literal["ready"] = "ready"


class Began(_Message):
    """Worker to server: the source was decoded, the engine is at work and may take ``allowed_s`` seconds."""

    kind: Literal["began"] = "began"
    task_id: str
    allowed_s: float


class Done(_Message):
    """Worker to server: the files are in the folder, under these names."""

    kind: Literal["done"] = "done"
    task_id: str
    engine: str
    is_approximate: bool
    files: tuple[Annotated[str, Field(pattern=r"^[\w-][\w.-]{0,99}$")], ...] = Field(max_length=20)
    warnings: tuple[str, ...]
    facts: dict[str, JsonValue]


class Refused(_Message):
    """Worker to server: this order cannot be done, others can."""

    kind: Literal["refused"] = "refused"
    task_id: str
    status: int = Field(ge=400, le=599)
    code: str
    message: str


class Unavailable(_Message):
    """Worker to server: the engine of this order does not work here."""

    kind: Literal["unavailable"] = "unavailable"
    task_id: str
    message: str


Outcome = Done | Refused | Unavailable
Reply = Loaded | Ready | Began | Outcome
REPLIES: TypeAdapter[Reply] = TypeAdapter(Annotated[Reply, Field(discriminator="kind")])

MAX_REPLY_BYTES = 4 * 1024 * 1024
"""Of one line. Facts hold at most what a transcript's word list of hours needs."""
