"""Designed voices on disk: one small JSON file each, written whole or not at all.

The folder is shared by the server and its workers; every call looks at the disk, so that all of them agree. Nothing
here takes more than a few milliseconds, but it is disk work all the same: on an event loop, use a thread.
"""

import logging
import os
import re
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.studio.refusal import unprocessable
from bot.studio.voices import Voice, find_voice

MAX_VOICES = 500
"""As many as the smaller plan of the hosted service has. Source: FineVoice documentation, 2026-05-23."""

_NAME = re.compile(r"[a-z0-9-]{1,40}")  # also what keeps a name from outside inside the folder
_DESIGN = re.compile(r"[0-9a-f]{32}")
_SUFFIX = ".json"
_LARGEST_FILE_BYTES = 16 * 1024

logger = logging.getLogger(__name__)


class SavedVoice(BaseModel):
    """A designed voice as it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: Voice
    design_uuid: str = Field(pattern=r"^[0-9a-f]{32}$")

    def as_json(self) -> dict[str, object]:
        """Return the voice as the API shows it."""
        return {**self.voice.as_json(), "desigUuid": self.design_uuid}


class SavedVoices:
    """The designed voices in ``folder``, which is made when the first one is added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, voice: Voice, design_uuid: str) -> SavedVoice:
        """Keep a voice. The same design once more changes nothing.

        Raises:
            Refusal: 422 ``voice_limit_reached`` when there are `MAX_VOICES` others, ``voice_exists`` for a name of
                the catalogue.
            OSError: the disk refused it; nothing is kept.
        """
        if find_voice(voice.name) is not None:
            raise unprocessable("voice_exists", f"The name {voice.name} belongs to a voice of the catalogue.")
        saved = SavedVoice(voice=voice, design_uuid=design_uuid)
        path = self._path(voice.name)
        if not path.exists() and len(self._files()) >= MAX_VOICES:
            message = f"There are {MAX_VOICES} designed voices already. Delete one that is not needed any more."
            raise unprocessable("voice_limit_reached", message)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_suffix(f".{secrets.token_hex(8)}.part")  # two workers may add the same voice at once
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.write(saved.model_dump_json(by_alias=True))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return saved

    def get(self, name: str) -> SavedVoice | None:
        """Return the voice of that name, in any letter case."""
        folded = name.strip().casefold()
        return self._read(self._path(folded)) if _NAME.fullmatch(folded) else None

    def find(self, name: str) -> Voice | None:
        """Return the bare voice of that name: what speech and conversion ask for."""
        saved = self.get(name)
        return None if saved is None else saved.voice

    def by_design(self, design_uuid: str) -> SavedVoice | None:
        """Return the voice of a design, with or without hyphens in its id."""
        wanted = design_uuid.strip().casefold().replace("-", "")
        if not _DESIGN.fullmatch(wanted):
            return None
        return next((saved for saved in self.all() if saved.design_uuid == wanted), None)

    def all(self) -> tuple[SavedVoice, ...]:
        """Return all voices by name, `MAX_VOICES` at most; unreadable files are left out."""
        found = (self._read(path) for path in sorted(self._files())[:MAX_VOICES])
        return tuple(saved for saved in found if saved is not None)

    def delete(self, name: str) -> bool:
        """Remove the voice of that name and say whether there was one.

        Raises:
            OSError: the disk refused it.
        """
        saved = self.get(name)
        if saved is None:
            return False
        self._path(saved.voice.name).unlink(missing_ok=True)
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob(f"*{_SUFFIX}") if _NAME.fullmatch(path.stem)]

    def _read(self, path: Path) -> SavedVoice | None:
        try:
            with path.open("rb") as file:
                saved = SavedVoice.model_validate_json(file.read(_LARGEST_FILE_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            logger.warning("A designed voice cannot be read: file=%s: %s", path.name, type(error).__name__)
            return None
        return saved if saved.voice.name == path.stem else None
