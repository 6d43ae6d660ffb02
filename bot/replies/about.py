"""What the bot says of itself: /about, and /help with its topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import discord

from bot import __version__
from bot.replies.cards import WAITING, Card, button, still_view
from bot.replies.language import N_, _, n_, number

HELP_ID, PRIVACY_ID, TOPIC_ID = "about:help", "about:privacy", "about:topic"
DEFAULT_JOBS_KEPT_DAYS = 30


class Maker(StrEnum):
    """Who makes the audio."""

    FINEVOICE = "finevoice"
    STUDIO = "studio"
    OWN_SERVER = "own server"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be told of this installation."""

    maker: Maker = Maker.FINEVOICE
    jobs_kept_days: int = DEFAULT_JOBS_KEPT_DAYS


class HelpTopic(StrEnum):
    """What help can be asked for. The values are what members pick."""

    OVERVIEW = "overview"
    SPEECH = "speech"
    VOICES = "voices"
    EFFECTS = "sound effects"
    TRANSCRIPTS = "transcripts"
    JOBS = "jobs and limits"
    MANAGERS = "for managers"
    TROUBLE = "when something does not work"


HELP_NAMES = {
    HelpTopic.OVERVIEW: N_("Overview"),
    HelpTopic.SPEECH: N_("Speech"),
    HelpTopic.VOICES: N_("Voices"),
    HelpTopic.EFFECTS: N_("Sound effects"),
    HelpTopic.TRANSCRIPTS: N_("Transcripts"),
    HelpTopic.JOBS: N_("Jobs and limits"),
    HelpTopic.MANAGERS: N_("For managers of a server"),
    HelpTopic.TROUBLE: N_("When something does not work"),
}
# The fields are commands: ``Commands`` puts what can be clicked in their place.
HELP = {
    HelpTopic.OVERVIEW: N_(
        "{tts} says a text with an AI voice.\n"
        "{voice_search} finds a voice, with a sample of each.\n"
        "{sfx} makes a sound effect from words, an image or a video.\n"
        "{transcribe} writes down what is said in a file.\n"
        "{jobs} lists what you asked for, {usage} shows what is left of your limits.\n"
        "{privacy_show} tells what I keep about you.\n\n"
        "On a message, open **Apps** to read it aloud, to write down its voice note, or to make the sound of its "
        "picture."
    ),
    HelpTopic.SPEECH: N_(
        "{tts} takes a text and, if you like, a voice. Emotions go in square brackets before the words they are for: "
        "`[happy] Hello! [whispering] Can you hear me?`\n\n"
        "The result is a voice message, or a file with `as: file`. Without a voice you get your own, else "
        "the channel's, the server's, or mine. {read} opens a window for long texts. On a message, "
        "**Apps → Read aloud** says it for you."
    ),
    HelpTopic.VOICES: N_(
        "{voice_search} opens the gallery: filter it, play samples, mark voices with a star, and choose one for "
        "yourself.\n"
        "{voice_favourites} shows your stars, {voice_mine} the voice you have here. {voice_default} sets yours by "
        "name; managers also set that of the server or of a channel."
    ),
    HelpTopic.EFFECTS: N_(
        "{sfx} takes a description: what makes the sound, how, and where. “Heavy rain on a tin roof, distant "
        "thunder” works better than “rain”. `avoid` names what should not be heard, and up to four takes come on one "
        "card.\n\n"
        "You can attach an image or a video instead, or open **Apps → Sound of this** on a message that has one."
    ),
    HelpTopic.TRANSCRIPTS: N_(
        "{transcribe} takes an audio or video file; on a message with one, open **Apps → Transcribe**. The first "
        "lines are in the answer, the whole text is behind its buttons, also as subtitles.\n\n"
        "If you do not want others to have your voice notes written down: {privacy_transcribe_me}."
    ),
    HelpTopic.JOBS: N_(
        "{jobs} lists what you asked for here. From there you can cancel what is in line, have a result sent again for "
        "free, and retry what failed. What I could not make does not count.\n\n"
        "{usage} shows what you used and what is left of each limit, and when there will be more."
    ),
    HelpTopic.MANAGERS: N_(
        "{settings} has the default voice, where and by whom audio may be asked for, automatic transcripts and the "
        "language.\n"
        "{limits_show} and {limits_set} are for how much the server, a role or a member may use, {block_add} for who "
        "may use nothing.\n\n"
        "Who may use a single command is set in Discord itself: Server Settings → Integrations."
    ),
    HelpTopic.TROUBLE: N_(
        "**I do not answer, or a command is missing:** wait a minute and restart Discord. A manager can check Server "
        "Settings → Integrations.\n"
        "**“I cannot post audio here”:** in the channel's settings, under Permissions, I need Attach Files, and Send "
        "Voice Messages for voice messages.\n"
        "**It takes long:** the card tells your place in line. {jobs} finds it again, also after I was restarted.\n"
        "**It failed:** the card says why. Press Retry, or change what it names.\n"
        "**A limit is used up:** {usage} tells when there is more.\n"
        "**“Something went wrong”:** tell whoever runs the bot the id that comes with it."
    ),
}
# What is said otherwise where sounds are made of words only.
HELP_WITHOUT_PICTURES = {
    HelpTopic.OVERVIEW: N_(
        "{tts} says a text with an AI voice.\n"
        "{voice_search} finds a voice, with a sample of each.\n"
        "{sfx} makes a sound effect from words.\n"
        "{transcribe} writes down what is said in a file.\n"
        "{jobs} lists what you asked for, {usage} shows what is left of your limits.\n"
        "{privacy_show} tells what I keep about you.\n\n"
        "On a message, open **Apps** to read it aloud, or to write down its voice note."
    ),
    HelpTopic.EFFECTS: N_(
        "{sfx} takes a description: what makes the sound, how, and where. “Heavy rain on a tin roof, distant "
        "thunder” works better than “rain”. `avoid` names what should not be heard, and up to four takes come on one "
        "card.\n\n"
        "Sounds for a picture or a video are not made here: describe in words what it shows."
    ),
}
# Which command each field stands for.
COMMANDS = {
    "tts": "tts",
    "read": "read",
    "voice_search": "voice search",
    "voice_favourites": "voice favourites",
    "voice_mine": "voice mine",
    "voice_default": "voice default",
    "sfx": "sfx",
    "transcribe": "transcribe",
    "jobs": "jobs",
    "usage": "usage",
    "settings": "settings",
    "limits_show": "limits show",
    "limits_set": "limits set",
    "block_add": "block add",
    "privacy_show": "privacy show",
    "privacy_transcribe_me": "privacy transcribe-me",
}


