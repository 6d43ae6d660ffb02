"""Links to attachments: from Discord's CDN alone, renewed in time, or led through the bot's own server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock, Mock

import discord
import pytest
from yarl import URL

from bot.delivery.sources import DiscordSources, end_of
from bot.errors import SourceGone
from bot.models import Source, SourceKind
from bot.sandbox import starting_world as places
from tests.delivery.conftest import Stage
from tests.sandbox.clients import File


def sources(stage: Stage, *, origin: str = "", relay: Mock | None = None) -> DiscordSources:
    origins = (URL(origin or stage.server.url).origin(),)
    return DiscordSources(stage.bot, origins=origins, now=stage.clock.now, relay=relay)


async def posted(stage: Stage) -> Source:
    """A file in a message of a member."""
    path = f"/channels/{places.GENERAL}/messages"
    message = (await stage.page.post(path, {"content": "listen"}, files=[File("talk.ogg")])).json
    (file,) = message["attachments"]
    return Source(
        file["url"], "talk.ogg", SourceKind.AUDIO, 10, int(file["id"]), int(places.GENERAL), int(message["id"])
    )


async def test_where_the_bot_is_no_member_a_link_with_a_day_to_go_is_handed_on_without_a_look(stage: Stage) -> None:
    source = await posted(stage)
    assert await sources(stage).link(source, has_bot=False) == source.url
    assert stage.asked("GET", "/messages/") == []


async def test_a_link_near_its_end_is_renewed_from_the_message(stage: Stage) -> None:
    source = await posted(stage)
    stage.clock.ahead_s += 23 * 3600
    renewed = await sources(stage).link(source, has_bot=True)
    ends = end_of(renewed), end_of(source.url)
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0] - ends[1] >= timedelta(hours=22)
    async with stage.page.session.get(renewed) as answer:
        assert await answer.read() == File("").content


async def test_a_file_that_came_with_a_command_has_its_link_until_that_ends(stage: Stage) -> None:
    source = replace(await posted(stage), message_id=0)
    stage.clock.ahead_s += 23 * 3600
    assert await sources(stage).link(source, has_bot=True) == source.url
    stage.clock.ahead_s += 2 * 3600
    with pytest.raises(SourceGone):
        await sources(stage).link(source, has_bot=True)


@pytest.mark.parametrize(("has_bot", "hours"), [(True, 0), (True, 23), (False, 23)])
async def test_what_hung_in_a_message_that_was_deleted_is_gone(stage: Stage, hours: int, *, has_bot: bool) -> None:
    source = await posted(stage)
    await stage.happen("delete_message", channel_id=places.GENERAL, message_id=str(source.message_id))
    stage.clock.ahead_s += hours * 3600
    with pytest.raises(SourceGone):
        await sources(stage).link(source, has_bot=has_bot)


@pytest.mark.parametrize("fault", ["unknown_channel", "missing_access", "dropped"])
async def test_a_message_that_cannot_be_read_leaves_the_link_as_long_as_it_works(stage: Stage, fault: str) -> None:
    source = await posted(stage)
    await stage.page.order(fault, "get_message")
    assert await sources(stage).link(source, has_bot=True) == source.url


async def test_a_message_without_the_file_gives_no_link(stage: Stage) -> None:
    source = replace(await posted(stage), attachment_id=1)
    with pytest.raises(SourceGone):
        await sources(stage).link(source, has_bot=True)


@pytest.mark.parametrize("is_told", [False, True])
async def test_a_bot_that_is_not_told_of_files_knows_of_none_that_is_gone(*, is_told: bool) -> None:
    url = "https://cdn.discordapp.com/attachments/1/2/a.ogg?ex=ffffffff"
    http = Mock(get_message=AsyncMock(return_value={"attachments": []}))
    client = Mock(spec=discord.Client, http=http, intents=discord.Intents(message_content=is_told))
    found = DiscordSources(client, origins=(URL(url).origin(),), now=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    source = Source(url, "a.ogg", SourceKind.AUDIO, 1, 2, 3, 4)
    if is_told:
        with pytest.raises(SourceGone):
            await found.link(source, has_bot=True)
    else:
        assert await found.link(source, has_bot=True) == url


async def test_no_other_address_is_handed_on(stage: Stage) -> None:
    source = await posted(stage)
    for url in (
        "https://example.org/attachments/1/2/a.ogg",
        "http://127.0.0.1:1/attachments/1/2/a.ogg",
        "file:///x",
        "x",
    ):
        with pytest.raises(SourceGone):
            await sources(stage).link(replace(source, url=url), has_bot=False)


async def test_with_a_relay_its_link_is_handed_on(stage: Stage) -> None:
    relay = Mock()
    relay.link.return_value = "https://bot.example.org/relay/x"
    assert (
        await sources(stage, relay=relay).link(await posted(stage), has_bot=True) == "https://bot.example.org/relay/x"
    )


async def test_a_file_of_a_forwarded_message_is_found_there_too() -> None:
    url = "https://cdn.discordapp.com/attachments/1/2/a.ogg?ex=ffffffff"
    message = {"attachments": [], "message_snapshots": [{"message": {"attachments": [{"id": "2", "url": url}]}}]}

    async def get_message(*_: int) -> object:
        return message

    client = Mock(spec=discord.Client, http=Mock(get_message=get_message))
    found = DiscordSources(client, origins=(URL(url).origin(),), now=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    source = Source(url.replace("ffffffff", "1"), "a.ogg", SourceKind.AUDIO, 1, 2, 3, 4)
    assert await found.link(source, has_bot=True) == url
