"""The sections of the settings: what can be set, what it is where nothing is set, and what is refused."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from bot.studio.engines.base import Capability
from bot.studio.engines.registry import IMPORT_PATH
from bot.studio.options import StudioOptions

FINEVOICE_URL = "https://apis.finevoice.ai"
DISCORD_API_URL = "https://discord.com/api/v10"
DISCORDS_CDN = "https://cdn.discordapp.com"

Positive = Annotated[int, Field(gt=0)]
NotNegative = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Section(BaseModel):
    """A section refuses keys it does not know, so that a typing error is never silent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class DiscordSettings(Section):
    """``[discord]``: how the bot reaches Discord."""

    token: SecretStr | None = None
    api_url: str = DISCORD_API_URL
    gateway_url: str = ""
    cdn_url: str = DISCORDS_CDN
    sync_commands: bool = True
    message_content: bool = False
    shard_count: Annotated[int, Field(ge=0, le=10_000)] = 1
    shard_ids: tuple[Annotated[int, Field(ge=0)], ...] = ()

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _checked_secret(value)

    @field_validator("api_url", "cdn_url")
    @classmethod
    def _is_api_url(cls, value: str) -> str:
        return _checked_url(value, schemes=("http", "https"))

    @field_validator("gateway_url")
    @classmethod
    def _is_gateway_url(cls, value: str) -> str:
        return _checked_url(value, schemes=("ws", "wss")) if value else value

    @model_validator(mode="after")
    def _shards_fit(self) -> Self:
        if any(shard >= self.shard_count for shard in self.shard_ids):
            message = "shard_ids must be from 0 to one less than shard_count"
            raise ValueError(message)
        return self


