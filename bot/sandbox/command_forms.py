"""Checking application commands as strictly as Discord does when a bot registers them.

Source: discord-api-docs interactions/application-commands.mdx, commit c98d64bc, read 2026-11-22.
"""

import unicodedata

from bot.sandbox.errors import FieldErrors
from bot.sandbox.forms import Form
from bot.sandbox.models import LOCALES
from bot.sandbox.wire import JsonObject, is_json_object, objects_in

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)

_NAME, _DESCRIPTION, _OPTIONS, _CHOICES, _CHOICE_TEXT, _STRING_LENGTH = 32, 100, 25, 25, 100, 6000
_CHARACTERS_IN_ALL = 8000
_FILE_TYPES, _FILE_TYPE = 10, 16
_LARGEST_NUMBER = 2**53
_WITH_CHOICES = (STRING, INTEGER, NUMBER)
_DEVANAGARI_AND_THAI = (range(0x0900, 0x0980), range(0x0E00, 0x0E80))


def read_command(form: Form) -> JsonObject:
    """Check one command and give it back in the shape the API answers with, still without ids."""
    kind = form.choice("type", (SLASH, USER_MENU, MESSAGE_MENU)) or SLASH
    is_slash = kind == SLASH
    command: JsonObject = {"type": kind, **_name(form, is_slash=is_slash)}
    command |= _description(form) if is_slash else {"description": "", "description_localizations": None}
    if not is_slash and form.text("description", most=_DESCRIPTION):
        form.refuse("description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menus have no description")
    if is_slash:
        command["options"] = _options(form, depth=0)
    command["default_member_permissions"] = _permissions(form)
    command["dm_permission"] = form.boolean("dm_permission", otherwise=True)
    command["contexts"] = form.integers("contexts", (0, 1, 2)) or None
    command["integration_types"] = form.integers("integration_types", (0, 1)) or [0]
    command["nsfw"] = form.boolean("nsfw")
    size = _characters(command)
    if size > _CHARACTERS_IN_ALL:
        message = f"Command exceeds maximum size ({_CHARACTERS_IN_ALL})"
        form.refuse("name", "APPLICATION_COMMAND_TOO_LARGE", message)
    return command


