"""/limits and /block: who may use them, what they change, and that a server's settings are its own."""

from typing import Any

import discord
import pytest
import simcord

from bot.discord_bot import SoundboothBot
from bot.limits import LimitName, Override, Subject
from bot.storage.overrides import MAX_OVERRIDES
from tests.cogs.conftest import Studio, text_of

MANAGERS_ONLY = "Only members with the permission **Manage Server** can do that. Ask one of them."
DAY, BURST = str(LimitName.DAY), str(LimitName.BURST)


async def limits(studio: Studio, command: str, member: Any = None, **options: Any) -> Any:
    """The private answer to a command about limits."""
    result = await (member or studio.manager).slash(studio.channel, f"limits {command}", **options)
    assert result.ephemeral
    return result.response


async def block(studio: Studio, command: str, **options: Any) -> str:
    """What a manager is told about a block."""
    result = await studio.manager.slash(studio.channel, f"block {command}", **options)
    assert result.ephemeral
    return text_of(result.response)


async def overrides(studio: Studio, guild: Any = None) -> list[Override]:
    return await studio.bot.services.fair_use.overrides((guild or studio.guild).id)


def role_with(studio: Studio, member: Any) -> Any:
    """A new role that the member has."""
    role = studio.guild.create_role("Singers")
    studio.env.backend.get_guild(studio.guild.id).members[member.id].role_ids.append(role.id)
    return role


async def test_a_deleted_role_takes_its_limits_and_its_block_along(studio: Studio) -> None:
    gone, other = studio.guild.create_role("Singers"), studio.guild.create_role("Drummers")
    for role in (gone, other):
        await limits(studio, "set", limit=DAY, value=5, who=role)
        await block(studio, "add", who=role)
    studio.env.backend.delete_role(studio.guild.id, gone.id)
    await studio.env.settle()
    assert await overrides(studio) == [Override(Subject.ROLE, other.id, LimitName.DAY, 5)]
    assert [one.subject_id for one in await studio.bot.services.fair_use.blocks(studio.guild.id)] == [other.id]


async def test_what_was_deleted_unheard_is_gone_from_the_lists_and_members_stay(studio: Studio) -> None:
    fair_use, guild_id = studio.bot.services.fair_use, studio.guild.id
    for subject, subject_id in ((Subject.ROLE, 12345), (Subject.MEMBER, studio.robin.id), (Subject.ROLE, guild_id)):
        await fair_use.set_limit(guild_id, Override(subject, subject_id, LimitName.DAY, 5), is_operator=False)
    await fair_use.block(guild_id, Subject.ROLE, 12345, by=studio.manager.id)
    assert "12345" not in text_of(await limits(studio, "show"))
    assert {one.subject_id for one in await overrides(studio)} == {studio.robin.id, guild_id}
    assert "Nobody is blocked" in await block(studio, "list")


async def test_what_is_known_of_a_server_only_in_part_takes_no_limit_and_no_block_away(studio: Studio) -> None:
    fair_use, guild_id = studio.bot.services.fair_use, studio.guild.id
    role = studio.guild.create_role("Singers")
    await limits(studio, "set", limit=DAY, value=5, who=role)
    await block(studio, "add", who=role)
    await fair_use.keep_roles(guild_id, set())
    assert [one.subject_id for one in await overrides(studio)] == [role.id]
    assert [one.subject_id for one in await fair_use.blocks(guild_id)] == [role.id]


ALL: list[tuple[str, dict[str, Any]]] = [
    ("limits show", {}),
    ("limits set", {"limit": DAY, "value": 5}),
    ("limits reset", {}),
    ("block list", {}),
]


@pytest.mark.parametrize(("command", "options"), ALL)
async def test_the_commands_are_hidden_from_others(studio: Studio, command: str, options: dict[str, Any]) -> None:
    for member in (studio.robin, studio.moderator):
        with pytest.raises(simcord.SetupError, match="default-member-permissions"):
            await member.slash(studio.channel, command, **options)


@pytest.mark.parametrize(("command", "options"), [*ALL, ("block add", None), ("block remove", None)])
async def test_who_is_let_in_by_other_settings_of_the_server_is_refused_all_the_same(
    studio: Studio, command: str, options: dict[str, Any] | None
) -> None:
    for known in studio.env.backend.visible_commands(user_id=studio.manager.id, channel_id=studio.channel.id):
        known["default_member_permissions"] = None
    options = {"who": studio.sam} if options is None else options
    result = await studio.robin.slash(studio.channel, command, **options)
    assert result.ephemeral
    assert result.response.content == MANAGERS_ONLY
    assert await overrides(studio) == []
    assert await studio.bot.services.fair_use.blocks(studio.guild.id) == []


async def test_they_are_for_servers_alone(studio: Studio) -> None:
    for command, options in ALL:
        with pytest.raises(simcord.SetupError, match="context"):
            await studio.user_of(studio.robin).slash(command, **options)


