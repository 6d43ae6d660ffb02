"""Every way a request can be made to go wrong, by name."""

import asyncio
import time

import aiohttp
import discord
import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.fault_kinds import FAULTS, ROUTES
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import PATIENCE_S, TOKEN, Api, File, Json, Page
from tests.sandbox.real_client import point_client_at

MESSAGES = f"/channels/{places.GENERAL}/messages"
REFUSED = {name: kind.refusal for name, kind in FAULTS.items() if kind.refusal is not None}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_refusal_comes_with_its_status_and_code(api: Api, page: Page, name: str) -> None:
    await page.order(name, "post_message")
    refusal = REFUSED[name]
    answer = await api.post_message({"content": "x"})
    assert (answer.status, answer.code, answer.json["message"]) == (refusal.status, refusal.code, refusal.message)
    assert (await api.post_message({"content": "y"})).status == 200
    assert [one["content"] for one in await page.messages()][-1] == "y"


def test_what_touches_delivery_has_discords_own_numbers() -> None:
    numbers = {name: (refusal.status, refusal.code) for name, refusal in REFUSED.items()}
    assert numbers["request_too_large"] == (413, 40005)
    assert numbers["file_too_large"] == (400, 50045)
    assert numbers["missing_access"] == (403, 50001)
    assert numbers["missing_permissions"] == (403, 50013)
    assert numbers["cannot_message_user"] == (403, 50007)
    assert numbers["thread_archived"] == (400, 50083)
    assert numbers["unknown_message"] == (404, 10008)
    assert numbers["unknown_channel"] == (404, 10003)
    assert numbers["unknown_webhook"] == (404, 10015)
    assert numbers["invalid_webhook_token"] == (401, 50027)
    assert [numbers[name][0] for name in ("internal_error", "bad_gateway", "unavailable")] == [500, 502, 503]


@pytest.mark.parametrize("is_after", [False, True])
async def test_a_dropped_connection_has_acted_or_not(api: Api, page: Page, is_after: bool) -> None:  # noqa: FBT001 - a parameter of the table
    await page.order("dropped", "post_message", after_acting=is_after)
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.post_message({"content": "sent"}, files=[File("a.ogg")])
    assert (any(one["content"] == "sent" for one in await page.messages())) is is_after


@pytest.mark.parametrize(
    ("fault", "scope", "is_global"),
    [
        ("rate_limited", "user", False),
        ("rate_limited_globally", "global", True),
        ("rate_limited_with_others", "shared", False),
    ],
)
async def test_rate_limits_say_how_long_and_who(
    api: Api,
    page: Page,
    fault: str,
    scope: str,
    is_global: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    await page.order(fault, "any", retry_after_s=2.5)
    limited = await api.call("GET", "/users/@me")
    assert limited.json == {"message": "You are being rate limited.", "retry_after": 2.5, "global": is_global}
    headers = limited.headers
    assert (headers["retry-after"], headers["x-ratelimit-scope"], bool(headers["via"])) == ("3", scope, True)
    assert headers.get("x-ratelimit-global") == ("true" if is_global else None)


async def test_a_ban_by_cloudflare_is_no_answer_of_discords(api: Api, page: Page) -> None:
    await page.order("banned_by_cloudflare", "post_message")
    banned = await api.post_message({"content": "x"})
    assert (banned.status, banned.json, "via" in banned.headers) == (429, None, False)


async def test_a_slow_request_is_answered_truly_in_the_end(api: Api, page: Page) -> None:
    await page.order("slow", "post_message", delay_s=0.2)
    began = time.monotonic()
    assert (await api.post_message({"content": "slow"})).status == 200
    assert time.monotonic() - began >= 0.2


async def test_a_slow_answer_comes_after_the_act(api: Api, page: Page) -> None:
    await page.order("slow", "post_message", delay_s=600, after_acting=True)
    posting = asyncio.create_task(api.post_message({"content": "done, but nobody was told"}))
    async with asyncio.timeout(PATIENCE_S):
        while (await page.messages())[-1]["content"] != "done, but nobody was told":  # noqa: ASYNC110 - the page is asked
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert not posting.done()
    posting.cancel()


@pytest.mark.parametrize(
    ("on", "method", "path"),
    [
        ("post_message", "POST", "/channels/1/messages"),
        ("list_messages", "GET", "/channels/1/messages"),
        ("get_message", "GET", "/channels/1/messages/2"),
        ("edit_message", "PATCH", "/channels/1/messages/2"),
        ("delete_message", "DELETE", "/channels/1/messages/2"),
        ("type", "POST", "/channels/1/typing"),
        ("open_dm", "POST", "/users/@me/channels"),
        ("callback", "POST", "/interactions/1/token/callback"),
        ("follow_up", "POST", "/webhooks/1/token"),
        ("get_answer", "GET", "/webhooks/1/token/messages/@original"),
        ("edit_answer", "PATCH", "/webhooks/1/token/messages/2"),
        ("delete_answer", "DELETE", "/webhooks/1/token/messages/2"),
        ("sync_commands", "PUT", f"/applications/{places.BOT}/commands"),
    ],
)
async def test_a_fault_meets_the_requests_it_is_for(api: Api, page: Page, on: str, method: str, path: str) -> None:
    for other in set(ROUTES) - {on, "any"}:
        await page.order("bad_gateway", other, times=1000)
    await page.order("unavailable", on)
    assert (await api.call(method, path, {})).status == 503


async def test_faults_can_be_listed_and_taken_back(api: Api, page: Page) -> None:
    await page.order("unavailable", "post_message", times=3)
    listed = (await page.get("/faults")).json
    assert (set(listed["faults"]), set(listed["on"])) == (set(FAULTS), set(ROUTES))
    assert [(one["fault"], one["times"]) for one in listed["waiting"]] == [("unavailable", 3)]
    async with page.session.delete(page.url("/faults")) as answer:
        assert answer.status == 200
    assert (await api.post_message({"content": "x"})).status == 200


@pytest.mark.parametrize("wrong", [{"fault": "boredom"}, {"on": "tuesdays"}, {"delay_s": -1}, {"retry_after_s": "x"}])
async def test_a_name_that_is_none_is_refused_with_those_there_are(page: Page, wrong: Json) -> None:
    answer = await page.post("/faults", {"fault": "slow", "on": "any", **wrong})
    assert (answer.status, next(iter(wrong)) in answer.json["message"]) == (400, True)


async def test_discord_py_waits_out_a_global_rate_limit_and_gives_up_on_a_503(
    server: SandboxServer, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_client_at(server, monkeypatch)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(TOKEN)
        await page.order("rate_limited_globally", "post_message")
        channel = client.get_partial_messageable(int(places.GENERAL))
        assert (await channel.send("waited")).content == "waited"
        await page.order("unavailable", "post_message")
        with pytest.raises(discord.DiscordServerError):
            await channel.send("never")
