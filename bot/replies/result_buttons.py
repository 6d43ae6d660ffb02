"""The buttons under a finished result, and the menu of voices behind one of them. Their ids carry all they need."""

from collections.abc import Sequence

import discord

from bot.discord_limits import MAX_OPTIONS, OPTION_CHARACTERS
from bot.models import EffectRequest, Job, ResultForm, SpeechRequest, TranscriptRequest, Voice
from bot.replies.cards import WAITING, Button, Card, Item, button, button_id, still_view
from bot.replies.effects import effect_buttons
from bot.replies.language import N_, _
from bot.replies.sentences import plain, quiet
from bot.replies.voice_facts import facts_of, plain_label

VOICES, AGAIN, AS_FILE, AS_VOICE_MESSAGE, TRANSCRIBE, DELETE = (
    "voices",
    "again",
    "file",
    "voice",
    "transcribe",
    "delete",
)
SPEAK = "speak"
_LABELS = {
    VOICES: N_("Another voice"),
    AGAIN: N_("Again"),
    AS_FILE: N_("As file"),
    AS_VOICE_MESSAGE: N_("As voice message"),
    TRANSCRIBE: N_("Transcribe"),
    DELETE: N_("Delete"),
}
_MARKS = {VOICES: "🗣️", AGAIN: "🎲", AS_FILE: "📎", AS_VOICE_MESSAGE: "🎙️", TRANSCRIBE: "📝", DELETE: "🗑️"}
QUOTED_CHARACTERS = 200


def buttons_for(job: Job) -> list[Item]:
    """What can be done with the result of the job; at most two rows."""
    match job.request:
        case SpeechRequest():
            return [*_speech_buttons(job), delete_button(job.id)]
        case EffectRequest():
            return [*effect_buttons(job), *_other_form(job), delete_button(job.id)]
        case TranscriptRequest():
            return [delete_button(job.id)]


def buttons_in_direct_message(job: Job) -> list[Item]:
    """The same for a result that went to its asker instead: what belongs to a server is asked for again there only."""
    return buttons_for(job) if job.place.guild_id is None else [delete_button(job.id)]


def delete_button(job_id: str) -> Button:
    """Takes the result away; for its asker and for moderators."""
    return _button(DELETE, job_id)


def build_voice_menu(job: Job, voices: Sequence[Voice]) -> Card:
    """Asks, privately, who should say it instead. Voices that Discord cannot name in a menu are left out."""
    embed = discord.Embed(title=_("Who should say it?"), colour=WAITING)
    text = job.request.text if isinstance(job.request, SpeechRequest) else ""
    embed.description = f"> {quiet(text, QUOTED_CHARACTERS)}"
    embed.set_footer(text=_("It becomes a clip of yours. Yours and the most alike come first; /tts finds all others"))
    menu = discord.ui.Select[discord.ui.View](custom_id=button_id(SPEAK, job.id), placeholder=_("Choose a voice…"))
    for voice in fit_for_menu(voices):
        menu.add_option(
            label=plain_label(voice, OPTION_CHARACTERS),
            value=voice.name,
            description=plain(" · ".join(facts_of(voice)), OPTION_CHARACTERS) or None,
        )
    return Card(embed, still_view(menu))


def fit_for_menu(voices: Sequence[Voice]) -> list[Voice]:
    """The first of the voices, each once, whose names a menu can carry."""
    named = {voice.name: voice for voice in voices if 0 < len(voice.name) <= OPTION_CHARACTERS}
    return list(named.values())[:MAX_OPTIONS]


def _speech_buttons(job: Job) -> list[Item]:
    return [_button(VOICES, job.id), _button(AGAIN, job.id), *_other_form(job), _button(TRANSCRIBE, job.id)]


def _other_form(job: Job) -> list[Item]:
    """The form that the result does not have already. A voice message holds one take, and is the bot's own message."""
    if job.form is ResultForm.VOICE_MESSAGE:
        return [_button(AS_FILE, job.id)]
    can_be_voice = job.takes == 1 and not job.place.is_reached_by_token_only
    return [_button(AS_VOICE_MESSAGE, job.id)] if can_be_voice else []


def _button(action: str, job_id: str) -> Button:
    return button(_(_LABELS[action]), button_id(action, job_id), emoji=_MARKS[action])
