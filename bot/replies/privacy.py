"""What a member is told about what is kept of them."""

from collections.abc import Mapping
from typing import Protocol

import discord

from bot.replies.about import mention
from bot.replies.cards import BROKEN, FINISHED, WAITING, Card, button, still_view
from bot.replies.language import _, n_, number

DELETE_ID = "privacy:delete"
EXPORT_NAME = "what-is-kept-about-me.json"


class KeptCounts(Protocol):
    """How much is kept about a member. Filled in by bot/storage."""

    @property
    def jobs(self) -> int:
        """Jobs of theirs."""
        ...

    @property
    def days_of_usage(self) -> int:
        """Days of which it is known how much they used."""
        ...

    @property
    def guilds_with_choices(self) -> int:
        """Guilds, and direct messages, in which they chose something."""
        ...

    @property
    def favourites(self) -> int:
        """Voices they marked."""
        ...

    @property
    def transcripts(self) -> int:
        """Texts that they asked for or that are of their voice."""
        ...

    @property
    def limits(self) -> int:
        """Limits that managers set for them."""
        ...

    @property
    def blocks(self) -> int:
        """Guilds in which they are blocked."""
        ...

    @property
    def is_not_transcribed(self) -> bool:
        """Whether others may not have them transcribed."""
        ...


def build_kept(kept: KeptCounts, jobs_kept_days: int, command_ids: Mapping[str, int]) -> Card:
    """What is kept, and how to have it or be rid of it. All servers together."""
    lines = [
        n_(
            "**{count} job**: what you asked for and where, until {days} days after it is over",
            "**{count} jobs**: what you asked for and where, until {days} days after they are over",
            kept.jobs,
        ).format(count=number(kept.jobs), days=number(jobs_kept_days)),
        n_(
            "**{count} day of usage**: how much you used, for 400 days",
            "**{count} days of usage**: how much you used, for 400 days",
            kept.days_of_usage,
        ).format(count=number(kept.days_of_usage)),
        n_(
            "**Choices in {count} place**: your voice there",
            "**Choices in {count} places**: your voice there",
            kept.guilds_with_choices,
        ).format(count=number(kept.guilds_with_choices)),
        n_("**{count} favourite voice**", "**{count} favourite voices**", kept.favourites).format(
            count=number(kept.favourites)
        ),
        n_(
            "**{count} transcript** that you asked for or that is of your voice, where servers keep them for a time",
            "**{count} transcripts** that you asked for or that are of your voice, where servers keep them for a time",
            kept.transcripts,
        ).format(count=number(kept.transcripts)),
        n_(
            "**{count} limit** that managers set for you",
            "**{count} limits** that managers set for you",
            kept.limits,
        ).format(count=number(kept.limits)),
        n_("**{count} block** of you", "**{count} blocks** of you", kept.blocks).format(count=number(kept.blocks)),
    ]
    embed = discord.Embed(
        title=_("What I keep about you"), description="\n".join(f"• {line}" for line in lines), colour=WAITING
    )
    embed.add_field(name=_("Your voice"), value=_wish(command_ids, is_out=kept.is_not_transcribed), inline=False)
    embed.add_field(
        name=_("What you can do"),
        value=_("{export} gives you all of it as a file. {delete} removes what is yours.").format(
            export=mention("privacy export", command_ids), delete=mention("privacy delete", command_ids)
        ),
        inline=False,
    )
    embed.set_footer(text=_("All servers together. Only you see this. What was posted is in Discord, not with me."))
    return Card(embed, still_view())


def build_export(jobs_left_out: int, transcripts_left_out: int = 0) -> Card:
    """What comes with the file."""
    text = _("Everything that I keep about you is in this file. Only you see it.")
    if jobs_left_out:
        left_out = n_(
            "{count} job did not fit, the oldest one.", "{count} jobs did not fit, the oldest ones.", jobs_left_out
        )
        text = f"{text}\n{left_out.format(count=number(jobs_left_out))}"
    if transcripts_left_out:
        left_out = n_(
            "{count} transcript did not fit, the oldest one.",
            "{count} transcripts did not fit, the oldest ones.",
            transcripts_left_out,
        )
        text = f"{text}\n{left_out.format(count=number(transcripts_left_out))}"
    return Card(discord.Embed(description=text, colour=WAITING), still_view())


def describe_export() -> str:
    """The file in words, for who does not see its name."""
    return _("Everything that I keep about you, as a JSON file")


def build_delete_question() -> Card:
    """Asks before anything is removed."""
    embed = discord.Embed(
        title=_("Delete what is yours?"),
        description=_(
            "This removes, in all servers: your jobs, your usage by day, your voices and choices, your favourites, and "
            "the transcripts that you asked for or that are of your voice. It cannot be undone.\n\n"
            "**What stays:** what you used of limits, until its day or month ends; limits and blocks that managers set "
            "for you; and your wish not to be transcribed.\n"
            "What was posted stays in Discord: take it away with **Delete** under it, best before this, or ask a "
            "moderator."
        ),
        colour=BROKEN,
    )
    delete = button(_("Delete what is mine"), DELETE_ID, style=discord.ButtonStyle.danger)
    return Card(embed, still_view(delete))


def build_deleted() -> Card:
    """Says that it is gone."""
    text = _("✅ Deleted. What holds limits stays for its time; blocks and the wish not to be transcribed stay too.")
    return Card(discord.Embed(description=text, colour=FINISHED), still_view())


def say_wish(*, is_out: bool) -> str:
    """Says what holds after /privacy transcribe-me."""
    if is_out:
        return _(
            "From now on nobody else can have me write down your voice notes and files. You still can: your own files "
            "stay yours to transcribe."
        )
    return _("From now on others can have me write down your voice notes and files again.")


def _wish(command_ids: Mapping[str, int], *, is_out: bool) -> str:
    command = mention("privacy transcribe-me", command_ids)
    if is_out:
        return _("Others cannot have it transcribed. {command} changes that.").format(command=command)
    return _("Others can have your voice notes transcribed. {command} changes that.").format(command=command)
