import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import Api, Clock, File, Json, Page

CHANNEL = f"/channels/{places.GENERAL}"


def switch(server: SandboxServer, permission: str, *, allowed: bool = False) -> None:
    server.world.switch_bot_permission(server.world.guild(places.TAVERN), permission, allowed=allowed)


def wrong(answer: Json, *path: str) -> str:
    """Give the code of the first error at a path of a 50035, with a readable failure otherwise."""
    assert (answer.status, answer.code) == (400, 50035), answer.json
    node = answer.json["errors"]
    for step in path:
        assert step in node, answer.json
        node = node[step]
    return node["_errors"][0]["code"]


async def test_a_wrong_token_is_refused(api: Api) -> None:
    api.token = "somebody-else"
    answer = await api.call("GET", "/users/@me")
    assert (answer.status, answer.json) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_answers_are_exactly_application_json(api: Api) -> None:
    answer = await api.call("GET", "/users/@me")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["id"] == places.BOT


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/channels/1", 10003),
        ("POST", "/channels/1/messages", 10003),
        ("GET", "/guilds/1", 10004),
        ("GET", f"/guilds/{places.TAVERN}/members/1", 10007),
        ("GET", f"{CHANNEL}/messages/1", 10008),
        ("PATCH", f"{CHANNEL}/messages/1", 10008),
        ("DELETE", f"{CHANNEL}/messages/1", 10008),
        ("GET", "/users/1", 10013),
        ("PATCH", f"/webhooks/{places.BOT}/nonsense/messages/@original", 10015),
        ("POST", "/interactions/1/nonsense/callback", 10062),
        ("GET", f"/applications/{places.BOT}/commands/1", 10063),
        ("GET", "/nothing/here", 0),
    ],
)
async def test_unknown_things_have_their_own_code(api: Api, method: str, path: str, code: int) -> None:
    answer = await api.call(method, path, {"content": "x"} if method in {"POST", "PATCH"} else None)
    assert (answer.status, answer.code) == (404, code)


async def test_a_message_comes_back_as_it_was_posted(api: Api) -> None:
    posted = (await api.post_message({"content": " hello ", "embeds": [{"title": "t", "color": 5}]})).json
    fetched = (await api.call("GET", f"{CHANNEL}/messages/{posted['id']}")).json
    assert fetched["content"] == "hello"
    assert fetched["embeds"] == [{"type": "rich", "title": "t", "color": 5}]
    assert fetched["author"]["id"] == places.BOT
    assert fetched["author"]["bot"] is True


async def test_an_empty_message_is_refused(api: Api) -> None:
    assert (await api.post_message({"content": "  "})).code == 50006
    assert (await api.post_message({})).code == 50006


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"content": "x" * 2001}, ("content",)),
        ({"content": 5}, ("content",)),
        ({"content": "x", "nonce": "n" * 26, "enforce_nonce": True}, ("nonce",)),
        ({"content": "x", "embeds": [{"title": "t"}] * 11}, ("embeds",)),
        ({"embeds": [{"title": "t" * 257}]}, ("embeds", "0", "title")),
        ({"embeds": [{"description": "d" * 4097}]}, ("embeds", "0", "description")),
        ({"embeds": [{"description": "d" * 4096}, {"description": "d" * 4096}]}, ("embeds",)),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, ("embeds", "0", "fields")),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, ("embeds", "0", "fields", "0", "value")),
        ({"embeds": [{"title": "t"}, {"url": "javascript:alert(1)"}]}, ("embeds", "1", "url")),
        ({"embeds": [{"title": "t", "image": {"url": "file:///etc/passwd"}}]}, ("embeds", "0", "image", "url")),
        ({"embeds": [{"title": "t", "footer": {"text": "f" * 2049}}]}, ("embeds", "0", "footer", "text")),
        ({"content": "x", "flags": 64}, ("flags",)),
        ({"content": "x", "flags": 1 << 15}, ("flags",)),
        ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, ("allowed_mentions", "parse")),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, ("allowed_mentions", "users")),
        ({"content": "x", "message_reference": {"message_id": "1"}}, ("message_reference",)),
        ({"content": "x", "attachments": [{"id": 0, "filename": "a.ogg"}]}, ("attachments", "0", "id")),
    ],
)
async def test_limits_name_the_field_that_breaks_them(api: Api, body: Json, path: tuple[str, ...]) -> None:
    assert wrong(await api.post_message(body), *path)


