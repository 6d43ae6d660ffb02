"""More commands of the page's small bot: pictures, pages to turn, people and roles, and use where it is no member."""

import io
import struct
import zlib

import discord
from discord import app_commands

PAGES = ("first page", "second page", "third page")


def make_picture(red: int) -> bytes:
    """A real PNG of 40 by 20 points in one colour."""
    row = b"\x00" + bytes((red, 90, 60)) * 40
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 40, 20, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 20)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


class _Pages(discord.ui.View):
    """A list to turn over and to choose from, for one member only."""

    def __init__(self) -> None:
        super().__init__(timeout=60)
        self.at = 0

    async def _turn(self, interaction: discord.Interaction[discord.Client], by: int) -> None:
        self.at += by
        await interaction.response.edit_message(content=PAGES[self.at], view=self)

    @discord.ui.button(label="Back", custom_id="back")
    async def back(
        self, interaction: discord.Interaction[discord.Client], _: discord.ui.Button[discord.ui.View]
    ) -> None:
        await self._turn(interaction, -1)

    @discord.ui.button(label="Next", custom_id="next")
    async def forward(
        self, interaction: discord.Interaction[discord.Client], _: discord.ui.Button[discord.ui.View]
    ) -> None:
        await self._turn(interaction, 1)

    @discord.ui.select(
        custom_id="open", placeholder="Open one", options=[discord.SelectOption(label=page) for page in PAGES]
    )
    async def choose(
        self, interaction: discord.Interaction[discord.Client], select: discord.ui.Select[discord.ui.View]
    ) -> None:
        await interaction.response.edit_message(content=f"opened the {select.values[0]}", view=None)


def add_more_commands(tree: app_commands.CommandTree[discord.Client]) -> None:
    """Add them all."""

    @tree.command(description="A picture on a card")
    async def chart(interaction: discord.Interaction[discord.Client]) -> None:
        embed = discord.Embed(title="Usage")
        embed.set_image(url="attachment://chart.png")
        files = [
            discord.File(io.BytesIO(make_picture(200)), "chart.png"),
            discord.File(io.BytesIO(make_picture(20)), "loose.png", description="by itself"),
        ]
        await interaction.response.send_message(embed=embed, files=files)

    @tree.command(description="Turn over and choose")
    async def pages(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message(PAGES[0], view=_Pages(), ephemeral=True)

    @tree.command(description="People and roles")
    async def people(
        interaction: discord.Interaction[discord.Client],
        member: discord.Member,
        role: discord.Role,
        anyone: discord.Member | discord.Role,
        share: app_commands.Range[float, 0.5, 2.0] = 1.0,
    ) -> None:
        names = (member.display_name, role.name, anyone.name, str(share))
        await interaction.response.send_message(" / ".join(names))

    @tree.command(description="For a few only")
    @app_commands.default_permissions(manage_messages=True)
    async def moderate(interaction: discord.Interaction[discord.Client]) -> None:
        await interaction.response.send_message("moderated")

    @tree.command(description="Along with a member")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def along(interaction: discord.Interaction[discord.Client]) -> None:
        kind = type(interaction.channel).__name__
        await interaction.response.send_message(f"in a {kind}")