async def test_a_limit_holds_from_the_moment_it_is_set(studio: Studio) -> None:
    told = await limits(studio, "set", limit=DAY, value=15, who=studio.robin)
    assert told.content.startswith(f"<@{studio.robin.id}>: **15 units a day** from now on.")
    assert not (await studio.tts(studio.robin)).ephemeral
    refused = await studio.tts(studio.robin)
    assert "You have used 11 of 15 units today, and this costs 11." in refused.response.content
    assert not (await studio.tts(studio.sam)).ephemeral
    told = await limits(studio, "reset", who=studio.robin)
    assert "1 limit taken back" in told.content
    assert not (await studio.tts(studio.robin)).ephemeral


@pytest.mark.parametrize(
    ("who", "subject", "is_own"),
    [
        ("the server", Subject.GUILD, False),
        ("everyone", Subject.ROLE, True),
        ("a role", Subject.ROLE, False),
        ("an own role", Subject.ROLE, True),
        ("a member", Subject.MEMBER, False),
        ("the manager", Subject.MEMBER, True),
    ],
)
async def test_a_limit_is_set_for_whom_it_was_meant_and_managers_are_told_when_it_is_them_too(
    studio: Studio, who: str, subject: Subject, *, is_own: bool
) -> None:
    whom: dict[str, Any] = {
        "the server": None,
        "everyone": studio.guild.default_role,
        "a role": role_with(studio, studio.robin),
        "an own role": role_with(studio, studio.manager),
        "a member": studio.robin,
        "the manager": studio.manager,
    }
    handle = whom[who]
    told = await limits(studio, "set", limit=DAY, value=50, **({} if handle is None else {"who": handle}))
    (override,) = await overrides(studio)
    subject_id = studio.guild.id if handle is None else handle.id
    assert override == Override(subject, subject_id, LimitName.DAY, 50)
    assert ("That holds for you too." in told.content) is is_own


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"limit": DAY, "value": 5001}, "more generous"),
        ({"limit": DAY, "value": 0}, "more generous"),
        ({"limit": BURST, "value": 0}, "at least 1"),
        ({"limit": str(LimitName.REFILL), "value": 0}, "at least 1"),
    ],
)
async def test_a_limit_that_cannot_be_is_refused(studio: Studio, options: dict[str, Any], sentence: str) -> None:
    assert sentence in (await limits(studio, "set", **options)).content
    assert await overrides(studio) == []


async def test_whoever_runs_the_bot_may_go_beyond_the_ceiling(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SoundboothBot, "operator_ids", frozenset({studio.manager.id}))
    await limits(studio, "set", limit=DAY, value=999_999)
    assert [one.value for one in await overrides(studio)] == [999_999]


async def test_too_many_limits_are_refused_in_words(studio: Studio) -> None:
    for number in range(MAX_OVERRIDES):
        override = Override(Subject.MEMBER, 1000 + number, LimitName.DAY, 5)
        await studio.bot.services.fair_use.set_limit(studio.guild.id, override, is_operator=False)
    told = await limits(studio, "set", limit=DAY, value=5)
    assert f"This server has {MAX_OVERRIDES} limits already" in told.content
    shown = await limits(studio, "show")
    assert "more" in text_of(shown)


async def test_one_limit_is_taken_back_and_the_others_stay(studio: Studio) -> None:
    for limit in (DAY, BURST):
        await limits(studio, "set", limit=limit, value=5)
    await limits(studio, "reset", limit=DAY)
    assert [one.name for one in await overrides(studio)] == [LimitName.BURST]
    assert "nothing was set here" in (await limits(studio, "reset", limit=DAY)).content


async def test_what_holds_is_shown_for_the_server_a_member_and_a_role(studio: Studio) -> None:
    role = role_with(studio, studio.robin)
    await limits(studio, "set", limit=DAY, value=70, who=role)
    server = text_of(await limits(studio, "show"))
    assert "50 jobs at once, then one more every 1 s · 40 jobs in progress · 5,000 units a day" in server
    assert "3 jobs at once, then one more every 20 s · any number of jobs in progress · 1,000 units a day" in server
    assert f"Each member with <@&{role.id}>: 70 units a day" in server
    assert "70 units a day" in text_of(await limits(studio, "show", who=studio.robin))
    assert "1,000 units a day" in text_of(await limits(studio, "show", who=studio.sam))
    assert "**70 units a day**" in text_of(await limits(studio, "show", who=role))
    assert text_of(await limits(studio, "show", who=studio.guild.default_role)) == server


async def test_a_member_who_left_still_has_limits_to_take_back(studio: Studio) -> None:
    gone = studio.env.create_user("gone")
    await limits(studio, "set", limit=DAY, value=70, who=gone)
    assert "70 units a day" in text_of(await limits(studio, "show", who=gone))
    await limits(studio, "reset", who=gone)
    assert await overrides(studio) == []


