"""The panel of /settings: what the managers of a server chose, in words, with the controls that change it."""

from collections.abc import Iterable, Sequence

import discord

from bot.preferences import GuildSettings
from bot.replies.cards import FINISHED, WAITING, Card, and_more, still_view
from bot.replies.language import N_, _, number
from bot.replies.permissions import permission_names
from bot.replies.sentences import quiet
from bot.replies.settings_controls import (
    FORM_NAMES,
    LANGUAGE_NAMES,
    TOPIC_NAMES,
    Action,
    PanelState,
    Topic,
    controls_of,
    panel_button,
    say_kept_for,
    topics_menu,
)

# A field holds 1,024 characters, and a channel takes 23 of them.
CHANNEL_VOICES_SHOWN, NOTE_CHANNELS_SHOWN, WARNINGS_SHOWN = 10, 12, 2

_EXPLAINED = {
    Topic.VOICE: N_("The voice for members who chose none themselves."),
    Topic.FORM: N_("How speech is posted where a member does not say what they want."),
    Topic.CHANNELS: N_(
        "Audio may be asked for in these channels and their threads only. Choose none to allow it everywhere."
    ),
    Topic.ROLES: N_("Only members with one of these roles, and managers, may ask. Choose none to let everyone ask."),
    Topic.NOTES: N_(
        "Voice notes in these channels are written down without being asked for. Choose none to stop that."
    ),
    Topic.LOG: N_(
        "Where moderators send their private transcripts with one press. Without one, that button only tells them so."
    ),
    Topic.LANGUAGE: N_("The language in which I answer here."),
    Topic.RETENTION: N_(
        "How long the text of transcripts stays with me, for whoever asked or is heard: /privacy export. Nobody else "
        "gets it. A shorter time also holds for what is kept already."
    ),
    Topic.RESET: N_(
        "Everything above goes back to how it was when I joined, voices of channels too, and the transcripts that were "
        "kept are deleted. Limits and blocks stay: /limits and /block."
    ),
}


def build_panel(state: PanelState, *, is_saved: bool = False) -> Card:
    """All settings, and the menu that opens one of them."""
    return Card(_embed(state, _("✅ Saved.") if is_saved else "", is_saved=is_saved), still_view(topics_menu()))


def build_topic(state: PanelState, topic: Topic) -> Card:
    """All settings, and the controls of one of them."""
    explained = f"**{_(TOPIC_NAMES[topic])}**\n{_(_EXPLAINED[topic])}"
    return Card(_embed(state, explained), still_view(*controls_of(state, topic), panel_button(Action.BACK)))


def _embed(state: PanelState, text: str, *, is_saved: bool = False) -> discord.Embed:
    settings = state.settings
    embed = discord.Embed(
        title=_("Settings of this server"), description=text or None, colour=FINISHED if is_saved else WAITING
    )
    embed.add_field(name=_(TOPIC_NAMES[Topic.VOICE]), value=_voice(state))
    embed.add_field(name=_(TOPIC_NAMES[Topic.FORM]), value=_form(state))
    embed.add_field(name=_(TOPIC_NAMES[Topic.LANGUAGE]), value=_language(settings))
    embed.add_field(
        name=_(TOPIC_NAMES[Topic.CHANNELS]), value=_allowed_channels(state) or _("Everywhere"), inline=False
    )
    embed.add_field(name=_(TOPIC_NAMES[Topic.ROLES]), value=_allowed_roles(state) or _("Everyone"), inline=False)
    embed.add_field(name=_(TOPIC_NAMES[Topic.NOTES]), value=_notes(state), inline=False)
    embed.add_field(name=_(TOPIC_NAMES[Topic.LOG]), value=_log(state), inline=False)
    embed.add_field(
        name=_(TOPIC_NAMES[Topic.RETENTION]), value=say_kept_for(settings.keep_transcripts_days), inline=False
    )
    if settings.channel_voices:
        embed.add_field(name=_("Voices of channels"), value=_channel_voices(state), inline=False)
    return embed