def row(*components: Json) -> list[Json]:
    return [{"type": 1, "components": list(components)}]


BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}


@pytest.mark.parametrize(
    ("components", "path"),
    [
        (row({**BUTTON, "custom_id": "c" * 101}), ("custom_id",)),
        (row({"custom_id": "no-type"}), ("type",)),
        (row({**BUTTON, "custom_id": ""}), ("custom_id",)),
        (row({**BUTTON, "label": "l" * 81}), ("label",)),
        (row({"type": 2, "style": 1, "custom_id": "c"}), ("label",)),
        (row({"type": 2, "style": 5, "label": "l", "url": "javascript:x"}), ("url",)),
        (row({"type": 3, "custom_id": "c", "options": []}), ("options",)),
        (row({"type": 3, "custom_id": "c", "options": [{"label": "l", "value": "v"}] * 2}), ("options", "1", "value")),
        (row({"type": 3, "custom_id": "c", "placeholder": "p" * 151, "options": [{"label": "l", "value": "v"}]}),
         ("placeholder",)),
    ],
)  # fmt: skip
async def test_component_limits_name_the_field(api: Api, components: Json, path: tuple[str, ...]) -> None:
    answer = await api.post_message({"content": "x", "components": components})
    assert wrong(answer, "components", "0", "components", "0", *path)


async def test_a_custom_id_is_used_only_once(api: Api) -> None:
    answer = await api.post_message({"content": "x", "components": row(BUTTON, BUTTON)})
    code = wrong(answer, "components", "0", "components", "1", "custom_id")
    assert code == "COMPONENT_CUSTOM_ID_DUPLICATED"


async def test_a_row_takes_five_buttons_and_a_message_five_rows(api: Api) -> None:
    buttons = [{**BUTTON, "custom_id": str(number)} for number in range(6)]
    assert wrong(await api.post_message({"content": "x", "components": row(*buttons)}), "components", "0", "components")
    rows = [{"type": 1, "components": [button]} for button in buttons]
    assert wrong(await api.post_message({"content": "x", "components": rows}), "components")


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"text"', b"[" * 100_000, b'{"content": NaN}', b"\xff\xfe"])
async def test_broken_json_is_refused(api: Api, raw: bytes) -> None:
    answer = await api.call("POST", f"{CHANNEL}/messages", raw=raw)
    assert (answer.status, answer.code) == (400, 50109)


async def test_a_nonce_posts_only_once(api: Api, page: Page) -> None:
    body = {"content": "once", "nonce": "job-1", "enforce_nonce": True}
    first, second = await api.post_message(body), await api.post_message(body)
    assert first.json["id"] == second.json["id"]
    assert [message["content"] for message in await page.messages()].count("once") == 1


async def test_a_nonce_is_forgotten_after_some_minutes(api: Api, clock: Clock) -> None:
    body = {"content": "again", "nonce": "job-1", "enforce_nonce": True}
    first = await api.post_message(body)
    clock.advance(301)
    assert (await api.post_message(body)).json["id"] != first.json["id"]


async def test_a_nonce_that_is_not_enforced_posts_again(api: Api) -> None:
    first = await api.post_message({"content": "x", "nonce": 7})
    second = await api.post_message({"content": "x", "nonce": 7})
    assert first.json["id"] != second.json["id"]


async def test_a_nonce_of_a_deleted_message_is_unknown(api: Api) -> None:
    body = {"content": "x", "nonce": "job-1", "enforce_nonce": True}
    posted = await api.post_message(body)
    await api.call("DELETE", f"{CHANNEL}/messages/{posted.json['id']}")
    assert (await api.post_message(body)).code == 10008


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, [places.ROBIN, places.SAM]),
        ({"parse": []}, []),
        ({"parse": ["users"]}, [places.ROBIN, places.SAM]),
        ({"parse": [], "users": [places.SAM]}, [places.SAM]),
    ],
)
async def test_mentions_show_who_was_really_pinged(api: Api, allowed: Json, pinged: list[str]) -> None:
    body: dict[str, Json] = {"content": f"<@{places.ROBIN}> and <@!{places.SAM}> @everyone"}
    if allowed is not None:
        body["allowed_mentions"] = allowed
    message = (await api.post_message(body)).json
    assert [user["id"] for user in message["mentions"]] == pinged
    assert message["mention_everyone"] is False