def build_about(facts: Facts, name: str, latency_ms: int | None) -> Card:
    """What the bot is. ``latency_ms``: of its connection to Discord; None while there is none."""
    embed = discord.Embed(
        title=name,
        description=_(
            "An audio studio in your server: texts become speech, words become sounds, and recordings become text."
        ),
        colour=WAITING,
    )
    embed.add_field(name=_("Version"), value=f"Soundbooth {__version__}")
    embed.add_field(name=_("Audio made by"), value=_maker(facts.maker))
    embed.add_field(name=_("Answers in"), value=_latency(latency_ms))
    kept = n_(
        "What you ask for, for one day after it is done; what you used, to hold limits; and what you chose.",
        "What you ask for, for {days} days after it is done; what you used, to hold limits; and what you chose.",
        facts.jobs_kept_days,
    ).format(days=number(facts.jobs_kept_days))
    embed.add_field(name=_("What I keep"), value=kept, inline=False)
    return Card(embed, still_view(button(_("Help"), HELP_ID), button(_("Privacy"), PRIVACY_ID)))


def build_help(topic: HelpTopic, command_ids: Mapping[str, int], *, sees_pictures: bool = True) -> Card:
    """One topic, and the menu of all.

    ``command_ids``: of the commands that Discord knows, by name. ``sees_pictures``: whether sounds are made of them.
    """
    help_texts = HELP if sees_pictures else HELP | HELP_WITHOUT_PICTURES
    mentions = {field: mention(command, command_ids) for field, command in COMMANDS.items()}
    embed = discord.Embed(
        title=_(HELP_NAMES[topic]), description=_(help_texts[topic]).format(**mentions), colour=WAITING
    )
    options = [discord.SelectOption(label=_(name), value=one, default=one is topic) for one, name in HELP_NAMES.items()]
    menu = discord.ui.Select[Any](custom_id=TOPIC_ID, placeholder=_("More help…"), options=options)
    return Card(embed, still_view(menu))


def mention(command: str, command_ids: Mapping[str, int]) -> str:
    """The command so that it can be clicked, where its id is known; else its name."""
    command_id = command_ids.get(command.split(maxsplit=1)[0])
    return f"**/{command}**" if command_id is None else f"</{command}:{command_id}>"


def _maker(maker: Maker) -> str:
    match maker:
        case Maker.FINEVOICE:
            return _("FineVoice")
        case Maker.STUDIO:
            return _("The studio inside this bot: nothing leaves its machine")
        case Maker.OWN_SERVER:
            return _("A server of whoever runs this bot")


def _latency(latency_ms: int | None) -> str:
    return _("not connected") if latency_ms is None else _("{count} ms").format(count=number(latency_ms))
