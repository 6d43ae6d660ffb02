import base64

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import Api, File, Json, Page

WAVEFORM = base64.b64encode(bytes(range(256))).decode()
VOICE = 8192


def voice(**changes: Json) -> dict[str, Json]:
    entry: Json = {"id": 0, "filename": "voice-message.ogg", "duration_secs": 2.5, "waveform": WAVEFORM}
    entry |= changes
    return {"flags": VOICE, "attachments": [{name: value for name, value in entry.items() if value is not None}]}


async def test_a_voice_message_keeps_its_length_and_waveform(api: Api) -> None:
    message = (await api.post_message(voice(), files=[File("voice-message.ogg")])).json
    assert message["flags"] == VOICE
    attachment = message["attachments"][0]
    assert (attachment["duration_secs"], attachment["waveform"]) == (2.5, WAVEFORM)
    assert attachment["content_type"] == "audio/ogg"


@pytest.mark.parametrize(
    ("body", "files", "code"),
    [
        ({**voice(), "content": "hi"}, [File("v.ogg")], 50159),
        ({**voice(), "embeds": [{"title": "t"}]}, [File("v.ogg")], 50159),
        ({"flags": VOICE}, [], 50160),
        (voice(), [File("v.ogg"), File("w.ogg")], 50160),
        (voice(), [File("v.ogg", content_type="application/octet-stream")], 50160),
        (voice(waveform=None), [File("v.ogg")], 50161),
        (voice(duration_secs=None), [File("v.ogg")], 50192),
        (voice(duration_secs=0), [File("v.ogg")], 50192),
        (voice(duration_secs=-1), [File("v.ogg")], 50035),
        (voice(waveform="???"), [File("v.ogg")], 50035),
        (voice(waveform=""), [File("v.ogg")], 50035),
        (voice(waveform=base64.b64encode(bytes(257)).decode()), [File("v.ogg")], 50035),
        (voice(waveform="A" * 401), [File("v.ogg")], 50035),
    ],
)
async def test_the_rules_of_voice_messages(api: Api, body: Json, files: list[File], code: int) -> None:
    answer = await api.post_message(body, files=files)
    assert (answer.status, answer.code) == (400, code)


async def test_a_voice_message_needs_only_its_own_permission(api: Api, server: SandboxServer) -> None:
    guild = server.world.guild(places.TAVERN)
    server.world.switch_bot_permission(guild, "attach_files", allowed=False)
    assert (await api.post_message(voice(), files=[File("v.ogg")])).status == 200
    server.world.switch_bot_permission(guild, "send_voice_messages", allowed=False)
    answer = await api.post_message(voice(), files=[File("v.ogg")])
    assert (answer.status, answer.code) == (403, 50173)


async def test_a_voice_message_cannot_be_edited_but_deleted(api: Api) -> None:
    posted = (await api.post_message(voice(), files=[File("v.ogg")])).json
    path = f"/channels/{places.GENERAL}/messages/{posted['id']}"
    answer = await api.call("PATCH", path, {"content": "x"})
    assert (answer.status, answer.code) == (403, 50162)
    assert (await api.call("DELETE", path)).status == 204


async def test_an_edit_cannot_make_a_voice_message(api: Api) -> None:
    posted = (await api.post_message({"content": "x"})).json
    answer = await api.call("PATCH", f"/channels/{places.GENERAL}/messages/{posted['id']}", {"flags": VOICE})
    assert answer.code == 50035


async def test_an_ordinary_file_has_no_length_or_waveform(api: Api) -> None:
    body = {**voice(), "flags": 0}
    attachment = (await api.post_message(body, files=[File("v.ogg")])).json["attachments"][0]
    assert "duration_secs" not in attachment
    assert "waveform" not in attachment


async def test_a_member_sends_a_voice_message_from_the_page(page: Page) -> None:
    payload = {"voice": {"duration_secs": 1.5, "waveform": WAVEFORM}}
    path = f"/channels/{places.GENERAL}/messages"
    message = (await page.post(path, payload, files=[File("voice-message.ogg")])).json
    assert message["flags"] == VOICE
    assert message["author"]["id"] == places.ROBIN
    assert (await page.post(path, payload, files=[])).status == 400
    assert (await page.post(path, {"voice": {}}, files=[File("v.ogg")])).status == 400
