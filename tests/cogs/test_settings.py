"""/settings: what each control changes, what the panel says, who may use it, and where audio may be asked for then."""

from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord

from bot.models import FailureReason, JobState, ResultForm
from bot.preferences import GuildSettings
from bot.replies.settings_controls import DO_ID, PICK_ID, RETENTION_DAYS, TOPICS_ID, Action, Topic
from tests.cogs.conftest import Studio, labels_of

MANAGERS_ONLY = "Only members with the permission **Manage Server** can do that. Ask one of them."


async def opened(studio: Studio, topic: Topic | None = None) -> Any:
    """The panel, with the controls of one setting, as the manager sees it."""
    shown = await studio.manager.slash(studio.channel, "settings")
    assert shown.ephemeral
    if topic is not None:
        shown = await studio.manager.select(shown.response, [topic.value], custom_id=TOPICS_ID)
    return shown.response


async def pick(studio: Studio, topic: Topic, *values: Any) -> Any:
    """The panel after something was picked from the menu of a setting."""
    panel = await opened(studio, topic)
    return (await studio.manager.select(panel, values, custom_id=f"{PICK_ID}:{topic}")).response


async def press(studio: Studio, topic: Topic, action: Action) -> Any:
    panel = await opened(studio, topic)
    return await studio.manager.click(panel, custom_id=f"{DO_ID}:{action}")


async def chosen(studio: Studio, guild: Any = None) -> GuildSettings:
    return await studio.bot.services.preferences.guild((guild or studio.guild).id)


async def choose(studio: Studio, **changes: Any) -> None:
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, **changes))


def field(panel: Any, name: str) -> str:
    (value,) = [one.value for one in panel.embeds[0].fields if one.name == name]
    return value


def starts_with(panel: Any) -> Any:
    """What the menu of a setting has chosen already."""
    return panel.components[0]["components"][0].get("default_values", [])


async def test_the_panel_says_in_words_what_holds_while_nothing_is_chosen(studio: Studio) -> None:
    panel = await opened(studio)
    assert {one.name: one.value for one in panel.embeds[0].fields} == {
        "Default voice": "None: whoever runs this bot chose one",
        "Form of results": "Voice messages, as whoever runs this bot has it",
        "Language of answers": "Each member's own",
        "Channels where audio may be asked for": "Everywhere",
        "Roles that may ask for audio": "Everyone",
        "Automatic transcripts of voice notes": "Off",
        "Log channel for transcripts": "None",
        "Keeping of transcripts": "Not at all",
    }


async def test_it_is_hidden_from_others_and_refused_to_those_who_are_let_in_all_the_same(studio: Studio) -> None:
    with pytest.raises(simcord.SetupError, match="default-member-permissions"):
        await studio.robin.slash(studio.channel, "settings")
    for known in studio.env.backend.visible_commands(user_id=studio.manager.id, channel_id=studio.channel.id):
        known["default_member_permissions"] = None
    refused = await studio.moderator.slash(studio.channel, "settings")
    assert (refused.ephemeral, refused.response.content) == (True, MANAGERS_ONLY)


async def test_every_setting_opens_with_its_control_and_a_way_back(studio: Studio) -> None:
    for topic in Topic:
        panel = await opened(studio, topic)
        assert labels_of(panel.message)[-1] == "Back"
        assert panel.embeds[0].description
        back = await studio.manager.click(panel, label="Back")
        assert labels_of(back.response.message) == []
    assert await chosen(studio) == GuildSettings()


async def test_menus_of_choices_set_one_and_take_it_back(studio: Studio) -> None:
    panel = await pick(studio, Topic.FORM, "file")
    assert field(panel, "Form of results") == "Files"
    assert panel.embeds[0].description == "✅ Saved."
    panel = await pick(studio, Topic.LANGUAGE, "pt-BR")
    assert (await chosen(studio)) == GuildSettings(form=ResultForm.FILE, locale="pt-BR")
    await pick(studio, Topic.FORM, "open")
    await pick(studio, Topic.LANGUAGE, "open")
    assert await chosen(studio) == GuildSettings()


