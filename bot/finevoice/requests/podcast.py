"""Podcasts: a script or an idea, spoken by several voices."""

from enum import StrEnum
from typing import Self

from pydantic import Field, field_serializer, model_validator

from bot.finevoice.requests.base import ApiRequest, Count, FetchedUrl, NonEmpty


class PodcastSpeaker(StrEnum):
    """The voices of podcasts, with their gender and manner. Source: the provider's documentation of 2026-05-23."""

    OLIVIA = "olivia"
    """female, bright"""
    ETHAN = "ethan"
    """male, upbeat"""
    HARRISON = "harrison"
    """male, informative"""
    EMMA = "emma"
    """female, firm"""
    MASON = "mason"
    """male, excitable"""
    AVA = "ava"
    """female, youthful"""
    LUCAS = "lucas"
    """male, firm"""
    SOPHIA = "sophia"
    """female, breezy"""
    CHARLOTTE = "charlotte"
    """female, easy-going"""
    ABIGAIL = "abigail"
    """female, bright"""
    GABRIEL = "gabriel"
    """male, breathy"""
    JONATHAN = "jonathan"
    """male, clear"""
    COLEMAN = "coleman"
    """male, easy-going"""
    SCARLETT = "scarlett"
    """female, clear"""
    ALEXANDER = "alexander"
    """male, gravelly"""
    PORTER = "porter"
    """male, informative"""
    ARIA = "aria"
    """female, upbeat"""
    GRACE = "grace"
    """female, soft"""
    NATHANIEL = "nathaniel"
    """male, firm"""
    WELLS = "wells"
    """male, even"""
    HANNAH = "hannah"
    """female, mature"""
    HENRY = "henry"
    """male, forward"""
    NOAH = "noah"
    """male, friendly"""
    MAGNUS = "magnus"
    """male, casual"""
    BENNETT = "bennett"
    """female, gentle"""
    LUCIAN = "lucian"
    """male, lively"""
    VANCE = "vance"
    """male, knowledgeable"""
    SULLIVAN = "sullivan"
    """female, warm"""


class Podcast(ApiRequest):
    """A podcast from a script (``text``) or from an idea (``prompt``); one of the two is needed."""

    text: NonEmpty | None = None
    prompt: NonEmpty | None = None
    speakers: tuple[PodcastSpeaker, ...] | None = Field(default=None, min_length=1, max_length=len(PodcastSpeaker))
    style: NonEmpty | None = None
    """Such as ``conversational``; the values are not documented."""
    expected_minutes: Count | None = Field(default=None, serialization_alias="expectedDuration")
    """Whole minutes; sent as ``3min``."""
    keep_wording: bool | None = Field(default=None, serialization_alias="originalText")
    """True: speak ``text`` word for word."""
    thumbnail_url: FetchedUrl | None = Field(default=None, serialization_alias="thumbnail")
    use_async: bool | None = Field(default=None, serialization_alias="useAsync")

    @field_serializer("expected_minutes")
    def _as_the_service_writes_it(self, minutes: int | None) -> str | None:
        return None if minutes is None else f"{minutes}min"

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if self.text is None and self.prompt is None:
            raise ValueError("a text or a prompt is needed")
        if self.keep_wording and self.text is None:
            raise ValueError("there is no text whose wording could be kept")
        return self
