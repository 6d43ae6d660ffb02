"""What every command that asks for a job does: where it came from, what may be posted there, and the first card."""

from collections.abc import Awaitable

import discord

from bot.delivery.lacking import refusal_in
from bot.discord_bot import Interaction, Services
from bot.errors import Deed, DeliveryError, Grant, MissingPermission, NotAdmitted, Remedy
from bot.models import EffectRequest, Job, Place, Request, ResultForm, TranscriptRequest
from bot.replies.answer import NOT_ANSWERED
from bot.replies.language import spoken


def guild_of(interaction: Interaction) -> int | None:
    """The id of the server, where the bot is a member of it.

    Elsewhere the member brought it along: limits, turn and jobs are then their own.
    """
    return interaction.guild_id if interaction.is_guild_integration() else None


def place_of(interaction: Interaction, *, is_private: bool = False) -> Place:
    """The place of a job asked for with this interaction; ``is_private``: only the member sees what comes of it."""
    return Place(
        user_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        guild_id=guild_of(interaction),
        application_id=interaction.application_id,
        interaction_token=interaction.token,
        token_expires_at=interaction.expires_at,
        has_bot=interaction.is_guild_integration() or interaction.context.dm_channel,
        upload_limit_bytes=interaction.filesize_limit,
        is_private=is_private,
        locale=spoken(),
    )


def roles_of(user: discord.User | discord.Member) -> tuple[int, ...]:
    """The ids of the roles that somebody has in the guild they are a member of, that of everyone included."""
    return tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()


async def refuse_where_not_allowed(interaction: Interaction) -> None:
    """Refuse whoever the managers of this server let ask for no audio, or not here. A thread is where its channel is.

    Asked before every job, by commands, menus and buttons alike. Managers ask where all others do, with whatever roles.

    Raises:
        NotAdmitted: names the channels, or the roles, that may.
    """
    guild_id = guild_of(interaction)
    if guild_id is None:
        return
    chosen = await interaction.client.services.preferences.guild(guild_id)
    if chosen.channels and not set(channels_of(interaction)) & set(chosen.channels):
        raise NotAdmitted(channels=_known_to(interaction.guild, chosen.channels))
    rights = interaction.permissions
    is_free = not chosen.roles or rights.manage_guild or rights.administrator
    if not is_free and not set(roles_of(interaction.user)) & set(chosen.roles):
        raise NotAdmitted(roles=_known_to(interaction.guild, chosen.roles))


def _known_to(guild: discord.Guild | None, ids: tuple[int, ...]) -> tuple[int, ...]:
    """The channels and roles among these that are not deleted; all of them while Discord did not tell of the server."""
    if guild is None or guild.unavailable:
        return ids
    return tuple(one for one in ids if guild.get_channel(one) or guild.get_role(one))


def channels_of(interaction: Interaction) -> tuple[int, ...]:
    """The ids of where it was asked: the channel, or a thread and then the channel it belongs to."""
    channel = interaction.channel
    parents = (channel.parent_id,) if isinstance(channel, discord.Thread) else ()
    return (interaction.channel_id or 0, *parents)


async def usual_form(interaction: Interaction) -> ResultForm:
    """The form of results that the managers of this server chose, else the operator's choice."""
    services, guild_id = interaction.client.services, guild_of(interaction)
    chosen = None if guild_id is None else (await services.preferences.guild(guild_id)).form
    return chosen or services.default_form


def form_for(interaction: Interaction, request: Request, wanted: ResultForm, *, is_private: bool = False) -> ResultForm:
    """The wanted form where what comes of the request may be posted so, else the other one it can have.

    Asked before anything is paid for. Transcripts are files, and so are several takes: a voice message holds one.

    Raises:
        MissingPermission: it may not be posted at all.
    """
    if isinstance(request, TranscriptRequest):
        refuse_without_files(interaction, Deed.TRANSCRIPT)
        return ResultForm.FILE
    if isinstance(request, EffectRequest) and request.takes > 1:
        refuse_without_files(interaction, Deed.TAKES)
        return ResultForm.FILE
    return possible_form(interaction, wanted, is_private=is_private)