async def test_channels_and_roles_are_set_and_with_none_taken_back(studio: Studio) -> None:
    role = studio.guild.create_role("Singers")
    panel = await pick(studio, Topic.CHANNELS, studio.channel)
    assert field(panel, "Channels where audio may be asked for") == f"<#{studio.channel.id}>"
    panel = await pick(studio, Topic.ROLES, role)
    assert field(panel, "Roles that may ask for audio") == f"<@&{role.id}>"
    await pick(studio, Topic.LOG, studio.channel)
    await pick(studio, Topic.NOTES, studio.channel)
    assert await chosen(studio) == GuildSettings(
        channels=(studio.channel.id,),
        roles=(role.id,),
        log_channel=studio.channel.id,
        transcribed_channels=(studio.channel.id,),
    )
    for topic in (Topic.CHANNELS, Topic.ROLES, Topic.NOTES):
        await pick(studio, topic)
    await press(studio, Topic.LOG, Action.NO_LOG)
    assert await chosen(studio) == GuildSettings()


@pytest.mark.parametrize("topic", [Topic.CHANNELS, Topic.ROLES, Topic.LOG])
async def test_what_is_picked_while_the_server_is_unknown_takes_no_rule_away(studio: Studio, topic: Topic) -> None:
    role = studio.guild.create_role("Singers")
    before = {"channels": (studio.channel.id,), "roles": (role.id,), "log_channel": studio.channel.id}
    await choose(studio, **before)
    panel = await opened(studio, topic)
    # As after an outage of Discord, until it tells of the server again.
    known = studio.bot._connection._guilds.pop(studio.guild.id)  # pyright: ignore[reportPrivateUsage]  # no other way
    try:
        picked = role if topic is Topic.ROLES else studio.channel
        answer = await studio.manager.select(panel, [picked], custom_id=f"{PICK_ID}:{topic}")
    finally:
        studio.bot._connection._guilds[studio.guild.id] = known  # pyright: ignore[reportPrivateUsage]  # same
    assert answer.response.content == "That is not offered any more. Send the command again."
    assert await chosen(studio) == replace(GuildSettings(), **before)


async def test_a_menu_starts_with_what_is_chosen_and_leaves_out_what_is_deleted(studio: Studio) -> None:
    await choose(studio, channels=(studio.channel.id, 12345), roles=(12345,))
    panel = await opened(studio, Topic.CHANNELS)
    assert starts_with(panel) == [{"id": studio.channel.id, "type": "channel"}]
    assert starts_with(await opened(studio, Topic.ROLES)) == []


async def test_the_voice_is_typed_and_understood_as_everywhere(studio: Studio) -> None:
    window = await press(studio, Topic.VOICE, Action.NAME_VOICE)
    panel = await studio.manager.submit_modal(window, {"voice": " james "})
    assert field(panel.response, "Default voice") == "James"
    assert (await chosen(studio)).voice == "james"
    window = await press(studio, Topic.VOICE, Action.NAME_VOICE)
    refused = await studio.manager.submit_modal(window, {"voice": "jamse"})
    assert "There is no voice called “jamse”. The nearest: **James**" in refused.response.content
    assert (await chosen(studio)).voice == "james"
    await press(studio, Topic.VOICE, Action.NO_VOICE)
    assert (await chosen(studio)).voice is None


async def test_a_voice_that_left_the_catalogue_is_named_as_gone(studio: Studio) -> None:
    await choose(studio, voice="*gone*", channel_voices={studio.channel.id: "harper"})
    panel = await opened(studio)
    assert field(panel, "Default voice") == "⚠️ \\*gone\\* is not there any more. Name another one."
    assert field(panel, "Voices of channels") == f"<#{studio.channel.id}> Harper"


async def test_lengths_of_voice_notes_are_numbers_as_people_write_them(studio: Studio) -> None:
    # The last two are what Japanese keyboards write.
    wide = ("\uff12", "\uff13\uff10\uff10")
    written = {
        ("1", "60"): (1.0, 60.0),
        ("0,5", "90.25 s"): (0.5, 90.25),
        ("0", "3600"): (0.0, 3600.0),
        wide: (2.0, 300.0),
    }
    for (least, greatest), set_to in written.items():
        window = await press(studio, Topic.NOTES, Action.NOTE_LENGTHS)
        await studio.manager.submit_modal(window, {"least": least, "greatest": greatest})
        settings = await chosen(studio)
        assert (settings.notes_from_s, settings.notes_to_s) == set_to


