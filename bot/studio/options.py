"""What an operator may choose about the studio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.studio.engines.base import Capability

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StudioOptions:
    """Bounds and choices; the defaults suit a small machine."""

    queue_limit: int = 50
    """Tasks that are waiting or at work; more are answered with 429."""
    kept_s: float = 24 * 3600.0
    """Results and records are removed this long after the request."""
    kept_bytes: int = 2_000 * _MIB
    """Past this the oldest results are removed before their time."""
    source_bytes: int = 100 * _MIB
    """The largest recording that is fetched."""
    worker_bytes: int = 2_500 * _MIB
    """Resident memory of one worker process; past it the process is ended and its task fails."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins (``http://127.0.0.1:8420``) from which sources may be fetched although their addresses are private."""
    engines: Mapping[Capability, str] = field(default_factory=lambda: MappingProxyType({}))
    """Import paths of engines that take the place of the studio's own."""
    engine_options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Passed on to the engines, such as ``whisper_model``."""