@pytest.mark.parametrize("by_role", [False, True])
async def test_who_is_blocked_can_ask_for_nothing_until_the_block_is_taken_back(
    studio: Studio, *, by_role: bool
) -> None:
    who = role_with(studio, studio.robin) if by_role else studio.robin
    assert "can ask for nothing here from now on" in await block(studio, "add", who=who)
    refused = await studio.tts(studio.robin)
    assert refused.ephemeral
    assert "blocked you" in refused.response.content
    assert not (await studio.tts(studio.sam)).ephemeral
    assert f"{who.id}> · by <@{studio.manager.id}> <t:" in await block(studio, "list")
    assert "They are blocked" in text_of(await limits(studio, "show", who=studio.robin))
    assert "can ask again" in await block(studio, "remove", who=who)
    assert not (await studio.tts(studio.robin)).ephemeral
    assert "not blocked" in await block(studio, "remove", who=who)
    assert "Nobody is blocked" in await block(studio, "list")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("the manager", "That is you."), ("an own role", "yourself too"), ("everyone", "every member, you included")],
)
async def test_nobody_blocks_themselves_unknowingly(studio: Studio, who: str, sentence: str) -> None:
    whom = {
        "the manager": studio.manager,
        "an own role": role_with(studio, studio.manager),
        "everyone": studio.guild.default_role,
    }
    assert sentence in await block(studio, "add", who=whom[who])
    assert await studio.bot.services.fair_use.blocks(studio.guild.id) == []


async def test_what_one_server_sets_is_neither_seen_nor_felt_in_another(studio: Studio) -> None:
    there = studio.elsewhere
    await limits(studio, "set", limit=BURST, value=1, who=studio.robin)
    await limits(studio, "set", limit=DAY, value=20)
    await block(studio, "add", who=studio.robin)
    assert not (await there.robin.slash(there.channel, "tts", text="Hello")).ephemeral
    assert await overrides(studio, there.guild) == []
    shown = await there.manager.slash(there.channel, "limits show", who=there.robin)
    assert "blocked" not in text_of(shown.response)
    assert "3 jobs at once" in text_of(shown.response)
    blocks = await there.manager.slash(there.channel, "block list")
    assert "Nobody is blocked" in text_of(blocks.response)
    await there.manager.slash(there.channel, "limits reset", who=there.robin)
    await there.manager.slash(there.channel, "block remove", who=there.robin)
    assert len(await overrides(studio)) == 2
    assert len(await studio.bot.services.fair_use.blocks(studio.guild.id)) == 1


async def test_all_commands_keep_to_discords_bounds(studio: Studio) -> None:
    """Source: Discord's documentation, "Application Commands", read 2026-11."""
    assert studio.bot.user is not None
    # Those of the menus of messages have no description.
    commands: list[dict[str, Any]] = [
        one.to_dict(studio.bot.tree) for one in studio.bot.tree.get_commands(type=discord.AppCommandType.chat_input)
    ]
    assert {"tts", "jobs", "limits", "block", "usage"} <= {one["name"] for one in commands}
    for command in commands:
        assert characters_of(command) <= 8000
        for part in parts_of(command):
            assert 1 <= len(part["name"]) <= 32
            assert 1 <= len(part["description"]) <= 100
            assert len(part.get("options", [])) <= 25
            required = [option.get("required", False) for option in part.get("options", [])]
            assert required == sorted(required, reverse=True)
            choices = part.get("choices", [])
            assert len(choices) <= 25
            assert all(1 <= len(choice["name"]) <= 100 for choice in choices)


def parts_of(command: dict[str, Any]) -> list[dict[str, Any]]:
    """The command with everything inside of it that has a name."""
    return [command, *(part for option in command.get("options", []) for part in parts_of(option))]


def characters_of(command: dict[str, Any]) -> int:
    """What Discord counts: names, descriptions and values."""
    return sum(
        len(part["name"])
        + len(part["description"])
        + sum(len(choice["name"]) + len(str(choice["value"])) for choice in part.get("choices", []))
        for part in parts_of(command)
    )


async def test_where_members_install_the_bot_the_managers_commands_do_not_come_along(studio: Studio) -> None:
    commands: dict[str, dict[str, Any]] = {
        one.name: dict(one.to_dict(studio.bot.tree)) for one in studio.bot.tree.get_commands()
    }
    assert {name for name, one in commands.items() if 1 not in one["integration_types"]} >= {
        "limits",
        "block",
        "settings",
    }
    for name in ("limits", "block", "settings"):
        assert commands[name]["default_member_permissions"] == discord.Permissions(manage_guild=True).value
        assert commands[name]["contexts"] == [0]