async def test_other_lengths_are_refused(studio: Studio) -> None:
    for least, greatest in (("60", "1"), ("nan", "5"), ("-1", "5"), ("1", "3601"), ("1e1", "50")):
        window = await press(studio, Topic.NOTES, Action.NOTE_LENGTHS)
        refused = await studio.manager.submit_modal(window, {"least": least, "greatest": greatest})
        assert refused.response.content.startswith("Write two numbers of seconds from 0 to 3600")
    assert await chosen(studio) == GuildSettings()


async def test_automatic_transcripts_say_what_the_operator_has_to_turn_on(studio: Studio) -> None:
    panel = await pick(studio, Topic.NOTES, studio.channel)
    said = field(panel, "Automatic transcripts of voice notes")
    assert said.startswith(f"<#{studio.channel.id}>\nfrom 2 to 300 seconds")
    assert "`discord.message_content = true`" in said
    studio.bot._connection._intents.message_content = True  # pyright: ignore[reportPrivateUsage] - as if it had begun with it
    assert "message_content" not in field(await opened(studio), "Automatic transcripts of voice notes")


async def test_a_permission_that_is_missing_there_is_named_with_how_to_grant_it(studio: Studio) -> None:
    limited = studio.limited_channel("send_messages", "read_message_history")
    await pick(studio, Topic.NOTES, limited)
    panel = await pick(studio, Topic.LOG, limited)
    lacking = f"In <#{limited.id}> I lack **Send Messages**, **Read Message History**: give it to me in the channel's"
    assert lacking in field(panel, "Automatic transcripts of voice notes")
    assert "I lack **Send Messages**" in field(panel, "Log channel for transcripts")


async def test_how_long_transcripts_are_kept_is_chosen(studio: Studio) -> None:
    for days in (RETENTION_DAYS[-1], 0):
        await pick(studio, Topic.RETENTION, str(days))
        assert (await chosen(studio)).keep_transcripts_days == days


async def test_a_reset_takes_back_everything(studio: Studio) -> None:
    await choose(studio, voice="james", channels=(1,), keep_transcripts_days=30, channel_voices={1: "harper"})
    panel = await press(studio, Topic.RESET, Action.RESET)
    assert panel.response.embeds[0].description == "✅ Saved."
    assert await chosen(studio) == GuildSettings()


async def test_the_right_is_looked_up_again_at_each_press(studio: Studio) -> None:
    panel = await opened(studio)
    topics = {topic: await opened(studio, topic) for topic in (Topic.FORM, Topic.VOICE, Topic.NOTES, Topic.RESET)}
    window = await studio.manager.click(topics[Topic.VOICE], custom_id=f"{DO_ID}:{Action.NAME_VOICE}")
    studio.env.backend.get_guild(studio.guild.id).members[studio.manager.id].role_ids.clear()
    answers = [
        await studio.manager.select(panel, ["form"], custom_id=TOPICS_ID),
        await studio.manager.select(topics[Topic.FORM], ["file"], custom_id=f"{PICK_ID}:form"),
        await studio.manager.click(topics[Topic.RESET], custom_id=f"{DO_ID}:reset"),
        await studio.manager.click(topics[Topic.NOTES], custom_id=f"{DO_ID}:lengths"),
        await studio.manager.submit_modal(window, {"voice": "james"}),
    ]
    assert [(one.ephemeral, one.response.content) for one in answers] == [(True, MANAGERS_ONLY)] * 5
    assert await chosen(studio) == GuildSettings()


async def test_the_panel_and_its_windows_outlive_the_process(studio: Studio) -> None:
    panel = await opened(studio, Topic.VOICE)
    window = await studio.manager.click(panel, custom_id=f"{DO_ID}:{Action.NAME_VOICE}")
    await studio.restart()
    await studio.manager.submit_modal(window, {"voice": "james"})
    assert (await chosen(studio)).voice == "james"
    panel = await opened(studio, Topic.FORM)
    await studio.restart()
    await studio.manager.select(panel, ["file"], custom_id=f"{PICK_ID}:form")
    assert (await chosen(studio)).form is ResultForm.FILE
    assert studio.env.errors == []


