"""Checking the windows a bot opens, and what a member sends back from them.

Source: discord-api-docs interactions/receiving-and-responding.mdx "Modal" and components/reference.mdx.
"""

from bot.sandbox.components import ACTION_ROW, CUSTOM_ID_LIMIT, SELECTS, TEXT_INPUT, ComponentReader
from bot.sandbox.errors import FieldErrors
from bot.sandbox.forms import Form
from bot.sandbox.wire import JsonObject

TEXT_DISPLAY, LABEL, FILE_UPLOAD = 10, 18, 19
_CHOICES_OF_ONE, _CHOICES_OF_MANY, _CHECKBOX = 21, 22, 23
_GROUPS = (_CHOICES_OF_ONE, _CHOICES_OF_MANY)
_IN_A_LABEL = (TEXT_INPUT, FILE_UPLOAD, *SELECTS, *_GROUPS, _CHECKBOX)

_TITLE, _COMPONENTS, _LABEL_TEXT, _LABEL_DESCRIPTION = 45, 5, 45, 100
_INPUT_TEXT, _PLACEHOLDER, _DISPLAY_TEXT = 4000, 100, 4000
_UPLOADS, _GROUP_OPTIONS = 10, 10


def read_modal(form: Form) -> JsonObject:
    """Check a modal and give it back in the shape the page is shown.

    Raises:
        ApiError: 50035 naming every wrong field.
    """
    reader = _ModalReader()
    modal: JsonObject = {
        "custom_id": form.needed_text("custom_id", most=CUSTOM_ID_LIMIT),
        "title": form.needed_text("title", most=_TITLE),
        "components": [reader.top(child) for child in form.forms("components", least=1, most=_COMPONENTS)],
    }
    if not form.has("components"):
        form.refuse("components", "BASE_TYPE_REQUIRED", "This field is required")
    form.errors.refuse_if_any()
    return modal


class _ModalReader(ComponentReader):
    def top(self, form: Form) -> JsonObject:
        kind = form.choice("type", (ACTION_ROW, TEXT_DISPLAY, LABEL), required=True)
        if kind == ACTION_ROW:
            inner = form.forms("components", least=1, most=1)
            inputs = [self._text_input(child, labelled=True) for child in inner]
            return {"type": ACTION_ROW, "id": self.number(), "components": inputs}
        if kind == TEXT_DISPLAY:
            content = form.needed_text("content", most=_DISPLAY_TEXT)
            return {"type": TEXT_DISPLAY, "id": self.number(), "content": content}
        return self._label(form)

    def _label(self, form: Form) -> JsonObject:
        label: JsonObject = {"type": LABEL, "id": self.number()}
        label["label"] = form.needed_text("label", most=_LABEL_TEXT)
        description = form.text("description", most=_LABEL_DESCRIPTION)
        if description is not None:
            label["description"] = description
        inner = form.form("component")
        if inner is None:
            form.refuse("component", "BASE_TYPE_REQUIRED", "This field is required")
        else:
            label["component"] = self._in_a_label(inner)
        return label

    def _in_a_label(self, form: Form) -> JsonObject:
        kind = form.choice("type", _IN_A_LABEL, required=True)
        if kind == TEXT_INPUT:
            return self._text_input(form, labelled=False)
        made = self.select(form, kind) if kind in SELECTS else self._other(form, kind)
        made["required"] = form.boolean("required", otherwise=True)
        return made

    def _text_input(self, form: Form, *, labelled: bool) -> JsonObject:
        made: JsonObject = {"type": TEXT_INPUT, "id": self.number(), "custom_id": self.custom_id(form)}
        form.choice("type", (TEXT_INPUT,), required=True)
        made["style"] = form.choice("style", (1, 2)) or 1
        if labelled:
            made["label"] = form.needed_text("label", most=_LABEL_TEXT)
        made["min_length"] = form.integer("min_length", least=0, most=_INPUT_TEXT)
        made["max_length"] = form.integer("max_length", least=1, most=_INPUT_TEXT)
        made["placeholder"] = form.text("placeholder", most=_PLACEHOLDER)
        made["value"] = form.text("value", most=_INPUT_TEXT)
        made["required"] = form.boolean("required", otherwise=True)
        return {name: value for name, value in made.items() if value is not None}

    def _other(self, form: Form, kind: int | None) -> JsonObject:
        made: JsonObject = {"type": kind, "id": self.number(), "custom_id": self.custom_id(form)}
        if kind in (FILE_UPLOAD, _CHOICES_OF_MANY):
            made["min_values"] = form.integer("min_values", least=0, most=_UPLOADS)
            made["max_values"] = form.integer("max_values", least=1, most=_UPLOADS)
        if kind in _GROUPS:
            made["options"] = [_group_option(option) for option in form.forms("options", least=1, most=_GROUP_OPTIONS)]
        if kind == _CHECKBOX:
            made["default"] = form.boolean("default")
        return {name: value for name, value in made.items() if value is not None}


def _group_option(form: Form) -> JsonObject:
    made: JsonObject = {
        "value": form.needed_text("value", most=100),
        "label": form.needed_text("label", most=100),
        "description": form.text("description", most=100),
        "default": form.boolean("default"),
    }
    return {name: value for name, value in made.items() if value is not None}


def inputs_of(components: object) -> dict[str, JsonObject]:
    """List the inputs of a modal, or of a submitted one, by custom id."""
    found: dict[str, JsonObject] = {}
    for top in Form({"components": components}, FieldErrors()).forms("components", most=_COMPONENTS):
        children = top.forms("components", most=_COMPONENTS)
        inner = top.form("component")
        for child in children if inner is None else [inner]:
            custom_id = child.fields.get("custom_id")
            if isinstance(custom_id, str):
                found[custom_id] = child.fields
    return found


def problem_with_submission(modal: JsonObject, components: object) -> str | None:
    """Say in plain words what is missing or wrong in a submitted modal; None when it may be sent."""
    asked, given = inputs_of(modal["components"]), inputs_of(components)
    if set(given) - set(asked):
        return "The window has no such field."
    for custom_id, field in asked.items():
        problem = _problem_with_input(field, given.get(custom_id, {}))
        if problem is not None:
            return problem
    return None


def _problem_with_input(field: JsonObject, given: JsonObject) -> str | None:
    answer = given.get("value", given.get("values"))
    is_empty = answer in (None, "", [])
    if is_empty:
        return "A required field is empty." if field.get("required") and field["type"] != _CHECKBOX else None
    if given.get("type") != field["type"]:
        return "A field has another type than the window."
    return _problem_with_text(field, answer) if field["type"] == TEXT_INPUT else None


def _problem_with_text(field: JsonObject, answer: object) -> str | None:
    if not isinstance(answer, str):
        return "A text field holds no text."
    least, most = field.get("min_length", 0), field.get("max_length", _INPUT_TEXT)
    if isinstance(least, int) and len(answer) < least:
        return f"Please write at least {least} characters."
    if isinstance(most, int) and len(answer) > most:
        return f"Please write at most {most} characters."
    return None