def possible_form(interaction: Interaction, wanted: ResultForm, *, is_private: bool = False) -> ResultForm:
    """The wanted form where the bot may post it, else the other one. Asked before anything is paid for.

    Raises:
        MissingPermission: neither may be posted.
    """
    if interaction.context.dm_channel:
        # Nobody can take anything from the bot in its own direct messages. Discord lists only a few of its rights
        # there (its documentation, "Interaction Object", app_permissions, read 2026-11).
        return wanted
    may = interaction.app_permissions
    # Where only the interaction reaches, a file can come with the card, a message of the bot's own cannot.
    by_token_only = place_of(interaction, is_private=is_private).is_reached_by_token_only
    can_post_voice = not by_token_only and _can_post_voice(interaction)
    if can_post_voice and (wanted is ResultForm.VOICE_MESSAGE or not may.attach_files):
        return ResultForm.VOICE_MESSAGE
    refuse_without_files(interaction, Deed.AUDIO)
    return ResultForm.FILE


def _can_post_voice(interaction: Interaction) -> bool:
    """A voice message is a message of the bot's own that answers the card, which takes the right to read the card.

    A file comes with the card, which is part of the interaction.
    """
    may = interaction.app_permissions
    is_thread = isinstance(interaction.channel, discord.Thread)
    can_post = may.view_channel and (may.send_messages_in_threads if is_thread else may.send_messages)
    return can_post and may.send_voice_messages and may.read_message_history


def refuse_without_files(interaction: Interaction, deed: Deed) -> None:
    """Refuse where the bot may attach no files. Asked before anything is paid for.

    Raises:
        MissingPermission: it may not, so the deed is not possible.
    """
    # Nobody can take anything from the bot in its own direct messages, and Discord does not list all of it there.
    if not interaction.context.dm_channel and not interaction.app_permissions.attach_files:
        raise missing(interaction, deed, "attach_files")


def missing(interaction: Interaction, deed: Deed, *permissions: str) -> MissingPermission:
    """The refusal for want of permissions here, with who really lacks what, and how it is given to them."""
    channel_id = interaction.channel_id or 0
    channel = interaction.channel if isinstance(interaction.channel, discord.Thread) else None
    if not interaction.is_guild_integration():
        # Its rights are then those of the member. Source: Discord's documentation, "Interaction Object",
        # app_permissions, and discord.py's ``permissions_for``, read 2026-11.
        return MissingPermission(permissions, deed, Remedy(Grant.MEMBER, channel_id))
    guild = interaction.guild
    # The channel in the interaction comes without its settings.
    known = None if guild is None else guild.get_channel(channel_id)
    names, remedy = refusal_in(guild, channel or known, permissions)
    if names:
        return MissingPermission(names, deed, remedy)
    # What Discord says counts, also where the bot knows of no reason: it may not have heard of a change yet.
    may = interaction.app_permissions
    return MissingPermission(tuple(name for name in permissions if not getattr(may, name)) or permissions, deed)


async def show_accepted(services: Services, job: Job, showing: Awaitable[int]) -> None:
    """Wait until the card of a job that was just admitted is shown, and let the job start.

    When Discord's answer is lost or an error, the card may be there all the same: it is looked for. A job without a
    card is dropped: the member would not know of it, would ask again, and would pay twice. Where it cannot be looked
    for now, the job waits until it can.
    """
    try:
        card_message_id = await shown_card(services, job, showing)
    except DeliveryError:
        services.jobs.answer_lost(job)
        return
    except NOT_ANSWERED:
        await services.jobs.not_accepted(job)
        raise
    await services.jobs.accepted(job, card_message_id)


async def shown_card(services: Services, job: Job, showing: Awaitable[int]) -> int:
    """The id of the card that ``showing`` shows, also where Discord did show it but its answer was lost.

    ``job.place`` is that of the interaction which is answered with the card.

    Raises:
        DeliveryError: nobody knows whether it is shown: Discord could not be asked for it either.
    """
    try:
        return await showing
    except NOT_ANSWERED:
        found = await services.delivery.find_card(job)
        if found is None:
            raise
        return found
