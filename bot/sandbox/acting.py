"""What a member does on the page, made into interactions for the bot."""

import asyncio

from bot.sandbox.command_access import CommandAccess
from bot.sandbox.command_forms import MESSAGE_MENU, SLASH, USER_MENU
from bot.sandbox.command_options import OptionReader
from bot.sandbox.components import SELECTS, STRING_SELECT, custom_ids
from bot.sandbox.gateway import Audience, Gateway
from bot.sandbox.interaction_payloads import InteractionWriter, Resolved
from bot.sandbox.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interaction,
    Interactions,
    make_token,
)
from bot.sandbox.message_forms import NewFile
from bot.sandbox.modals import FILE_UPLOAD, inputs_of, problem_with_submission
from bot.sandbox.models import Attachment, Channel, Message
from bot.sandbox.page_api import PageProblem
from bot.sandbox.posting import Posting
from bot.sandbox.uploads import UploadedFile
from bot.sandbox.wire import JsonObject, is_json_list, is_json_object, objects_in
from bot.sandbox.world import World


class Acting:
    """Makes interactions and sends them to the bot."""

    def __init__(
        self,
        world: World,
        *,
        access: CommandAccess,
        interactions: Interactions,
        posting: Posting,
        gateway: Gateway,
        writer: InteractionWriter,
    ) -> None:
        self._world = world
        self._access = access
        self._interactions = interactions
        self._posting = posting
        self._gateway = gateway
        self._writer = writer

    def use_command(
        self, user_id: str, channel: Channel, body: JsonObject, files: dict[int, UploadedFile]
    ) -> Interaction:
        """Send a slash command or a menu command.

        Raises:
            PageProblem: when the member cannot use it here, or an option is wrong.
        """
        command = self._access.command(str(body.get("command_id")), user_id, channel)
        reader = self._reader(channel, files)
        data = _command_data(command)
        if command["type"] == SLASH:
            data["options"] = reader.read(command, body.get("options"))
        else:
            data["target_id"] = self._target(command, channel, body, reader.resolved)
        interaction = self._make(COMMAND, user_id, channel, data)
        interaction.owners = self._access.owners(command, user_id, channel)
        kind = command["type"]
        interaction.command_type = kind if isinstance(kind, int) else SLASH
        return self._send(interaction, reader.resolved)

    async def complete(self, user_id: str, channel: Channel, body: JsonObject) -> list[JsonObject]:
        """Ask the bot to complete an option.

        Raises:
            PageProblem: 504 when there is no answer in time.
        """
        command = self._access.command(str(body.get("command_id")), user_id, channel)
        reader = self._reader(channel, {}, is_partial=True)
        data = {**_command_data(command), "options": reader.read(command, body.get("options"))}
        interaction = self._make(AUTOCOMPLETE, user_id, channel, data)
        interaction.owners = self._access.owners(command, user_id, channel)
        interaction.command_type = SLASH
        interaction.choices = asyncio.get_running_loop().create_future()
        self._send(interaction, reader.resolved)
        try:
            async with asyncio.timeout(self._interactions.timeout_s):
                return await interaction.choices
        except TimeoutError as error:
            raise PageProblem("The application did not respond in time.", 504) from error

    def use_component(self, user_id: str, channel: Channel, body: JsonObject) -> Interaction:
        """Press a button or choose from a menu.

        Raises:
            PageProblem: when there is no such component, or it is switched off.
        """
        message = channel.messages.get(str(body.get("message_id")))
        if message is None or message.only_for not in {None, user_id}:
            raise PageProblem("There is no such message.", 404)
        component = custom_ids(message.components).get(str(body.get("custom_id")))
        if component is None or component["type"] != body.get("component_type"):
            raise PageProblem("The message has no such button or menu.")
        if component.get("disabled"):
            raise PageProblem("That is switched off.")
        data: JsonObject = {"custom_id": component["custom_id"], "component_type": component["type"]}
        data["id"] = component["id"]
        resolved = Resolved()
        if component["type"] in SELECTS:
            data["values"] = self._chosen(component, channel, body.get("values"), resolved)
        interaction = self._make(COMPONENT, user_id, channel, data, source=message.id)
        interaction.owners = _owners_of(message) or _owners_here(channel)
        return self._send(interaction, resolved)

    def submit_modal(self, user_id: str, body: JsonObject, files: dict[int, UploadedFile]) -> Interaction:
        """Send a filled-in window.

        Raises:
            PageProblem: when it was not open for this member, or a field is wrong.
        """
        opener = self._interactions.find(str(body.get("interaction_id")))
        if opener is None or opener.modal is None or opener.user_id != user_id:
            raise PageProblem("That window is not open.", 404)
        if opener.channel.id not in self._world.channels:
            raise PageProblem("That window is not open.", 404)
        if body.get("custom_id") != opener.modal["custom_id"]:
            raise PageProblem("That is another window.")
        problem = problem_with_submission(opener.modal, body.get("components"))
        if problem is not None:
            raise PageProblem(problem)
        reader = self._reader(opener.channel, files)
        for given in inputs_of(body.get("components")).values():
            if given.get("type") == FILE_UPLOAD:
                given["values"] = reader.keep_uploads(given.get("values"))
        opener.modal = None
        data: JsonObject = {"custom_id": body["custom_id"], "components": body["components"]}
        source = opener.source_message_id
        interaction = self._make(MODAL_SUBMIT, user_id, opener.channel, data, source=source)
        interaction.owners = opener.owners
        return self._send(interaction, reader.resolved, parent=opener.metadata)

    def _reader(self, channel: Channel, files: dict[int, UploadedFile], *, is_partial: bool = False) -> OptionReader:
        def store(file: UploadedFile) -> Attachment:
            return self._posting.store_upload(channel, NewFile(file))

        return OptionReader(self._world, channel, store=store, files=files, is_partial=is_partial)

    def _target(self, command: JsonObject, channel: Channel, body: JsonObject, resolved: Resolved) -> str:
        target_id = str(body.get("target_id"))
        if command["type"] == MESSAGE_MENU:
            message = channel.messages.get(target_id)
            if message is None or message.only_for is not None:
                raise PageProblem("There is no such message.", 404)
            resolved.messages.append(message)
        elif command["type"] == USER_MENU and self._world.is_member(target_id, channel):
            resolved.users.add(target_id)
        else:
            raise PageProblem("There is no such member here.", 404)
        return target_id

    def _chosen(self, component: JsonObject, channel: Channel, values: object, resolved: Resolved) -> list[str]:
        chosen = [value for value in values if isinstance(value, str)] if is_json_list(values) else []
        least, most = component.get("min_values", 1), component.get("max_values", 1)
        if isinstance(least, int) and isinstance(most, int) and not least <= len(set(chosen)) <= most:
            raise PageProblem(f"Choose {least} to {most}.")
        if component["type"] == STRING_SELECT:
            known = {option["value"] for option in objects_in(component.get("options"))}
        else:
            known = self._entities(component["type"], channel, chosen, resolved)
        if not set(chosen) <= known:
            raise PageProblem("The menu has no such entry.")
        return chosen

    def _entities(self, kind: object, channel: Channel, chosen: list[str], resolved: Resolved) -> set[object]:
        guild = self._world.guild_of(channel)
        offered: dict[int, tuple[set[str], set[str]]] = {
            5: (resolved.users, {user.id for user in self._world.members_of(channel)}),
            6: (resolved.roles, set(guild.roles) if guild else set()),
            8: (resolved.channels, set(guild.channel_ids) if guild else set()),
        }
        known: set[object] = set()
        for number, (target, ids) in offered.items():
            if kind == number or (kind == 7 and number != 8):
                target.update(ids & set(chosen))
                known |= ids
        return known

    def _make(
        self, kind: int, user_id: str, channel: Channel, data: JsonObject, *, source: str | None = None
    ) -> Interaction:
        interaction_id = self._world.ids.make()
        return Interaction(
            interaction_id,
            make_token(),
            kind,
            user_id,
            channel,
            self._world.clock(),
            data,
            {},
            source_message_id=source,
        )

    def _send(self, interaction: Interaction, resolved: Resolved, *, parent: JsonObject | None = None) -> Interaction:
        named = self._writer.resolved_json(resolved, interaction)
        if named:
            interaction.data["resolved"] = named
        interaction.metadata = self._writer.metadata(interaction, parent=parent)
        body = self._writer.interaction_json(interaction)
        audience = Audience(interaction.channel.guild_id, 0)
        self._interactions.open(interaction, lambda: self._gateway.dispatch("INTERACTION_CREATE", body, audience))
        return interaction


def _owners_here(channel: Channel) -> JsonObject:
    """Say who installed the app where it is a member: the guild, or nobody in particular in direct messages."""
    return {"0": channel.guild_id or "0"}


def _owners_of(message: Message) -> JsonObject | None:
    """Give the owners under which the message with the button was made."""
    owners = (message.interaction or {}).get("authorizing_integration_owners")
    return owners if is_json_object(owners) else None


def _command_data(command: JsonObject) -> JsonObject:
    data: JsonObject = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if command["guild_id"] is not None:
        data["guild_id"] = command["guild_id"]
    return data
