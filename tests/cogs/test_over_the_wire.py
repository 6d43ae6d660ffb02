"""What the simulation in this process cannot show: the commands through the real client, over sockets."""

import pytest

from bot.limits import LimitName, Override, Subject
from bot.models import ResultForm
from bot.sandbox import starting_world as places
from tests.cogs.wire import Wire, option, says

EPHEMERAL = 64
TEXT, INTEGER, MENTIONABLE, SUBCOMMAND = 3, 4, 9, 1


async def test_usage_comes_with_its_picture_for_the_member_alone(wire: Wire) -> None:
    await wire.page.use("usage")
    shown = await wire.sees(says("Your usage"))
    assert shown["flags"] & EPHEMERAL
    (picture,) = shown["attachments"]
    assert picture["description"].startswith("Bars of the units used")
    async with wire.page.session.get(picture["url"]) as answer:
        assert (await answer.read()).startswith(b"\x89PNG\r\n")
    wire.page.user_id = places.SAM
    assert not [one for one in await wire.page.messages() if says("Your usage")(one)]


async def test_a_limit_is_set_for_a_member_and_for_everyone(wire: Wire) -> None:
    guild_id = int(places.TAVERN)
    for who in (places.SAM, places.TAVERN):
        options = [option("limit", TEXT, "day"), option("value", INTEGER, 70), option("who", MENTIONABLE, who)]
        answer = await wire.page.use("limits", [{"name": "set", "type": SUBCOMMAND, "options": options}])
        assert answer.status == 200, answer.json
        await wire.sees(says(f"<@{who}>" if who == places.SAM else "Each member", "**70 units a day**"))
    assert await wire.bot.services.fair_use.overrides(guild_id) == [
        Override(Subject.MEMBER, int(places.SAM), LimitName.DAY, 70),
        Override(Subject.ROLE, guild_id, LimitName.DAY, 70),
    ]


@pytest.mark.parametrize("channel_id", [places.PIER, places.GROUP], ids=["in a strangers' server", "in a group"])
async def test_where_the_bot_is_no_member_the_job_is_the_members_own_and_can_be_found_and_cancelled(
    wire: Wire, channel_id: str
) -> None:
    await wire.page.use(
        "tts", [option("text", TEXT, "Hello"), option("as", TEXT, "voice message")], channel_id=channel_id
    )
    card = await wire.sees(says("In line"), channel_id)
    job = await wire.job_of_card(int(places.ROBIN), int(card["id"]))
    assert (job.form, job.place.has_bot, job.place.guild_id) == (ResultForm.FILE, False, None)
    await wire.page.use("jobs", channel_id=channel_id)
    listed = await wire.sees(says("Your jobs here", "in line"), channel_id)
    assert listed["flags"] & EPHEMERAL
    menu = listed["components"][0]["components"][0]
    await wire.page.press(listed, menu["custom_id"], component_type=3, values=[job.id])
    opened = await wire.sees(says("State", "in line"), channel_id)
    await wire.page.press(opened, f"job:cancel:{job.id}")
    await wire.sees(says("State", "cancelled"), channel_id)
    await wire.sees(lambda message: message["id"] == card["id"] and says("🚫 Cancelled")(message), channel_id)


async def test_the_settings_panel_takes_channels_and_shows_what_is_chosen(wire: Wire) -> None:
    await wire.page.use("settings")
    panel = await wire.sees(says("Settings of this server"))
    assert panel["flags"] & EPHEMERAL
    await wire.page.press(panel, "settings:topics", component_type=3, values=["channels"])
    opened = await wire.sees(says("Choose none to allow it everywhere"))
    await wire.page.press(opened, "settings:pick:channels", component_type=8, values=[places.GENERAL])
    saved = await wire.sees(says("Saved", f"<#{places.GENERAL}>"))
    await wire.page.press(saved, "settings:topics", component_type=3, values=["channels"])
    menu = (await wire.sees(says("Choose none to allow it everywhere")))["components"][0]["components"][0]
    assert menu["default_values"] == [{"id": places.GENERAL, "type": "channel"}]
    assert (await wire.bot.services.preferences.guild(int(places.TAVERN))).channels == (int(places.GENERAL),)


async def test_what_the_servers_own_automod_lets_nobody_write_is_refused_where_the_bot_may_see_it(wire: Wire) -> None:
    allowed = {"guild_id": places.TAVERN, "permission": "manage_guild", "allowed": True}
    assert (await wire.page.post("/permissions", allowed)).status == 200
    wire.page.user_id = places.SAM
    await wire.page.use("tts", [option("text", TEXT, "You Scurvydog")])
    refused = await wire.sees(says("AutoMod lets nobody write “Scurvydog” here"))
    assert refused["flags"] & EPHEMERAL
    await wire.page.use("tts", [option("text", TEXT, "You dog")])
    await wire.sees(says("In line", "You dog"))
