"""The page in a real browser, on a real sandbox, with a small bot of its own that has one command per ability."""

import asyncio
import base64
import io
import json
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import av
import discord
import numpy as np
import pytest
import pytest_asyncio
from discord import app_commands
from discord.http import Route
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from bot.sandbox.server import SandboxServer
from tests.browser import browser
from tests.page.more_commands import add_more_commands
from tests.sandbox.clients import UNHURRIED_S
from tests.sandbox.real_client import point_client_at

__all__ = ["browser"]

TOKEN = "page-tests"
# A machine that does much else at the time loads a page slowly; who fails waits that long, nobody else.
WAIT_MS = 30_000
VOICE_FLAG = 8192
FRUITS = ("apple", "apricot", "banana", "blackberry", "cherry")
HOSTILE = (
    '<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>'
    "[press](javascript:window.hurt=3) [data](data:text/html,x) <javascript:window.hurt=4> "
    "**bold** *it* __under__ ~~gone~~ `code <b>` ||secret|| <t:1700000000:R> https://example.org/a_b_c"
)


def make_tone(length_s: float) -> bytes:
    """A real Ogg/Opus tone."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000)  # pyright: ignore[reportUnknownMemberType] - PyAV's overloads leave kwargs untyped
        stream.layout = "mono"
        times = np.arange(int(48_000 * length_s), dtype=np.float32) / 48_000
        samples = (0.3 * np.sin(2 * math.pi * 440 * times)).astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="mono")
        frame.sample_rate = 48_000
        for part in (frame, None):
            container.mux(stream.encode(part))  # pyright: ignore[reportUnknownMemberType] - its packets are generic without an argument
    return buffer.getvalue()


class _Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button[discord.ui.View](label="Off", disabled=True, custom_id="off"))
        self.add_item(discord.ui.Button[discord.ui.View](label="Outside", url="https://example.org/"))

    @discord.ui.button(label="Again", style=discord.ButtonStyle.primary, emoji="🔁", custom_id="again")
    async def again(
        self, interaction: discord.Interaction[discord.Client], _: discord.ui.Button[discord.ui.View]
    ) -> None:
        await interaction.response.edit_message(content="pressed", view=self)

    @discord.ui.button(label="Broken", style=discord.ButtonStyle.danger, custom_id="broken")
    async def broken(
        self, interaction: discord.Interaction[discord.Client], _: discord.ui.Button[discord.ui.View]
    ) -> None:
        """Never answers."""


class _Pick(discord.ui.View):
    @discord.ui.select(
        placeholder="Choose a fruit",
        custom_id="fruit",
        max_values=2,
        options=[discord.SelectOption(label=name.title(), value=name, emoji="🍎") for name in FRUITS],
    )
    async def fruit(
        self, interaction: discord.Interaction[discord.Client], select: discord.ui.Select[discord.ui.View]
    ) -> None:
        await interaction.response.edit_message(content=f"you chose {' and '.join(select.values)}", view=None)


class _Feedback(discord.ui.Modal, title="Feedback"):
    subject = discord.ui.TextInput["_Feedback"](label="Subject", custom_id="subject", min_length=3, max_length=20)
    body = discord.ui.TextInput["_Feedback"](
        label="More", custom_id="body", style=discord.TextStyle.paragraph, required=False
    )

    async def on_submit(self, interaction: discord.Interaction[discord.Client], /) -> None:
        await interaction.response.send_message(f"thanks: {self.subject.value} / {self.body.value}")


class PageBot(discord.Client):
    """One command for each thing the page can show."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.2)
        self.tree = app_commands.CommandTree(self)
        self.asked: list[str] = []
        self.may_suggest = asyncio.Event()
        self.may_suggest.set()
        _add_commands(self)
        self.is_synced = asyncio.Event()

    async def setup_hook(self) -> None:
        self.add_view(_Buttons())
        await self.tree.sync()
        self.is_synced.set()

    async def send_voice(self, channel_id: int, length_s: float) -> None:
        """Post a voice message; discord.py 2.7 has no method of its own for it."""
        points = bytes(int(40 + 200 * abs(math.sin(at / 5))) for at in range(64))
        attachment = {
            "id": "0",
            "filename": "voice-message.ogg",
            "duration_secs": length_s,
            "waveform": base64.b64encode(points).decode(),
        }
        form: list[dict[str, Any]] = [
            {"name": "payload_json", "value": json.dumps({"flags": VOICE_FLAG, "attachments": [attachment]})},
            {
                "name": "files[0]",
                "value": make_tone(length_s),
                "filename": "voice-message.ogg",
                "content_type": "audio/ogg",
            },
        ]
        await self.http.request(Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id), form=form)


