"""What a speech request becomes before it is spoken: words in a shape, and exact pauses."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _within(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)


class Shape(_Message):
    """How the one neural voice is reshaped. Ratios of 1 and sums of 0 leave it as it is."""

    pitch: float = Field(default=1.0, gt=0.2, lt=5)
    """Ratio to the voice's own pitch."""
    formant: float = Field(default=1.0, gt=0.5, lt=2)
    """Ratio of the resonances: under 1 a larger head and throat, over 1 a smaller one."""
    intonation: float = Field(default=1.0, ge=0, le=3)
    """How far the pitch moves: 0 is a monotone."""
    breath: float = Field(default=0.0, ge=0, le=1)
    """Share of noise in voiced sounds."""
    whispered: bool = False
    """No voice at all, only breath."""
    brightness_db: float = Field(default=0.0, ge=-12, le=12)
    """Per octave above 1 kHz."""
    speed: float = Field(default=1.0, ge=0.25, le=4)
    gain_db: float = Field(default=0.0, ge=-20, le=12)

    def combined(self, other: "Shape") -> "Shape":
        """Return both reshapings at once."""
        return Shape(
            pitch=_within(0.25, self.pitch * other.pitch, 4),
            formant=_within(0.55, self.formant * other.formant, 1.9),
            intonation=_within(0, self.intonation * other.intonation, 3),
            breath=max(self.breath, other.breath),
            whispered=self.whispered or other.whispered,
            brightness_db=_within(-12, self.brightness_db + other.brightness_db, 12),
            speed=_within(0.5, self.speed * other.speed, 2),
            gain_db=_within(-20, self.gain_db + other.gain_db, 12),
        )

    @property
    def is_natural(self) -> bool:
        """Whether the engine's own sound can be used as it is (its speed needs no reshaping)."""
        return self == Shape(speed=self.speed, gain_db=self.gain_db)


class SpeechPart(_Message):
    """Words in one shape."""

    kind: Literal["speech"] = "speech"
    text: str
    shape: Shape


class PausePart(_Message):
    """Exact silence."""

    kind: Literal["pause"] = "pause"
    seconds: float = Field(gt=0, le=10)


Part = Annotated[SpeechPart | PausePart, Field(discriminator="kind")]
