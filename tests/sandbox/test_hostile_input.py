"""Whatever a bot sends, the answer is one of Discord's, never a crash."""

import asyncio

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.sandbox.uploads import safe_filename
from tests.sandbox.clients import TOKEN, Api, Clock, Json, Page

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
_names = [
    "content", "embeds", "components", "flags", "nonce", "enforce_nonce", "allowed_mentions", "attachments",
    "message_reference", "title", "fields", "name", "value", "type", "custom_id", "options", "id", "parse", "users",
    "footer", "url", "style", "emoji", "choices", "description", "label", "component",
]  # fmt: skip
_shaped = st.recursive(
    _values,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_names), inner, max_size=6),
    max_leaves=25,
)
_bodies = st.dictionaries(st.sampled_from(_names), _shaped, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies=st.lists(_bodies, min_size=1, max_size=10))
def test_no_body_crashes_the_server(bodies: list[Json]) -> None:
    async def send_all() -> None:
        clock = Clock()
        async with SandboxServer(token=TOKEN, clock=clock) as server, aiohttp.ClientSession() as session:
            api = Api(server, session, clock)
            for body in bodies:
                assert (await api.post_message(body)).status < 500
                assert (await api.call("PUT", f"/applications/{places.BOT}/commands", [body])).status < 500
                assert (await api.call("POST", "/users/@me/channels", body)).status < 500

    asyncio.run(send_all())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(["command", "component", "modal", "other"]), options=_values, given=_bodies)
def test_nothing_the_page_sends_crashes_the_server(kind: str, options: Json, given: Json) -> None:
    async def send() -> None:
        clock = Clock()
        async with SandboxServer(token=TOKEN, clock=clock) as server, aiohttp.ClientSession() as session:
            api, page = Api(server, session, clock), Page(server, session)
            option = {"type": 3, "name": "text", "description": "d"}
            command = {"type": 1, "name": "speak", "description": "d", "options": [option]}
            await api.call("PUT", f"/applications/{places.BOT}/commands", [command])
            body = {
                **given,
                "kind": kind,
                "channel_id": places.GENERAL,
                "command_id": await page.command_id("speak"),
                "options": options,
            }
            assert (await page.post("/interactions", body)).status < 500
            assert (await page.post(f"/channels/{places.GENERAL}/messages", given)).status < 500
            assert (await page.post("/permissions", given)).status < 500
            assert (await page.post("/faults", given)).status < 500

    asyncio.run(send())


@given(name=st.text(max_size=400))
def test_every_file_name_becomes_a_harmless_one(name: str) -> None:
    safe = safe_filename(name)
    assert safe.isascii()
    assert 1 <= len(safe) <= 120
    assert not safe.startswith(".")
    assert not set(safe) & set("/\\\"';<>?&#% \r\n")