async def test_everyone_is_pinged_only_with_the_permission(api: Api, server: SandboxServer) -> None:
    switch(server, "mention_everyone", allowed=True)
    assert (await api.post_message({"content": "@everyone"})).json["mention_everyone"] is True
    quiet: Json = {"content": "@everyone", "allowed_mentions": {"parse": []}}
    assert (await api.post_message(quiet)).json["mention_everyone"] is False


async def test_a_reply_pings_its_author_unless_told_not_to(api: Api, page: Page) -> None:
    target = (await page.messages())[0]
    body: dict[str, Json] = {"content": "re", "message_reference": {"message_id": target["id"]}}
    loud = (await api.post_message(body)).json
    assert loud["referenced_message"]["id"] == target["id"]
    assert [user["id"] for user in loud["mentions"]] == [target["author"]["id"]]
    quiet = await api.post_message({**body, "allowed_mentions": {"parse": [], "replied_user": False}})
    assert quiet.json["mentions"] == []


@pytest.mark.parametrize(
    ("permission", "body", "files", "code"),
    [
        ("view_channel", {"content": "x"}, None, 50001),
        ("send_messages", {"content": "x"}, None, 50013),
        ("embed_links", {"embeds": [{"title": "t"}]}, None, 50013),
        ("attach_files", {}, [File("a.ogg")], 50013),
    ],
)
async def test_a_missing_permission_stops_only_what_needs_it(
    api: Api, server: SandboxServer, permission: str, body: Json, files: list[File] | None, code: int
) -> None:
    assert (await api.post_message(body, files=files)).status == 200
    switch(server, permission)
    answer = await api.post_message(body, files=files)
    assert (answer.status, answer.code) == (403, code)


async def test_replies_need_the_history(api: Api, server: SandboxServer, page: Page) -> None:
    target = (await page.messages())[0]
    switch(server, "read_message_history")
    answer = await api.post_message({"content": "x", "message_reference": {"message_id": target["id"]}})
    assert answer.code == 160002
    assert (await api.call("GET", f"{CHANNEL}/messages")).json == []
    assert (await api.call("GET", f"{CHANNEL}/messages/{target['id']}")).code == 50013


async def test_one_guilds_permission_does_not_touch_the_other(api: Api, server: SandboxServer) -> None:
    switch(server, "send_messages")
    assert (await api.call("POST", f"/channels/{places.NOTES}/messages", {"content": "x"})).status == 200


async def test_only_the_author_edits_and_only_moderators_delete(api: Api, server: SandboxServer, page: Page) -> None:
    path = f"{CHANNEL}/messages/{(await page.messages())[0]['id']}"
    assert (await api.call("PATCH", path, {"content": "mine"})).code == 50005
    assert (await api.call("DELETE", path)).code == 50013
    switch(server, "manage_messages", allowed=True)
    assert (await api.call("DELETE", path)).status == 204


async def test_an_edit_changes_what_was_sent_and_nothing_else(api: Api) -> None:
    posted = (await api.post_message({"content": "one", "embeds": [{"title": "t"}]})).json
    edited = (await api.call("PATCH", f"{CHANNEL}/messages/{posted['id']}", {"content": "two"})).json
    assert (edited["content"], edited["embeds"][0]["title"]) == ("two", "t")
    assert posted["edited_timestamp"] is None
    assert edited["edited_timestamp"] is not None
    emptied = await api.call("PATCH", f"{CHANNEL}/messages/{posted['id']}", {"content": "", "embeds": []})
    assert emptied.code == 50006


async def test_an_edit_keeps_the_attachments_it_lists(api: Api) -> None:
    posted = (await api.post_message({}, files=[File("a.ogg"), File("b.ogg")])).json
    path = f"{CHANNEL}/messages/{posted['id']}"
    untouched = (await api.call("PATCH", path, {"content": "x"})).json
    assert [one["filename"] for one in untouched["attachments"]] == ["a.ogg", "b.ogg"]
    body = {"attachments": [{"id": posted["attachments"][1]["id"]}, {"id": 0, "filename": "c.ogg"}]}
    changed = (await api.call("PATCH", path, body, files=[File("c.ogg")])).json
    assert [one["filename"] for one in changed["attachments"]] == ["b.ogg", "c.ogg"]
    assert (await api.call("PATCH", path, {"attachments": []})).json["attachments"] == []
    unknown = await api.call("PATCH", path, {"attachments": [{"id": "99"}]})
    assert wrong(unknown, "attachments", "0", "id")


