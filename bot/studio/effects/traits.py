"""What adjectives change about a sound: one small record that every generator reads."""

from dataclasses import dataclass, fields
from enum import StrEnum


class Material(StrEnum):
    """What is struck, trodden on or rained upon."""

    CONCRETE = "concrete"
    GLASS = "glass"
    GRASS = "grass"
    GRAVEL = "gravel"
    METAL = "metal"
    SNOW = "snow"
    WATER = "water"
    WOOD = "wood"


class Movement(StrEnum):
    """How a sound moves past the listener."""

    APPROACHING = "approaching"
    RECEDING = "receding"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Traits:
    """How one sound differs from its plain form; all ratios are 1 for the plain form."""

    size: float = 1.0
    """Bigger is lower and longer; 0.4 to 2.5."""
    strength: float = 1.0
    """Denser and more violent; 0.25 to 3."""
    speed: float = 1.0
    """Repetitions and movements, as a ratio; 0.4 to 2.5."""
    length: float = 1.0
    """How long a single event rings, as a ratio; 0.3 to 3."""
    pitch: float = 1.0
    """Frequency of everything tonal, as a ratio; 0.4 to 2.5."""
    distance: float = 0.0
    """0 is close, 1 is far: darker, quieter, narrower, with more of the room."""
    echo: float = 0.0
    """0 is dry, 1 a cathedral."""
    brightness_db: float = 0.0
    """Tilt in dB per octave around 1 kHz; -9 to 6."""
    gain_db: float = 0.0
    """-18 to 6, against the other sounds of the scene."""
    material: Material | None = None
    movement: Movement | None = None

    def changed(self, change: "Traits") -> "Traits":
        """Return these traits with ``change`` applied on top: ratios multiply, the rest adds or replaces.

        Everything stays within the ranges above, however many adjectives are piled up.
        """
        return Traits(
            **{
                **{name: _within(name, getattr(self, name) * getattr(change, name)) for name in _RATIOS},
                **{name: _within(name, getattr(self, name) + getattr(change, name)) for name in _SUMS},
            },
            material=change.material or self.material,
            movement=change.movement or self.movement,
        )


_RANGES = {
    "size": (0.4, 2.5),
    "strength": (0.25, 3.0),
    "speed": (0.4, 2.5),
    "length": (0.3, 3.0),
    "pitch": (0.4, 2.5),
    "distance": (0.0, 1.0),
    "echo": (0.0, 1.0),
    "brightness_db": (-9.0, 6.0),
    "gain_db": (-18.0, 6.0),
}
_RATIOS = ("size", "strength", "speed", "length", "pitch")
_SUMS = tuple(field.name for field in fields(Traits) if field.name in _RANGES and field.name not in _RATIOS)


def _within(name: str, value: float) -> float:
    low, high = _RANGES[name]
    return min(max(value, low), high)


PLAIN = Traits()
"""No adjective at all."""
