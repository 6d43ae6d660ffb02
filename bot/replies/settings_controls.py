"""The controls of /settings: menus, buttons and windows.

Every custom id says all that is needed, so that the panel works after a restart (cogs/settings_controls.py reads them).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import discord

from bot.models import ResultForm
from bot.preferences import MAX_CHANNELS, MAX_ROLES, NO_RETENTION, GuildSettings
from bot.replies.cards import Button, Item, button
from bot.replies.language import N_, _, n_, number
from bot.replies.windows import build_window, text_field

TOPICS_ID, PICK_ID, DO_ID = "settings:topics", "settings:pick", "settings:do"
NAME_VOICE_ID, NOTE_LENGTHS_ID = "settings:voice", "settings:lengths"
VOICE_INPUT, LEAST_INPUT, GREATEST_INPUT = "voice", "least", "greatest"
OPEN_CHOICE = "open"
RETENTION_DAYS = (NO_RETENTION, 1, 7, 30, 90, 365)
# Where members write. Threads are not listed: they count as the channel they belong to.
WRITTEN_IN = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
]
LOGGED_IN = [discord.ChannelType.text, discord.ChannelType.news]

# As their speakers call them, so that everyone finds their own.
LANGUAGE_NAMES = {
    "en-US": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es-ES": "Español",
    "pt-BR": "Português do Brasil",
    "ja": "日本語",
}


class Topic(StrEnum):
    """What can be changed."""

    VOICE = "voice"
    FORM = "form"
    CHANNELS = "channels"
    ROLES = "roles"
    NOTES = "notes"
    LOG = "log"
    LANGUAGE = "language"
    RETENTION = "retention"
    RESET = "reset"


class Action(StrEnum):
    """What the panel's buttons do."""

    BACK = "back"
    NAME_VOICE = "name-voice"
    NO_VOICE = "no-voice"
    NOTE_LENGTHS = "lengths"
    NO_LOG = "no-log"
    RESET = "reset"


TOPIC_NAMES = {
    Topic.VOICE: N_("Default voice"),
    Topic.FORM: N_("Form of results"),
    Topic.CHANNELS: N_("Channels where audio may be asked for"),
    Topic.ROLES: N_("Roles that may ask for audio"),
    Topic.NOTES: N_("Automatic transcripts of voice notes"),
    Topic.LOG: N_("Log channel for transcripts"),
    Topic.LANGUAGE: N_("Language of answers"),
    Topic.RETENTION: N_("Keeping of transcripts"),
    Topic.RESET: N_("Reset everything"),
}
_ACTION_LABELS = {
    Action.BACK: N_("Back"),
    Action.NAME_VOICE: N_("Name a voice…"),
    Action.NO_VOICE: N_("No default"),
    Action.NOTE_LENGTHS: N_("Shortest and longest…"),
    Action.NO_LOG: N_("No log channel"),
    Action.RESET: N_("Reset everything"),
}
FORM_NAMES = {ResultForm.VOICE_MESSAGE: N_("Voice messages"), ResultForm.FILE: N_("Files")}


# What the menus of choices offer.
CHOICES: Mapping[Topic, tuple[str, ...]] = {
    Topic.FORM: (OPEN_CHOICE, *FORM_NAMES),
    Topic.LANGUAGE: (OPEN_CHOICE, *LANGUAGE_NAMES),
    Topic.RETENTION: tuple(str(days) for days in RETENTION_DAYS),
}


@dataclass(frozen=True, slots=True)
class PanelState:
    """What the panel shows."""

    settings: GuildSettings
    default_form: ResultForm
    """What the operator chose for servers that did not."""
    voice_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels of the voices named in the settings, by name; one that is gone has none."""
    hears_notes: bool = False
    """Whether Discord lets the bot see messages that it was not asked about."""
    missing: Mapping[tuple[Topic, int], tuple[str, ...]] = field(
        default_factory=dict[tuple[Topic, int], tuple[str, ...]]
    )
    """What the bot may not do in the channels of a setting: Discord's names of permissions."""
    known_channels: frozenset[int] = frozenset()
    known_roles: frozenset[int] = frozenset()
    """What the server has now; a menu that starts with something deleted would be refused."""


def topics_menu() -> discord.ui.Select[Any]:
    """The menu that opens one setting."""
    options = [discord.SelectOption(label=_(name), value=topic) for topic, name in TOPIC_NAMES.items()]
    return discord.ui.Select(custom_id=TOPICS_ID, placeholder=_("What to change…"), options=options)


