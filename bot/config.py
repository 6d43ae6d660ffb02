"""Settings: config.toml, then the environment over it, then secret files over both.

Every setting of ``[section] name`` can also come from the environment as ``SOUNDBOOTH_<SECTION>__<NAME>`` or from a
file of that name (any letter case) in ``/run/secrets``, where Docker puts secrets. ``DISCORD_TOKEN`` and
``FINEVOICE_API_KEY`` work under their usual names in both. Nothing is read at import; ``load_settings`` reads once.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.studio.engines.base import Capability
from bot.studio.engines.registry import IMPORT_PATH
from bot.studio.options import StudioOptions

ENV_PREFIX = "SOUNDBOOTH_"
USUAL_NAMES = {"DISCORD_TOKEN": ("discord", "token"), "FINEVOICE_API_KEY": ("finevoice", "api_key")}
SECRETS_DIR = Path("/run/secrets")
FINEVOICE_URL = "https://apis.finevoice.ai"
DISCORD_API_URL = "https://discord.com/api/v10"

Positive = Annotated[int, Field(gt=0)]
NotNegative = Annotated[int, Field(ge=0, le=2**31 - 1)]


class ConfigError(Exception):
    """The settings cannot be used; the message is one sentence for the operator."""


class Section(BaseModel):
    """A section refuses keys it does not know, so that a typing error is never silent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class DiscordSettings(Section):
    """``[discord]``: how the bot reaches Discord."""

    token: SecretStr | None = None
    api_url: str = DISCORD_API_URL
    gateway_url: str = ""
    sync_commands: bool = True
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

    @field_validator("api_url")
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
    max_text_length: Annotated[int, Field(ge=1, le=5000)] = 1000


class JobSettings(Section):
    """``[jobs]``: how long a job may take and how large a result may be."""

    speech_deadline_s: Annotated[float, Field(gt=0)] = 300.0
    waiting_deadline_s: Annotated[float, Field(gt=0)] = 6 * 3600.0
    delivery_deadline_s: Annotated[float, Field(gt=0)] = 24 * 3600.0
    keep_undelivered_h: Annotated[float, Field(gt=0)] = 72.0
    keep_jobs_days: Annotated[float, Field(gt=0)] = 30.0
    max_result_mb: Annotated[float, Field(gt=0, le=500)] = 100.0


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


class LogSettings(Section):
    """``[logs]``: what is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


class Settings(BaseSettings):
    """All sections. Build it with ``load_settings``."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    discord: DiscordSettings = DiscordSettings()
    finevoice: FineVoiceSettings = FineVoiceSettings()
    storage: StorageSettings = StorageSettings()
    limits: LimitSettings = LimitSettings()
    jobs: JobSettings = JobSettings()
    audio: AudioSettings = AudioSettings()
    studio: StudioSettings = StudioSettings()
    http: HttpSettings = HttpSettings()
    logs: LogSettings = LogSettings()

    @property
    def uses_studio(self) -> bool:
        """True when there is neither a key nor another server to ask, so the embedded studio serves."""
        return self.finevoice.api_key is None and self.finevoice.base_url == FINEVOICE_URL


def load_settings(config_file: Path, secrets_dir: Path = SECRETS_DIR) -> Settings:
    """Read all sources once and return the checked settings.

    A missing ``config_file`` is fine: every setting has a default or comes from the environment. An empty variable
    or secret file is as good as none.

    Raises:
        ConfigError: a file that is not TOML, a key nobody knows, or a value that does not fit. The message names
            the key and the place it came from, never the value.
    """
    if config_file.is_dir():
        # What Docker makes of a mounted file that is not there.
        raise ConfigError(f"{config_file} is a folder, not a file with settings.")
    sources: list[tuple[str, PydanticBaseSettingsSource]] = []

    class _Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            sources.extend(_sources(settings_cls, config_file, secrets_dir))
            return tuple(source for _, source in sources)

    try:
        return _Loaded()
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{config_file} is not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{config_file} is not UTF-8 text.") from error
    except OSError as error:
        raise ConfigError(f"{error.filename or config_file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise ConfigError(_sentence(error, [(name, source()) for name, source in sources])) from error


def _sources(
    settings_cls: type[BaseSettings], config_file: Path, secrets_dir: Path
) -> list[tuple[str, PydanticBaseSettingsSource]]:
    """All sources with the name an operator knows them by, the strongest first."""
    files = _by_section(_secret_files(secrets_dir), f"file in {secrets_dir},")
    environment = _by_section(os.environ, "environment variable")
    return [
        (f"a file in {secrets_dir}", InitSettingsSource(settings_cls, files)),
        ("the environment", InitSettingsSource(settings_cls, environment)),
        (str(config_file), TomlConfigSettingsSource(settings_cls, config_file)),
    ]


def _secret_files(secrets_dir: Path) -> dict[str, str]:
    """The names and contents of our files; a folder of secrets may hold those of others, of any form."""
    found: dict[str, str] = {}
    paths = sorted(secrets_dir.iterdir()) if secrets_dir.exists() else []
    for path in paths:
        is_ours = path.name.upper() in USUAL_NAMES or path.name.upper().startswith(ENV_PREFIX)
        if is_ours and path.is_file():
            try:
                found[path.name] = path.read_text(encoding="utf-8").strip()
            except UnicodeDecodeError:
                # Not chained: the error would carry the secret along.
                raise ConfigError(f"{path} is not UTF-8 text.") from None
    return found


def _by_section(values: Mapping[str, str], what: str) -> dict[str, Any]:
    """Values by section and key. Empty ones are left out, so that they do not hide what a weaker source says.

    Raises:
        ConfigError: a name of our prefix belongs to no section; a typing error must not be silent.
    """
    nested: dict[str, Any] = {}
    # The usual names come last and so win over ours.
    for name, value in sorted(values.items(), key=lambda item: item[0].upper() in USUAL_NAMES):
        place = USUAL_NAMES.get(name.upper())
        if place is None and name.upper().startswith(ENV_PREFIX):
            section, _, key = name[len(ENV_PREFIX) :].lower().partition("__")
            place = (section, key)
            if section not in Settings.model_fields or not key:
                raise ConfigError(
                    f"The {what} {name} is not a setting: use {ENV_PREFIX}<SECTION>__<NAME> "
                    f"with one of the sections {', '.join(Settings.model_fields)}."
                )
        if place is not None and value.strip():
            nested.setdefault(place[0], {})[place[1]] = value
    return nested


def _sentence(error: ValidationError, sources: list[tuple[str, dict[str, Any]]]) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    path = tuple(str(part) for part in first["loc"])
    origin = next((name for name, values in sources if _holds(values, path)), "the settings")
    section, _, name = ".".join(path).partition(".")
    key = f"[{section}] {name}" if name else section
    if first["type"] == "extra_forbidden":
        return f"Unknown setting {key} in {origin}; config.example.toml lists every setting."
    reason = str(first["msg"]).removeprefix("Value error, ")
    return f"The setting {key} in {origin} cannot be used: {reason[:1].lower()}{reason[1:]}."


def _holds(values: object, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(values, dict) or part not in values:
            return False
        values = cast("dict[str, object]", values)[part]
    return True


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
