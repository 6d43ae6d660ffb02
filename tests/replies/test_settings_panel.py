"""The panel of /settings at its fullest: within Discord's limits, in every language, and nothing in it formats."""

from typing import Any

import discord
import pytest
from hypothesis import given

from bot.models import ResultForm
from bot.preferences import MAX_CHANNEL_VOICES, MAX_CHANNELS, MAX_ROLES, GuildSettings
from bot.replies.about import DEFAULT_JOBS_KEPT_DAYS, Facts, HelpTopic, Maker, build_about, build_help
from bot.replies.cards import Card
from bot.replies.language import ENGLISH, LANGUAGES, speaking
from bot.replies.privacy import build_delete_question, build_deleted, build_export, build_kept, say_wish
from bot.replies.settings_controls import (
    Action,
    PanelState,
    Topic,
    build_lengths_window,
    build_voice_window,
    panel_button,
)
from bot.replies.settings_panel import build_panel, build_topic
from bot.storage.privacy import KeptCounts
from tests.replies.conftest import HOSTILE, UNHURRIED, formatting_in

# Source: Discord's documentation, "Embed Limits", "Component Reference" and "Modal", read 2026-11.
FIELD_LIMIT, FIELD_NAME_LIMIT, DESCRIPTION_LIMIT, EMBED_LIMIT = 1024, 256, 4096, 6000
LABEL_LIMIT, OPTION_LIMIT, PLACEHOLDER_LIMIT, ROWS, WINDOW_TITLE_LIMIT = 80, 100, 150, 5, 45
MESSAGE_LIMIT = 2000
LOCALES = (ENGLISH, *LANGUAGES)
# As long as an id can be.
IDS = tuple(range(2**63 - 200, 2**63 - 200 + MAX_CHANNEL_VOICES))
FULL = GuildSettings(
    voice="v" * 100,
    channel_voices=dict.fromkeys(IDS, "v" * 100),
    form=ResultForm.VOICE_MESSAGE,
    channels=IDS[:MAX_CHANNELS],
    roles=IDS[:MAX_ROLES],
    transcribed_channels=IDS[:MAX_CHANNELS],
    notes_from_s=1234.567,
    notes_to_s=3600.0,
    log_channel=IDS[0],
    locale="pt-BR",
    keep_transcripts_days=365,
)
LACKING = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
FULL_STATE = PanelState(
    FULL,
    ResultForm.FILE,
    voice_labels={"v" * 100: "*" * 200},
    missing={(topic, one): LACKING for topic in (Topic.NOTES, Topic.LOG) for one in IDS[:MAX_CHANNELS]},
    known_channels=frozenset(IDS),
    known_roles=frozenset(IDS),
)


def problems_with(card: Card) -> list[str]:
    """What Discord would refuse of a card."""
    embed = card.embed
    rows: list[Any] = card.view.to_components()
    options = [option for row in rows for item in row["components"] for option in item.get("options", ())]
    items = [item for row in rows for item in row["components"]]
    checks = {
        "embed": len(embed) <= EMBED_LIMIT,
        "description": len(embed.description or "") <= DESCRIPTION_LIMIT,
        "field": all(1 <= len(field.value or "") <= FIELD_LIMIT for field in embed.fields),
        "field name": all(1 <= len(field.name or "") <= FIELD_NAME_LIMIT for field in embed.fields),
        "rows": len(rows) <= ROWS,
        "label": all(len(item.get("label", "")) <= LABEL_LIMIT for item in items),
        "placeholder": all(len(item.get("placeholder") or "") <= PLACEHOLDER_LIMIT for item in items),
        "option": all(1 <= len(option["label"]) <= OPTION_LIMIT for option in options),
    }
    return [name for name, is_fine in checks.items() if not is_fine]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_fullest_panel_is_within_discords_limits_in_every_language(locale: str) -> None:
    with speaking(locale):
        cards = [build_panel(FULL_STATE, is_saved=True), *(build_topic(FULL_STATE, topic) for topic in Topic)]
        assert [problems_with(card) for card in cards] == [[]] * len(cards)
        for window in (build_voice_window(), build_lengths_window(FULL)):
            payload: Any = window.to_dict()
            assert len(payload["title"]) <= WINDOW_TITLE_LIMIT
            assert all(len(label["label"]) <= WINDOW_TITLE_LIMIT for label in payload["components"])


@pytest.mark.parametrize("locale", LOCALES)
def test_help_about_and_privacy_are_within_discords_limits_in_every_language(locale: str) -> None:
    ids: dict[str, int] = dict.fromkeys(
        ("tts", "voice", "sfx", "transcribe", "jobs", "usage", "settings", "limits", "privacy"), 2**63
    )
    most = 10**9
    counts = KeptCounts(most, most, most, most, most, most, most, is_not_transcribed=True)
    with speaking(locale):
        cards = [
            *(build_help(topic, ids) for topic in HelpTopic),
            *(build_about(Facts(maker, DEFAULT_JOBS_KEPT_DAYS), "x" * 32, most) for maker in Maker),
            build_kept(counts, most, ids),
            build_delete_question(),
            build_deleted(),
            build_export(most, most),
        ]
        assert [problems_with(card) for card in cards] == [[]] * len(cards)
        assert max(len(say_wish(is_out=is_out)) for is_out in (True, False)) <= MESSAGE_LIMIT


@UNHURRIED
@given(HOSTILE, HOSTILE)
def test_names_of_voices_neither_ping_nor_format(name: str, label: str) -> None:
    settings = GuildSettings(voice=name, channel_voices={5: name, 6: "known"})
    panel = build_panel(PanelState(settings, ResultForm.FILE, voice_labels={"known": label}))
    voices = [
        field.value or "" for field in panel.embed.fields if field.name in {"Default voice", "Voices of channels"}
    ]
    lines = "\n".join(voices).splitlines()
    said = "\n".join(line.removeprefix("<#5> ").removeprefix("<#6> ") for line in lines)
    assert formatting_in(said) == []
    assert problems_with(panel) == []


def test_only_the_button_that_cannot_be_taken_back_is_red() -> None:
    styles = {action: panel_button(action).style for action in Action}
    assert [action for action, style in styles.items() if style is discord.ButtonStyle.danger] == [Action.RESET]


def test_the_menu_of_choices_shows_which_one_holds() -> None:
    state = PanelState(GuildSettings(keep_transcripts_days=30, locale="de"), ResultForm.FILE)
    for topic, expected in {Topic.RETENTION: "30", Topic.LANGUAGE: "de", Topic.FORM: "open"}.items():
        (menu, _) = build_topic(state, topic).view.children
        assert isinstance(menu, discord.ui.Select)
        assert [option.value for option in menu.options if option.default] == [expected]
