"""What /voice mine shows: which voice was chosen for whom, and which of them speaks now."""

from types import MappingProxyType

import discord

from bot.models import Voice
from bot.preferences import ChosenVoice, VoiceScope
from bot.replies.cards import Card, button, still_view
from bot.replies.gallery import COLOUR, STARS
from bot.replies.gallery_place import GalleryPlace, Shelf, gallery_id
from bot.replies.language import N_, _
from bot.replies.sentences import quiet
from bot.replies.voice_facts import facts_of, label_of, say_gone

RESET = "reset"
_NAMES = MappingProxyType({
    VoiceScope.MEMBER: N_("You here"),
    VoiceScope.CHANNEL: N_("This channel"),
    VoiceScope.GUILD: N_("This server"),
})  # fmt: skip
_RESETS = MappingProxyType({
    VoiceScope.MEMBER: N_("Reset mine"),
    VoiceScope.CHANNEL: N_("Reset this channel's"),
    VoiceScope.GUILD: N_("Reset this server's"),
})  # fmt: skip
_CHOSEN = MappingProxyType({
    VoiceScope.MEMBER: N_("**{voice}** speaks for you here from now on, unless you name another voice."),
    VoiceScope.CHANNEL: N_("**{voice}** speaks in this channel from now on, for who has no voice of their own."),
    VoiceScope.GUILD: N_("**{voice}** speaks on this server from now on, for who has no voice of their own."),
})  # fmt: skip


def reset_id(scope: VoiceScope) -> str:
    """The custom id of the button that takes a choice back (cogs/voice_gallery.py reads it)."""
    return f"voices:{RESET}:{scope}"


def build_choices(chosen: tuple[ChosenVoice, ...], speaking: Voice, *, manages: bool) -> Card:
    """All choices that concern the member here, with buttons to take back those that they may."""
    embed = discord.Embed(title=_("Who speaks for you here"), colour=COLOUR)
    facts = " · ".join(quiet(fact, 40) for fact in facts_of(speaking))
    embed.description = "\n".join(part for part in (f"## {label_of(speaking)}", facts, "", _why(chosen)) if part)
    for one in chosen:
        embed.add_field(name=_(_NAMES[one.scope]), value=_value(one), inline=False)
    embed.set_footer(text=_("A voice that you name in a command goes before all of these"))
    mine_to_reset = {VoiceScope.MEMBER, *((VoiceScope.CHANNEL, VoiceScope.GUILD) if manages else ())}
    resets = [button(_(_RESETS[one.scope]), reset_id(one.scope)) for one in chosen if one.scope in mine_to_reset]
    favourites = button(_("Favourites"), gallery_id(STARS, GalleryPlace(Shelf.FAVOURITES)), emoji="⭐")
    return Card(embed, still_view(*resets, favourites))


def say_chosen(scope: VoiceScope, voice: Voice) -> str:
    """What is answered when a voice was chosen."""
    return _(_CHOSEN[scope]).format(voice=label_of(voice))


def _why(chosen: tuple[ChosenVoice, ...]) -> str:
    if any(one.speaks is not None for one in chosen):
        return _("The first of these that is there speaks:")
    return _(
        "Nothing was chosen here, so this is the bot's own voice. Choose one with /voice default or /voice search."
    )


def _value(one: ChosenVoice) -> str:
    return say_gone(one.label, one.nearest) if one.voice is None else f"**{label_of(one.voice)}**"
