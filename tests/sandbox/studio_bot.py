"""A discord.py bot as anybody would write it, with one of everything the sandbox has to serve."""

import asyncio
import io
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

SOUND = b"OggS" + bytes(2000)


class Window(discord.ui.Modal, title="Your text"):
    line = discord.ui.TextInput["Window"](label="Line", custom_id="line", max_length=20)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"submitted {self.line.value}", ephemeral=True)


class Card(discord.ui.View):
    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _: discord.ui.Button["Card"]) -> None:
        await interaction.response.edit_message(content="pressed", view=self)

    @discord.ui.button(label="Write", custom_id="write")
    async def write(self, interaction: discord.Interaction, _: discord.ui.Button["Card"]) -> None:
        await interaction.response.send_modal(Window(custom_id="window"))

    @discord.ui.select(
        custom_id="voice", options=[discord.SelectOption(label="Mira"), discord.SelectOption(label="Otto")]
    )
    async def voice(self, interaction: discord.Interaction, select: discord.ui.Select["Card"]) -> None:
        await interaction.response.defer()
        await interaction.followup.send(f"chose {select.values[0]}")


async def _speak(
    interaction: discord.Interaction, text: str, voice: str = "nobody", file: discord.Attachment | None = None
) -> None:
    await interaction.response.defer(thinking=True)
    heard = b"" if file is None else await file.read()
    content = f"{text} by {voice} from {len(heard)} bytes"
    await interaction.edit_original_response(
        content=content, attachments=[discord.File(io.BytesIO(SOUND), "speech.ogg", description="Speech")]
    )
    await interaction.followup.send("for your eyes only", ephemeral=True)


async def _complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=name.lower()) for name in ("Mira", "Otto") if current in name.lower()]


async def _card(interaction: discord.Interaction) -> None:
    embed = discord.Embed(title="Card", description="Press something")
    await interaction.response.send_message(embed=embed, view=Card(timeout=None))


async def _read(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"read: {message.content}", ephemeral=True)


class StudioBot(commands.Bot):
    """Says when it is ready, resumed, and what it heard."""

    def __init__(self) -> None:
        super().__init__(
            "!",
            intents=discord.Intents.default(),
            guild_ready_timeout=0.1,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.is_set_up = asyncio.Event()
        self.has_resumed = asyncio.Event()
        self.role_changed = asyncio.Event()
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()

    async def setup_hook(self) -> None:
        logging.getLogger("discord").setLevel(logging.ERROR)
        speak = app_commands.Command[Any, ..., None](name="speak", description="Say something", callback=_speak)
        speak.autocomplete("voice")(_complete)
        self.tree.add_command(speak)
        self.tree.add_command(app_commands.Command(name="card", description="Show a card", callback=_card))
        self.tree.add_command(app_commands.ContextMenu(name="Read aloud", callback=_read))
        self.add_view(Card(timeout=None))
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.is_set_up.set()

    async def on_resumed(self) -> None:
        self.has_resumed.set()

    async def on_guild_role_update(self, *_: discord.Role) -> None:
        self.role_changed.set()

    async def on_message(self, message: discord.Message, /) -> None:
        await self.heard.put(message)

    def channel(self, channel_id: str) -> discord.TextChannel:
        channel = self.get_channel(int(channel_id))
        assert isinstance(channel, discord.TextChannel)
        return channel
