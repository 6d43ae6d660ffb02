"""Each of Discord's refusals and faults has one meaning."""

import asyncio
from unittest.mock import Mock

import aiohttp
import discord
import pytest

from bot.delivery import faults
from bot.delivery.faults import discord_faults
from bot.errors import ChannelGone, DeliveryError, DiscordUnavailable, FileTooLarge, NotAllowed

CHANNEL = 77


def refusal(status: int, code: int) -> discord.HTTPException:
    response = Mock(spec=aiohttp.ClientResponse, status=status, reason="because")
    return discord.HTTPException(response, {"code": code, "message": "refused"})


async def meaning(error: Exception, size_bytes: int = 0) -> Exception:
    with pytest.raises(Exception) as translated:  # noqa: PT011 - which one it is, is what the tests ask
        async with discord_faults(CHANNEL, size_bytes):
            raise error
    return translated.value


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (404, 10003, ChannelGone),
        (404, 10004, ChannelGone),
        (404, 10008, ChannelGone),
        (404, 10015, ChannelGone),
        (404, 10062, ChannelGone),
        (404, 0, ChannelGone),
        (401, 50027, ChannelGone),
        (400, 50083, ChannelGone),
        (403, 50001, NotAllowed),
        (403, 50007, NotAllowed),
        (403, 50013, NotAllowed),
        (403, 0, NotAllowed),
        (413, 40005, FileTooLarge),
        (413, 0, FileTooLarge),
        (400, 50045, FileTooLarge),
        (401, 0, DiscordUnavailable),
        (429, 0, DiscordUnavailable),
        (429, 40062, DiscordUnavailable),
        (500, 0, DiscordUnavailable),
        (502, 0, DiscordUnavailable),
        (503, 0, DiscordUnavailable),
        (524, 0, DiscordUnavailable),
    ],
)
async def test_refusals(status: int, code: int, expected: type[DeliveryError]) -> None:
    error = refusal(status, code)
    fault = await meaning(error)
    assert type(fault) is expected
    assert fault.__cause__ is error


@pytest.mark.parametrize(
    ("status", "code", "permission"),
    [
        (403, 50173, "send_voice_messages"),
        (400, 50159, "send_voice_messages"),
        (400, 50160, "send_voice_messages"),
        (400, 160002, "read_message_history"),
        (400, 160005, "manage_threads"),
        (403, 160005, "manage_threads"),
        (403, 50013, ""),
    ],
)
async def test_the_missing_permission_is_named_where_it_is_known(status: int, code: int, permission: str) -> None:
    fault = await meaning(refusal(status, code))
    assert isinstance(fault, NotAllowed)
    assert (fault.channel_id, fault.permission) == (CHANNEL, permission)


async def test_the_size_of_what_was_too_large_is_kept() -> None:
    fault = await meaning(refusal(413, 40005), 12_345)
    assert isinstance(fault, FileTooLarge)
    assert fault.size_bytes == 12_345


@pytest.mark.parametrize("code", [50006, 50035, 50109, 40060])
async def test_a_request_that_was_built_wrong_stays_visible_as_a_bug(code: int) -> None:
    error = refusal(400, code)
    assert await meaning(error) is error


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError("half an answer"),
        aiohttp.ClientConnectionError(),
        ConnectionResetError(104, "reset"),
        TimeoutError(),
        discord.RateLimited(60.0),
    ],
)
async def test_faults_of_the_connection(error: Exception) -> None:
    fault = await meaning(error)
    assert isinstance(fault, DiscordUnavailable)
    assert fault.retry_after_s > 0


async def test_bugs_of_ours_are_not_blamed_on_discord() -> None:
    error = KeyError("a bug")
    assert await meaning(error) is error


async def test_a_request_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "REQUEST_TIMEOUT_S", 0.01)
    with pytest.raises(DiscordUnavailable):
        async with discord_faults(CHANNEL):
            await asyncio.Event().wait()
