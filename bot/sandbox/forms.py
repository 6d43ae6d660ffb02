"""Reading a JSON object from outside field by field, in Discord's own words when a field is wrong."""

from collections.abc import Sequence

from bot.sandbox.errors import FieldErrors
from bot.sandbox.snowflakes import read_snowflake
from bot.sandbox.wire import JsonObject, is_json_list, is_json_object

_REQUIRED = ("BASE_TYPE_REQUIRED", "This field is required")


class Form:
    """One JSON object with its place in the whole, so that an error names the full path.

    A reader gives None (or an empty value) for a field that is absent, null or wrong; wrong ones are noted in
    ``errors`` and end the request when its ``refuse_if_any`` is called.
    """

    def __init__(self, fields: JsonObject, errors: FieldErrors, path: tuple[str, ...] = ()) -> None:
        self.fields = fields
        self.errors = errors
        self.path = path

    def has(self, name: str) -> bool:
        """Say whether the field was sent at all, be it as null."""
        return name in self.fields

    def refuse(self, name: str, code: str, message: str) -> None:
        """Note that the field ``name`` is wrong."""
        self.errors.add((*self.path, name), code, message)

    def text(self, name: str, *, most: int, least: int = 0, required: bool = False) -> str | None:
        """Read a string of ``least`` to ``most`` characters."""
        value = self.fields.get(name)
        if value is None:
            if required:
                self.refuse(name, *_REQUIRED)
            return None
        if not isinstance(value, str):
            self.refuse(name, "STRING_TYPE_CONVERT", "Could not interpret the value as string.")
            return None
        if not least <= len(value) <= most:
            self.refuse(name, *_bad_length(least, most))
        return value

    def needed_text(self, name: str, *, most: int, least: int = 1) -> str:
        """Read a string that must be there; empty if it is not."""
        return self.text(name, most=most, least=least, required=True) or ""

    def integer(self, name: str, *, least: int | None = None, most: int | None = None) -> int | None:
        """Read a whole number within bounds."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, "NUMBER_TYPE_COERCE", "Value is not int.")
            return None
        return None if self._is_out_of_bounds(name, value, least, most) else value

    def needed_integer(self, name: str, *, least: int | None = None, most: int | None = None) -> int:
        """Read a whole number that must be there; -1 if it is not."""
        if self.fields.get(name) is None:
            self.refuse(name, *_REQUIRED)
        value = self.integer(name, least=least, most=most)
        return -1 if value is None else value

    def number(self, name: str, *, least: float | None = None, most: float | None = None) -> float | None:
        """Read a number, whole or not, within bounds."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, "NUMBER_TYPE_COERCE", "Value is not float.")
            return None
        return None if self._is_out_of_bounds(name, value, least, most) else value

    def boolean(self, name: str, *, otherwise: bool = False) -> bool:
        """Read true or false."""
        value = self.fields.get(name)
        if value is None:
            return otherwise
        if not isinstance(value, bool):
            self.refuse(name, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return otherwise
        return value

    def choice(self, name: str, choices: Sequence[int], *, required: bool = False) -> int | None:
        """Read a whole number that must be one of ``choices``."""
        value = self.integer(name)
        if required and self.fields.get(name) is None:
            self.refuse(name, *_REQUIRED)
        if value is not None and value not in choices:
            listed = ", ".join(str(choice) for choice in choices)
            self.refuse(name, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
            return None
        return value

    def snowflake(self, name: str) -> str | None:
        """Read an id, sent as text or as a number."""
        value = self.fields.get(name)
        if value is None:
            return None
        snowflake = read_snowflake(value)
        if snowflake is None:
            self.refuse(name, "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        return snowflake

    def form(self, name: str) -> "Form | None":
        """Read a nested object."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not is_json_object(value):
            self.refuse(name, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return None
        return Form(value, self.errors, (*self.path, name))

    def items(self, name: str, *, most: int, least: int = 0) -> list[object]:
        """Read a list of ``least`` to ``most`` entries; what is too much is left out."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not is_json_list(value):
            self.refuse(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            self.refuse(name, *_bad_length(least, most))
        return value[:most]

    def forms(self, name: str, *, most: int, least: int = 0) -> "list[Form]":
        """Read a list of objects."""
        forms: list[Form] = []
        for position, item in enumerate(self.items(name, most=most, least=least)):
            path = (*self.path, name, str(position))
            if is_json_object(item):
                forms.append(Form(item, self.errors, path))
            else:
                self.errors.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return forms

    def snowflakes(self, name: str, *, most: int) -> list[str]:
        """Read a list of ids."""
        found = [read_snowflake(item) for item in self.items(name, most=most)]
        if None in found:
            self.refuse(name, "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        return [snowflake for snowflake in found if snowflake is not None]

    def integers(self, name: str, choices: Sequence[int]) -> list[int]:
        """Read a list of whole numbers, each one of ``choices``."""
        found = self.items(name, most=len(choices))
        kept = [item for item in found if isinstance(item, int) and item in choices]
        if len(kept) != len(found):
            self.refuse(name, "BASE_TYPE_CHOICES", f"Values must be among {list(choices)}.")
        return kept

    def _is_out_of_bounds(self, name: str, value: float, least: float | None, most: float | None) -> bool:
        if least is not None and value < least:
            self.refuse(name, "NUMBER_TYPE_MIN", f"Value should be greater than or equal to {least}.")
            return True
        if most is not None and value > most:
            self.refuse(name, "NUMBER_TYPE_MAX", f"Value should be less than or equal to {most}.")
            return True
        return False


def _bad_length(least: int, most: int) -> tuple[str, str]:
    if least:
        return "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
    return "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."
