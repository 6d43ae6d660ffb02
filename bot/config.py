"""Settings: config.toml, then the environment over it, then secret files over both.

Every setting of ``[section] name`` can also come from the environment as ``SOUNDBOOTH_<SECTION>__<NAME>`` or from a
file of that name (any letter case) in ``/run/secrets``, where Docker puts secrets. ``DISCORD_TOKEN`` and
``FINEVOICE_API_KEY`` work under their usual names in both. Nothing is read at import; ``load_settings`` reads once.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.endings import EXIT_CONFIG, ProgramEnded
from bot.sections import (
    FINEVOICE_URL,
    AudioSettings,
    DiscordSettings,
    FineVoiceSettings,
    HttpSettings,
    JobSettings,
    LimitSettings,
    LogSettings,
    StorageSettings,
    StudioSettings,
)

ENV_PREFIX = "SOUNDBOOTH_"
USUAL_NAMES = {"DISCORD_TOKEN": ("discord", "token"), "FINEVOICE_API_KEY": ("finevoice", "api_key")}
SECRETS_DIR = Path("/run/secrets")


class ConfigError(ProgramEnded):
    """The settings cannot be used; the message is one sentence for the operator."""

    exit_code = EXIT_CONFIG


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
