"""/tts and Read aloud through the real client, over sockets: the window, the menu, the price, Go and Cancel."""

from dataclasses import replace

import pytest

from bot.replies import answer
from bot.sandbox import starting_world as places
from tests.cogs.conftest import speech_of
from tests.cogs.wire import Wire, option, says
from tests.sandbox.clients import Events, Json

EPHEMERAL, TEXT = 64, 3
LONG = "Ten letters and some more of them, again and again."


def ask_above(wire: Wire, units: int) -> None:
    wire.bot.services = replace(wire.bot.services, confirm_above=units)


async def seen_by(wire: Wire, user_id: str) -> list[Json]:
    wire.page.user_id = user_id
    return await wire.page.messages()


async def test_a_long_text_comes_through_a_window(wire: Wire) -> None:
    async with wire.page.session.ws_connect(wire.page.url("/events"), params={"as": wire.page.user_id}) as socket:
        events = Events(socket)
        await wire.page.use("read", [option("emotion", TEXT, "sad")])
        shown = await events.next("modal")
    label = shown["modal"]["components"][0]
    field = {**label["component"], "value": "**Hello**\n||not this||"}
    sent = {"kind": "modal", "interaction_id": shown["interaction_id"], "custom_id": shown["modal"]["custom_id"]}
    done = await wire.page.post("/interactions", {**sent, "components": [{**label, "component": field}]})
    assert done.status == 200, done.json
    card = await wire.sees(says("In line"))
    job = await wire.job_of_card(int(places.TAVERN), int(card["id"]))
    assert speech_of(job).text == "[sad] Hello"


@pytest.mark.parametrize("is_slow", [False, True], ids=["at once", "after thinking"])
async def test_a_long_message_is_read_aloud_once_its_price_is_accepted(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    if is_slow:
        monkeypatch.setattr(answer, "DEFER_AFTER_S", 0.0)
    ask_above(wire, 50)
    posted = await wire.page.post(f"/channels/{places.GENERAL}/messages", {"content": f"<@{places.SAM}>: {LONG}"})
    assert posted.status == 200, posted.json
    message = await wire.sees(says(LONG))
    used = await wire.page.use("Read aloud", target_id=message["id"])
    assert used.status == 200, used.json
    question = await wire.sees(says("This costs"))
    assert question["flags"] & EPHEMERAL
    assert not [one for one in await seen_by(wire, places.SAM) if says("This costs")(one) or one["flags"] & 128]
    wire.page.user_id = places.ROBIN
    await wire.page.press(question, question["components"][0]["components"][0]["custom_id"])
    card = await wire.sees(says("In line"))
    assert not card["flags"] & EPHEMERAL
    job = await wire.job_of_card(int(places.TAVERN), int(card["id"]))
    assert speech_of(job).text.endswith(LONG)
    assert "<@" not in speech_of(job).text
    assert "someone" not in speech_of(job).text
    assert not [one for one in await wire.page.messages() if says("This costs")(one)], "the question is gone"


async def test_cancel_leaves_the_price_behind_for_the_member_alone(wire: Wire) -> None:
    ask_above(wire, 1)
    await wire.page.use("tts", [option("text", TEXT, LONG)])
    question = await wire.sees(says("This costs"))
    await wire.page.press(question, question["components"][0]["components"][1]["custom_id"])
    left = await wire.sees(says("Nothing was made, and nothing was used."))
    assert (left["id"], left["components"]) == (question["id"], [])