async def test_history_is_newest_first_and_can_be_paged(api: Api) -> None:
    ids = [(await api.post_message({"content": str(number)})).json["id"] for number in range(5)]

    async def listed(query: str) -> list[str]:
        return [message["id"] for message in (await api.call("GET", f"{CHANNEL}/messages?{query}")).json]

    assert await listed("limit=2") == [ids[4], ids[3]]
    assert await listed(f"limit=2&before={ids[3]}") == [ids[2], ids[1]]
    assert await listed(f"limit=2&after={ids[1]}") == [ids[3], ids[2]]
    assert await listed(f"limit=3&around={ids[2]}") == [ids[3], ids[2], ids[1]]
    assert wrong(await api.call("GET", f"{CHANNEL}/messages?limit=101"), "limit")


async def test_a_file_over_the_limit_is_too_large(api: Api, server: SandboxServer) -> None:
    assert server.world.attachment_limit_bytes == 10 * 1024 * 1024
    exact = await api.post_message({}, files=[File("a.ogg", b"x" * (10 * 1024 * 1024))])
    assert exact.json["attachments"][0]["size"] == 10 * 1024 * 1024
    over = await api.post_message({}, files=[File("a.ogg", b"x" * (10 * 1024 * 1024 + 1))])
    assert (over.status, over.code) == (413, 40005)


async def test_a_request_over_25_mib_is_too_large(api: Api) -> None:
    answer = await api.post_message({}, files=[File(f"{number}.ogg", b"x" * (9 * 1024 * 1024)) for number in range(3)])
    assert (answer.status, answer.code) == (413, 40005)


async def test_a_message_takes_ten_files(api: Api) -> None:
    assert (await api.post_message({}, files=[File(f"{number}.ogg") for number in range(10)])).status == 200
    assert (await api.post_message({}, files=[File(f"{number}.ogg") for number in range(11)])).code == 30015


async def test_broken_multipart_is_a_bad_request(api: Api) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Authorization": "Bot test-token"}
    url = f"{api.server.api_url}{CHANNEL}/messages"
    for data in (b"--b\r\nnonsense", b"", b"--b\r\n\r\nno name\r\n--b--\r\n"):
        async with api.session.post(url, data=data, headers=headers) as response:
            assert response.status == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a b\\c d.ogg", "c_d.ogg"),
        ("x" * 300 + ".ogg", "x" * 100 + ".ogg"),
        ("...", "unknown"),
    ],
)
async def test_file_names_never_become_paths(api: Api, sent: str, kept: str) -> None:
    body = {"attachments": [{"id": 0, "filename": sent}]}
    assert (await api.post_message(body, files=[File("a.ogg")])).json["attachments"][0]["filename"] == kept


async def test_old_messages_and_their_files_are_forgotten(
    api: Api, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.world.MESSAGES_PER_CHANNEL", 20)
    first = (await api.post_message({"content": "first"}, files=[File("a.ogg")])).json
    for number in range(20):
        assert (await api.post_message({"content": str(number)})).status == 200
    assert len(server.world.channel(places.GENERAL).messages) == 20
    assert (await api.call("GET", f"{CHANNEL}/messages/{first['id']}")).code == 10008
    async with api.session.get(first["attachments"][0]["url"]) as response:
        assert response.status == 404


async def test_direct_messages_are_opened_once_and_written_to(api: Api, page: Page) -> None:
    opened = (await api.call("POST", "/users/@me/channels", {"recipient_id": int(places.ROBIN)})).json
    again = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.ROBIN})).json
    assert opened["id"] == again["id"]
    assert opened["recipients"][0]["id"] == places.ROBIN
    await api.call("POST", f"/channels/{opened['id']}/messages", {"content": "psst"})
    assert [message["content"] for message in await page.messages(opened["id"])] == ["psst"]
    assert (await api.call("POST", "/users/@me/channels", {"recipient_id": "1"})).code == 10013
    assert (await api.call("POST", "/users/@me/channels", {"recipient_id": places.BOT})).code == 50007
