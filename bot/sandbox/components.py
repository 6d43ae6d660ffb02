"""Checking the buttons and menus of a message.

Source: discord-api-docs components/reference.mdx, commit c98d64bc, read 2026-11-22. Components v2 (flag 32768)
are refused: the studio's replies do not use them, and the page could not show them.
"""

from bot.sandbox.forms import Form
from bot.sandbox.wire import JsonObject, objects_in

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
ENTITY_SELECTS = (5, 6, 7, 8)
SELECTS = (STRING_SELECT, *ENTITY_SELECTS)

CUSTOM_ID_LIMIT = 100
_ROWS, _IN_A_ROW = 5, 5
_LABEL, _PLACEHOLDER, _URL = 80, 150, 512
_OPTIONS, _OPTION_TEXT = 25, 100
_LINK, _PREMIUM = 5, 6
_STYLES = (1, 2, 3, 4, _LINK, _PREMIUM)
_CHANNEL_TYPES = tuple(range(17))
# What the menus of users, roles, both and channels may start with.
_DEFAULTS_OF: dict[object, tuple[str, ...]] = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}


class ComponentReader:
    """Reads the components of one message or modal; custom ids must be unique within it."""

    def __init__(self) -> None:
        self._custom_ids: set[str] = set()
        self._count = 0

    def rows(self, message: Form) -> list[JsonObject]:
        """Check a message's components and give them back in the shape they are stored in."""
        return [self._row(form) for form in message.forms("components", most=_ROWS)]

    def _row(self, form: Form) -> JsonObject:
        if form.choice("type", (ACTION_ROW,), required=True) is None:
            return {}
        number = self.number()
        children = form.forms("components", least=1, most=_IN_A_ROW)
        kinds = [child.choice("type", (BUTTON, *SELECTS), required=True) for child in children]
        if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
            form.refuse("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Components displayed row is too wide")
        made = [
            self._button(child) if kind == BUTTON else self.select(child, kind)
            for child, kind in zip(children, kinds, strict=True)
            if kind is not None
        ]
        return {"type": ACTION_ROW, "id": number, "components": made}

    def number(self) -> int:
        """Give the next component's ``id``, counted from 1 as Discord does."""
        self._count += 1
        return self._count

    def custom_id(self, form: Form) -> str:
        """Read a custom id: 1 to 100 characters and used only once."""
        custom_id = form.needed_text("custom_id", most=CUSTOM_ID_LIMIT)
        if custom_id in self._custom_ids:
            form.refuse("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        self._custom_ids.add(custom_id)
        return custom_id

    def _button(self, form: Form) -> JsonObject:
        style = form.choice("style", _STYLES, required=True)
        button = _without_none(
            type=BUTTON,
            id=self.number(),
            style=style,
            label=form.text("label", most=_LABEL),
            emoji=_emoji(form),
        )
        button["disabled"] = form.boolean("disabled")
        if style == _LINK:
            button["url"] = self._link(form)
        elif style != _PREMIUM:
            button["custom_id"] = self._own_custom_id(form)
        if not button.get("label") and "emoji" not in button and style != _PREMIUM:
            form.refuse("label", "BUTTON_COMPONENT_MISSING_LABEL", "A button needs a label or an emoji")
        return button

    def _link(self, form: Form) -> str:
        url = form.needed_text("url", most=_URL)
        if not url.startswith(("http://", "https://", "discord://")):
            form.refuse("url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('discord', 'http', 'https').")
        if form.fields.get("custom_id") is not None:
            form.refuse("custom_id", "BUTTON_COMPONENT_INVALID_CUSTOM_ID", "A link button has no custom id")
        return url

    def _own_custom_id(self, form: Form) -> str:
        if form.fields.get("url") is not None:
            form.refuse("url", "BUTTON_COMPONENT_INVALID_URL", "Only a link button has a url")
        return self.custom_id(form)

    def select(self, form: Form, kind: int | None) -> JsonObject:
        """Check a select menu of a message or a modal."""
        select = _without_none(
            type=kind,
            id=self.number(),
            custom_id=self.custom_id(form),
            placeholder=form.text("placeholder", most=_PLACEHOLDER),
            min_values=form.integer("min_values", least=0, most=_OPTIONS),
            max_values=form.integer("max_values", least=1, most=_OPTIONS),
        )
        select["disabled"] = form.boolean("disabled")
        if kind == STRING_SELECT:
            select["options"] = _options(form)
        elif form.has("channel_types"):
            select["channel_types"] = form.integers("channel_types", _CHANNEL_TYPES)
        if kind in _DEFAULTS_OF and form.has("default_values"):
            select["default_values"] = _default_values(form, select)
        return select


def _default_values(form: Form, select: JsonObject) -> list[JsonObject]:
    """What an entity select starts with: as many as may be chosen, each with its kind."""
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    values = form.forms("default_values", most=most if isinstance(most, int) else 1)
    if values and isinstance(least, int) and len(values) < least:
        form.refuse("default_values", "BASE_TYPE_BAD_LENGTH", f"There must be at least {least}.")
    return [_default_value(value, _DEFAULTS_OF[select["type"]]) for value in values]


def _default_value(form: Form, kinds: tuple[str, ...]) -> JsonObject:
    if form.fields.get("id") is None:
        form.refuse("id", "BASE_TYPE_REQUIRED", "This field is required")
    if form.fields.get("type") not in kinds:
        form.refuse("type", "BASE_TYPE_CHOICES", f"Value must be one of {kinds}.")
    return {"id": form.snowflake("id"), "type": form.fields.get("type")}


def _options(form: Form) -> list[JsonObject]:
    options: list[JsonObject] = []
    seen: set[str] = set()
    for option in form.forms("options", least=1, most=_OPTIONS):
        value = option.needed_text("value", most=_OPTION_TEXT)
        if value in seen:
            option.refuse("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified value is already used")
        seen.add(value)
        made = _without_none(
            label=option.needed_text("label", most=_OPTION_TEXT),
            value=value,
            description=option.text("description", most=_OPTION_TEXT),
            emoji=_emoji(option),
        )
        made["default"] = option.boolean("default")
        options.append(made)
    if not options:
        form.refuse("options", "BASE_TYPE_REQUIRED", "This field is required")
    return options


def _emoji(form: Form) -> JsonObject | None:
    emoji = form.form("emoji")
    if emoji is None:
        return None
    return {
        "id": emoji.snowflake("id"),
        "name": emoji.text("name", most=64),
        "animated": emoji.boolean("animated"),
    }


def _without_none(**fields: object) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}


def custom_ids(rows: list[JsonObject]) -> dict[str, JsonObject]:
    """List a message's usable components by custom id."""
    found: dict[str, JsonObject] = {}
    for row in rows:
        for child in objects_in(row.get("components")):
            custom_id = child.get("custom_id")
            if isinstance(custom_id, str):
                found[custom_id] = child
    return found
