import aiohttp
import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.page_guard import is_loopback_host
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import TOKEN, Api, Events, File, Json, Page


async def test_the_world_shows_a_member_their_own_places(page: Page) -> None:
    world = await page.world()
    assert world["me"] == places.ROBIN
    assert world["bot"] == {"user_id": places.BOT, "connected": False}
    assert [guild["name"] for guild in world["guilds"]] == ["Moonlight Tavern", "Study Hall", "Harbour"]
    assert [guild["has_bot"] for guild in world["guilds"]] == [True, True, False]
    assert [role["name"] for role in world["guilds"][0]["roles"]][:2] == ["@everyone", "Members"]
    names = {user["display_name"] for user in world["users"]}
    assert names == {"Robin", "Sam", "Ada", "Noor", "Soundbooth"}
    allowed = {one["name"]: one["allowed"] for one in world["guilds"][0]["permissions"]}
    assert (allowed["send_voice_messages"], allowed["manage_messages"]) == (True, False)
    page.user_id = places.NOOR
    assert [guild["name"] for guild in (await page.world())["guilds"]] == ["Moonlight Tavern", "Study Hall"]


@pytest.mark.parametrize("user_id", ["", "1", places.BOT])
async def test_the_page_acts_as_a_member_and_as_nobody_else(page: Page, user_id: str) -> None:
    page.user_id = user_id
    answer = await page.get("/world")
    assert (answer.status, list(answer.json)) == (400, ["message"])


async def test_members_write_only_where_they_are(page: Page) -> None:
    page.user_id = places.ADA
    assert (await page.post(f"/channels/{places.NOTES}/messages", {"content": "x"})).status == 404
    assert (await page.get(f"/channels/{places.NOTES}/messages")).status == 404


async def test_a_members_message_with_a_file_reaches_everybody(page: Page, events: Events) -> None:
    path = f"/channels/{places.VOICE_CLIPS}/messages"
    sent = (await page.post(path, {"content": "listen"}, files=[File("take.ogg")])).json
    pushed = (await events.next("message_create"))["message"]
    assert pushed["id"] == sent["id"]
    assert pushed["attachments"][0]["filename"] == "take.ogg"
    assert (await page.post(path, {"content": ""})).status == 400
    assert (await page.post(path, {"content": "x" * 2001})).status == 400


async def test_events_tell_of_edits_deletions_and_typing(api: Api, events: Events) -> None:
    path = f"/channels/{places.GENERAL}/messages"
    posted = (await api.post_message({"content": "one"})).json
    await api.call("PATCH", f"{path}/{posted['id']}", {"content": "two"})
    await api.call("DELETE", f"{path}/{posted['id']}")
    await api.call("POST", f"/channels/{places.GENERAL}/typing")
    assert (await events.next("message_update"))["message"]["content"] == "two"
    assert await events.next("message_delete") == {
        "type": "message_delete",
        "channel_id": places.GENERAL,
        "id": posted["id"],
    }
    assert (await events.next("typing"))["user_id"] == places.BOT


async def test_events_of_other_places_are_not_told(api: Api, page: Page) -> None:
    page.user_id = places.ADA
    async with page.session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket:
        await api.call("POST", f"/channels/{places.NOTES}/messages", {"content": "not for Ada"})
        await api.post_message({"content": "for Ada"})
        assert (await Events(socket).next("message_create"))["message"]["content"] == "for Ada"


async def test_messages_can_be_paged(api: Api, page: Page) -> None:
    ids = [(await api.post_message({"content": str(number)})).json["id"] for number in range(4)]
    answer = await page.get(f"/channels/{places.GENERAL}/messages", before=ids[3], limit="2")
    assert [message["id"] for message in answer.json["messages"]] == ids[1:3]
    assert (await page.get(f"/channels/{places.GENERAL}/messages", before="x")).status == 400


async def test_a_switched_permission_is_shown(page: Page, events: Events) -> None:
    body = {"guild_id": places.TAVERN, "permission": "send_voice_messages", "allowed": False}
    assert (await page.post("/permissions", body)).json == {}
    await events.next("world")
    permissions = (await page.world())["guilds"][0]["permissions"]
    assert next(one for one in permissions if one["name"] == "send_voice_messages")["allowed"] is False
    for wrong in ({"guild_id": "1"}, {"permission": "administrator"}, {"allowed": "yes"}):
        assert (await page.post("/permissions", {**body, **wrong})).status in {400, 404}


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://{host}", "http://127.0.0.1:1"])
async def test_other_sites_cannot_drive_the_sandbox(page: Page, server: SandboxServer, origin: str) -> None:
    page.headers["Origin"] = origin.format(host=server.url.removeprefix("http://"))
    assert (await page.post(f"/channels/{places.GENERAL}/messages", {"content": "x"})).status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await page.session.ws_connect(page.url("/events"), params={"as": page.user_id}, headers=page.headers)
    page.headers["Origin"] = server.url
    assert (await page.post(f"/channels/{places.GENERAL}/messages", {"content": "x"})).status == 200


@pytest.mark.parametrize("path", ["/", "/sandbox/api/world", "/api/v10/users/@me", "/page/app.js", "/gateway"])
async def test_only_loopback_names_are_served(page: Page, path: str) -> None:
    headers = {"Host": "evil.example", "Authorization": f"Bot {TOKEN}"}
    async with page.session.get(page.server.url + path, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    ("host", "is_fine"),
    [
        ("127.0.0.1:80", True),
        ("localhost", True),
        ("[::1]:8090", True),
        ("LOCALHOST:1", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example:127", False),
        ("", False),
        ("[::1", False),
        ("evil@localhost", False),
        ("localhost:80; script-src *", False),
    ],
)
def test_loopback_hosts(host: str, is_fine: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert is_loopback_host(host) is is_fine


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "127.0.0.2"])  # noqa: S104 - refused is the point
def test_the_server_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SandboxServer(token=TOKEN, host=host)


async def test_the_page_is_served_with_a_strict_policy(page: Page, tmp_path: Json, monkeypatch: Json) -> None:
    (tmp_path / "index.html").write_text("<p>hello</p>")
    (tmp_path / "notes.py").write_text("secret")
    monkeypatch.setattr("bot.sandbox.page_guard._PAGE_FOLDER", tmp_path)
    async with page.session.get(page.server.url + "/") as response:
        assert (response.status, await response.text()) == (200, "<p>hello</p>")
        policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for name in ("notes.py", "missing.js", "..%2f__init__.py", "%2e%2e%2fserver.py"):
        async with page.session.get(f"{page.server.url}/page/{name}") as response:
            assert response.status == 404
