"""What managers may set and see of limits: a guild's own limits, whom it blocks, and what was used."""

from collections.abc import Callable, Collection
from datetime import datetime

from bot.errors import InvalidRequest
from bot.limits import Allowance, Block, LimitName, Limits, Override, Subject, UsageReport, UsedLimit
from bot.models import Place, Request
from bot.storage.budgets import refuse_beyond
from bot.storage.overrides import OverrideStore
from bot.storage.usage import UsageStore

USAGE_DAYS = 30


class FairUse:
    """The front door for commands about limits."""

    def __init__(
        self,
        overrides: OverrideStore,
        usage: UsageStore,
        *,
        defaults: Limits,
        is_enabled: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._overrides = overrides
        self._usage = usage
        self._defaults = defaults
        self._now = now
        self.is_enabled = is_enabled

    def cost(self, request: Request) -> int:
        """What the request costs, in units: the same for everyone. 0 where nothing is limited."""
        return self._defaults.cost(request) if self.is_enabled else 0

    async def limits(self, place: Place, role_ids: tuple[int, ...] = ()) -> Limits:
        """What holds for this member here."""
        return await self._overrides.limits(place, role_ids)

    async def overrides(self, guild_id: int) -> list[Override]:
        """What the guild set for itself."""
        return await self._overrides.all_of(guild_id)

    async def set_limit(self, guild_id: int, override: Override, *, is_operator: bool) -> None:
        """Set one limit of a guild, a role or a member.

        Whoever runs the bot pays for it: a guild's managers can make a limit of the guild tighter than the settings
        have it, not wider. Inside of the guild's limits they may share as they like.

        Raises:
            InvalidRequest: ``limit_too_small``: bursts and refills are at least 1; ``limit_above_ceiling``: only
                the operator may go beyond the settings; ``too_many_overrides``.
        """
        if override.name in {LimitName.BURST, LimitName.REFILL} and override.value < 1:
            raise InvalidRequest("limit_too_small")
        if override.subject is Subject.GUILD and not is_operator:
            ceiling = value_of(self._defaults.guild, override.name)
            if _is_wider(override, ceiling):
                raise InvalidRequest("limit_above_ceiling", f"{ceiling:,.10g}")
        await self._overrides.set(guild_id, override)

    async def reset_limit(self, guild_id: int, subject: Subject, subject_id: int, name: LimitName | None) -> int:
        """Take back one limit, or all of the subject; returns how many there were."""
        return await self._overrides.reset(guild_id, subject, subject_id, name)

    async def block(self, guild_id: int, subject: Subject, subject_id: int, *, by: int) -> None:
        """Let a member, or all with a role, ask for nothing in this guild.

        Raises:
            InvalidRequest: ``too_many_blocked``.
        """
        await self._overrides.block(guild_id, Block(subject, subject_id, by, self._now()))

    async def unblock(self, guild_id: int, subject: Subject, subject_id: int) -> bool:
        """Take a block away; False when there was none."""
        return await self._overrides.unblock(guild_id, subject, subject_id)

    async def blocks(self, guild_id: int) -> list[Block]:
        """Whom the guild blocked, the latest first."""
        return await self._overrides.blocks(guild_id)

    async def is_blocked(self, place: Place, role_ids: tuple[int, ...]) -> bool:
        """Whether the guild blocked the member, or a role of theirs."""
        return await self._overrides.is_blocked(place, role_ids)

    async def keep_roles(self, guild_id: int, role_ids: Collection[int]) -> None:
        """Take back limits and blocks of all other roles: they are deleted, and cannot be named any more.

        ``role_ids`` without that of everyone, whom no guild can delete, are not all there are: nothing is done then.
        """
        if guild_id not in role_ids:
            return
        for subject, subject_id in {(one.subject, one.subject_id) for one in await self.overrides(guild_id)}:
            if subject is Subject.ROLE and subject_id not in role_ids:
                await self.reset_limit(guild_id, subject, subject_id, None)
        for block in await self.blocks(guild_id):
            if block.subject is Subject.ROLE and block.subject_id not in role_ids:
                await self.unblock(guild_id, block.subject, block.subject_id)

    async def usage(self, place: Place, role_ids: tuple[int, ...] = (), *, whole_guild: bool) -> UsageReport:
        """What this member, or the whole guild, asked for in the last 30 days, and what of each limit is used."""
        now, scope_id = self._now(), place.scope_id
        user_id = None if whole_guild else place.user_id
        days = await self._usage.by_day(scope_id, days=USAGE_DAYS, now=now, user_id=user_id)
        limits = await self._used(place, role_ids)
        active = await self._usage.most_active(scope_id, days=USAGE_DAYS, now=now) if whole_guild else []
        return UsageReport(tuple(days), tuple(limits), tuple(active))

    async def check_affordable(self, place: Place, role_ids: tuple[int, ...], cost: int) -> list[UsedLimit]:
        """What is used of each limit, if the budgets have room for something of this cost.

        Raises:
            LimitReached: it costs more than is left of the day's or the month's budget.
        """
        limits = await self._used(place, role_ids)
        for limit in limits:
            if limit.name in {LimitName.DAY, LimitName.MONTH}:
                refuse_beyond(limit, cost)
        return limits

    async def _used(self, place: Place, role_ids: tuple[int, ...]) -> list[UsedLimit]:
        if not self.is_enabled:
            return []
        return await self._usage.of_limits(place, await self.limits(place, role_ids), self._now())


def value_of(allowance: Allowance, name: LimitName) -> float:
    """The number behind the name."""
    match name:
        case LimitName.BURST:
            return allowance.rate.burst
        case LimitName.REFILL:
            return allowance.rate.refill_s
        case LimitName.IN_FLIGHT:
            return allowance.in_flight
        case LimitName.DAY:
            return allowance.day
        case LimitName.MONTH:
            return allowance.month


def _is_wider(override: Override, ceiling: float) -> bool:
    match override.name:
        case LimitName.BURST:
            return override.value > ceiling
        case LimitName.REFILL:
            return override.value < ceiling
        case LimitName.IN_FLIGHT | LimitName.DAY | LimitName.MONTH:
            # 0 stands for no limit.
            return ceiling != 0 and (override.value == 0 or override.value > ceiling)
