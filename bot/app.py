"""Builds every object once, in order, and takes them down in reverse. The only file that knows all the others."""

import asyncio
import logging
import math
import random
import secrets
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import discord
from pydantic import SecretStr
from yarl import URL

from bot.config import ConfigError, Settings
from bot.delivery.automod import AutoMod
from bot.delivery.delivery import DiscordDelivery
from bot.delivery.sources import DiscordSources
from bot.discord_bot import Services, SoundboothBot, point_at
from bot.endings import Stopped, unless_stopped
from bot.finevoice.client import FineVoice
from bot.health import health_server
from bot.jobs.calls import Calls
from bot.jobs.carrier import Carrier, CarrierOptions
from bot.jobs.fair_use import FairUse
from bot.jobs.favourites import Favourites
from bot.jobs.line_display import REFRESH_EVERY_S, LineDisplay
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Memories, Privacy
from bot.jobs.result_cache import TIDY_EVERY_S, CacheOptions, ResultCache
from bot.jobs.runner import Runner
from bot.jobs.service import JobService
from bot.jobs.transcribing import Keeping, Transcribing, TranscriptBounds
from bot.jobs.upkeep import CLEAN_UP_EVERY_S, EXPIRE_EVERY_S, Upkeep, UpkeepOptions
from bot.jobs.voice_library import VoiceLibrary
from bot.jobs.voice_samples import SampleOptions, VoiceSamples
from bot.limits import Allowance, Limits, Rate
from bot.models import JobKind, ResultForm
from bot.opening import StartError, log_in, make_folder, open_finevoice
from bot.relay import Relay, RelayOptions
from bot.replies.about import Facts, Maker
from bot.sections import FINEVOICE_URL
from bot.storage.database import Database
from bot.storage.favourites import FavouriteStore
from bot.storage.housekeeping import Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from bot.storage.pace import PaceStore
from bot.storage.preferences import PreferenceStore
from bot.storage.privacy import PrivacyStore
from bot.storage.processes import RENEW_EVERY_S, ProcessStore
from bot.storage.transcripts import TranscriptStore
from bot.storage.usage import UsageStore
from bot.storage.voice_samples import SampleStore
from bot.storage.voices import VoiceStore

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock of the program, passed to whatever needs the time."""
    return datetime.now(UTC)


async def run_bot(settings: Settings, stop: asyncio.Event) -> None:
    """Run the bot until ``stop`` is set. Jobs that are not finished then stay in the table.

    Raises:
        ConfigError: something is missing from the settings.
        StartError: Discord refuses the bot or cannot be reached.
        StorageError: the database cannot be used.
    """
    if settings.discord.token is None:
        raise ConfigError(
            "There is no Discord token: set DISCORD_TOKEN or [discord] token (discord.com/developers, your "
            "application, Bot, Reset Token), or try the bot without one: soundbooth sandbox."
        )
    await asyncio.to_thread(make_folder, settings.storage.work_dir)
    point_at(settings.discord.api_url, settings.discord.gateway_url, settings.discord.cdn_url)
    bot = SoundboothBot(
        sync_commands=settings.discord.sync_commands,
        shard_count=settings.discord.shard_count,
        shard_ids=settings.discord.shard_ids,
        reads_messages=settings.discord.message_content,
    )
    relay = _relay(settings, settings.discord.token)
    async with (
        Database(settings.storage.url, exclusive=True) as database,
        open_finevoice(settings) as api,
        bot,
        relay.open() if relay else nullcontext(),
        health_server(
            settings.http.host,
            settings.http.port,
            lambda: _health(bot, database),
            relay.routes() if relay else (),
        ),
    ):
        voices = VoiceLibrary(
            api,
            VoiceStore(database),
            default_voice=settings.finevoice.default_voice,
            refresh_every_s=settings.finevoice.catalogue_refresh_s,
        )
        runner, upkeep, bot.services = _build_services(settings, bot, database, api, voices, relay=relay)
        try:
            # Discord may be away for long, and whoever stops the bot does not wait for it.
            await unless_stopped(log_in(bot, settings.discord.token.get_secret_value()), stop)
        except Stopped:
            return
        await upkeep.start()
        try:
            await _run_all(bot, runner, voices, stop)
        finally:
            await upkeep.end()


def _build_services(
    settings: Settings,
    bot: SoundboothBot,
    database: Database,
    api: FineVoice,
    voices: VoiceLibrary,
    *,
    relay: Relay | None,
) -> tuple[Runner, Upkeep, Services]:
    process_id = secrets.token_hex(16)
    limits = limits_of(settings)
    store = JobStore(database, limits if settings.limits.enabled else None, owner=process_id)
    preferences, transcripts = Preferences(PreferenceStore(database)), TranscriptStore(database)
    delivery = DiscordDelivery(bot, now=utc_now, keep_text=Keeping(transcripts, preferences, now=utc_now).keep)
    sources = DiscordSources(bot, origins=_cdn_origins(settings), now=utc_now, relay=relay)
    cache = ResultCache(
        CacheOptions(
            folder=settings.storage.work_dir / "cache",
            max_bytes=settings.jobs.cache_mb * 1024 * 1024,
            kept=timedelta(days=settings.jobs.cache_days),
        ),
        now=utc_now,
    )
    options = CarrierOptions(
        work_dir=settings.storage.work_dir / "jobs",
        deadlines_s={
            JobKind.SPEECH: settings.jobs.speech_deadline_s,
            JobKind.EFFECT: settings.jobs.effect_deadline_s,
            JobKind.TRANSCRIPT: settings.jobs.transcript_deadline_s,
        },
        max_result_bytes=int(settings.jobs.max_result_mb * 1024 * 1024),
        delivery_deadline_s=settings.jobs.delivery_deadline_s,
        cache=cache,
    )
    carrier = Carrier(
        store,
        Calls(api, sources, is_opted_out=transcripts.is_opted_out, takes_seeds=settings.uses_studio),
        delivery,
        options,
        now=utc_now,
        sleep=asyncio.sleep,
        rng=random.Random(),  # noqa: S311  # jitter, not a secret
        times=PaceStore(database),
    )
    # Samples of voices take places of the key without being jobs.
    runner = Runner(
        store,
        carrier,
        delivery,
        places=lambda: api.places.allowed - api.places.taken,
        now=utc_now,
        sleep=asyncio.sleep,
    )
    samples = VoiceSamples(
        api,
        SampleStore(database),
        SampleOptions(
            folder=settings.storage.work_dir / "samples",
            guild_day=settings.limits.guild_samples_day if settings.limits.enabled else 0,
        ),
        now=utc_now,
        sleep=asyncio.sleep,
        place_came_free=runner.wake,
    )
    upkeep = Upkeep(
        store,
        carrier,
        ProcessStore(database, process_id),
        Housekeeper(database, jobs_kept=timedelta(days=settings.jobs.keep_jobs_days)),
        UpkeepOptions(
            waiting_deadline=timedelta(seconds=settings.jobs.waiting_deadline_s),
            undelivered_kept=timedelta(hours=settings.jobs.keep_undelivered_h),
        ),
        now=utc_now,
        show=runner.show,
    )
    line = LineDisplay(
        store,
        delivery,
        carrier.pace,
        places=lambda: api.places.allowed,
        running=lambda: runner.with_service,
        is_shown_here=lambda job: bot.serves(job.place.guild_id),
    )
    runner.with_duty("lease", upkeep.renew_lease, every_s=RENEW_EVERY_S)
    runner.with_duty("expiry", upkeep.expire, every_s=EXPIRE_EVERY_S)
    runner.with_duty("housekeeping", upkeep.clean_up, every_s=CLEAN_UP_EVERY_S)
    runner.with_duty("cache", cache.tidy, every_s=TIDY_EVERY_S)
    runner.with_duty("line", line.refresh, every_s=REFRESH_EVERY_S)
    jobs = JobService(
        store,
        runner,
        line,
        now=utc_now,
        max_text_length=settings.limits.max_text_length,
        is_opted_out=transcripts.is_opted_out,
        cache=cache,
    )
    fair_use = FairUse(
        OverrideStore(database, limits),
        UsageStore(database),
        defaults=limits,
        is_enabled=settings.limits.enabled,
        now=utc_now,
    )
    return (
        runner,
        upkeep,
        Services(
            jobs,
            fair_use,
            voices,
            delivery,
            preferences,
            Privacy(
                PrivacyStore(database),
                Memories(preferences, voices, cache.forget),
                now=utc_now,
            ),
            ResultForm(settings.audio.default_form),
            favourites=Favourites(FavouriteStore(database), now=utc_now),
            voice_samples=samples,
            transcribing=Transcribing(jobs, transcripts, preferences, _transcript_bounds(settings), now=utc_now),
            automod=AutoMod(bot, now=utc_now),
            max_text_length=settings.limits.max_text_length,
            confirm_above=settings.limits.confirm_above,
            sees_pictures=not settings.uses_studio,
            facts=_facts(settings),
        ),
    )


def _cdn_origins(settings: Settings) -> tuple[URL, ...]:
    return (URL(settings.discord.cdn_url).origin(),)


def _relay(settings: Settings, token: SecretStr) -> Relay | None:
    """Links of the bot's own to what members attach, where its HTTP server can be reached from outside."""
    if not settings.http.public_url:
        return None
    options = RelayOptions(
        public_url=settings.http.public_url,
        # All processes of a bot have it, and it stays the same over restarts.
        key=token.get_secret_value().encode(),
        max_bytes=settings.limits.max_source_mb * 1024 * 1024,
        origins=_cdn_origins(settings),
    )
    return Relay(options, now=utc_now)