class FineVoiceSettings(Section):
    """``[finevoice]``: the API key and how much of it may be used at once."""

    api_key: SecretStr | None = None
    base_url: str = FINEVOICE_URL
    concurrency: Annotated[int, Field(ge=1, le=100)] = 5
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 30.0
    default_voice: str = ""
    catalogue_refresh_s: Annotated[float, Field(ge=60)] = 6 * 3600.0

    @field_validator("api_key")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        return _checked_secret(value)

    @field_validator("base_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        return _checked_url(value, schemes=("http", "https"))


class StorageSettings(Section):
    """``[storage]``: where jobs and files are kept."""

    # Not shown: it may hold the password of a database server.
    url: Annotated[str, Field(repr=False)] = "sqlite+aiosqlite:///var/soundbooth.db"
    work_dir: Path = Path("var/work")

    @field_validator("url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            message = "must start with sqlite+aiosqlite:/// or postgresql+asyncpg://"
            raise ValueError(message)
        return value


class LimitSettings(Section):
    """``[limits]``: fair use. A burst at once, then one more job each ``refill_s`` seconds; 0 is no limit."""

    enabled: bool = True
    member_burst: Positive = 5
    member_refill_s: Annotated[float, Field(gt=0)] = 20.0
    member_in_flight: NotNegative = 5
    member_day: NotNegative = 20_000
    member_month: NotNegative = 200_000
    guild_burst: Positive = 20
    guild_refill_s: Annotated[float, Field(gt=0)] = 5.0
    guild_in_flight: NotNegative = 50
    guild_day: NotNegative = 100_000
    guild_month: NotNegative = 1_000_000
    speech_weight: Annotated[float, Field(ge=0)] = 1.0
    effect_weight: Annotated[float, Field(ge=0)] = 20.0
    transcript_weight: Annotated[float, Field(ge=0)] = 2.0
    confirm_above: NotNegative = 600
    guild_samples_day: NotNegative = 200
    max_text_length: Annotated[int, Field(ge=1, le=5000)] = 1000
    max_source_mb: Annotated[int, Field(ge=1, le=500)] = 100
    max_transcript_s: Annotated[float, Field(gt=0, le=36_000)] = 3600.0


class JobSettings(Section):
    """``[jobs]``: how long a job may take and how large a result may be."""

    speech_deadline_s: Annotated[float, Field(gt=0)] = 300.0
    effect_deadline_s: Annotated[float, Field(gt=0)] = 300.0
    transcript_deadline_s: Annotated[float, Field(gt=0)] = 1800.0
    waiting_deadline_s: Annotated[float, Field(gt=0)] = 6 * 3600.0
    delivery_deadline_s: Annotated[float, Field(gt=0)] = 24 * 3600.0
    keep_undelivered_h: Annotated[float, Field(gt=0)] = 72.0
    keep_jobs_days: Annotated[float, Field(gt=0)] = 30.0
    max_result_mb: Annotated[float, Field(gt=0, le=500)] = 100.0
    cache_mb: Annotated[int, Field(ge=0, le=100_000)] = 200
    cache_days: Annotated[float, Field(gt=0, le=365)] = 7.0


class AudioSettings(Section):
    """``[audio]``: the form of results when the member does not choose one."""

    default_form: Literal["voice message", "file"] = "voice message"


class StudioSettings(Section):
    """``[studio]``: the embedded studio, used when there is no FineVoice key."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    workers: Annotated[int, Field(ge=1, le=16)] = 1
    max_queue: Annotated[int, Field(ge=1, le=1_000)] = 50
    keep_hours: Annotated[float, Field(gt=0, le=24 * 365)] = 24.0
    keep_mb: Annotated[int, Field(ge=10)] = 2_000
    max_source_mb: Annotated[int, Field(ge=1, le=2_000)] = 100
    worker_memory_mb: Annotated[int, Field(ge=500)] = 2_500
    allowed_origins: tuple[str, ...] = ()
    whisper_model: str = ""
    whisper_threads: Annotated[int, Field(ge=0, le=16)] = 0
    engines: dict[Capability, str] = {}

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return _split(value)

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_url(origin, schemes=("http", "https")) for origin in value)

    @field_validator("engines", mode="before")
    @classmethod
    def _paired(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = (part.partition("=") for part in value.split(",") if part.strip())
        return {capability.strip(): path.strip() for capability, _, path in pairs}

    @field_validator("engines")
    @classmethod
    def _are_import_paths(cls, value: dict[Capability, str]) -> dict[Capability, str]:
        if not all(IMPORT_PATH.fullmatch(path) for path in value.values()):
            message = "must name a class by its import path, such as my_package.MyWhisper"
            raise ValueError(message)
        return value

    def as_options(self) -> StudioOptions:
        """The bounds and choices in the studio's own words."""
        mib = 1024 * 1024
        given = {"whisper_model": self.whisper_model, "whisper_threads": str(self.whisper_threads or "")}
        return StudioOptions(
            queue_limit=self.max_queue,
            kept_s=self.keep_hours * 3600,
            kept_bytes=self.keep_mb * mib,
            source_bytes=self.max_source_mb * mib,
            worker_bytes=self.worker_memory_mb * mib,
            allowed_origins=frozenset(self.allowed_origins),
            engines=self.engines,
            engine_options={name: value for name, value in given.items() if value},
        )


class HttpSettings(Section):
    """``[http]``: the bot's own small HTTP server, for health checks. Port 0 turns it off."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    public_url: str = ""

    @field_validator("public_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        return _checked_url(value, schemes=("http", "https")) if value else value

    @model_validator(mode="after")
    def _is_served(self) -> Self:
        if self.public_url and not self.port:
            message = "public_url needs a port that the server listens on"
            raise ValueError(message)
        return self


class LogSettings(Section):
    """``[logs]``: what is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


def _split(value: object) -> object:
    """A list as the environment can give it: a text with commas, in brackets or without."""
    if not isinstance(value, str):
        return value
    return [part.strip().strip("\"'") for part in value.strip().strip("[]").split(",") if part.strip()]


def _checked_url(value: str, *, schemes: tuple[str, ...]) -> str:
    """``value`` without a slash at its end. What is wrong with it is said without repeating it."""
    message = f"must be a URL that starts with {' or '.join(scheme + '://' for scheme in schemes)}"
    try:
        parts = urlsplit(value)
        is_url = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise ValueError(message) from error
    if not is_url or not value.isprintable() or " " in value:
        raise ValueError(message)
    if parts.username is not None or parts.query or parts.fragment:
        # It would end up in logs; and the key is sent in a header, beside which no other credentials can stand.
        raise ValueError(message + ", without a user name, a password, a query or a fragment")
    return value.rstrip("/")


def _checked_secret(value: SecretStr | None) -> SecretStr | None:
    """The secret without space around it, None when nothing is left. It has to fit into an HTTP header."""
    text = value.get_secret_value().strip() if value else ""
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("must be one word of plain ASCII characters")
    return SecretStr(text) if text else None
