"""Which permissions are missing somewhere, and what has to be changed so that the bot has them.

Discord tells only what somebody may do in the end. Here its rules are gone through again with what the bot knows of the
server: a right may be missing in the bot's role, or be denied in one channel, or be there and come to nothing because
another one is missing. Source: Discord's documentation, "Permissions", read 2026-11.
"""

from collections.abc import Sequence
from typing import cast

import discord

from bot.errors import Deed, Grant, MissingPermission, NotAllowed, Remedy
from bot.models import Job, JobKind


def refusal_in(
    guild: discord.Guild | None, channel: discord.abc.GuildChannel | discord.Thread | None, wanted: Sequence[str]
) -> tuple[tuple[str, ...], Remedy]:
    """The permissions that keep the bot from using ``wanted`` ones in the channel, and how they can be given.

    None where, by what is known of the server, nothing is missing.
    """
    ruling, me = _ruling(channel), known_self(guild)
    if ruling is None or me is None:
        return (), Remedy()
    names = lacking(channel, me, wanted)
    if me.is_timed_out():
        return names, Remedy(Grant.TIME_OUT, ruling.id)
    role = role_of(me)
    if role and not any(_is_ruled_here(ruling, me, name) for name in names):
        return names, Remedy(Grant.SERVER, ruling.id, role)
    return names, Remedy(Grant.CHANNEL, ruling.id, _listed_as(ruling, me, names))


def lacking(
    channel: discord.abc.GuildChannel | discord.Thread | None, me: discord.Member, wanted: Sequence[str]
) -> tuple[str, ...]:
    """The permissions that are really missing: without seeing the channel, or writing, others come to nothing."""
    ruling = _ruling(channel)
    if ruling is None:
        return ()
    writing = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    # Without what follows from others, which ``permissions_for`` of the channel's own kind adds.
    rights = discord.abc.GuildChannel.permissions_for(ruling, me)
    names = dict.fromkeys(("view_channel", writing, *wanted))
    return tuple(name for name in names if not getattr(rights, name))


def known_self(guild: discord.Guild | None) -> discord.Member | None:
    """The bot as a member; None until Discord told of the server."""
    # discord.py's types promise it always.
    return None if guild is None else cast("discord.Member | None", guild.me)


def role_of(me: discord.Member) -> str:
    """The name of the role through which the bot has its rights: text from outside. Empty where it has none."""
    own = me.guild.self_role or me.top_role
    return "" if own.is_default() else own.name


def missing_for(client: discord.Client, job: Job) -> MissingPermission | None:
    """What keeps the result of a job from being posted where it was asked for; None where nothing is known to."""
    guild = client.get_guild(job.place.guild_id or 0)
    channel = None if guild is None else guild.get_channel_or_thread(job.place.channel_id)
    names, remedy = refusal_in(guild, channel, ("attach_files",))
    deed = Deed.TRANSCRIPT if job.kind is JobKind.TRANSCRIPT else Deed.AUDIO
    return MissingPermission(names, deed, remedy) if names else None


def named(client: discord.Client, job: Job, refusal: NotAllowed) -> NotAllowed:
    """The refusal with the permission that is missing, which Discord itself mostly does not tell."""
    missing = None if refusal.permission else missing_for(client, job)
    return refusal if missing is None else NotAllowed(refusal.channel_id, missing.permissions[0])


def _ruling(channel: discord.abc.GuildChannel | discord.Thread | None) -> discord.abc.GuildChannel | None:
    """The channel whose settings rule: a thread or a post has none of its own."""
    return channel.parent if isinstance(channel, discord.Thread) else channel


def _is_ruled_here(channel: discord.abc.GuildChannel, me: discord.Member, name: str) -> bool:
    """Whether the channel denies what the role has, or would have: then changing the role alone is of no use."""
    if getattr(me.guild_permissions, name):
        return True
    return any(getattr(channel.overwrites_for(one), name) is False for one in (me, *me.roles))


def _listed_as(channel: discord.abc.GuildChannel, me: discord.Member, names: Sequence[str]) -> str:
    """Under which name the channel's settings have to be changed: what is denied to the bot itself beats its roles."""
    own = channel.overwrites_for(me)
    if any(getattr(own, name) is False for name in names):
        return me.display_name
    return role_of(me) or me.display_name