def _transcript_bounds(settings: Settings) -> TranscriptBounds:
    return TranscriptBounds(settings.limits.max_source_mb * 1024 * 1024, settings.limits.max_transcript_s)


def _facts(settings: Settings) -> Facts:
    if settings.uses_studio:
        maker = Maker.STUDIO
    else:
        maker = Maker.FINEVOICE if settings.finevoice.base_url == FINEVOICE_URL else Maker.OWN_SERVER
    return Facts(maker, math.ceil(settings.jobs.keep_jobs_days))


def limits_of(settings: Settings) -> Limits:
    """What each member and each guild may ask for, as far as the managers of a guild did not set it otherwise."""
    limits = settings.limits
    return Limits(
        member=Allowance(
            Rate(limits.member_burst, limits.member_refill_s),
            limits.member_in_flight,
            limits.member_day,
            limits.member_month,
        ),
        guild=Allowance(
            Rate(limits.guild_burst, limits.guild_refill_s),
            limits.guild_in_flight,
            limits.guild_day,
            limits.guild_month,
        ),
        weights={
            JobKind.SPEECH: limits.speech_weight,
            JobKind.EFFECT: limits.effect_weight,
            JobKind.TRANSCRIPT: limits.transcript_weight,
        },
    )


async def _run_all(bot: SoundboothBot, runner: Runner, voices: VoiceLibrary, stop: asyncio.Event) -> None:
    """Run until ``stop``: first nothing new is accepted, then what is in hand is left in a state to go on from."""
    try:
        async with asyncio.TaskGroup() as group:
            connection = group.create_task(bot.connect())
            library = group.create_task(voices.run())
            running = group.create_task(runner.run())
            await stop.wait()
            log.info("Stopping; jobs that are not finished go on at the next start")
            runner.stop()
            await asyncio.wait({running})
            await bot.close()
            library.cancel()
            connection.cancel()
    except* discord.PrivilegedIntentsRequired as group:
        raise ConfigError(
            "Discord does not let this bot read messages: switch on Message Content Intent (discord.com/developers, "
            "your application, Bot), or set [discord] message_content = false."
        ) from group
    except* discord.ConnectionClosed as group:
        raise StartError(f"Discord closed the connection for good: {group.exceptions[0]}.") from group


async def _health(bot: SoundboothBot, database: Database) -> dict[str, bool]:
    return {"discord": bot.is_ready() and not bot.is_closed(), "database": await database.answers()}
