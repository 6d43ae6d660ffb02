"""The least a Discord bot can do: answer a command at once. What `waiting.py` measures ours against."""

import os

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class EchoBot(discord.Client):
    """One command, one answer."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Add the command."""

        @self.tree.command(name="tts", description="Answers at once")
        async def tts(interaction: discord.Interaction[discord.Client], text: str) -> None:
            await interaction.response.send_message(text)

        assert tts.name == "tts"
        await self.tree.sync()


if __name__ == "__main__":
    Route.BASE = os.environ["SOUNDBOOTH_DISCORD__API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["SOUNDBOOTH_DISCORD__GATEWAY_URL"])
    EchoBot().run(os.environ["DISCORD_TOKEN"], log_handler=None)
