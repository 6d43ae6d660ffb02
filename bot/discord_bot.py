"""The bot as Discord sees it: intents, cogs, command sync, and the one handler of errors in commands."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.delivery.automod import AutoMod
from bot.delivery.delivery import DiscordDelivery
from bot.delivery.soundboard import Swaps
from bot.endings import ProgramEnded
from bot.errors import UserError
from bot.jobs.fair_use import FairUse
from bot.jobs.favourites import Favourites
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Privacy
from bot.jobs.service import JobService
from bot.jobs.transcribing import Transcribing
from bot.jobs.unconfirmed import UnconfirmedRequests
from bot.jobs.voice_library import VoiceLibrary
from bot.jobs.voice_samples import VoiceSamples
from bot.models import ResultForm
from bot.replies.about import Facts
from bot.replies.answer import NOT_ANSWERED, say_privately
from bot.replies.command_names import CommandTranslator
from bot.replies.language import speak
from bot.replies.sentences import say_bug, say_error, say_no_memory

log = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
CONNECTIONS = 50
COMMAND_IDS_WITHIN_S = 5.0
COMPARED = (
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "contexts",
    "integration_types",
    "default_member_permissions",
    "nsfw",
)
# Where a command leaves these open, Discord answers with what it chose.
FILLED_IN_BY_DISCORD = frozenset({"contexts", "integration_types"})
EXTENSIONS = (
    "cogs.confirming",
    "cogs.speech",
    "cogs.reading",
    "cogs.effects",
    "cogs.soundboard",
    "cogs.voices",
    "cogs.transcription",
    "cogs.transcript_buttons",
    "cogs.automatic_transcripts",
    "cogs.jobs",
    "cogs.result_buttons",
    "cogs.limits",
    "cogs.usage",
    "cogs.settings",
    "cogs.privacy",
    "cogs.about",
    "cogs.old_messages",
)
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
    preferences: Preferences
    privacy: Privacy
    default_form: ResultForm
    favourites: Favourites
    voice_samples: VoiceSamples
    transcribing: Transcribing
    automod: AutoMod
    max_text_length: int = 1000
    """Characters of one clip."""
    confirm_above: int = 0
    """Cost units from which on members are asked before something is made; 0: never."""
    sees_pictures: bool = True
    """Whether sounds can be made of pictures and videos; the embedded studio knows words only."""
    unconfirmed: UnconfirmedRequests = field(default_factory=UnconfirmedRequests)
    swaps: Swaps = field(default_factory=Swaps)
    facts: Facts = field(default_factory=Facts)
    """What is to be told of this installation."""


class CommandTree(app_commands.CommandTree["SoundboothBot"]):
    """Lets commands answer in the right language, and turns their errors into sentences."""

    async def interaction_check(self, interaction: discord.Interaction["SoundboothBot"], /) -> bool:
        """Called before every command, menu of a message, and autocomplete, in a task of its own."""
        speak(await language_for(interaction))
        return True

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """One of the three named borders for broad errors: whatever a command raises ends here."""
        cause = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else error
        await answer_error(interaction, cause or error)


async def language_for(interaction: discord.Interaction[Any]) -> str:
    """The language to answer in: what the managers chose for their server, else what the member set in Discord."""
    own = str(interaction.locale)
    if interaction.guild_id is None or not interaction.is_guild_integration():
        return own
    return await interaction.client.services.preferences.locale(interaction.guild_id) or own


async def answer_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the member, privately, what they can do; log what nobody foresaw under the id they are shown."""
    if isinstance(error, UserError):
        await say_privately(interaction, say_error(error))
        return
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
        log.warning("An interaction ended before it was answered: guild_id=%s", interaction.guild_id)
        return
    if isinstance(error, ProgramEnded):
        # The database fails. What was admitted before is in it.
        log.error("A command could not be done: guild_id=%s: %s", interaction.guild_id, error)
        await say_privately(interaction, say_no_memory())
        return
    bug_id = secrets.token_hex(3)
    log.error("Command failed: id=%s guild_id=%s", bug_id, interaction.guild_id, exc_info=error)
    await say_privately(interaction, say_bug(bug_id))


