"""Each of Discord's refusals and faults has one meaning."""

import asyncio
from unittest.mock import Mock

import aiohttp
import discord
import pytest

from bot.delivery import faults
from bot.delivery.faults import MessageGone, as_refusal, discord_faults
from bot.errors import ChannelGone, DeliveryError, DiscordUnavailable, FileTooLarge, NotAllowed

CHANNEL = 77


def refusal(status: int, code: int, **headers: str) -> discord.HTTPException:
    response = Mock(spec=aiohttp.ClientResponse, status=status, reason="because", headers=headers)
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
        (404, 10008, MessageGone),
        (404, 10015, ChannelGone),
        (404, 10062, ChannelGone),
        (404, 0, ChannelGone),
        (401, 50027, ChannelGone),
        (400, 50083, ChannelGone),
        (403, 50001, NotAllowed),
        (403, 50007, NotAllowed),
        (400, 50278, NotAllowed),
        (403, 40003, DiscordUnavailable),
        (429, 30046, ChannelGone),
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


@pytest.mark.parametrize(
    ("asked", "pause_s"), [("90", 90.0), ("0.2", 5.0), ("1e9", 3600.0), ("soon", 5.0), ("nan", 5.0), ("-1", 5.0)]
)
async def test_a_pause_that_is_asked_for_is_kept_within_reason(asked: str, pause_s: float) -> None:
    fault = await meaning(refusal(429, 0, **{"Retry-After": asked}))
    assert isinstance(fault, DiscordUnavailable)
    assert fault.retry_after_s == pause_s


async def test_a_long_rate_limit_says_when_it_ends() -> None:
    fault = await meaning(discord.RateLimited(600.0))
    assert isinstance(fault, DiscordUnavailable)
    assert fault.retry_after_s == 600.0


async def test_what_nobody_foresaw_is_logged_as_the_bug_that_it_is(caplog: pytest.LogCaptureFixture) -> None:
    refused = as_refusal(refusal(400, 50035), CHANNEL)
    assert isinstance(refused, NotAllowed)
    assert refused.channel_id == CHANNEL
    assert "did not understand" in caplog.text
    known = ChannelGone(CHANNEL)
    assert as_refusal(known, CHANNEL) is known


async def test_bugs_of_ours_are_not_blamed_on_discord() -> None:
    error = KeyError("a bug")
    assert await meaning(error) is error


async def test_a_request_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "REQUEST_TIMEOUT_S", 0.01)
    with pytest.raises(DiscordUnavailable):
        async with discord_faults(CHANNEL):
            await asyncio.Event().wait()
