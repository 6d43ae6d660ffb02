"""The bot as Discord sees it: intents, cogs, command sync, and the one handler of errors in commands."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.delivery.delivery import DiscordDelivery
from bot.errors import UserError
from bot.jobs.fair_use import FairUse
from bot.jobs.service import JobService
from bot.jobs.voice_library import VoiceLibrary
from bot.models import ResultForm
from bot.replies.answer import say_privately
from bot.replies.sentences import say_bug, say_error

log = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
CONNECTIONS = 50
COMPARED = (
    "description",
    "options",
    "contexts",
    "integration_types",
    "default_member_permissions",
    "nsfw",
)
# Where a command leaves these open, Discord answers with what it chose.
FILLED_IN_BY_DISCORD = frozenset({"contexts", "integration_types"})
EXTENSIONS = ("cogs.speech", "cogs.jobs", "cogs.settings", "cogs.usage")
# View channel, send messages (also in threads), embed links, attach files, read history, send voice messages.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    send_voice_messages=True,
)


@dataclass(frozen=True, slots=True)
class Services:
    """What cogs may use."""

    jobs: JobService
    fair_use: FairUse
    voices: VoiceLibrary
    delivery: DiscordDelivery
    default_form: ResultForm


class CommandTree(app_commands.CommandTree["SoundboothBot"]):
    """Turns errors of commands into sentences."""

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """One of the three named borders for broad errors: whatever a command raises ends here."""
        cause = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else error
        await answer_error(interaction, cause or error)


async def answer_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the member, privately, what they can do; log what nobody foresaw under the id they are shown."""
    if isinstance(error, UserError):
        await say_privately(interaction, say_error(error))
        return
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
        log.warning("An interaction ended before it was answered: guild_id=%s", interaction.guild_id)
        return
    bug_id = secrets.token_hex(3)
    log.error("Command failed: id=%s guild_id=%s", bug_id, interaction.guild_id, exc_info=error)
    await say_privately(interaction, say_bug(bug_id))


class SoundboothBot(commands.AutoShardedBot):
    """The client. ``services`` is set by bot/app.py before it starts."""

    def __init__(self, *, sync_commands: bool, shard_count: int = 1, shard_ids: Sequence[int] = ()) -> None:
        """``shard_count`` 0 takes as many as Discord advises; ``shard_ids`` empty serves all of them."""
        super().__init__(
            # None is what the library means by "all of them", although its types do not say so.
            shard_count=cast("int", shard_count or None),
            shard_ids=cast("list[int]", list(shard_ids) or None),
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CommandTree,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # Longer rate limits come back as an error: bot/delivery tries again later. A request that is cancelled
            # while discord.py 2.7.1 sleeps off a global one would leave all others waiting for ever.
            max_ratelimit_timeout=30.0,
        )
        # Of several processes only one sends the commands to Discord.
        self._sync_commands = sync_commands and (not shard_ids or 0 in shard_ids)
        self.services: Services

    def serves(self, guild_id: int | None) -> bool:
        """True where Discord sends this process what happens in the guild (direct messages: None)."""
        count = self.shard_count or 1
        shard_id = 0 if guild_id is None else (guild_id >> 22) % count
        return self.shard_ids is None or shard_id in self.shard_ids

    @property
    def operator_ids(self) -> frozenset[int]:
        """The owners of the Discord application: they pay, and may set any limit."""
        if self.application is None:
            return frozenset()
        team = self.application.team
        return (
            frozenset(member.id for member in team.members)
            if team is not None
            else frozenset({self.application.owner.id})
        )

    async def setup_hook(self) -> None:
        """Load the cogs and bring Discord's copy of the commands up to date.

        Called again when Discord failed in the middle of it and the bot logs in once more.
        """
        for extension in EXTENSIONS:
            if extension not in self.extensions:
                await self.load_extension(extension)
        if self._sync_commands:
            await self._sync_if_changed()

    async def login(self, token: str) -> None:
        """Log in. After a failure it may be called again.

        Raises:
            discord.LoginFailure: the token is wrong.
            discord.HTTPException: Discord refused something on the way.
            aiohttp.ClientError: Discord cannot be reached.
        """
        is_in = False
        # The library's own has no limit: a burst of commands would open hundreds of connections in one moment, and wait
        # for most of them longer than for a free one.
        self.http.connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        try:
            await super().login(token)
            is_in = True
        finally:
            if not is_in:
                # discord.py opens a new session for each try and forgets the one before, on the connector of that one.
                await self.http.close()
                self.http.connector = discord.utils.MISSING

    async def _sync_if_changed(self) -> None:
        """Send the commands only when they differ: 200 creations a day are all that Discord allows."""
        wanted = {_key(command): command for command in (one.to_dict(self.tree) for one in self.tree.get_commands())}
        # What discord.py makes of Discord's answer leaves out permissions and age restrictions.
        answer = await self.http.get_global_commands(cast("int", self.application_id))
        known = {_key(command): command for command in cast("list[dict[str, object]]", answer)}
        if wanted.keys() == known.keys() and all(_is_same(wanted[key], known[key]) for key in wanted):
            log.info("Commands are up to date")
            return
        synced = await self.tree.sync()
        log.info("Commands sent to Discord: %s", ", ".join(command.name for command in synced))

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("Connected to Discord as %s in %s guilds", self.user, len(self.guilds))


def point_at(api_url: str, gateway_url: str) -> None:
    """Send discord.py somewhere else than discord.com: a proxy, or the sandbox.

    The library has no setting for it; these are the attributes it reads at call time.
    """
    Route.BASE = api_url
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


def invite_url(application_id: int) -> str:
    """The link with which a server manager adds the bot with the right permissions."""
    return discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


def _key(command: Mapping[str, object]) -> tuple[object, object]:
    return command.get("type", 1), command.get("name")


def _is_same(wanted: Mapping[str, object], known: Mapping[str, object]) -> bool:
    """Whether Discord knows the command as we want it; it adds ids, versions and defaults of its own."""
    return all(
        _comparable(key, wanted.get(key)) == _comparable(key, known.get(key))
        for key in COMPARED
        if wanted.get(key) is not None or key not in FILLED_IN_BY_DISCORD
    )


def _comparable(key: str, value: object) -> object:
    """A part of a command in a form that is the same in what is sent and in what comes back."""
    if key in {"contexts", "integration_types"}:
        return set(cast("list[int]", value or []))
    if key == "default_member_permissions":
        return None if value is None else str(value)
    return _without_defaults(value)


def _without_defaults(value: object) -> object:
    if isinstance(value, dict):
        parts = {key: _without_defaults(part) for key, part in cast("dict[str, object]", value).items()}
        return {key: part for key, part in parts.items() if part is not None}
    if isinstance(value, list):
        return [_without_defaults(part) for part in cast("list[object]", value)] or None
    return None if value is False or value in ("", {}) else value
