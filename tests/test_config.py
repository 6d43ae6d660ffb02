"""Settings: which source wins, that typing errors are never silent, and that secrets are never told."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from bot.config import ENV_PREFIX, USUAL_NAMES, ConfigError, Settings, load_settings
from bot.sections import DISCORD_API_URL, FINEVOICE_URL

SECRET = "zq7-secret-value"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(ENV_PREFIX) or name.upper() in USUAL_NAMES:
            monkeypatch.delenv(name)


class Sources:
    """The three places that settings come from."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.config = folder / "config.toml"
        self.secrets = folder / "secrets"
        self.set = monkeypatch.setenv

    def toml(self, text: str) -> None:
        self.config.write_text(text, encoding="utf-8")

    def secret(self, name: str, value: str | bytes) -> None:
        self.secrets.mkdir(exist_ok=True)
        (self.secrets / name).write_bytes(value.encode() if isinstance(value, str) else value)

    def load(self) -> Settings:
        return load_settings(self.config, self.secrets)

    def complaint(self) -> str:
        """What loading them is refused with."""
        with pytest.raises(ConfigError) as caught:
            self.load()
        return str(caught.value)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    return Sources(tmp_path, monkeypatch)


def token(settings: Settings) -> str | None:
    return None if settings.discord.token is None else settings.discord.token.get_secret_value()


def key(settings: Settings) -> str | None:
    return None if settings.finevoice.api_key is None else settings.finevoice.api_key.get_secret_value()


# Which source wins


def test_without_any_source_there_are_defaults(sources: Sources) -> None:
    settings = sources.load()
    assert token(settings) is None
    assert key(settings) is None
    assert (settings.discord.api_url, settings.finevoice.base_url) == (DISCORD_API_URL, FINEVOICE_URL)
    assert settings.uses_studio


def test_every_section_can_be_set_in_toml(sources: Sources) -> None:
    sources.toml(
        '[discord]\ntoken = "t0k"\nsync_commands = false\n[finevoice]\nconcurrency = 10\n[storage]\nwork_dir = "w"\n'
        "[limits]\nenabled = false\n[jobs]\nmax_result_mb = 5\n[audio]\ndefault_form = 'file'\n"
        "[studio]\nport = 1\n[http]\nport = 2\n[logs]\nlevel = 'DEBUG'\n"
    )
    settings = sources.load()
    assert token(settings) == "t0k"
    assert (settings.discord.sync_commands, settings.finevoice.concurrency) == (False, 10)
    assert (settings.storage.work_dir, settings.limits.enabled) == (Path("w"), False)
    assert (settings.jobs.max_result_mb, settings.audio.default_form) == (5.0, "file")
    assert (settings.studio.port, settings.http.port, settings.logs.level) == (1, 2, "DEBUG")


def test_the_environment_wins_over_toml_and_secret_files_over_both(sources: Sources) -> None:
    sources.toml('[finevoice]\napi_key = "from-toml"\nconcurrency = 6\ntimeout_s = 10\n')
    assert key(sources.load()) == "from-toml"
    sources.set("SOUNDBOOTH_FINEVOICE__API_KEY", "from-environment")
    sources.set("SOUNDBOOTH_FINEVOICE__CONCURRENCY", "7")
    assert key(sources.load()) == "from-environment"
    sources.secret("SOUNDBOOTH_FINEVOICE__API_KEY", "from-file\n")
    settings = sources.load()
    assert (key(settings), settings.finevoice.concurrency, settings.finevoice.timeout_s) == ("from-file", 7, 10.0)


@pytest.mark.parametrize(("usual", "get"), [("DISCORD_TOKEN", token), ("FINEVOICE_API_KEY", key)])
def test_the_usual_names_work_in_the_environment_and_as_files(
    sources: Sources, usual: str, get: Callable[[Settings], str | None]
) -> None:
    sources.set(usual, "from-environment")
    assert get(sources.load()) == "from-environment"
    sources.secret(usual.lower(), " from-file \r\n")
    assert get(sources.load()) == "from-file"