def _voice(state: PanelState) -> str:
    name = state.settings.voice
    if name is None:
        return _("None: whoever runs this bot chose one")
    label = state.voice_labels.get(name)
    if label is None:
        return _("⚠️ {voice} is not there any more. Name another one.").format(voice=quiet(name, 60))
    return quiet(label, 60)


def _channel_voices(state: PanelState) -> str:
    voices = state.settings.channel_voices
    lines = [
        f"<#{channel_id}> {quiet(state.voice_labels.get(name, name), 30)}"
        for channel_id, name in list(voices.items())[:CHANNEL_VOICES_SHOWN]
    ]
    return "\n".join([*lines, *and_more(len(voices) - len(lines))])


def _form(state: PanelState) -> str:
    chosen = state.settings.form
    if chosen is None:
        return _("{form}, as whoever runs this bot has it").format(form=_(FORM_NAMES[state.default_form]))
    return _(FORM_NAMES[chosen])


def _language(settings: GuildSettings) -> str:
    if settings.locale is None:
        return _("Each member's own")
    return LANGUAGE_NAMES.get(settings.locale, quiet(settings.locale, 20))


def _notes(state: PanelState) -> str:
    settings = state.settings
    if not settings.transcribed_channels:
        return _("Off")
    shown = settings.transcribed_channels[:NOTE_CHANNELS_SHOWN]
    said = _("{channels}\nfrom {least} to {greatest} seconds").format(
        channels=" ".join([_channels(shown), *and_more(len(settings.transcribed_channels) - len(shown))]),
        least=number(settings.notes_from_s, "#,##0.##"),
        greatest=number(settings.notes_to_s, "#,##0.##"),
    )
    return "\n".join(
        [said, *_warnings(state, Topic.NOTES, settings.transcribed_channels), *([] if state.hears_notes else [_deaf()])]
    )


def _deaf() -> str:
    return _(
        "⚠️ This does not happen yet: I do not get to see messages. Whoever runs this bot turns that on for me, with "
        "`discord.message_content = true` and the Message Content Intent in Discord's developer portal."
    )


def _log(state: PanelState) -> str:
    channel_id = state.settings.log_channel
    if channel_id is None:
        return _("None")
    return "\n".join([f"<#{channel_id}>", *_warnings(state, Topic.LOG, (channel_id,))])


def _warnings(state: PanelState, topic: Topic, channel_ids: Iterable[int]) -> list[str]:
    """What to change so that it works; the first ones are enough to begin with."""
    lacking = [(one, state.missing[topic, one]) for one in channel_ids if (topic, one) in state.missing]
    return [
        _("⚠️ In <#{channel}> I lack {permissions}: give it to me in the channel's settings, under Permissions.").format(
            channel=channel_id, permissions=permission_names(names)
        )
        for channel_id, names in lacking[:WARNINGS_SHOWN]
    ]


def _allowed_channels(state: PanelState) -> str:
    chosen = state.settings.channels
    there = [one for one in chosen if one in state.known_channels or not state.known_channels]
    if chosen and not there:
        return _("⚠️ Nowhere: what was chosen is deleted. Choose other channels, or none to allow it everywhere.")
    return _channels(there)


def _allowed_roles(state: PanelState) -> str:
    chosen = state.settings.roles
    there = [one for one in chosen if one in state.known_roles or not state.known_roles]
    if chosen and not there:
        return _("⚠️ Only managers: what was chosen is deleted. Choose other roles, or none to let everyone ask.")
    return _roles(there)


def _channels(channel_ids: Sequence[int]) -> str:
    return " ".join(f"<#{channel_id}>" for channel_id in channel_ids)


def _roles(role_ids: Sequence[int]) -> str:
    return " ".join(f"<@&{role_id}>" for role_id in role_ids)
