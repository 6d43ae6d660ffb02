"""Who a message pings: what its text names, cut down to what ``allowed_mentions`` lets through.

Source: discord-api-docs resources/message.mdx, "Allowed Mentions Object", read 2026-11-22.
"""

import re
from dataclasses import dataclass

from bot.sandbox.forms import Form
from bot.sandbox.models import Pings

_LIMIT = 100
_USER = re.compile(r"<@!?([0-9]{1,20})>")
_ROLE = re.compile(r"<@&([0-9]{1,20})>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_KINDS = ("users", "roles", "everyone")


@dataclass(frozen=True)
class AllowedMentions:
    """Which of the mentions in a text may ping. ``users`` and ``roles`` name single ones."""

    parse: frozenset[str]
    users: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    replied_user: bool = False

    def pings(self, content: str, *, replied_user: str | None = None) -> Pings:
        """Say who is pinged by ``content``, in the order they are named, and by the reply if there is one."""
        users = [user for user in _USER.findall(content) if "users" in self.parse or user in self.users]
        if replied_user is not None and self.replied_user:
            users.append(replied_user)
        return Pings(
            user_ids=tuple(dict.fromkeys(users)),
            role_ids=tuple(
                dict.fromkeys(role for role in _ROLE.findall(content) if "roles" in self.parse or role in self.roles)
            ),
            everyone="everyone" in self.parse and _EVERYONE.search(content) is not None,
        )


EVERYBODY = AllowedMentions(frozenset(_KINDS), replied_user=True)
"""A message that says nothing of mentions pings all it names."""

ONLY_USERS = AllowedMentions(frozenset({"users"}), replied_user=True)
"""The same for answers to interactions."""


def read_allowed_mentions(message: Form, *, otherwise: AllowedMentions) -> AllowedMentions:
    """Read ``allowed_mentions``; ``otherwise`` is what an absent one means."""
    form = message.form("allowed_mentions")
    if form is None:
        return otherwise
    parse = form.items("parse", most=len(_KINDS))
    if any(kind not in _KINDS for kind in parse):
        form.refuse("parse", "BASE_TYPE_CHOICES", "Value must be one of {'roles', 'users', 'everyone'}.")
    named = {kind: frozenset(form.snowflakes(kind, most=_LIMIT)) for kind in ("users", "roles")}
    for kind, ids in named.items():
        if ids and kind in parse:
            form.refuse(kind, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f'"{kind}" is already in parse')
    return AllowedMentions(
        frozenset(str(kind) for kind in parse), named["users"], named["roles"], form.boolean("replied_user")
    )
