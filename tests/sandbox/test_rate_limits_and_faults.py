import aiohttp
import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.request_log import BYTES_KEPT, LoggedRequest, RequestLog
from tests.sandbox.clients import Api, Clock, File, Json, Page

MESSAGES = f"/channels/{places.GENERAL}/messages"


async def test_the_sixth_message_in_five_seconds_has_to_wait(api: Api, clock: Clock) -> None:
    api.pace_s = 0.0
    remaining = [(await api.post_message({"content": "x"})).headers["x-ratelimit-remaining"] for _ in range(5)]
    assert remaining == ["4", "3", "2", "1", "0"]
    clock.advance(1.0)
    limited = await api.post_message({"content": "x"})
    assert limited.status == 429
    assert limited.json == {"message": "You are being rate limited.", "retry_after": 4.0, "global": False}
    assert limited.headers["retry-after"] == "4"
    assert limited.headers["via"]
    assert limited.headers["x-ratelimit-scope"] == "user"
    assert limited.headers["x-ratelimit-reset-after"] == "4.000"
    clock.advance(4.0)
    assert (await api.post_message({"content": "x"})).status == 200


async def test_channels_and_routes_have_limits_of_their_own(api: Api) -> None:
    api.pace_s = 0.0
    last = [await api.post_message({"content": "x"}) for _ in range(6)][-1]
    assert last.status == 429
    elsewhere = await api.call("POST", f"/channels/{places.NOTES}/messages", {"content": "x"})
    assert (elsewhere.status, elsewhere.headers["x-ratelimit-bucket"]) == (200, last.headers["x-ratelimit-bucket"])
    listed = await api.call("GET", MESSAGES)
    assert listed.status == 200
    assert listed.headers["x-ratelimit-bucket"] != last.headers["x-ratelimit-bucket"]


async def test_fifty_requests_a_second_in_all(api: Api, clock: Clock) -> None:
    api.pace_s = 0.0
    paths = [
        "/users/@me",
        "/gateway",
        "/gateway/bot",
        f"/users/{places.SAM}",
        f"/guilds/{places.TAVERN}",
        "/applications/@me",
    ]
    for number in range(50):
        assert (await api.call("GET", paths[number % len(paths)])).status == 200
    limited = await api.call("GET", paths[0])
    assert (limited.status, limited.json["global"], limited.headers["x-ratelimit-global"]) == (429, True, "true")
    exempt = await api.call("POST", "/interactions/1/x/callback", {"type": 4})
    assert exempt.code == 10062
    clock.advance(1.0)
    assert (await api.call("GET", paths[0])).status == 200


async def order(page: Page, **fault: Json) -> None:
    assert (await page.post("/faults", {"method": "POST", "path": "/messages$", **fault})).status == 200


async def test_a_fault_is_answered_instead_of_acting(api: Api, page: Page) -> None:
    await order(page, status=503, times=2, code=7)
    assert [(await api.post_message({"content": "x"})).status for _ in range(3)] == [503, 503, 200]
    assert len([one for one in await page.messages() if one["content"] == "x"]) == 1


async def test_a_fault_after_acting_has_acted(api: Api, page: Page) -> None:
    await order(page, status=500, after_acting=True)
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    assert (await api.post_message(body)).status == 500
    assert (await api.post_message(body)).status == 200
    assert len([one for one in await page.messages() if one["content"] == "x"]) == 1


async def test_a_fault_can_cut_the_connection_after_an_upload(api: Api, page: Page) -> None:
    await order(page, drop=True, after_acting=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.post_message({"content": "x"}, files=[File("a.ogg")])
    assert [one["content"] for one in await page.messages()][-1] == "x"
    assert (await page.get("/requests")).json["requests"][-1]["status"] == 0


async def test_a_fault_of_429_can_be_obeyed(api: Api, page: Page) -> None:
    await order(page, status=429)
    limited = await api.post_message({"content": "x"})
    assert (limited.status, limited.headers["x-ratelimit-scope"]) == (429, "shared")
    assert limited.json["retry_after"] > 0


@pytest.mark.parametrize(
    "fault",
    [{}, {"method": "BREW", "path": "x"}, {"method": "GET", "path": "("}, {"method": "GET", "path": "x", "status": 9}],
)
async def test_a_fault_that_makes_no_sense_is_refused(page: Page, fault: Json) -> None:
    assert (await page.post("/faults", fault)).status == 400


async def test_requests_are_logged_with_their_json(api: Api, page: Page) -> None:
    await api.post_message({"content": "plain"})
    await api.post_message({"content": "with a file"}, files=[File("a.ogg")])
    await api.call("POST", MESSAGES, raw=b"{broken")
    logged = (await page.get("/requests")).json["requests"]
    assert logged == [
        {"method": "POST", "path": MESSAGES, "status": 200, "json": {"content": "plain"}},
        {"method": "POST", "path": MESSAGES, "status": 200, "json": {"content": "with a file"}},
        {"method": "POST", "path": MESSAGES, "status": 400, "json": None},
    ]


def test_the_log_is_bounded_in_number_and_bytes() -> None:
    log = RequestLog()
    for number in range(1500):
        log.add(LoggedRequest("GET", f"/{number}", 200, b""))
    assert [entry["path"] for entry in log.to_json()][::999] == ["/500", "/1499"]
    for _ in range(3):
        log.add(LoggedRequest("POST", "/big", 200, b" " * (BYTES_KEPT // 2)))
    assert len(log.to_json()) == 2
