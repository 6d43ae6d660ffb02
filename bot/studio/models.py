"""The model files the studio was tested with, pinned by their content.

Measured in the package hibari-tts 0.2.1 (2026-11-22). A file of another content may be a changed release or a
tampered one; either way its voice was never tested, so the engine does not start with it.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

PINS: Mapping[str, str] = MappingProxyType(
    {
        "hibari.onnx": "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
        "oov.onnx": "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76",
        "oov.json": "b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c",
        "vocab.json": "70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d",
        "voices.json": "f8b7657ecd0e0e362d3403e99538c0e5bfe20d6a903dfcd04c772b2c73abb204",
        "tagger.json.gz": "d2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb",
        "normalize.json": "d478ff05404bc43ac3e0468e306674e51085f1b1afc94cdef7c7ea4fb0d56bd8",
        "tokenizer_exceptions.json": "ddf3a3da07bdcf5144270ea4530191d8580fb4fd6f5ae93296e87916e795659a",
        "lexicon_us_gold.json.gz": "63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2",
        "lexicon_us_silver.json.gz": "c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3",
    }
)
"""File name in the model folder → sha256 of its content."""

PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "hibari": "hibari-tts",
        "onnxruntime": "onnxruntime",
        "pyworld": "pyworld-prebuilt",
    }
)
"""Module → package that speech needs."""


def missing_packages() -> tuple[str, ...]:
    """Return the packages to install before the studio can speak, none when all are there. Imports none of them."""
    return tuple(package for module, package in PACKAGES.items() if importlib.util.find_spec(module) is None)


def installed_models() -> Path:
    """Return the folder of the model files.

    Raises:
        ModuleNotFoundError: their package is not installed.
    """
    spec = importlib.util.find_spec("hibari")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("hibari")
    return Path(spec.origin).parent / "assets"


@dataclass(eq=False)
class ModelMismatch(Exception):
    """``file`` is missing (``found`` is empty) or not the one that was pinned."""

    file: str
    expected: str
    found: str

    def __str__(self) -> str:
        if not self.found:
            return f"The model file {self.file} is missing. Install the studio packages again."
        return (
            f"The model file {self.file} is not the one this version was tested with "
            f"(sha256 {self.found[:12]}… instead of {self.expected[:12]}…). Install the studio packages again."
        )


def verify_models(folder: Path, pins: Mapping[str, str] = PINS) -> None:
    """Compare the files in ``folder`` with ``pins`` (14 MB, about 20 ms).

    Raises:
        ModelMismatch: the first file that is missing or different.
    """
    for name, expected in pins.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            found = ""
        if found != expected:
            raise ModelMismatch(name, expected, found)