@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.title])
def test_names_of_variables_and_files_are_read_in_any_letter_case(
    sources: Sources, spelling: Callable[[str], str]
) -> None:
    sources.set(spelling("SOUNDBOOTH_JOBS__MAX_RESULT_MB"), "7")
    sources.secret(spelling("SOUNDBOOTH_LIMITS__MEMBER_BURST"), "9")
    settings = sources.load()
    assert (settings.jobs.max_result_mb, settings.limits.member_burst) == (7.0, 9)


def test_other_variables_and_files_are_none_of_our_business(sources: Sources) -> None:
    sources.set("SOUND", "1")
    sources.set("DISCORD", "{")
    sources.set("LOGS", "nonsense")
    sources.secret("postgres_password", b"\xff\xfe")
    sources.secret(".hidden", "x")
    (sources.secrets / "DISCORD_TOKEN").mkdir()
    assert token(sources.load()) is None


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
def test_an_empty_secret_counts_as_absent_in_every_source(sources: Sources, nothing: str) -> None:
    sources.toml('[discord]\ntoken = "  "\n[finevoice]\napi_key = ""\n')
    for name in ("DISCORD_TOKEN", "FINEVOICE_API_KEY", "SOUNDBOOTH_DISCORD__TOKEN", "SOUNDBOOTH_FINEVOICE__API_KEY"):
        sources.set(name, nothing)
        sources.secret(name, nothing)
    settings = sources.load()
    assert (token(settings), key(settings), settings.uses_studio) == (None, None, True)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "SOUNDBOOTH_DISCORD__TOKEN"])
def test_an_empty_source_does_not_hide_a_weaker_one(sources: Sources, name: str) -> None:
    sources.toml('[discord]\ntoken = "from-toml"\n')
    sources.set(name, "")
    sources.secret(name, "\n")
    assert token(sources.load()) == "from-toml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ('api_key = "k3y"', False),
        ('base_url = "http://127.0.0.1:9000"', False),
        (f'base_url = "{FINEVOICE_URL}/"', True),
    ],
)
def test_the_studio_is_used_when_there_is_no_key_and_no_other_server(
    sources: Sources, text: str, *, expected: bool
) -> None:
    sources.toml(f"[finevoice]\n{text}\n")
    assert sources.load().uses_studio is expected


# Typing errors


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[limts]\nenabled = false\n", "limts"),
        ("[limits]\nmember_brust = 5\n", "[limits] member_brust"),
        ("[discord.token]\nvalue = 'x'\n", "[discord] token"),
        ("token = 'x'\n", "token"),
    ],
)
def test_a_key_that_nobody_knows_is_named_with_its_file(sources: Sources, text: str, named: str) -> None:
    sources.toml(text)
    complaint = sources.complaint()
    assert f"setting {named} in {sources.config}" in complaint


@pytest.mark.parametrize("name", ["MEMBER_BRUST", "MEMBER_BURST__X", "MEMBER-BURST"])
def test_a_variable_with_a_wrong_key_is_named(sources: Sources, name: str) -> None:
    sources.set(f"SOUNDBOOTH_LIMITS__{name}", "5")
    complaint = sources.complaint()
    assert "the environment" in complaint
    assert f"[limits] {name.lower().partition('__')[0]}" in complaint


@pytest.mark.parametrize("name", ["LIMTS__MEMBER_BURST", "LIMITS", "LIMITS_MEMBER_BURST", "", "LIMITS__", "__X"])
def test_a_name_without_a_section_is_named_wherever_it_is(sources: Sources, name: str) -> None:
    sources.set(ENV_PREFIX + name, "5")
    assert f"environment variable {ENV_PREFIX}{name} is not a setting" in sources.complaint()


def test_a_secret_file_without_a_section_is_named(sources: Sources) -> None:
    sources.secret("SOUNDBOOTH_DISCRD__TOKEN", SECRET)
    complaint = sources.complaint()
    assert f"file in {sources.secrets}, SOUNDBOOTH_DISCRD__TOKEN is not a setting" in complaint
    assert SECRET not in complaint


def test_a_secret_file_with_a_wrong_key_is_named(sources: Sources) -> None:
    sources.secret("SOUNDBOOTH_DISCORD__TOKN", SECRET)
    complaint = sources.complaint()
    assert f"[discord] tokn in a file in {sources.secrets}" in complaint
    assert SECRET not in complaint


