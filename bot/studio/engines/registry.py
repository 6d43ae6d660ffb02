"""Which class does what: the studio's own engines, and those that a setting names instead."""

import importlib
import importlib.util
import logging
import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.studio.engines.base import Capability, Engine, EngineSetup, EngineUnavailable

DEFAULT_ENGINES: Mapping[Capability, str] = MappingProxyType(
    {
        Capability.SPEECH: "bot.studio.engines.speech.Speech",
        Capability.CONVERSION: "bot.studio.engines.conversion.Conversion",
        Capability.TRANSCRIPTION: "bot.studio.engines.transcription.Transcription",
        Capability.EFFECTS: "bot.studio.engines.effects.Effects",
        Capability.SEPARATION: "bot.studio.engines.separation.Separation",
        Capability.PODCAST: "bot.studio.engines.podcast.Podcast",
        Capability.VOICE_DESIGN: "bot.studio.engines.voice_design.VoiceDesign",
        Capability.CLONING: "bot.studio.engines.impossible.Cloning",
        Capability.MUSIC: "bot.studio.engines.music.Music",
        Capability.COVER: "bot.studio.engines.impossible.Cover",
        Capability.ENHANCEMENT: "bot.studio.engines.enhancement.Enhancement",
    }
)
"""Capability → import path of its class."""

IMPORT_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
"""``package.module.Class``."""

logger = logging.getLogger(__name__)


def make_engine(capability: Capability, path: str, setup: EngineSetup) -> Engine:
    """Import the class at ``path`` and make an instance, without loading anything heavy.

    Raises:
        EngineUnavailable: there is no such class, it is no engine, or packages it needs are absent.
    """
    if not IMPORT_PATH.fullmatch(path):
        raise EngineUnavailable(f"[studio.engines] {capability} is not an import path such as my_package.MyEngine.")
    module_name, _, class_name = path.rpartition(".")
    try:
        found: object = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, SyntaxError, OSError) as error:
        logger.warning("The engine %s cannot be imported: %s", path, error)
        raise EngineUnavailable(f"The engine {path} cannot be imported ({type(error).__name__}).") from error
    if not (isinstance(found, type) and issubclass(found, Engine)):
        raise EngineUnavailable(f"The engine {path} does not extend bot.studio.engines.base.Engine.")
    if missing := missing_packages_of(found):
        raise EngineUnavailable(
            f"{capability.value.replace('_', ' ').capitalize()} needs packages that are not installed: "
            f"{', '.join(missing)}."
        )
    return found(setup)


def missing_packages_of(engine: type[Engine]) -> tuple[str, ...]:
    """Return what to install before ``engine`` can work; nothing is imported."""
    return tuple(package for module, package in engine.needs.items() if importlib.util.find_spec(module) is None)