class SoundboothBot(commands.AutoShardedBot):
    """The client. ``services`` is set by bot/app.py before it starts."""

    def __init__(
        self,
        *,
        sync_commands: bool,
        shard_count: int = 1,
        shard_ids: Sequence[int] = (),
        reads_messages: bool = False,
    ) -> None:
        """``shard_count`` 0 takes as many as Discord advises; ``shard_ids`` empty serves all of them.

        ``reads_messages`` asks Discord for what is in messages, which takes a switch in its developer portal.
        """
        super().__init__(
            # None is what the library means by "all of them", although its types do not say so.
            shard_count=cast("int", shard_count or None),
            shard_ids=cast("list[int]", list(shard_ids) or None),
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=reads_messages, message_content=reads_messages),
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
        self._translator = CommandTranslator()
        self._command_ids: dict[str, int] = {}
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
        await self.tree.set_translator(self._translator)
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
        wanted = {_key(command): command for command in await self.command_payloads()}
        # What discord.py makes of Discord's answer leaves out permissions and age restrictions.
        answer = await self.http.request(
            # discord.py's own method cannot ask for translations, without which all of them would seem to be new.
            Route("GET", "/applications/{application_id}/commands", application_id=cast("int", self.application_id)),
            params={"with_localizations": "true"},
        )
        known = {_key(command): command for command in cast("list[dict[str, object]]", answer)}
        if wanted.keys() == known.keys() and all(_is_same(wanted[key], known[key]) for key in wanted):
            log.info("Commands are up to date")
            return
        # Not with tree.sync(), which would translate them all once more: that takes as long as everything else here.
        await self.http.bulk_upsert_global_commands(cast("int", self.application_id), payload=list(wanted.values()))
        log.info("Commands sent to Discord: %s", ", ".join(str(command["name"]) for command in wanted.values()))

    async def command_ids(self) -> Mapping[str, int]:
        """The ids of our commands by name, with which they can be clicked in texts; empty while Discord does not say.

        Asked for once. Discord keeps the id of a command that changes.
        """
        if not self._command_ids:
            try:
                async with asyncio.timeout(COMMAND_IDS_WITHIN_S):
                    answer = await self.http.get_global_commands(cast("int", self.application_id))
            except NOT_ANSWERED as error:
                log.warning("Discord did not tell the ids of the commands: %s", type(error).__name__)
                return {}
            slash = discord.AppCommandType.chat_input.value
            self._command_ids = {one["name"]: int(one["id"]) for one in answer if one.get("type", slash) == slash}
        return self._command_ids

    async def command_payloads(self) -> list[dict[str, object]]:
        """All commands as Discord gets them, with their translations."""
        return [
            await command.get_translated_payload(self.tree, self._translator) for command in self.tree.get_commands()
        ]

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("Connected to Discord as %s in %s guilds", self.user, len(self.guilds))


Interaction = discord.Interaction[SoundboothBot]
"""What cogs are handed for everything that a member does."""


def point_at(api_url: str, gateway_url: str, cdn_url: str = "") -> None:
    """Send discord.py somewhere else than discord.com: a proxy, or the sandbox.

    The library has no setting for it; these are the attributes it reads at call time.
    """
    Route.BASE = api_url
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
    if cdn_url:
        discord.Asset.BASE = cdn_url.rstrip("/")  # pyright: ignore[reportAttributeAccessIssue] - typed as a constant


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
        return {key: part for key, part in parts.items() if part is not None} or None
    if isinstance(value, list):
        return [_without_defaults(part) for part in cast("list[object]", value)] or None
    return None if value is False or value in ("", {}) else value