# Wrong values


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("discord", "token", "two words zq7"),
        ("discord", "token", "line\nzq7"),
        ("finevoice", "api_key", "schlüssel-zq7"),
        ("discord", "api_url", "zq7"),
        ("discord", "api_url", "ftp://zq7.example"),
        ("discord", "api_url", "wss://zq7.example"),
        ("discord", "api_url", "https://name:zq7@proxy.example"),
        ("discord", "gateway_url", "https://zq7.example"),
        ("discord", "sync_commands", "zq7"),
        ("finevoice", "base_url", "//zq7.example"),
        ("finevoice", "base_url", "https://"),
        ("finevoice", "base_url", "https://zq7\u2100.example"),
        ("finevoice", "base_url", "https://[zq7"),
        ("finevoice", "base_url", "https://host:zq7"),
        ("finevoice", "base_url", "https://host:99999/zq7"),
        ("finevoice", "base_url", "https://host:0/zq7"),
        ("finevoice", "base_url", "https://zq7@host"),
        ("finevoice", "base_url", "https://host/?key=zq7"),
        ("finevoice", "base_url", "https://host/#zq7"),
        ("finevoice", "base_url", "https://host /zq7"),
        ("finevoice", "base_url", "ht\ntps://host/zq7"),
        ("finevoice", "concurrency", "zq7"),
        ("finevoice", "concurrency", "0"),
        ("finevoice", "timeout_s", "nan"),
        ("finevoice", "timeout_s", "301"),
        ("finevoice", "catalogue_refresh_s", "inf"),
        ("storage", "url", "mysql://root:zq7@host/db"),
        ("limits", "member_burst", "0"),
        ("limits", "member_refill_s", "inf"),
        ("limits", "max_text_length", "5001"),
        ("jobs", "max_result_mb", "501"),
        ("audio", "default_form", "zq7"),
        ("studio", "workers", "17"),
        ("http", "port", "65536"),
        ("logs", "level", "zq7"),
        ("logs", "format", "zq7"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_never_repeated(
    sources: Sources, section: str, name: str, value: str
) -> None:
    sources.set(f"SOUNDBOOTH_{section}__{name}".upper(), value)
    with pytest.raises(ConfigError) as caught:
        sources.load()
    complaint = str(caught.value)
    assert f"[{section}] {name} in the environment cannot be used" in complaint
    assert "zq7" not in complaint
    assert "zq7" not in f"{caught.value.__cause__!s} {caught.value.__cause__!r}"


def test_a_section_that_is_no_section_is_named(sources: Sources) -> None:
    sources.toml('discord = "zq7"\n')
    complaint = sources.complaint()
    assert f"The setting discord in {sources.config} cannot be used" in complaint
    assert "zq7" not in complaint


def test_a_file_that_is_not_toml_is_refused_with_the_line(sources: Sources) -> None:
    sources.toml(f'[discord]\ntoken = {SECRET}"\n')
    complaint = sources.complaint()
    assert "is not valid TOML" in complaint
    assert "line 2" in complaint
    assert SECRET not in complaint


def test_a_file_that_is_not_text_is_refused(sources: Sources) -> None:
    sources.config.write_bytes(b'[discord]\ntoken = "\xff\xfe"\n')
    assert "is not UTF-8 text" in sources.complaint()


def test_a_secret_that_is_not_text_is_refused(sources: Sources) -> None:
    sources.secret("DISCORD_TOKEN", b"zq7\xff")
    with pytest.raises(ConfigError) as caught:
        sources.load()
    assert str(caught.value) == f"{sources.secrets / 'DISCORD_TOKEN'} is not UTF-8 text."
    assert caught.value.__cause__ is None


def test_a_folder_in_place_of_the_file_is_refused(sources: Sources) -> None:
    sources.config.mkdir()
    assert sources.complaint() == f"{sources.config} is a folder, not a file with settings."


def test_a_file_in_place_of_the_folder_of_secrets_is_refused(sources: Sources) -> None:
    sources.secrets.write_text(SECRET)
    complaint = sources.complaint()
    assert str(sources.secrets) in complaint
    assert SECRET not in complaint


@pytest.mark.parametrize("unreadable", ["config.toml", "secrets/DISCORD_TOKEN"])
def test_a_file_that_may_not_be_read_is_named(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unreadable: str
) -> None:
    sources.toml("")
    sources.secret("DISCORD_TOKEN", "t0k")
    path = tmp_path / unreadable
    open_as_allowed = Path.open

    def open_unless_forbidden(self: Path, *args: str, **options: str) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return cast("Callable[..., object]", open_as_allowed)(self, *args, **options)

    monkeypatch.setattr(Path, "open", open_unless_forbidden)
    assert sources.complaint() == f"{path} cannot be read: Permission denied."


# Secrets


def test_no_secret_is_shown_by_the_settings(sources: Sources) -> None:
    sources.set("DISCORD_TOKEN", SECRET)
    sources.set("FINEVOICE_API_KEY", SECRET)
    sources.set("SOUNDBOOTH_STORAGE__URL", f"postgresql+asyncpg://soundbooth:{SECRET}@database/soundbooth")
    settings = sources.load()
    assert (token(settings), key(settings)) == (SECRET, SECRET)
    assert SECRET in settings.storage.url
    for shown in (settings, settings.discord, settings.finevoice, settings.storage):
        assert SECRET not in f"{shown!r} {shown!s}"


def test_no_secret_is_told_when_something_else_is_wrong(sources: Sources) -> None:
    sources.set("DISCORD_TOKEN", SECRET)
    sources.toml(f'[finevoice]\napi_key = "{SECRET}"\nconcurrency = "{SECRET}"\n')
    with pytest.raises(ConfigError) as caught:
        sources.load()
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error!r} {error!s}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("FINEVOICE__BASE_URL", "http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
        ("FINEVOICE__BASE_URL", "https://proxy.example/finevoice//", "https://proxy.example/finevoice"),
        ("DISCORD__API_URL", "http://[::1]:8420/api/v10", "http://[::1]:8420/api/v10"),
        ("DISCORD__GATEWAY_URL", "ws://127.0.0.1:8420/gateway", "ws://127.0.0.1:8420/gateway"),
        ("DISCORD__GATEWAY_URL", "", ""),
        ("DISCORD__CDN_URL", "http://127.0.0.1:8420/", "http://127.0.0.1:8420"),
        ("HTTP__PUBLIC_URL", "", ""),
    ],
)
def test_an_address_is_kept_without_a_slash_at_its_end(sources: Sources, name: str, given: str, kept: str) -> None:
    sources.set(ENV_PREFIX + name, given)
    section, _, setting = name.lower().partition("__")
    assert getattr(getattr(sources.load(), section), setting) == kept


