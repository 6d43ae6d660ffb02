"""All generators by name."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.studio.effects import (
    bells,
    blasts,
    cinema,
    creatures,
    games,
    impacts,
    machines,
    signals,
    things,
    water,
    weather,
)
from bot.studio.effects.generators import Generator

GENERATORS: Mapping[str, Generator] = MappingProxyType(
    {
        name: generator
        for family in (weather, water, blasts, impacts, bells, creatures, machines, signals, things, games, cinema)
        for name, generator in family.GENERATORS.items()
    }
)
"""Name → how it is made. The words of a prompt lead here by way of words.py."""
