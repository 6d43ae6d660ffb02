"""The figures that cards about limits and usage are made from, as those cards see them. Filled in by bot/storage."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.models import JobKind, LimitName, Subject


class DayOfKind(Protocol):
    """What was asked for on one day (UTC), of one kind."""

    @property
    def day(self) -> date:
        """The day."""
        ...

    @property
    def kind(self) -> JobKind:
        """The kind."""
        ...

    @property
    def units(self) -> int:
        """What it cost."""
        ...

    @property
    def jobs(self) -> int:
        """How often it was asked for."""
        ...


class UsedLimit(Protocol):
    """How much of a limit is used."""

    @property
    def subject(self) -> Subject:
        """MEMBER or GUILD: whose it is."""
        ...

    @property
    def name(self) -> LimitName:
        """IN_FLIGHT, DAY or MONTH."""
        ...

    @property
    def allowed(self) -> int:
        """How much there is in all; 0 stands for no limit."""
        ...

    @property
    def used(self) -> int:
        """How much of it is used."""
        ...

    @property
    def resets_at(self) -> datetime | None:
        """When it starts anew."""
        ...


class Report(Protocol):
    """What was asked for in the last 30 days, and what is left."""

    @property
    def days(self) -> Sequence[DayOfKind]:
        """The oldest first; days without any are left out."""
        ...

    @property
    def limits(self) -> Sequence[UsedLimit]:
        """Of the member, then of the guild."""
        ...

    @property
    def most_active(self) -> Sequence[tuple[int, int]]:
        """Member ids with their units, most first."""
        ...


class Override(Protocol):
    """A limit that a server set for itself."""

    @property
    def subject(self) -> Subject:
        """Whom it is about."""
        ...

    @property
    def subject_id(self) -> int:
        """The id of guild, role or member."""
        ...

    @property
    def name(self) -> LimitName:
        """What is limited."""
        ...

    @property
    def value(self) -> int:
        """To how much."""
        ...


class Block(Protocol):
    """A member or a role that may ask for nothing."""

    @property
    def subject(self) -> Subject:
        """ROLE or MEMBER."""
        ...

    @property
    def subject_id(self) -> int:
        """The id of the role or the member."""
        ...

    @property
    def blocked_by(self) -> int:
        """The id of the member who did it."""
        ...

    @property
    def blocked_at(self) -> datetime:
        """When."""
        ...