def test_a_public_address_takes_a_server_that_listens(sources: Sources) -> None:
    sources.set(f"{ENV_PREFIX}HTTP__PUBLIC_URL", "https://audio.example.org/")
    with pytest.raises(ConfigError, match="needs a port"):
        sources.load()
    sources.set(f"{ENV_PREFIX}HTTP__PORT", "8421")
    assert sources.load().http.public_url == "https://audio.example.org"


def test_settings_do_not_change_while_the_program_runs(sources: Sources) -> None:
    settings = sources.load()
    with pytest.raises(ValueError, match="frozen"):
        settings.finevoice.concurrency = 100


@pytest.mark.parametrize(
    ("given", "shards"), [("0", (0,)), ("[0]", (0,)), ("0, 2", (0, 2)), ("[1,3]", (1, 3)), ("[]", ())]
)
def test_a_list_comes_from_the_environment_with_commas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, shards: tuple[int, ...]
) -> None:
    monkeypatch.setenv("SOUNDBOOTH_DISCORD__SHARD_COUNT", "4")
    monkeypatch.setenv("SOUNDBOOTH_DISCORD__SHARD_IDS", given)
    assert load_settings(tmp_path / "none.toml", tmp_path / "none").discord.shard_ids == shards


@pytest.mark.parametrize("given", ["4", "zero", "-1"])
def test_a_shard_that_does_not_exist_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SOUNDBOOTH_DISCORD__SHARD_COUNT", "4")
    monkeypatch.setenv("SOUNDBOOTH_DISCORD__SHARD_IDS", given)
    with pytest.raises(ConfigError):
        load_settings(tmp_path / "none.toml", tmp_path / "none")
