"""``soundbooth check``: what is configured, reachable and permitted, line by line, without starting the bot."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import av
import av.error
import discord

from bot.config import ConfigError, Settings
from bot.discord_bot import invite_url, point_at
from bot.endings import ProgramEnded
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiError, ApiUnauthorized
from bot.finevoice.requests import VoiceQuery
from bot.opening import NO_KEY, log_in, make_folder, reaching_discord
from bot.storage.database import Database, StorageError
from bot.storage.migrating import newest_revision
from bot.studio.models import missing_packages

CHECK_TIMEOUT_S = 20.0


class CheckFailed(Exception):
    """A check that failed; the message says what to do."""


async def run_checks(settings: Settings, config: Path) -> bool:
    """Print a line for each check; True when the bot could run."""
    checks = {
        "settings": _check_settings(config),
        "audio": _check_codecs(),
        "work files": _check_folder(settings),
        "database": _check_database(settings),
        "voices": _check_voices(settings),
        "discord": _check_discord(settings),
    }
    all_fine = True
    for subject, check in checks.items():
        try:
            async for line in check:
                print(f"ok    {subject:<11} {line}")
        except CheckFailed as failure:
            all_fine = False
            print(f"FAIL  {subject:<11} {failure}")
    return all_fine


async def _check_settings(config: Path) -> AsyncGenerator[str]:
    exists = await asyncio.to_thread(config.exists)
    yield str(config) if exists else f"environment and defaults (there is no {config})"


async def _check_codecs() -> AsyncGenerator[str]:
    try:
        av.Codec("libopus", "w")
        av.Codec("libmp3lame", "w")
    except av.error.FFmpegError as error:
        raise CheckFailed(f"PyAV {av.__version__} has no Opus or MP3 encoder: install its wheel again") from error
    yield f"PyAV {av.__version__} with Opus and MP3"


async def _check_folder(settings: Settings) -> AsyncGenerator[str]:
    folder = settings.storage.work_dir
    try:
        await asyncio.to_thread(make_folder, folder)
    except ConfigError as error:
        raise CheckFailed(str(error)) from error
    yield f"{folder} can be written to"


async def _check_database(settings: Settings) -> AsyncGenerator[str]:
    try:
        async with Database(settings.storage.url) as database:
            yield f"{database.name}, at migration {await database.revision()} of {newest_revision()}"
    except StorageError as error:
        raise CheckFailed(str(error)) from error


async def _check_voices(settings: Settings) -> AsyncGenerator[str]:
    if settings.uses_studio:
        missing = missing_packages()
        if missing:
            raise CheckFailed(f"no FINEVOICE_API_KEY, and the embedded studio needs {', '.join(missing)}")
        yield "no FINEVOICE_API_KEY: the embedded studio makes the audio on this machine"
        return
    given = settings.finevoice
    key = given.api_key.get_secret_value() if given.api_key else NO_KEY
    try:
        async with FineVoice(base_url=given.base_url, api_key=key, timeout_s=CHECK_TIMEOUT_S) as api:
            page = await api.voices.list(VoiceQuery(page=0, limit=1))
    except ApiUnauthorized as error:
        raise CheckFailed(f"{given.base_url} does not accept the key: see FINEVOICE_API_KEY") from error
    except ApiError as error:
        raise CheckFailed(f"{given.base_url} cannot be used ({type(error).__name__})") from error
    yield f"{given.base_url} accepts the key" + (f" and lists {page.total} voices" if page.total else "")


async def _check_discord(settings: Settings) -> AsyncGenerator[str]:
    if settings.discord.token is None:
        raise CheckFailed("no DISCORD_TOKEN; soundbooth sandbox works without one")
    point_at(settings.discord.api_url, settings.discord.gateway_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            with reaching_discord():
                async with asyncio.timeout(CHECK_TIMEOUT_S):
                    # Once: a check tells what is, and does not wait for better times.
                    await log_in(client, settings.discord.token.get_secret_value(), tries=1)
                    application = await client.application_info()
        except ProgramEnded as error:
            raise CheckFailed(str(error)) from error
    yield f"the token is {client.user}'s"
    yield f"invite it with {invite_url(application.id)}"
