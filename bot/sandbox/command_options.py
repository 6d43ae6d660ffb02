"""Checking the options a member filled in, as Discord's own client and server do before a bot sees them."""

import re
from collections.abc import Callable
from typing import TypeGuard

from bot.sandbox import command_forms as kinds
from bot.sandbox.commands import options_of
from bot.sandbox.interaction_payloads import Resolved
from bot.sandbox.models import Attachment, Channel
from bot.sandbox.page_api import PageProblem
from bot.sandbox.uploads import UploadedFile
from bot.sandbox.wire import JsonObject, is_json_list, is_json_object, objects_in
from bot.sandbox.world import World

_STRING_LENGTH = 6000
_MENTION = re.compile(r"<(@|@&|#)!?([0-9]{1,20})>")


class OptionReader:
    """Reads the filled-in options of one command use.

    ``is_partial`` is for autocomplete: what is still missing or half typed is fine.
    """

    def __init__(
        self,
        world: World,
        channel: Channel,
        *,
        store: Callable[[UploadedFile], Attachment],
        files: dict[int, UploadedFile],
        is_partial: bool = False,
    ) -> None:
        self._world = world
        self._channel = channel
        self._store = store
        self._files = files
        self._is_partial = is_partial
        self.resolved = Resolved()

    def read(self, definition: JsonObject, given: object) -> list[JsonObject]:
        """Check ``given`` against a command's options and give back what the bot receives.

        Raises:
            PageProblem: when something is missing, unknown or out of bounds.
        """
        defined = {str(option["name"]): option for option in options_of(definition)}
        filled = _as_objects(given)
        if any(option["type"] in {kinds.SUBCOMMAND, kinds.GROUP} for option in defined.values()):
            return [self._read_nested(defined, filled)]
        names = [option.get("name") for option in filled]
        if len(set(map(str, names))) != len(names):
            raise PageProblem("An option was given twice.")
        if not self._is_partial:
            self._check_required(defined, names)
        return [self._read_value(defined, option) for option in filled]

    def _read_nested(self, defined: dict[str, JsonObject], filled: list[JsonObject]) -> JsonObject:
        if len(filled) != 1 or str(filled[0].get("name")) not in defined:
            raise PageProblem("Choose one of the subcommands.")
        definition = defined[str(filled[0]["name"])]
        return {
            "name": definition["name"],
            "type": definition["type"],
            "options": self.read(definition, filled[0].get("options")),
        }

    def _check_required(self, defined: dict[str, JsonObject], names: list[object]) -> None:
        for name, option in defined.items():
            if option.get("required") and name not in names:
                raise PageProblem(f"The option “{name}” is required.")

    def _read_value(self, defined: dict[str, JsonObject], option: JsonObject) -> JsonObject:
        name = str(option.get("name"))
        definition = defined.get(name)
        if definition is None:
            raise PageProblem("The command has no such option.")
        value = option.get("value")
        made: JsonObject = {"name": name, "type": definition["type"]}
        if option.get("focused") is True and self._is_partial:
            return {**made, "value": str(value or ""), "focused": True}
        return {**made, "value": self._value(definition, value)}

    def _value(self, definition: JsonObject, value: object) -> object:
        kind = definition["type"]
        if kind == kinds.STRING:
            return self._string(definition, value)
        if kind in {kinds.INTEGER, kinds.NUMBER}:
            return self._number(definition, value)
        if kind == kinds.BOOLEAN:
            if not isinstance(value, bool):
                raise PageProblem(f"The option “{definition['name']}” is either true or false.")
            return value
        if kind == kinds.ATTACHMENT:
            return self._attachment(definition, value)
        return self._entity(definition, value)

    def _string(self, definition: JsonObject, value: object) -> str:
        name = definition["name"]
        if not isinstance(value, str):
            raise PageProblem(f"The option “{name}” is text.")
        least, most = definition.get("min_length", 0), definition.get("max_length", _STRING_LENGTH)
        if isinstance(least, int) and len(value) < least and not self._is_partial:
            raise PageProblem(f"The option “{name}” needs at least {least} characters.")
        if isinstance(most, int) and len(value) > most:
            raise PageProblem(f"The option “{name}” takes at most {most} characters.")
        self._check_choice(definition, value)
        self._resolve_mentions(value)
        return value

    def _resolve_mentions(self, text: str) -> None:
        """Note whom and what a text names: Discord tells the bot. Source: discord-api-docs issue 4688, read 2026-11."""
        guild = self._world.guild_of(self._channel)
        here: dict[str, tuple[set[str], set[str]]] = {
            "@": (self.resolved.users, {user.id for user in self._world.members_of(self._channel)}),
            "@&": (self.resolved.roles, set(guild.roles) if guild else set()),
            "#": (self.resolved.channels, set(guild.channel_ids) if guild else set()),
        }
        for sign, named in _MENTION.findall(text):
            resolved, known = here[sign]
            resolved.update({named} & known)

    def _number(self, definition: JsonObject, value: object) -> float:
        name = definition["name"]
        if not _is_number(value) or (definition["type"] == kinds.INTEGER and not isinstance(value, int)):
            raise PageProblem(f"The option “{name}” is a number.")
        least, most = definition.get("min_value"), definition.get("max_value")
        if _is_number(least) and value < least:
            raise PageProblem(f"The option “{name}” starts at {least}.")
        if _is_number(most) and value > most:
            raise PageProblem(f"The option “{name}” ends at {most}.")
        self._check_choice(definition, value)
        return value

    def _check_choice(self, definition: JsonObject, value: object) -> None:
        values = [choice["value"] for choice in objects_in(definition.get("choices"))]
        if values and value not in values:
            raise PageProblem(f"Choose one of the values of “{definition['name']}”.")

    def _attachment(self, definition: JsonObject, value: object) -> str:
        number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        file = self._files.get(number) if isinstance(number, int) else None
        if file is None:
            raise PageProblem(f"Choose a file for “{definition['name']}”.")
        return self._keep_file(file)

    def _keep_file(self, file: UploadedFile) -> str:
        attachment = self._store(file)
        self.resolved.attachments.append(attachment)
        return attachment.id

    def _entity(self, definition: JsonObject, value: object) -> str:
        guild = self._world.guild_of(self._channel)
        found = value if isinstance(value, str) else ""
        kind = definition["type"]
        members = {user.id for user in self._world.members_of(self._channel)}
        if kind in {kinds.USER, kinds.MENTIONABLE} and found in members:
            self.resolved.users.add(found)
        elif kind in {kinds.ROLE, kinds.MENTIONABLE} and guild is not None and found in guild.roles:
            self.resolved.roles.add(found)
        elif kind == kinds.CHANNEL and guild is not None and found in guild.channel_ids:
            self.resolved.channels.add(found)
        else:
            raise PageProblem(f"“{definition['name']}” names nobody and nothing here.")
        return found

    def keep_uploads(self, values: object) -> list[str]:
        """Store the files that a window's upload field names by number.

        Raises:
            PageProblem: when a number has no file.
        """
        return [self._attachment({"name": "files"}, value) for value in values] if is_json_list(values) else []


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_objects(value: object) -> list[JsonObject]:
    if value is None:
        return []
    if not is_json_list(value):
        raise PageProblem("The options are a list.")
    found = [item for item in value if is_json_object(item)]
    if len(found) != len(value):
        raise PageProblem("Every option is an object with name, type and value.")
    return found