async def test_audio_may_be_asked_for_in_allowed_channels_and_their_threads_only(studio: Studio) -> None:
    studios = studio.guild.create_text_channel("studio")
    await choose(studio, channels=(studios.id,))
    for member in (studio.robin, studio.manager):
        refused = await studio.tts(member)
        assert refused.ephemeral
        assert refused.response.content == (
            f"The managers of this server keep audio to certain channels. Ask for it in one of these: <#{studios.id}>"
        )
    assert await studio.jobs() == []
    assert not (await studio.robin.slash(studios, "tts", text="Hello")).ephemeral
    found = studio.bot.get_channel(studios.id)
    assert isinstance(found, discord.TextChannel)
    await found.create_thread(name="take two", type=discord.ChannelType.public_thread)
    (thread,) = studios.threads
    assert not (await studio.robin.slash(thread, "tts", text="Hello")).ephemeral
    assert len(await studio.jobs()) == 2


async def test_only_allowed_roles_and_managers_may_ask(studio: Studio) -> None:
    role = studio.guild.create_role("Singers")
    await choose(studio, roles=(role.id,))
    refused = await studio.tts(studio.robin)
    assert refused.ephemeral
    assert "you have none of them: <@&" in refused.response.content
    sent: Any = [one.json for one in studio.env.http_requests if one.path.endswith("/callback")][-1]
    assert sent["data"]["allowed_mentions"] == {"parse": []}
    assert not (await studio.tts(studio.manager)).ephemeral
    studio.env.backend.get_guild(studio.guild.id).members[studio.robin.id].role_ids.append(role.id)
    assert not (await studio.tts(studio.robin)).ephemeral


async def test_what_is_deleted_is_forgotten_but_the_last_that_may_be_asked_in_opens_no_other(studio: Studio) -> None:
    gone, other = (studio.guild.create_text_channel(name) for name in ("studio", "stage"))
    role = studio.guild.create_role("Singers")
    await choose(
        studio,
        channels=(gone.id, other.id),
        roles=(role.id, 1),
        transcribed_channels=(gone.id,),
        log_channel=gone.id,
        channel_voices={gone.id: "harper", other.id: "james"},
    )
    studio.env.backend.delete_channel(gone.id)
    studio.env.backend.delete_role(studio.guild.id, role.id)
    await studio.env.settle()
    left = GuildSettings(channels=(other.id,), roles=(1,), channel_voices={other.id: "james"})
    assert await chosen(studio) == left
    studio.env.backend.delete_channel(other.id)
    await studio.env.settle()
    assert await chosen(studio) == replace(left, channel_voices={})
    thread = studio.env.backend.create_thread(studio.channel.id, "aside", owner_id=studio.robin.id)
    await choose(studio, channel_voices={thread.id: "james"})
    studio.env.backend.delete_channel(thread.id)
    await studio.env.settle()
    assert (await chosen(studio)).channel_voices == {}
    panel = await opened(studio)
    assert "Nowhere: what was chosen is deleted" in field(panel, "Channels where audio may be asked for")
    assert "Only managers: what was chosen is deleted" in field(panel, "Roles that may ask for audio")


async def test_a_refusal_names_only_places_and_roles_that_are_there(studio: Studio) -> None:
    there, gone = studio.guild.create_text_channel("studio"), 12345
    await choose(studio, channels=(gone, there.id))
    refused = await studio.tts(studio.robin)
    assert refused.response.content.endswith(f"Ask for it in one of these: <#{there.id}>")
    await choose(studio, channels=(gone,))
    refused = await studio.tts(studio.robin)
    assert refused.response.content == (
        "The managers of this server keep audio to certain channels, and all of these are deleted. Ask a manager to "
        "choose others: /settings."
    )
    await choose(studio, channels=(), roles=(gone,))
    refused = await studio.tts(studio.robin)
    assert refused.response.content.endswith("these roles are deleted. Ask a manager to choose others: /settings.")
    assert await studio.jobs() == []


async def test_direct_messages_know_no_such_rules(studio: Studio) -> None:
    await choose(studio, channels=(1,), roles=(1,))
    await studio.env_dm(studio.robin)
    assert len(await studio.jobs()) == 1


async def test_old_buttons_keep_to_the_rules_too(studio: Studio) -> None:
    asked = await studio.tts(studio.robin)
    (job,) = await studio.jobs()
    now = studio.env.now()
    failed = await studio.store.finish_without_result(job, JobState.FAILED, now, failure=FailureReason.SERVICE_DOWN)
    assert failed is not None
    await studio.bot.services.delivery.show(failed)
    await choose(studio, channels=(1,))
    refused = await studio.robin.click(asked.response.message, label="Retry")
    assert refused.ephemeral
    assert "keep audio to certain channels" in refused.response.content
    assert await studio.jobs() == []
