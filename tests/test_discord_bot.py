"""The client: commands are sent only when they changed, and what goes wrong is told in sentences."""

import logging
from collections.abc import AsyncIterator
from unittest.mock import AsyncMock, Mock
from urllib.parse import parse_qs, urlsplit

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import discord_bot
from bot.delivery.automod import AutoMod
from bot.delivery.delivery import DiscordDelivery
from bot.discord_bot import Services, SoundboothBot, answer_error, invite_url, point_at
from bot.errors import InvalidRequest
from bot.jobs.fair_use import FairUse
from bot.jobs.favourites import Favourites
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Privacy
from bot.jobs.service import JobService
from bot.jobs.transcribing import Transcribing
from bot.jobs.voice_library import VoiceLibrary
from bot.jobs.voice_samples import VoiceSamples
from bot.models import ResultForm
from bot.replies.command_names import CommandTranslator
from bot.sandbox.server import SandboxServer
from tests.sandbox.real_client import point_client_at

TOKEN = "client-tests"
# View, send (also in threads), embed, attach, history, voice messages; as Discord's documentation numbers them.
NEEDED_PERMISSIONS = 70643622202368


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(token=TOKEN) as server:
        point_client_at(server, monkeypatch)
        yield server


COMMANDS = {
    "tts", "read", "Read aloud", "voice", "sfx", "Sound of this", "transcribe", "Transcribe",
    "jobs", "limits", "block", "usage", "settings", "privacy", "about", "help",
}  # fmt: skip


def make_bot(*, sync_commands: bool = True) -> SoundboothBot:
    bot = SoundboothBot(sync_commands=sync_commands)
    bot.services = Services(
        jobs=Mock(spec=JobService),
        fair_use=Mock(spec=FairUse),
        voices=Mock(spec=VoiceLibrary),
        delivery=Mock(spec=DiscordDelivery),
        preferences=Mock(spec=Preferences),
        privacy=Mock(spec=Privacy),
        default_form=ResultForm.FILE,
        favourites=Mock(spec=Favourites),
        voice_samples=Mock(spec=VoiceSamples),
        transcribing=Mock(spec=Transcribing),
        automod=Mock(spec=AutoMod),
    )
    return bot


async def start(*, sync_commands: bool = True) -> None:
    """Log in as the program does at its start, and out again."""
    async with make_bot(sync_commands=sync_commands) as bot:
        await bot.login(TOKEN)


def syncs(server: SandboxServer) -> int:
    return len([request for request in server.requests if request["method"] == "PUT"])


@pytest.mark.parametrize("reads_messages", [False, True])
async def test_messages_are_read_only_where_the_operator_says_so(*, reads_messages: bool) -> None:
    async with SoundboothBot(sync_commands=False, reads_messages=reads_messages) as bot:
        assert bot.intents == discord.Intents(
            guilds=True, guild_messages=reads_messages, message_content=reads_messages
        )


