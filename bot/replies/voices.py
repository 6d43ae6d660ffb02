"""How voices are shown."""

from discord import app_commands

from bot.discord_limits import CHOICE_CHARACTERS
from bot.models import Voice
from bot.replies.language import _
from bot.replies.sentences import plain
from bot.replies.voice_facts import value_words


def voice_choice(voice: Voice, *, is_last: bool = False) -> app_commands.Choice[str]:
    """A line of the autocomplete list: the name people know, then what it sounds like."""
    known = (("gender", voice.gender), ("age", voice.age), ("language", voice.language), ("style", voice.style))
    facts = [fact for fact in (value_words(name, value) for name, value in known) if fact]
    used = _("used last")
    line = voice.label + (f" · {', '.join(facts)}" if facts else "") + (f" · {used}" if is_last else "")
    # Discord refuses the whole list for one line without a name.
    shown = plain(line, CHOICE_CHARACTERS) or plain(voice.name, CHOICE_CHARACTERS) or "?"
    # A name over Discord's limit cannot be a choice's value; its label finds it again when the command is sent.
    value = voice.name if len(voice.name) <= CHOICE_CHARACTERS else voice.label[:CHOICE_CHARACTERS]
    return app_commands.Choice(name=shown, value=value)
