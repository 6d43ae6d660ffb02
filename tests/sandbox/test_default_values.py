"""What menus of channels, roles and members start with, checked as Discord's documentation has it."""

from typing import Any

import pytest

from tests.sandbox.clients import Api

ROLE_SELECT, CHANNEL_SELECT, MENTIONABLE_SELECT = 6, 8, 7


def menu(kind: int, defaults: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A message with one menu."""
    select = {"type": kind, "custom_id": "pick", "default_values": defaults, **more}
    return {"content": "which?", "components": [{"type": 1, "components": [select]}]}


@pytest.mark.parametrize(
    ("kind", "types"), [(ROLE_SELECT, ["role"]), (CHANNEL_SELECT, ["channel"]), (MENTIONABLE_SELECT, ["user", "role"])]
)
async def test_they_are_kept_and_given_back(api: Api, kind: int, types: list[str]) -> None:
    defaults = [{"id": str(number), "type": name} for number, name in enumerate(types, start=100)]
    answer = await api.post_message(menu(kind, defaults, min_values=0, max_values=3))
    assert answer.status == 200, answer.json
    assert answer.json["components"][0]["components"][0]["default_values"] == defaults


@pytest.mark.parametrize(
    ("defaults", "bounds"),
    [
        ([{"id": "1", "type": "role"}], {}),
        ([{"id": "me", "type": "channel"}], {}),
        ([{"type": "channel"}], {}),
        ([{"id": "1", "type": "channel"}, {"id": "2", "type": "channel"}], {}),
        ([{"id": "1", "type": "channel"}], {"min_values": 2, "max_values": 3}),
    ],
    ids=["of another kind", "no id", "without id", "more than can be chosen", "fewer than must be chosen"],
)
async def test_others_are_refused(api: Api, defaults: list[dict[str, Any]], bounds: dict[str, int]) -> None:
    answer = await api.post_message(menu(CHANNEL_SELECT, defaults, **bounds))
    assert (answer.status, answer.code) == (400, 50035)