async def test_commands_are_sent_at_the_first_start_and_not_at_the_second(server: SandboxServer) -> None:
    await start()
    assert syncs(server) == 1
    await start()
    assert syncs(server) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Something else"},
        {"default_permissions": discord.Permissions(manage_guild=True)},
        {"nsfw": True},
        {"allowed_contexts": app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_changed_commands_are_sent_again(
    server: SandboxServer, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    await start()
    load = SoundboothBot.load_extension

    async def load_changed(bot: SoundboothBot, name: str) -> None:
        await load(bot, name)
        command = bot.tree.get_command("tts")
        if command is not None:
            for attribute, value in change.items():
                setattr(command, attribute, value)

    monkeypatch.setattr(SoundboothBot, "load_extension", load_changed)
    await start()
    assert syncs(server) == 2
    await start()
    assert syncs(server) == 2


async def test_commands_are_sent_again_when_a_translation_changes(
    server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start()

    async def translate(translator: CommandTranslator, string: app_commands.locale_str, *where: object) -> str | None:
        del translator, where
        return "la voix" if string.message == "voice message" else None

    monkeypatch.setattr(CommandTranslator, "translate", translate)
    await start()
    assert syncs(server) == 2
    await start()
    assert syncs(server) == 2


async def test_an_operator_may_send_commands_by_hand_only(server: SandboxServer) -> None:
    await start(sync_commands=False)
    assert syncs(server) == 0


async def test_commands_can_be_sent_without_any_service_behind_them(server: SandboxServer) -> None:
    async with SoundboothBot(sync_commands=False) as bot:
        await bot.login(TOKEN)
        assert {command.name for command in await bot.tree.sync()} == COMMANDS
    await start()
    assert syncs(server) == 1, "what was sent by hand is up to date at the next start"


async def test_a_login_that_failed_half_way_can_be_repeated(server: SandboxServer) -> None:
    async with aiohttp.ClientSession() as session:
        fault = {"method": "GET", "path": "/commands$", "status": 503}
        async with session.post(f"{server.url}/sandbox/api/faults", json=fault) as answer:
            assert answer.status == 200
    async with make_bot() as bot:
        with pytest.raises(discord.DiscordServerError):
            await bot.login(TOKEN)
        await bot.login(TOKEN)
        assert set(bot.extensions) == set(discord_bot.EXTENSIONS)
    assert syncs(server) == 1


async def test_commands_keep_discords_limits(server: SandboxServer) -> None:
    await start()
    (request,) = [request for request in server.requests if request["method"] == "PUT"]
    assert request["status"] == 200, "the sandbox checks names, lengths and counts"


async def test_the_bot_asks_for_no_privileged_intent_and_may_ping_nobody(server: SandboxServer) -> None:
    del server
    bot = make_bot()
    assert bot.intents == discord.Intents(guilds=True)
    assert bot.allowed_mentions is not None
    assert bot.allowed_mentions.to_dict() == {"parse": []}


def test_the_invitation_asks_for_what_the_bot_needs_and_no_more() -> None:
    query = parse_qs(urlsplit(invite_url(4711)).query)
    assert query["client_id"] == ["4711"]
    assert query["permissions"] == [str(NEEDED_PERMISSIONS)]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}


@pytest.mark.parametrize("gateway_url", ["", "ws://127.0.0.1:9/gateway"])
def test_another_discord_can_be_named(monkeypatch: pytest.MonkeyPatch, gateway_url: str) -> None:
    before = DiscordWebSocket.DEFAULT_GATEWAY
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", before)
    point_at("http://127.0.0.1:9/api/v10", gateway_url)
    assert Route("GET", "/users/@me").url == "http://127.0.0.1:9/api/v10/users/@me"
    assert (yarl.URL(gateway_url) if gateway_url else before) == DiscordWebSocket.DEFAULT_GATEWAY


@pytest.fixture
def interaction() -> Mock:
    """An interaction that was not answered yet, with nothing on it that discord.py does not have."""
    made = Mock(spec=discord.Interaction, guild_id=5)
    made.response = AsyncMock(spec=discord.InteractionResponse)
    made.response.is_done = Mock(return_value=False)
    return made


def sentence_of(interaction: Mock) -> str:
    interaction.response.send_message.assert_awaited_once()
    call = interaction.response.send_message.await_args
    assert call.kwargs == {"ephemeral": True}
    sentence: str = call.args[0]
    return sentence


async def test_a_refusal_becomes_its_sentence_and_is_not_logged(
    interaction: Mock, caplog: pytest.LogCaptureFixture
) -> None:
    await answer_error(interaction, InvalidRequest("text_empty"))
    assert sentence_of(interaction).startswith("There is nothing to say:")
    assert caplog.records == []


async def test_a_command_hands_its_error_over_without_its_wrapping(interaction: Mock) -> None:
    bot = make_bot()
    command = Mock(spec=app_commands.Command)
    command.name = "tts"
    refusal = InvalidRequest("text_empty")
    wrapped = app_commands.CommandInvokeError(command, refusal)
    wrapped.__cause__ = refusal
    await bot.tree.on_error(interaction, wrapped)
    assert sentence_of(interaction).startswith("There is nothing to say:")


async def test_an_error_of_the_library_itself_is_told_as_a_bug(
    interaction: Mock, caplog: pytest.LogCaptureFixture
) -> None:
    await make_bot().tree.on_error(interaction, app_commands.CommandNotFound("gone", []))
    bug_id = sentence_of(interaction).split("`")[1]
    assert f"id={bug_id}" in caplog.text
    assert caplog.records[-1].levelno == logging.ERROR


async def test_an_interaction_that_is_over_gets_no_answer(interaction: Mock, caplog: pytest.LogCaptureFixture) -> None:
    response = Mock(spec=aiohttp.ClientResponse, status=404, reason="Not Found")
    await answer_error(interaction, discord.NotFound(response, {"code": 10062, "message": "Unknown interaction"}))
    interaction.response.send_message.assert_not_awaited()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_something_else_that_is_not_found_is_a_bug(interaction: Mock, caplog: pytest.LogCaptureFixture) -> None:
    response = Mock(spec=aiohttp.ClientResponse, status=404, reason="Not Found")
    await answer_error(interaction, discord.NotFound(response, {"code": 10008, "message": "Unknown Message"}))
    assert "Something went wrong inside the bot" in sentence_of(interaction)
    assert caplog.records[-1].exc_info is not None
