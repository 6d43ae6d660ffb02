"""Each member's Discord is in a language of its own: the bot is told of it, and servers keep theirs."""

import asyncio

import pytest

from bot.sandbox import starting_world as places
from tests.sandbox.clients import Api, Page, RawBot, Talk

COMMANDS = [
    {
        "type": 1,
        "name": "say",
        "name_localizations": {"de": "sagen"},
        "description": "Say something",
        "description_localizations": {"de": "Etwas sagen"},
        "options": [{"type": 3, "name": "text", "description": "What", "autocomplete": True}],
    }
]


@pytest.fixture(autouse=True)
async def synced(api: Api) -> None:
    assert (await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)).status == 200


async def choose(page: Page, locale: str) -> int:
    return (await page.happen("switch_user", user_id=page.user_id, locale=locale)).status


async def test_the_bot_is_told_the_language_of_who_acts_and_of_the_server(page: Page, raw_bot: RawBot) -> None:
    assert await choose(page, "de") == 200
    await page.use("say")
    event = await raw_bot.event("INTERACTION_CREATE")
    assert (event["locale"], event["guild_locale"], event["guild"]["locale"]) == ("de", "en-US", "en-US")
    assert event["data"]["name"] == "say"
    page.user_id = places.SAM
    await page.use("say")
    assert (await raw_bot.event("INTERACTION_CREATE"))["locale"] == "en-US"


async def test_a_button_and_a_window_come_in_it_too(page: Page, raw_bot: RawBot, api: Api) -> None:
    await choose(page, "ja")
    rows = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "More", "custom_id": "more"}]}]
    await page.press((await api.post_message({"content": "?", "components": rows})).json, "more")
    event = await raw_bot.event("INTERACTION_CREATE")
    assert event["locale"] == "ja"
    field = {"type": 4, "custom_id": "note", "style": 1, "label": "Note", "required": False}
    window = {"custom_id": "w", "title": "W", "components": [{"type": 1, "components": [field]}]}
    await Talk(api, event).answer(9, window)
    sent = [{"type": 1, "components": [{"type": 4, "custom_id": "note", "value": ""}]}]
    body = {"kind": "modal", "interaction_id": event["id"], "custom_id": "w", "components": sent}
    assert (await page.post("/interactions", body)).status == 200
    assert (await raw_bot.event("INTERACTION_CREATE"))["locale"] == "ja"


@pytest.mark.parametrize(("locale", "status"), [("nl", 200), ("es-419", 200), ("tlh", 400), ("x" * 30, 400)])
async def test_it_is_remembered_and_has_to_be_one_of_discords(page: Page, locale: str, status: int) -> None:
    assert await choose(page, locale) == status
    locales = {one["id"]: one["locale"] for one in (await page.world())["users"]}
    assert locales[places.ROBIN] == (locale if status == 200 else "en-US")
    assert locales[places.SAM] == "en-US"


async def test_the_page_gets_all_translations_those_of_suggestions_too(page: Page, raw_bot: RawBot, api: Api) -> None:
    (command,) = (await page.world())["commands"]
    assert command["name_localizations"] == {"de": "sagen"}
    assert command["description_localizations"] == {"de": "Etwas sagen"}
    asking = {
        "channel_id": places.GENERAL,
        "command_id": command["id"],
        "options": [{"name": "text", "type": 3, "value": "h", "focused": True}],
    }
    async with asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(page.post("/autocomplete", asking))
        event = await raw_bot.event("INTERACTION_CREATE")
        choices = [{"name": "Hello", "name_localizations": {"de": "Hallo"}, "value": "hi"}]
        await Talk(api, event).answer(8, {"choices": choices})
    assert answer.result().json == {"choices": choices}
