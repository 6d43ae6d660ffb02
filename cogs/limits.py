"""/limits and /block: what managers of a server decide about it. They manage it, or they get no answer but that."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import InvalidRequest
from bot.jobs.fair_use import FairUse, Override
from bot.limits import LimitName, Subject
from bot.replies.answer import confirm, in_time, show_privately
from bot.replies.cards import Card
from bot.replies.limit_cards import build_blocks, build_limits, build_limits_of_member, build_limits_of_role
from bot.replies.limits import CHOICES, say_blocked, say_reset, say_set, say_unblocked
from cogs.asking import place_of, roles_of
from cogs.cog import SoundboothCog
from cogs.rights import managed_guild

Whom = discord.Member | discord.User | discord.Role
# More than anybody pays for, and what a column of the database holds.
HIGHEST = 1_000_000_000
LIMIT_CHOICES = [app_commands.Choice(name=words, value=str(name)) for name, words in CHOICES.items()]
IN_SERVERS = app_commands.AppInstallationType(guild=True, user=False)
FROM_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
MANAGERS = discord.Permissions(manage_guild=True)


class Limits(SoundboothCog):
    """Limits and blocks of a server."""

    limits = app_commands.Group(
        name="limits",
        description="What this server, its roles and its members may ask for",
        default_permissions=MANAGERS,
        allowed_installs=IN_SERVERS,
        allowed_contexts=FROM_SERVERS,
    )
    block = app_commands.Group(
        name="block",
        description="Who may ask for nothing on this server",
        default_permissions=MANAGERS,
        allowed_installs=IN_SERVERS,
        allowed_contexts=FROM_SERVERS,
    )

    @property
    def _fair_use(self) -> FairUse:
        return self._services.fair_use

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Forget the limits and the block of a role that is deleted."""
        await self._forget_deleted_roles(role.guild.id)

    async def _forget_deleted_roles(self, guild_id: int) -> None:
        """Also of those that were deleted while the bot was not there to hear of it."""
        guild = self._bot.get_guild(guild_id)
        if guild is not None and not guild.unavailable:
            await self._fair_use.keep_roles(guild_id, {role.id for role in guild.roles})

    @limits.command(name="show", description="See the limits that hold here, or those of one member or role")
    @app_commands.describe(who="A member or a role; without it, all of the server")
    async def show_limits(self, interaction: Interaction, who: Whom | None = None) -> None:
        """Show what holds."""
        guild_id = managed_guild(interaction)
        card = await in_time(interaction, self._limits_of(interaction, guild_id, who), is_private=True)
        await show_privately(interaction, card)

    async def _limits_of(self, interaction: Interaction, guild_id: int, who: Whom | None) -> Card:
        fair_use, place = self._fair_use, place_of(interaction)
        await self._forget_deleted_roles(guild_id)
        overrides = await fair_use.overrides(guild_id)
        if who is None or who.id == guild_id:
            # Nobody has the id 0: what holds for them is what holds for everyone.
            limits = await fair_use.limits(replace(place, user_id=0))
            return build_limits(guild_id, limits, overrides, is_enabled=fair_use.is_enabled)
        if isinstance(who, discord.Role):
            return build_limits_of_role(guild_id, who.id, overrides)
        place, role_ids = replace(place, user_id=who.id), roles_of(who)
        limits = await fair_use.limits(place, role_ids)
        is_blocked = await fair_use.is_blocked(place, role_ids)
        return build_limits_of_member(who.id, limits, overrides, is_blocked=is_blocked, is_enabled=fair_use.is_enabled)

    @limits.command(name="set", description="Set a limit of this server, of a role or of a member")
    @app_commands.describe(
        limit="What is limited",
        value="The number. Where 0 makes sense, it stands for no limit",
        who="A member or a role, @everyone for each member; without it, the server as a whole",
    )
    @app_commands.choices(limit=LIMIT_CHOICES)
    async def set_limit(
        self,
        interaction: Interaction,
        limit: str,
        value: app_commands.Range[int, 0, HIGHEST],
        who: Whom | None = None,
    ) -> None:
        """Set one limit."""
        guild_id = managed_guild(interaction)
        subject, subject_id = _subject_of(who, guild_id)
        override = Override(subject, subject_id, LimitName(limit), value)
        is_operator = interaction.user.id in self._bot.operator_ids
        await in_time(
            interaction, self._fair_use.set_limit(guild_id, override, is_operator=is_operator), is_private=True
        )
        is_own = subject is not Subject.GUILD and _is_about(interaction, who, guild_id)
        await confirm(interaction, say_set(override, guild_id, is_own=is_own))

    @limits.command(name="reset", description="Take back what was set with /limits set")
    @app_commands.describe(
        limit="Which limit; without it, all of them",
        who="A member or a role, @everyone for each member; without it, the server as a whole",
    )
    @app_commands.choices(limit=LIMIT_CHOICES)
    async def reset_limit(self, interaction: Interaction, limit: str | None = None, who: Whom | None = None) -> None:
        """Take back one limit, or all of the server as a whole, a role or a member."""
        guild_id = managed_guild(interaction)
        subject, subject_id = _subject_of(who, guild_id)
        name = None if limit is None else LimitName(limit)
        count = await in_time(
            interaction, self._fair_use.reset_limit(guild_id, subject, subject_id, name), is_private=True
        )
        await confirm(interaction, say_reset(subject, subject_id, guild_id, count))

    @block.command(name="add", description="Let a member, or everyone with a role, ask for nothing")
    @app_commands.describe(who="A member or a role")
    async def add_block(self, interaction: Interaction, who: Whom) -> None:
        """Block somebody, but neither the manager who does it nor everyone at once."""
        guild_id = managed_guild(interaction)
        _refuse_own_block(interaction, who, guild_id)
        subject, subject_id = _subject_of(who, guild_id)
        blocking = self._fair_use.block(guild_id, subject, subject_id, by=interaction.user.id)
        await in_time(interaction, blocking, is_private=True)
        await confirm(interaction, say_blocked(subject, subject_id, guild_id))

    @block.command(name="remove", description="Let a blocked member or role ask again")
    @app_commands.describe(who="A member or a role")
    async def remove_block(self, interaction: Interaction, who: Whom) -> None:
        """Take a block away."""
        guild_id = managed_guild(interaction)
        subject, subject_id = _subject_of(who, guild_id)
        was_blocked = await in_time(interaction, self._fair_use.unblock(guild_id, subject, subject_id), is_private=True)
        await confirm(interaction, say_unblocked(subject, subject_id, guild_id, was_blocked=was_blocked))

    @block.command(name="list", description="See who is blocked on this server")
    async def list_blocks(self, interaction: Interaction) -> None:
        """Show who is blocked."""
        guild_id = managed_guild(interaction)
        card = await in_time(interaction, self._blocks_of(guild_id), is_private=True)
        await show_privately(interaction, card)

    async def _blocks_of(self, guild_id: int) -> Card:
        await self._forget_deleted_roles(guild_id)
        return build_blocks(guild_id, await self._fair_use.blocks(guild_id))


def _subject_of(who: Whom | None, guild_id: int) -> tuple[Subject, int]:
    if who is None:
        return Subject.GUILD, guild_id
    return (Subject.ROLE if isinstance(who, discord.Role) else Subject.MEMBER), who.id


def _is_about(interaction: Interaction, who: Whom | None, guild_id: int) -> bool:
    """Whether it concerns the manager who says it: themselves, a role of theirs, or everyone."""
    return who is not None and who.id in {interaction.user.id, guild_id, *roles_of(interaction.user)}


def _refuse_own_block(interaction: Interaction, who: Whom, guild_id: int) -> None:
    if who.id == guild_id:
        raise InvalidRequest("block_everyone")
    if who.id == interaction.user.id:
        raise InvalidRequest("block_yourself")
    if _is_about(interaction, who, guild_id):
        raise InvalidRequest("block_own_role")


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Limits(bot))
