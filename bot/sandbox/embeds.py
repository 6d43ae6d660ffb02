"""Checking embeds against Discord's limits.

Source: discord-api-docs resources/message.mdx, "Embed Limits", read 2026-11-22.
"""

from datetime import datetime
from urllib.parse import urlsplit

from bot.sandbox.forms import Form
from bot.sandbox.wire import JsonObject, is_json_object, objects_in

EMBEDS_PER_MESSAGE = 10
CHARACTERS_IN_ALL = 6000

_TITLE, _DESCRIPTION, _FIELDS, _FIELD_NAME, _FIELD_VALUE, _FOOTER, _AUTHOR = 256, 4096, 25, 256, 1024, 2048, 256
_URL_LIMIT = 2048
_WEB = ("http", "https")
_MEDIA = (*_WEB, "attachment")


def read_embeds(message: Form) -> list[JsonObject]:
    """Check a message's embeds and give them back in the shape they are stored in."""
    embeds = [_read_embed(form) for form in message.forms("embeds", most=EMBEDS_PER_MESSAGE)]
    if sum(_characters(embed) for embed in embeds) > CHARACTERS_IN_ALL:
        message.refuse("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {CHARACTERS_IN_ALL}")
    return embeds


def _read_embed(form: Form) -> JsonObject:
    embed: JsonObject = {"type": "rich"}
    fields = [_read_field(field) for field in form.forms("fields", most=_FIELDS)]
    found = {
        "title": form.text("title", most=_TITLE),
        "description": form.text("description", most=_DESCRIPTION),
        "url": _url(form, "url", _WEB),
        "color": form.integer("color", least=0, most=0xFFFFFF),
        "timestamp": _timestamp(form),
        "fields": fields or None,
        "image": _media(form, "image"),
        "thumbnail": _media(form, "thumbnail"),
        "footer": _named(form, "footer", "text", _FOOTER),
        "author": _named(form, "author", "name", _AUTHOR),
    }
    embed.update({name: value for name, value in found.items() if value is not None})
    return embed


def _read_field(form: Form) -> JsonObject:
    return {
        "name": form.needed_text("name", most=_FIELD_NAME),
        "value": form.needed_text("value", most=_FIELD_VALUE),
        "inline": form.boolean("inline"),
    }


def _named(form: Form, name: str, text_name: str, most: int) -> JsonObject | None:
    part = form.form(name)
    if part is None:
        return None
    found = {
        text_name: part.needed_text(text_name, most=most),
        "url": _url(part, "url", _WEB),
        "icon_url": _url(part, "icon_url", _MEDIA),
    }
    return {key: value for key, value in found.items() if value is not None}


def _media(form: Form, name: str) -> JsonObject | None:
    part = form.form(name)
    if part is None:
        return None
    return {"url": _url(part, "url", _MEDIA)}


def _url(form: Form, name: str, schemes: tuple[str, ...]) -> str | None:
    url = form.text(name, most=_URL_LIMIT)
    if url is None or _has_scheme(url, schemes):
        return url
    listed = ", ".join(f"'{scheme}'" for scheme in schemes)
    form.refuse(name, "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of ({listed}).")
    return None


def _has_scheme(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc)


def _timestamp(form: Form) -> str | None:
    timestamp = form.text("timestamp", most=64)
    if timestamp is None:
        return None
    try:
        datetime.fromisoformat(timestamp)
    except ValueError:
        form.refuse("timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse the value. Should be ISO8601.")
        return None
    return timestamp


def _characters(embed: JsonObject) -> int:
    """Count what Discord counts: title, description, field names and values, footer text, author name."""
    counted: list[object] = [embed.get("title"), embed.get("description")]
    for part in (embed.get("footer"), embed.get("author")):
        if is_json_object(part):
            counted += [part.get("text"), part.get("name")]
    for field in objects_in(embed.get("fields")):
        counted += [field.get("name"), field.get("value")]
    return sum(len(text) for text in counted if isinstance(text, str))
