"""Reading what a bot wants to post or change, wherever it posts it.

Source: discord-api-docs resources/message.mdx (Create and Edit Message), resources/webhook.mdx and
interactions/receiving-and-responding.mdx ("Messages", for the flags each place takes), read 2026-11-22.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

from bot.sandbox.components import ComponentReader
from bot.sandbox.embeds import read_embeds
from bot.sandbox.errors import FieldErrors, wrong_field
from bot.sandbox.forms import Form
from bot.sandbox.mentions import EVERYBODY, ONLY_USERS, AllowedMentions, read_allowed_mentions
from bot.sandbox.models import COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, VOICE_MESSAGE
from bot.sandbox.uploads import FILES_PER_MESSAGE, UploadedFile
from bot.sandbox.wire import JsonObject

CONTENT_LIMIT = 2000
NONCE_LIMIT = 25
_DESCRIPTION_LIMIT = 1024
_WAVEFORM_LIMIT = 400
_LONGEST_DURATION_S = 2_147_483_647
_BUILTIN_NONCE = re.compile(r"-?[0-9]{1,19}")


class Place(Enum):
    """Where a message is written; ``value`` holds the flags that may be set there."""

    CHANNEL = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | VOICE_MESSAGE
    CALLBACK = SUPPRESS_EMBEDS | EPHEMERAL | VOICE_MESSAGE | SUPPRESS_NOTIFICATIONS
    FOLLOWUP = SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS
    EDIT = SUPPRESS_EMBEDS
    DEFER = EPHEMERAL


@dataclass(frozen=True)
class NewFile:
    """A file that comes with the request, and what its entry in ``attachments`` says of it."""

    upload: UploadedFile
    description: str | None = None
    title: str | None = None
    filename: str | None = None
    duration_secs: float | None = None
    waveform: str | None = None


@dataclass
class Draft:
    """A message as it was asked for. In an edit, only the fields named in ``sent`` change."""

    content: str
    embeds: list[JsonObject]
    components: list[JsonObject]
    flags: int
    tts: bool
    mentions: AllowedMentions
    sent: frozenset[str]
    nonce: str | None = None
    enforce_nonce: bool = False
    replies_to: str | None = None
    reply_may_fail: bool = False
    new_files: list[NewFile] = field(default_factory=list[NewFile])
    kept_ids: list[str] | None = None
    """Attachments to keep in an edit; None keeps all."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would be shown."""
        return not (self.content or self.embeds or self.components or self.new_files)


def read_draft(
    body: JsonObject, files: dict[int, UploadedFile], place: Place, *, path: tuple[str, ...] = (), flags_now: int = 0
) -> Draft:
    """Check a message from outside in full.

    ``flags_now`` are an edited message's own flags, which may be sent back unchanged.

    Raises:
        ApiError: 50035 naming every wrong field.
    """
    form = Form(body, FieldErrors(), path)
    otherwise = EVERYBODY if place in {Place.CHANNEL, Place.EDIT} else ONLY_USERS
    draft = Draft(
        content=(form.text("content", most=CONTENT_LIMIT) or "").strip(),
        embeds=read_embeds(form),
        components=ComponentReader().rows(form),
        flags=_read_flags(form, place.value | flags_now),
        tts=form.boolean("tts"),
        mentions=read_allowed_mentions(form, otherwise=otherwise),
        sent=frozenset(body),
        nonce=_read_nonce(form),
        enforce_nonce=form.boolean("enforce_nonce"),
    )
    _read_reference(form, draft)
    _read_attachments(form, files, draft, is_edit=place is Place.EDIT)
    form.errors.refuse_if_any()
    return draft


def _read_flags(form: Form, allowed: int) -> int:
    flags = form.integer("flags", least=0, most=(1 << 31) - 1) or 0
    if flags & COMPONENTS_V2:
        message = "Components v2 (flag 32768) are not part of the sandbox; send classic components."
        form.refuse("flags", "SANDBOX_COMPONENTS_V2", message)
    elif flags & ~allowed:
        form.refuse("flags", "BASE_TYPE_CHOICES", f"Flags {flags & ~allowed} cannot be set here.")
    return flags


def _read_nonce(form: Form) -> str | None:
    nonce = form.fields.get("nonce")
    if isinstance(nonce, int) and not isinstance(nonce, bool):
        text = str(nonce)
        if _BUILTIN_NONCE.fullmatch(text) is None:
            form.refuse("nonce", "NUMBER_TYPE_MAX", "int value should fit into 64 bits.")
        return text
    return form.text("nonce", most=NONCE_LIMIT)


def _read_reference(form: Form, draft: Draft) -> None:
    reference = form.form("message_reference")
    if reference is None:
        return
    if reference.integer("type") not in {None, 0}:
        reference.refuse("type", "SANDBOX_FORWARDING", "Forwarding is not part of the sandbox.")
    draft.replies_to = reference.snowflake("message_id")
    draft.reply_may_fail = not reference.boolean("fail_if_not_exists", otherwise=True)


def _read_attachments(form: Form, files: dict[int, UploadedFile], draft: Draft, *, is_edit: bool) -> None:
    """Match entries with files by number; in an edit, an entry with a long id keeps that attachment."""
    entries: dict[int, NewFile] = {}
    kept: list[str] = []
    for entry in form.forms("attachments", most=FILES_PER_MESSAGE):
        attachment_id = entry.snowflake("id")
        if attachment_id is None:
            entry.refuse("id", "BASE_TYPE_REQUIRED", "This field is required")
        elif int(attachment_id) in files:
            entries[int(attachment_id)] = _read_new_file(entry, files[int(attachment_id)])
        elif is_edit:
            kept.append(attachment_id)
        else:
            message = "The attachment id must match the number of an uploaded file."
            entry.refuse("id", "ATTACHMENT_NOT_FOUND", message)
    draft.new_files = [entries.get(number) or NewFile(files[number]) for number in sorted(files)]
    draft.kept_ids = kept if isinstance(form.fields.get("attachments"), list) else None


def _read_new_file(entry: Form, upload: UploadedFile) -> NewFile:
    return NewFile(
        upload,
        description=entry.text("description", most=_DESCRIPTION_LIMIT),
        title=entry.text("title", most=_DESCRIPTION_LIMIT),
        filename=entry.text("filename", most=_DESCRIPTION_LIMIT),
        duration_secs=entry.number("duration_secs", least=0, most=_LONGEST_DURATION_S),
        waveform=entry.text("waveform", most=_WAVEFORM_LIMIT),
    )


def check_defer_flags(form: Form | None) -> int:
    """Read the flags of a deferred answer, where EPHEMERAL is the only one there is.

    Raises:
        ApiError: 50035 for any other flag.
    """
    flags = 0 if form is None else form.integer("flags") or 0
    if flags & ~Place.DEFER.value:
        path = (*form.path, "flags") if form else ("data", "flags")
        raise wrong_field(path, "BASE_TYPE_CHOICES", "Only EPHEMERAL (64) can be set when deferring.")
    return flags