def _name(form: Form, *, is_slash: bool) -> JsonObject:
    name = form.needed_text("name", most=_NAME)
    if is_slash and name and not is_slash_name(name):
        form.refuse("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return {"name": name, "name_localizations": _localizations(form, "name", most=_NAME, is_name=is_slash)}


def _description(form: Form) -> JsonObject:
    return {
        "description": form.needed_text("description", most=_DESCRIPTION),
        "description_localizations": _localizations(form, "description", most=_DESCRIPTION, is_name=False),
    }


def is_slash_name(name: str) -> bool:
    r"""Match ``^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`` in lower case, which ``re`` cannot express."""
    return name == name.lower() and all(
        character in "-_'"
        or unicodedata.category(character)[0] in "LN"
        or any(ord(character) in block for block in _DEVANAGARI_AND_THAI)
        for character in name
    )


def _localizations(form: Form, name: str, *, most: int, is_name: bool) -> JsonObject | None:
    field = f"{name}_localizations"
    localized = form.form(field)
    if localized is None:
        return None
    if set(localized.fields) - LOCALES:
        form.refuse(field, "APPLICATION_COMMAND_INVALID_LOCALE", "Unknown locale")
        return None
    found: JsonObject = {}
    for locale in localized.fields:
        text = localized.needed_text(locale, most=most)
        if is_name and not is_slash_name(text):
            localized.refuse(locale, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        found[locale] = text
    return found


def _options(form: Form, *, depth: int) -> list[JsonObject]:
    forms = form.forms("options", most=_OPTIONS)
    options = [_option(option, depth=depth) for option in forms]
    names = [option["name"] for option in options]
    if len(set(names)) != len(names):
        form.refuse("options", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    nested = [option["type"] in {SUBCOMMAND, GROUP} for option in options]
    if any(nested) and not all(nested):
        message = "Sub-commands and sub-command groups cannot be mixed with other options"
        form.refuse("options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        message = "Required options must be placed before non-required options"
        form.refuse("options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
    return options


def _option(form: Form, *, depth: int) -> JsonObject:
    allowed = ((SUBCOMMAND, GROUP), (SUBCOMMAND,), ())[min(depth, 2)] + tuple(range(STRING, ATTACHMENT + 1))
    kind = form.choice("type", allowed, required=True)
    option: JsonObject = {"type": kind, **_name(form, is_slash=True), **_description(form)}
    if kind in {SUBCOMMAND, GROUP}:
        option["options"] = _options(form, depth=2 if kind == SUBCOMMAND else 1)
        return option
    option["required"] = form.boolean("required")
    _add_limits(form, option, kind)
    _add_choices(form, option, kind)
    return option


def _add_limits(form: Form, option: JsonObject, kind: int | None) -> None:
    found: JsonObject = {}
    if kind == STRING:
        found["min_length"] = form.integer("min_length", least=0, most=_STRING_LENGTH)
        found["max_length"] = form.integer("max_length", least=1, most=_STRING_LENGTH)
    if kind in {INTEGER, NUMBER}:
        read = form.integer if kind == INTEGER else form.number
        found["min_value"] = read("min_value", least=-_LARGEST_NUMBER, most=_LARGEST_NUMBER)
        found["max_value"] = read("max_value", least=-_LARGEST_NUMBER, most=_LARGEST_NUMBER)
    if kind == CHANNEL and form.has("channel_types"):
        found["channel_types"] = form.integers("channel_types", tuple(range(17)))
    if kind == ATTACHMENT and form.has("file_types"):
        found["file_types"] = _file_types(form)
    option |= {name: value for name, value in found.items() if value is not None}


def _file_types(form: Form) -> list[object]:
    types = form.items("file_types", most=_FILE_TYPES)
    for one in types:
        is_known = one in {"image", "video", "audio"}
        is_ending = isinstance(one, str) and one.startswith(".") and 1 < len(one) <= _FILE_TYPE
        if not is_known and not is_ending:
            form.refuse("file_types", "BASE_TYPE_CHOICES", "Must be image, video, audio or a file ending.")
    return types


def _add_choices(form: Form, option: JsonObject, kind: int | None) -> None:
    choices = form.forms("choices", most=_CHOICES)
    if kind in _WITH_CHOICES and form.has("choices"):
        option["choices"] = [read_choice(choice, kind or STRING) for choice in choices]
    elif choices:
        form.refuse("choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This option type has no choices")
    if form.has("autocomplete") and kind in _WITH_CHOICES:
        option["autocomplete"] = form.boolean("autocomplete")
        if option["autocomplete"] and choices:
            message = "Autocomplete and choices exclude each other"
            form.refuse("autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)


def read_choice(form: Form, kind: int) -> JsonObject:
    """Check one choice of an option, or one answer to an autocomplete."""
    name = form.needed_text("name", most=_CHOICE_TEXT)
    localized = _localizations(form, "name", most=_CHOICE_TEXT, is_name=False)
    value: object
    if kind == STRING:
        value = form.needed_text("value", most=_CHOICE_TEXT, least=0)
    else:
        read = form.integer if kind == INTEGER else form.number
        value = read("value", least=-_LARGEST_NUMBER, most=_LARGEST_NUMBER)
    if form.fields.get("value") is None:
        form.refuse("value", "BASE_TYPE_REQUIRED", "This field is required")
    return {"name": name, "name_localizations": localized, "value": value}


def _permissions(form: Form) -> str | None:
    value = form.snowflake("default_member_permissions")
    return None if value is None else value


def _characters(part: JsonObject) -> int:
    """Count names, descriptions and string values, of localizations only the longest of each field."""
    total = 0
    for field in ("name", "description"):
        localized = part.get(f"{field}_localizations")
        texts = list(localized.values()) if is_json_object(localized) else []
        total += max((len(text) for text in [part.get(field), *texts] if isinstance(text, str)), default=0)
    value = part.get("value")
    total += len(value) if isinstance(value, str) else 0
    nested = objects_in(part.get("options")) + objects_in(part.get("choices"))
    return total + sum(_characters(inner) for inner in nested)


def read_commands(bodies: list[object]) -> list[JsonObject]:
    """Check a whole list of commands, as the bulk overwrite sends it.

    Raises:
        ApiError: 50035 naming every wrong field, with list positions as Discord counts them.
    """
    errors = FieldErrors()
    commands: list[JsonObject] = []
    seen: set[tuple[object, object]] = set()
    for position, body in enumerate(bodies):
        path = (str(position),)
        if not is_json_object(body):
            errors.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            continue
        command = read_command(Form(body, errors, path))
        if (command["type"], command["name"]) in seen:
            message = "Application command names must be unique"
            errors.add((*path, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add((command["type"], command["name"]))
        commands.append(command)
    errors.refuse_if_any()
    return commands