def _add_commands(bot: PageBot) -> None:  # noqa: C901 - a flat list of small commands
    tree = bot.tree

    @tree.command(description="Says it back")
    @app_commands.describe(text="What to say", loud="In capitals", times="How often")
    async def echo(
        interaction: discord.Interaction[discord.Client],
        text: app_commands.Range[str, 2, 40],
        loud: bool = False,  # noqa: FBT001, FBT002 - the shape discord.py wants of an option
        times: app_commands.Range[int, 1, 3] = 1,
    ) -> None:
        said = " ".join([text.upper() if loud else text] * times)
        await interaction.response.send_message(f"echo: {said}")

    @echo.autocomplete("text")
    async def fruits(_: discord.Interaction[discord.Client], current: str) -> list[app_commands.Choice[str]]:
        bot.asked.append(current)
        await bot.may_suggest.wait()
        return [app_commands.Choice(name=name, value=name) for name in FRUITS if name.startswith(current)]

    @tree.command(description="A card with buttons")
    async def card(interaction: discord.Interaction[discord.Client]) -> None:
        embed = discord.Embed(title="Card", description="With **fields**", colour=0x2F9E6E)
        embed.add_field(name="Voice", value="`narrator`").add_field(name="Cost", value="3 credits")
        embed.set_footer(text="Footer")
        await interaction.response.send_message(embed=embed, view=_Buttons())

    @tree.command(description="Choose fruit")
    async def pick(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message("what do you like?", view=_Pick(timeout=None))

    @tree.command(description="Opens a form")
    async def feedback(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_modal(_Feedback())

    @tree.command(description="Only for you")
    async def whisper(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message("a secret", ephemeral=True)

    @tree.command(description="Takes a file and gives it back")
    async def copy(interaction: discord.Interaction[discord.Client], file: discord.Attachment) -> None:
        await interaction.response.defer(thinking=True)
        again = await file.to_file(description="the same file")
        await interaction.edit_original_response(content=f"{file.size} bytes", attachments=[again])

    @tree.command(description="A voice message")
    async def speak(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        assert interaction.channel_id is not None
        try:
            await bot.send_voice(interaction.channel_id, 1.2)
        except discord.Forbidden:
            await interaction.edit_original_response(content="not allowed")
            return
        await interaction.edit_original_response(content="done")

    @tree.command(description="Writes to you alone")
    async def letter(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.user.send("dear you")
        await interaction.delete_original_response()

    @tree.command(description="Never answers")
    async def silent(_: discord.Interaction[discord.Client]) -> None:
        """Leave the member waiting."""

    @tree.command(description="Bad manners")
    async def hostile(interaction: discord.Interaction[discord.Client]) -> None:
        embed = discord.Embed(title=HOSTILE[:200], description=HOSTILE)
        embed.set_image(url="https://example.org/tracker.png")
        await interaction.response.send_message(HOSTILE, embed=embed)

    @tree.context_menu(name="Shout it")
    async def shout(interaction: discord.Interaction[discord.Client], message: discord.Message) -> None:
        await interaction.response.send_message(f"shouted {message.author.name}: {message.id}")

    tree.add_command(_voice_group())
    add_more_commands(tree)


def _voice_group() -> app_commands.Group:
    group = app_commands.Group(name="voice", description="Voices")

    @group.command(name="show", description="Show a member's voice")
    @app_commands.choices(
        style=[app_commands.Choice(name="Calm", value="calm"), app_commands.Choice(name="Wild", value="wild")]
    )
    async def show(
        interaction: discord.Interaction[discord.Client], who: discord.Member, style: app_commands.Choice[str]
    ) -> None:
        await interaction.response.send_message(f"{who.mention} sounds {style.value}")

    assert show.parent is group
    return group


@dataclass
class Stage:
    """A sandbox with the bot connected to it."""

    server: SandboxServer
    bot: PageBot

    def close_page_sockets(self) -> None:
        """Cut the pages' event sockets, as a server that goes down does."""
        self.server._events.close()  # pyright: ignore[reportPrivateUsage] - nothing public cuts them


@dataclass
class Watch:
    """What a page did that it must not do."""

    console: list[str] = field(default_factory=list[str])
    outside: list[str] = field(default_factory=list[str])


@dataclass
class Reader:
    """A page somebody has open, and what it did."""

    page: Page
    watch: Watch
    url: str
    """Of the sandbox."""

    async def go(self, member_id: str = "", channel_id: str = "") -> None:
        """Open the page as somebody, somewhere."""
        place = {"as": member_id, "channel": channel_id}
        query = urlencode({name: value for name, value in place.items() if value})
        await self.page.goto(f"{self.url}/?{query}")
        await self.page.locator('[data-testid="bot-status"][data-state="connected"]').wait_for(state="attached")

    async def run(self, command: str) -> None:
        """Choose a command by name, as far as its first option."""
        composer = self.page.get_by_test_id("composer")
        await composer.fill(f"/{command}")
        await self.page.locator(f'[data-testid="command-option"][data-name="{command}"]').wait_for()
        await composer.press("Enter")

    async def run_and_send(self, command: str) -> None:
        """Run a command that needs no options."""
        await self.run(command)
        await self.page.keyboard.press("Enter")


@pytest.fixture
def answered_within_s() -> float:
    """How long the bot has for its first answer. Where nobody answers, that is waited for."""
    return UNHURRIED_S


@pytest_asyncio.fixture(loop_scope="session")
async def stage(monkeypatch: pytest.MonkeyPatch, answered_within_s: float) -> AsyncIterator[Stage]:
    async with SandboxServer(token=TOKEN, port=0, interaction_timeout_s=answered_within_s) as server:
        point_client_at(server, monkeypatch)
        bot = PageBot()
        async with bot, asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.start(TOKEN))
            async with asyncio.timeout(60):
                await bot.is_synced.wait()
                await bot.wait_until_ready()
            yield Stage(server, bot)
            await bot.close()


class OpenPage:
    """Opens the page as somebody; several may be open at once."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self._browser = browser
        self._stage = stage
        self._contexts: list[BrowserContext] = []

    async def __call__(self, member_id: str = "", channel_id: str = "", **options: Any) -> Reader:
        context = await self._browser.new_context(**options)
        self._contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        watch = Watch()
        self._listen(page, watch)
        reader = Reader(page, watch, self._stage.server.url)
        await reader.go(member_id, channel_id)
        return reader

    def _listen(self, page: Page, watch: Watch) -> None:
        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                watch.console.append(message.text)

        def asked(request: Request) -> None:
            if not request.url.startswith((self._stage.server.url, "blob:", "data:")):
                watch.outside.append(request.url)

        page.on("console", heard)
        page.on("pageerror", lambda error: watch.console.append(str(error)))
        page.on("request", asked)

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, stage: Stage) -> AsyncIterator[OpenPage]:
    opener = OpenPage(browser, stage)
    yield opener
    await opener.close()


@pytest.fixture(scope="session")
def tone() -> bytes:
    return make_tone(0.5)
