"""Discord's refusals: an HTTP status, a code of Discord's own and, for forms, a tree of what is wrong where.

Source of codes and messages: discord-api-docs topics/opcodes-and-status-codes.mdx and reference.mdx
("Error Messages"), commit c98d64bc, read 2026-11-22. The HTTP status beside a code is not documented there;
these are the ones the API is known to send.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.sandbox.wire import JsonObject


@dataclass(frozen=True)
class Refusal:
    """One way Discord says no."""

    status: int
    code: int
    message: str


class ApiError(Exception):
    """Ends a REST request of the bot with ``refusal``; ``errors`` is the nested object of code 50035."""

    def __init__(self, refusal: Refusal, *, errors: JsonObject | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.errors = errors

    def to_json(self) -> JsonObject:
        """Write the body Discord sends."""
        body: JsonObject = {"message": self.refusal.message, "code": self.refusal.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


NOT_FOUND = Refusal(404, 0, "404: Not Found")
METHOD_NOT_ALLOWED = Refusal(405, 0, "405: Method Not Allowed")
UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
BAD_MULTIPART = Refusal(400, 0, "400: Bad Request")
UNKNOWN_CHANNEL = Refusal(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = Refusal(404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = Refusal(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = Refusal(404, 10008, "Unknown Message")
UNKNOWN_USER = Refusal(404, 10013, "Unknown User")
UNKNOWN_EMOJI = Refusal(400, 10014, "Unknown Emoji")
UNKNOWN_WEBHOOK = Refusal(404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = Refusal(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = Refusal(404, 10063, "Unknown application command")
UNKNOWN_SOUND = Refusal(404, 10097, "Unknown sound")
WRONG_APPLICATION = Refusal(403, 20012, "You are not authorized to perform this action on this application")
TOO_MANY_ATTACHMENTS = Refusal(400, 30015, "Maximum number of attachments in a message reached (10)")
TOO_MANY_COMMANDS = Refusal(400, 30032, "Maximum number of application commands reached (100)")
TOO_MANY_COMMAND_CREATES = Refusal(429, 30034, "Max number of daily application command creates has been reached (200)")
TOO_MANY_SOUNDS = Refusal(400, 30045, "Maximum number of soundboard sounds reached")
SOUND_TOO_LONG = Refusal(400, 50124, "Soundboard sounds must not be longer than 5.2 seconds.")
THREAD_ARCHIVED = Refusal(400, 50083, "Thread is archived")
FILE_TOO_LARGE = Refusal(400, 50045, "File uploaded exceeds the maximum size")
REQUEST_TOO_LARGE = Refusal(413, 40005, "Request entity too large")
ALREADY_ACKNOWLEDGED = Refusal(400, 40060, "Interaction has already been acknowledged.")
TOO_MANY_FOLLOWUPS = Refusal(400, 40094, "Maximum number of follow-up messages reached (5)")
MISSING_ACCESS = Refusal(403, 50001, "Missing Access")
NOT_IN_A_DM = Refusal(403, 50003, "Cannot execute action on a DM channel")
NOT_YOUR_MESSAGE = Refusal(403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = Refusal(400, 50006, "Cannot send an empty message")
CANNOT_MESSAGE_USER = Refusal(403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = Refusal(403, 50013, "Missing Permissions")
INVALID_WEBHOOK_TOKEN = Refusal(401, 50027, "Invalid Webhook Token")
INVALID_FORM_BODY = Refusal(400, 50035, "Invalid Form Body")
INVALID_JSON = Refusal(400, 50109, "The request body contains invalid JSON.")
VOICE_WITH_CONTENT = Refusal(400, 50159, "Voice messages do not support additional content.")
VOICE_NOT_ONE_AUDIO = Refusal(400, 50160, "Voice messages must have a single audio attachment.")
VOICE_WITHOUT_METADATA = Refusal(400, 50161, "Voice messages must have supporting metadata.")
VOICE_NOT_EDITABLE = Refusal(403, 50162, "Voice messages cannot be edited.")
VOICE_NOT_HERE = Refusal(403, 50173, "You cannot send voice messages in this channel.")
VOICE_WITHOUT_DURATION = Refusal(400, 50192, "Voice messages must have a valid duration.")
NO_REPLY_WITHOUT_HISTORY = Refusal(400, 160002, "Cannot reply without permission to read message history")


@dataclass
class FieldErrors:
    """Collects everything that is wrong with one form, so that the bot learns all of it at once."""

    tree: JsonObject = field(default_factory=dict[str, object])

    def add(self, path: Sequence[str], code: str, message: str) -> None:
        """Note that the field at ``path`` (keys and list positions from the outside in) is wrong."""
        node = self.tree
        for step in path:
            node = cast("JsonObject", node.setdefault(step, {}))
        found = cast("list[JsonObject]", node.setdefault("_errors", []))
        found.append({"code": code, "message": message})

    def refuse_if_any(self) -> None:
        """End the request if anything was wrong.

        Raises:
            ApiError: 50035 with the nested ``errors`` object.
        """
        if self.tree:
            raise ApiError(INVALID_FORM_BODY, errors=self.tree)


def wrong_field(path: Sequence[str], code: str, message: str) -> ApiError:
    """Build the 50035 for exactly one wrong field."""
    errors = FieldErrors()
    errors.add(path, code, message)
    return ApiError(INVALID_FORM_BODY, errors=errors.tree)
