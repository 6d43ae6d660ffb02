"""A server's AutoMod rules, which only bots with Manage Server may see."""

from bot.sandbox import starting_world as places
from tests.sandbox.clients import Api, Page

PATH = f"/guilds/{places.TAVERN}/auto-moderation/rules"


async def test_only_a_bot_that_manages_the_server_sees_its_rules(api: Api, page: Page) -> None:
    refused = await api.call("GET", PATH)
    assert (refused.status, refused.code) == (403, 50013)
    switch = {"guild_id": places.TAVERN, "permission": "manage_guild", "allowed": True}
    assert (await page.post("/permissions", switch)).status == 200
    (rule,) = (await api.call("GET", PATH)).json
    assert (rule["enabled"], rule["trigger_type"]) == (True, 1)
    assert rule["trigger_metadata"]["keyword_filter"] == ["scurvy*", "bilge rat"]


async def test_a_server_without_rules_and_one_without_the_bot(api: Api, page: Page) -> None:
    switch = {"guild_id": places.STUDY_HALL, "permission": "manage_guild", "allowed": True}
    assert (await page.post("/permissions", switch)).status == 200
    assert (await api.call("GET", PATH.replace(places.TAVERN, places.STUDY_HALL))).json == []
    assert (await api.call("GET", PATH.replace(places.TAVERN, places.HARBOUR))).status == 404