def controls_of(state: PanelState, topic: Topic) -> list[Item]:  # noqa: PLR0911 - one a topic
    """What changes the setting; the way back is not among it."""
    match topic:
        case Topic.VOICE:
            return [panel_button(Action.NAME_VOICE), panel_button(Action.NO_VOICE)]
        case Topic.FORM | Topic.LANGUAGE | Topic.RETENTION:
            return [_choice_menu(state.settings, topic)]
        case Topic.NOTES:
            menu = _channel_menu(state, topic, state.settings.transcribed_channels, MAX_CHANNELS)
            return [menu, panel_button(Action.NOTE_LENGTHS)]
        case Topic.RESET:
            return [panel_button(Action.RESET)]
        case Topic.LOG:
            now = () if state.settings.log_channel is None else (state.settings.log_channel,)
            return [_channel_menu(state, topic, now, 1), panel_button(Action.NO_LOG)]
        case Topic.CHANNELS:
            return [_channel_menu(state, topic, state.settings.channels, MAX_CHANNELS)]
        case Topic.ROLES:
            return [_role_menu(state)]


def _choice_menu(settings: GuildSettings, topic: Topic) -> discord.ui.Select[Any]:
    if topic is Topic.FORM:
        forms = [(form.value, _(name)) for form, name in FORM_NAMES.items()]
        return _choices(topic, [(OPEN_CHOICE, _("As whoever runs this bot has it")), *forms], settings.form)
    if topic is Topic.LANGUAGE:
        return _choices(topic, [(OPEN_CHOICE, _("Each member's own")), *LANGUAGE_NAMES.items()], settings.locale)
    lengths = [(str(days), say_kept_for(days)) for days in RETENTION_DAYS]
    return _choices(topic, lengths, str(settings.keep_transcripts_days))


def _role_menu(state: PanelState) -> discord.ui.RoleSelect[Any]:
    return discord.ui.RoleSelect(
        custom_id=f"{PICK_ID}:{Topic.ROLES}",
        placeholder=_("Everyone"),
        min_values=0,
        max_values=MAX_ROLES,
        default_values=[discord.Object(one) for one in state.settings.roles if one in state.known_roles],
    )


def _channel_menu(state: PanelState, topic: Topic, chosen: Sequence[int], most: int) -> discord.ui.ChannelSelect[Any]:
    return discord.ui.ChannelSelect(
        custom_id=f"{PICK_ID}:{topic}",
        placeholder=_("No channel"),
        channel_types=LOGGED_IN if topic is Topic.LOG else WRITTEN_IN,
        min_values=1 if topic is Topic.LOG else 0,
        max_values=most,
        default_values=[discord.Object(one) for one in chosen if one in state.known_channels],
    )


def _choices(topic: Topic, choices: Sequence[tuple[str, str]], chosen: str | None) -> discord.ui.Select[Any]:
    now = OPEN_CHOICE if chosen is None else chosen
    options = [discord.SelectOption(label=label, value=value, default=value == now) for value, label in choices]
    return discord.ui.Select(custom_id=f"{PICK_ID}:{topic}", options=options)


def panel_button(action: Action) -> Button:
    """A button of the panel."""
    style = discord.ButtonStyle.danger if action is Action.RESET else discord.ButtonStyle.secondary
    return button(_(_ACTION_LABELS[action]), f"{DO_ID}:{action}", style=style)


def build_voice_window() -> discord.ui.Modal:
    """Asks for the name of the default voice."""
    field = text_field(_("Name of the voice"), VOICE_INPUT, max_length=100)
    return build_window(_("Default voice"), NAME_VOICE_ID, field)


def build_lengths_window(settings: GuildSettings) -> discord.ui.Modal:
    """Asks for the least and the greatest length of voice notes that are written down."""
    least, greatest = f"{settings.notes_from_s:g}", f"{settings.notes_to_s:g}"
    return build_window(
        _("Automatic transcripts"),
        NOTE_LENGTHS_ID,
        text_field(_("Shortest voice note, in seconds"), LEAST_INPUT, max_length=8, value=least),
        text_field(_("Longest voice note, in seconds"), GREATEST_INPUT, max_length=8, value=greatest),
    )


def say_kept_for(days: int) -> str:
    """How long transcripts are kept."""
    if days == NO_RETENTION:
        return _("Not at all")
    return n_("For one day", "For {count} days", days).format(count=number(days))
