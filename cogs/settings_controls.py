"""The controls of /settings. The right to change settings is looked up anew at each press."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import discord

from bot.delivery.lacking import known_self, lacking
from bot.discord_bot import Interaction
from bot.errors import InvalidRequest
from bot.models import ResultForm
from bot.preferences import GuildSettings
from bot.replies.answer import in_time, replace_card
from bot.replies.cards import Card
from bot.replies.settings_controls import (
    CHOICES,
    DO_ID,
    OPEN_CHOICE,
    PICK_ID,
    TOPICS_ID,
    Action,
    PanelState,
    Topic,
    build_lengths_window,
    build_voice_window,
)
from bot.replies.settings_panel import build_panel, build_topic
from cogs.pressing import LastingButton, LastingItem, LastingMenu
from cogs.rights import managed_guild

Change = Callable[[GuildSettings], GuildSettings]
Menu = discord.ui.Select[Any] | discord.ui.ChannelSelect[Any] | discord.ui.RoleSelect[Any]
# Beside seeing the channel and writing there, which ``lacking`` asks for itself.
NEEDED_TO_POST = ("embed_links", "attach_files")
NEEDED_TO_HEAR = ("embed_links", "attach_files", "read_message_history")


async def load_panel(interaction: Interaction, *, is_saved: bool = False) -> Card:
    """All settings of this server. Raises InvalidRequest: ``managers_only``."""
    return build_panel(await _load_state(interaction), is_saved=is_saved)


async def _load_state(interaction: Interaction) -> PanelState:
    services = interaction.client.services
    settings = await services.preferences.guild(managed_guild(interaction))
    names = {name for name in (settings.voice, *settings.channel_voices.values()) if name is not None}
    found = [voice for voice in map(services.voices.get, names) if voice is not None]
    guild = interaction.guild
    return PanelState(
        settings,
        services.default_form,
        voice_labels={voice.name: voice.label for voice in found},
        hears_notes=interaction.client.intents.message_content,
        missing={} if guild is None else _missing(guild, settings),
        known_channels=frozenset(channel.id for channel in guild.channels) if guild else frozenset(),
        known_roles=frozenset(role.id for role in guild.roles) if guild else frozenset(),
    )


def _missing(guild: discord.Guild, settings: GuildSettings) -> dict[tuple[Topic, int], tuple[str, ...]]:
    """What the bot may not do where it is to listen or write, before anybody relies on it."""
    needed: dict[tuple[Topic, int], tuple[str, ...]] = {
        (Topic.NOTES, channel_id): NEEDED_TO_HEAR for channel_id in settings.transcribed_channels
    }
    if settings.log_channel is not None:
        needed[Topic.LOG, settings.log_channel] = NEEDED_TO_POST
    found = {where: _lacking(guild, where[1], names) for where, names in needed.items()}
    return {where: names for where, names in found.items() if names}


def _lacking(guild: discord.Guild, channel_id: int, needed: Sequence[str]) -> tuple[str, ...]:
    # Until Discord told of the server, or when the channel is gone, there is nothing to look up.
    me = known_self(guild)
    return () if me is None else lacking(guild.get_channel(channel_id), me, needed)


async def change_settings(interaction: Interaction, change: Change) -> Card:
    """Change what this server chose, and show all of it. Raises InvalidRequest: ``managers_only``."""
    guild_id, services = managed_guild(interaction), interaction.client.services
    changed = await services.preferences.change_guild(guild_id, change)
    await services.privacy.keep_transcripts_at_most(guild_id, days=changed.keep_transcripts_days)
    return await load_panel(interaction, is_saved=True)


class TopicMenu(LastingMenu, template=TOPICS_ID):
    """The menu that opens the controls of one setting."""

    async def pressed(self, interaction: Interaction) -> None:
        """Show the controls."""
        managed_guild(interaction)
        topic = _topic_called(self.item.values[0])
        state = await in_time(interaction, _load_state(interaction))
        await replace_card(interaction, build_topic(state, topic))


def _topic_called(name: str) -> Topic:
    """Raises InvalidRequest: ``not_offered``."""
    try:
        return Topic(name)
    except ValueError as error:
        raise InvalidRequest("not_offered") from error


class PickMenu(LastingItem[discord.ui.Item[Any]], template=rf"{PICK_ID}:(?P<topic>{'|'.join(Topic)})"):
    """A menu that sets something: channels, roles, or one of a few choices."""

    kinds = (discord.ui.Select, discord.ui.ChannelSelect, discord.ui.RoleSelect)

    async def pressed(self, interaction: Interaction) -> None:
        """Set what was picked."""
        values = cast("Menu", self.item).values
        picked = [value if isinstance(value, str) else str(value.id) for value in values]
        managed_guild(interaction)
        change = _choose(interaction, Topic(self.found["topic"]), picked)
        await replace_card(interaction, await in_time(interaction, change_settings(interaction, change)))


def _choose(interaction: Interaction, topic: Topic, picked: Sequence[str]) -> Change:
    """What a menu changes: of the menus of choices exactly one is picked; of the others, any number of ids.

    Raises:
        InvalidRequest: ``not_offered``: nothing of it is known here.
    """
    if topic in CHOICES:
        (choice,) = picked
        return _choose_one(topic, choice)
    guild = interaction.guild
    known = {*(guild.channels if guild else ()), *(guild.roles if guild else ())}
    # Discord offers only what this server has; what is no part of it is none of our business.
    here = {one.id for one in known}
    ids = tuple(int(one) for one in picked if one.isdecimal() and int(one) in here)
    if picked and not ids:
        # While Discord did not tell of the server, say. To take it for "none" would let everyone ask everywhere.
        raise InvalidRequest("not_offered")
    fields: dict[Topic, dict[str, Any]] = {
        Topic.CHANNELS: {"channels": ids},
        Topic.ROLES: {"roles": ids},
        Topic.NOTES: {"transcribed_channels": ids},
        Topic.LOG: {"log_channel": next(iter(ids), None)},
    }
    return lambda now: replace(now, **fields.get(topic, {}))


def _choose_one(topic: Topic, choice: str) -> Change:
    """Raises InvalidRequest: ``not_offered``: the message is from a time with other choices."""
    if choice not in CHOICES[topic]:
        raise InvalidRequest("not_offered")
    chosen = None if choice == OPEN_CHOICE else choice
    if topic is Topic.FORM:
        return lambda now: replace(now, form=None if chosen is None else ResultForm(chosen))
    if topic is Topic.LANGUAGE:
        return lambda now: replace(now, locale=chosen)
    return lambda now: replace(now, keep_transcripts_days=int(choice))


class PanelButton(LastingButton, template=rf"{DO_ID}:(?P<action>{'|'.join(Action)})"):
    """A button of the panel."""

    async def pressed(self, interaction: Interaction) -> None:
        """Do what the button says."""
        guild_id, action = managed_guild(interaction), Action(self.action)
        if action is Action.NAME_VOICE:
            await interaction.response.send_modal(build_voice_window())
        elif action is Action.NOTE_LENGTHS:
            # A window has to be the first answer: nothing may be said meanwhile.
            settings = await interaction.client.services.preferences.guild(guild_id)
            await interaction.response.send_modal(build_lengths_window(settings))
        else:
            await replace_card(interaction, await in_time(interaction, _changed(interaction, action)))


async def _changed(interaction: Interaction, action: Action) -> Card:
    if action is Action.BACK:
        return await load_panel(interaction)
    if action is Action.NO_LOG:
        return await change_settings(interaction, lambda now: replace(now, log_channel=None))
    if action is Action.NO_VOICE:
        return await change_settings(interaction, lambda now: replace(now, voice=None))
    return await change_settings(interaction, lambda _: GuildSettings())
