"""A permission that is missing is named before anything is paid for: who lacks it, where, and how it is given."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.delivery.lacking import refusal_in
from bot.errors import Grant, Remedy
from bot.models import FailureReason, JobState, ResultForm
from tests.cogs.conftest import Studio, text_of
from tests.cogs.transcript_members import SOUND, Listening

CANNOT = "I cannot post a transcript here."
ATTACH = discord.Permissions(attach_files=True)
SEND = discord.Permissions(send_messages=True)


@pytest.fixture
def listening(studio: Studio, tmp_path: Path) -> Listening:
    return Listening(studio, tmp_path)


async def transcribe(studio: Studio, channel: Any, member: Any = None) -> Any:
    return await (member or studio.robin).slash(channel, "transcribe", file=("talk.mp3", SOUND))


def bot_role(studio: Studio) -> Any:
    return next(one for one in studio.env.backend.get_guild(studio.guild.id).roles.values() if one.managed)


def take_from_roles(studio: Studio, taken: discord.Permissions) -> None:
    """Let no role of the server have the permissions."""
    for role in list(studio.env.backend.get_guild(studio.guild.id).roles.values()):
        studio.env.backend.edit_role(studio.guild.id, role.id, {"permissions": role.permissions & ~taken.value})


def deny(studio: Studio, channel: Any, target_id: int, denied: discord.Permissions) -> None:
    """Deny permissions to a role in a channel."""
    studio.env.backend.set_overwrite(channel.id, Overwrite(target_id, OverwriteType.ROLE, 0, denied.value))


def in_channel(channel: Any, names: str, who: str) -> str:
    return (
        f"{CANNOT} In <#{channel.id}> I lack {names}: somebody with **Manage Roles** can turn it on for me under Edit "
        f"Channel → Permissions → **{who}**."
    )


async def test_it_is_said_where_the_permission_is_missing_and_how_it_is_given(studio: Studio) -> None:
    assert studio.bot.user is not None
    role = bot_role(studio)
    itself, everyone = studio.limited_channel("attach_files"), studio.guild.create_text_channel("quiet")
    deny(studio, everyone, studio.guild.id, ATTACH)
    deny(studio, everyone, role.id, ATTACH)
    for channel, who in ((itself, studio.bot.user.name), (everyone, role.name)):
        refused = await transcribe(studio, channel)
        assert refused.ephemeral
        assert refused.response.content == in_channel(channel, "**Attach Files**", who)
    take_from_roles(studio, ATTACH)
    assert (await transcribe(studio, everyone)).response.content == in_channel(everyone, "**Attach Files**", role.name)
    assert (await transcribe(studio, studio.channel)).response.content == (
        f"{CANNOT} In this server I lack **Attach Files**: somebody with **Manage Roles** can turn it on for me under "
        f"Server Settings → Roles → **{role.name}** → Permissions."
    )
    assert await studio.jobs() == []


async def test_a_time_out_is_not_blamed_on_roles(studio: Studio) -> None:
    guild = studio.bot.get_guild(studio.guild.id)
    assert guild is not None
    # discord.py looks at the real clock.
    until = datetime(2100, 1, 1, tzinfo=UTC)
    studio.env.backend.get_guild(guild.id).members[guild.me.id].timed_out_until = until.isoformat()
    guild.me.timed_out_until = until
    refused = await transcribe(studio, studio.channel)
    assert refused.ephemeral
    assert refused.response.content == (
        f"{CANNOT} I am timed out in this server: somebody with **Timeout Members** can end that in the list of "
        "members, or ask again when it is over."
    )
    assert await studio.jobs() == []


async def test_what_comes_to_nothing_for_want_of_another_permission_is_not_blamed(studio: Studio) -> None:
    role = bot_role(studio)
    silent, unseen, parent = (studio.guild.create_text_channel(name) for name in ("silent", "unseen", "parent"))
    deny(studio, silent, role.id, SEND)
    deny(studio, silent, studio.guild.id, SEND)
    deny(studio, unseen, role.id, discord.Permissions(view_channel=True, attach_files=True))
    deny(studio, parent, role.id, ATTACH)
    known = studio.bot.get_channel(parent.id)
    assert isinstance(known, discord.TextChannel)
    await known.create_thread(name="aside", type=discord.ChannelType.public_thread)
    (thread,) = parent.threads
    deny(studio, parent, role.id, discord.Permissions(send_messages=True, send_messages_in_threads=True))
    found = known.guild.get_thread(thread.id)
    assert found is not None
    # The simulation does not take away what Discord does where one may not write, so this is asked for directly.
    for place, ruling, names in (
        (studio.bot.get_channel(silent.id), silent, ("send_messages",)),
        (studio.bot.get_channel(unseen.id), unseen, ("view_channel", "attach_files")),
        (found, parent, ("send_messages_in_threads",)),
    ):
        assert isinstance(place, discord.TextChannel | discord.Thread)
        remedy = Remedy(Grant.CHANNEL, ruling.id, role.name)
        assert refusal_in(place.guild, place, ("attach_files",)) == (names, remedy)


async def test_where_a_member_brought_the_bot_it_is_the_member_who_lacks_it(studio: Studio) -> None:
    channel = studio.limited_channel("attach_files")
    studio.installed_by_user = True
    for command, options in (("tts", {"text": "Hello"}), ("transcribe", {"file": ("talk.mp3", SOUND)})):
        refused = await studio.robin.slash(channel, command, **options)
        assert refused.ephemeral
        assert f"You lack **Attach Files** in <#{channel.id}>, and here I may do only what you may" in (
            refused.response.content
        )


@pytest.mark.parametrize("action", ["retry", "send"])
async def test_a_transcript_that_could_only_be_a_voice_message_is_not_asked_for_again(
    studio: Studio, action: str
) -> None:
    await transcribe(studio, studio.channel)
    (job,) = await studio.jobs()
    reason = FailureReason.UNDELIVERABLE if action == "send" else FailureReason.SERVICE_DOWN
    await studio.store.finish_without_result(job, JobState.FAILED, studio.env.now(), failure=reason)
    channel = studio.limited_channel("attach_files")
    refused = await studio.robin.click(await studio.post_button(channel, f"job:{action}:{job.id}"), label="Press")
    assert refused.response.content.startswith(f"{CANNOT} In <#{channel.id}> I lack **Attach Files**:")
    assert await studio.jobs() == []


async def test_a_costly_transcript_needs_its_permission_at_go_too(studio: Studio) -> None:
    studio.bot.services = replace(studio.bot.services, confirm_above=1)
    asked = await transcribe(studio, studio.channel)
    deny(studio, studio.channel, bot_role(studio).id, ATTACH)
    deny(studio, studio.channel, studio.guild.id, ATTACH)
    refused = await studio.robin.click(asked.response.message, label="Go")
    assert refused.response.content.startswith(CANNOT)
    assert await studio.jobs() == []


async def test_buttons_that_give_files_say_what_they_lack(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.moderator)
    deny(studio, studio.channel, bot_role(studio).id, ATTACH)
    deny(studio, studio.channel, studio.guild.id, ATTACH)
    for label, cannot in (("Read", CANNOT), ("srt", "I cannot post a file here."), ("Post here", CANNOT)):
        refused = await studio.moderator.click(shown.response.message, label=label)
        assert refused.ephemeral
        assert refused.response.content.startswith(f"{cannot} In <#{studio.channel.id}> I lack **Attach Files**:")
    assert studio.channel.history(viewer=studio.bystander)[1:] == [], "nothing but the recording is seen by others"


async def test_what_was_lost_while_it_was_made_stands_on_the_card_with_a_way_to_have_it_sent(studio: Studio) -> None:
    shown = await studio.tts(studio.robin, **{"as": "file"})
    (job,) = await studio.jobs()
    assert job.form is ResultForm.FILE
    deny(studio, studio.channel, bot_role(studio).id, ATTACH)
    deny(studio, studio.channel, studio.guild.id, ATTACH)
    ended = await studio.store.finish_without_result(
        job, JobState.FAILED, studio.env.now(), failure=FailureReason.UNDELIVERABLE
    )
    assert ended is not None
    await studio.bot.services.delivery.show(ended)
    said = text_of(shown.response)
    assert f"I cannot post audio here. In <#{studio.channel.id}> I lack **Attach Files**: somebody with" in said
    assert said.endswith("It is ready and kept for now: after that, press Send again, which costs nothing.")
    await studio.robin.click(shown.response.message, label="Send again")
    again = await studio.store.get(job.id)
    assert again is not None
    assert (again.state, again.deliveries, again.cost) == (JobState.READY, 1, job.cost), "a voice message can bring it"


def set_up_rules(studio: Studio) -> None:
    """Discord tells every bot that the guild has rules, and no more than that."""
    guild = studio.bot.get_guild(studio.guild.id)
    assert guild is not None
    guild.features.append("AUTO_MODERATION")


async def test_moderators_are_told_once_what_they_do_not_see_and_others_are_not(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.moderator)
    assert "AutoMod" not in text_of(shown.response), "the bot may see the rules, and there are none"
    take_from_roles(studio, discord.Permissions(manage_guild=True))
    shown, _ = await listening.transcribed(studio.moderator)
    assert "AutoMod" not in text_of(shown.response), "the server has no rules"
    set_up_rules(studio)
    shown, _ = await listening.transcribed(studio.moderator)
    line = (
        "-# Words that this server's AutoMod catches are not marked, because I lack **Manage Server** to see them: "
        f"somebody with **Manage Roles** can turn it on for me under Server Settings → Roles → "
        f"**{bot_role(studio).name}** → Permissions."
    )
    assert text_of(shown.response).splitlines().count(line) == 1
    opened = await studio.moderator.click(shown.response.message, label="Read")
    posted = await studio.moderator.click(shown.response.message, label="Post here")
    mine, _ = await listening.transcribed(studio.robin)
    for other in (opened, posted, mine):
        assert "AutoMod" not in text_of(other.response)


async def test_rules_that_discord_does_not_tell_just_now_are_said_to_be_missing(listening: Listening) -> None:
    studio = listening.studio
    set_up_rules(studio)
    await listening.menu(studio.moderator, await listening.note(studio.sam))
    studio.env.inject_error("GET", "/guilds/*/auto-moderation/rules", status=400)
    await listening.deliver()
    said = text_of(studio.channel.history(viewer=studio.moderator)[-1])
    assert said.endswith("AutoMod catches are not marked: Discord did not tell me them just now.")
