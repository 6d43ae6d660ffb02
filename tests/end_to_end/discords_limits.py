"""Discord's limits, counted without the sandbox.

Source: Discord's documentation: "Create Message", "Embed Limits", "Component Reference", "Application Commands"
(read 2026-11).
"""

from collections.abc import Iterator

from tests.end_to_end.driver import Json
from tests.end_to_end.one_bot import parts_of


def fits(message: Json) -> Json:
    """The message, if all of it is within Discord's limits."""
    assert len(message["content"]) <= 2_000
    assert len(message["attachments"]) <= 10
    assert sum(map(len, texts_of(message))) <= 6_000
    for embed in message["embeds"]:
        assert len(embed.get("title", "")) <= 256
        assert len(embed.get("description", "")) <= 4_096
        assert len(embed.get("footer", {}).get("text", "")) <= 2_048
        assert all(len(one["name"]) <= 256 and len(one["value"]) <= 1_024 for one in embed.get("fields", ()))
    assert len(message["components"]) <= 5
    assert len(message["components"]) + len(parts_of(message)) <= 40
    for part in parts_of(message):
        assert 1 <= len(part["custom_id"]) <= 100
        assert len(part.get("label", "")) <= 80
        assert len(part.get("options", ())) <= 25
        for option in part.get("options", ()):
            assert max(len(option["label"]), len(option["value"]), len(option.get("description", ""))) <= 100
    return message


def texts_of(message: Json) -> Iterator[str]:
    for embed in message["embeds"]:
        yield from (embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", ""))
        yield from (field[key] for field in embed.get("fields", ()) for key in ("name", "value"))


def texts_in(part: Json, key: str) -> list[str]:
    """A name or description of a command, an option or a choice, in all languages."""
    translated: dict[str, str] = part.get(f"{key}_localizations") or {}
    return [part.get(key) or "", *translated.values()]


def size_of(part: Json) -> int:
    """Characters of names, descriptions and values, of translations the longest only."""
    own = sum(max(map(len, texts_in(part, key))) for key in ("name", "description"))
    value = part.get("value")
    inner: list[Json] = [*part.get("options", ()), *part.get("choices", ())]
    return own + (len(value) if isinstance(value, str) else 0) + sum(map(size_of, inner))


def all_parts(part: Json) -> Iterator[Json]:
    yield part
    for inner in (*part.get("options", ()), *part.get("choices", ())):
        yield from all_parts(inner)


def command_of_size(characters: int) -> Json:
    """A command of so many characters: its own, and those of choices as long as they may be."""
    options: list[Json] = []
    left = characters - 10
    while left >= 11:
        option: Json = {"type": 3, "name": f"o{len(options):04d}", "description": "d" * 5, "choices": []}
        left -= 10
        while left and len(option["choices"]) < 25:
            length = min(200, left)
            number = f"{len(option['choices']):03d}"
            value = number.ljust(max(3, length - 100), "v")
            option["choices"].append({"name": "n" * (length - len(value)), "value": value})
            left -= length
        options.append(option)
    return {"type": 1, "name": "large", "description": "d" * (5 + left), "options": options}
