"""The catalogue of embedded voices and the filters of the voice list."""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.studio.speech.parts import Shape

PrimaryCategory = Literal[
    "social-media",
    "advertisement",
    "characters-and-animation",
    "entertainment-and-tv",
    "informative-and-educational",
    "narrative-and-story",
    "interactive_media",
    "healthcare",
    "companions",
    "education_training",
    "enterprise",
]
"""Source: FineVoice OpenAPI document, List Voice Models, ``primary_category`` (read 2026-11-22)."""

BASE_VOICE = "heart"


class Voice(BaseModel):
    """One entry of the catalogue; field names are the API's."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    display_name: str = Field(alias="displayName")
    gender: Literal["female", "male", "neutral"]
    language: str
    age: Literal["child", "young", "adult", "senior"]
    style: str
    primary_category: PrimaryCategory
    sub_category: str
    tags: tuple[str, ...]
    description: str
    shape: Shape

    def as_json(self) -> dict[str, object]:
        """Return the voice as the API shows it, without how it is made."""
        shown = self.model_dump(mode="json", by_alias=True, exclude={"shape"})
        return {"id": self.name, **shown, "category": self.primary_category, "tts": True}


class VoiceQuery(BaseModel):
    """The query of the voice list. A missing field filters nothing; letter case never matters."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    categroy: Literal["all", "my_voices", "favorite"] = "all"
    """Spelt so in the API. Voices of one's own are the designed ones; nobody has favourites here."""
    primary_category: PrimaryCategory | Literal["all"] = "all"
    sub_category: str = ""
    gender: str = ""
    language: str = ""
    keyword: str = ""
    style: str = ""
    age: str = ""
    tts: bool = False
    """True asks for voices that can speak text, which all of these can; false asks nothing."""
    page: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=200)


@cache
def catalogue() -> Mapping[str, Voice]:
    """Return all voices by name, in the order of the file."""
    text = resources.files("bot.studio").joinpath("voices.json").read_text("utf-8")
    voices = TypeAdapter(list[Voice]).validate_json(text)
    return MappingProxyType({voice.name: voice for voice in voices})


def find_voice(name: str) -> Voice | None:
    """Return the voice of that name, in any letter case."""
    return catalogue().get(name.strip().casefold())


def nearest_names(name: str) -> list[str]:
    """Return up to three names that look like ``name``, best first."""
    wanted = name.strip().casefold()[:100]
    return difflib.get_close_matches(wanted, catalogue(), n=3, cutoff=0.4)


def matching(query: VoiceQuery, voices: Iterable[Voice] | None = None) -> list[Voice]:
    """Return the voices that pass every filter of ``query``, all pages of them.

    ``voices`` are the designed ones; without them those of the catalogue, which are nobody's own.
    """
    of_category = {"all", "my_voices"} if voices is not None else {"all"}
    if query.categroy not in of_category:
        return []
    found = catalogue().values() if voices is None else voices
    return [voice for voice in found if _passes(voice, query)]


def _passes(voice: Voice, query: VoiceQuery) -> bool:
    exact = (
        (query.sub_category, voice.sub_category),
        (query.gender, voice.gender),
        (query.style, voice.style),
        (query.age, voice.age),
        ("" if query.primary_category == "all" else query.primary_category, voice.primary_category),
    )
    if any(wanted and wanted.strip().casefold() != had for wanted, had in exact):
        return False
    return _speaks(voice, query.language) and _mentions(voice, query.keyword)


def _speaks(voice: Voice, language: str) -> bool:
    wanted, had = language.strip().casefold().replace("_", "-"), voice.language.casefold()
    return not wanted or had == wanted or had.split("-")[0] == wanted


def _mentions(voice: Voice, keyword: str) -> bool:
    words = " ".join((voice.name, voice.display_name, *voice.tags)).casefold()
    return keyword.strip().casefold() in words
