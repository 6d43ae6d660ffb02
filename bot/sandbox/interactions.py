"""The life of interactions: 3 seconds for the first answer, 15 minutes for all others.

Source: discord-api-docs interactions/receiving-and-responding.mdx, commit c98d64bc, read 2026-11-22.
"""

import asyncio
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from bot.sandbox.errors import (
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_CHANNEL,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    ApiError,
    Refusal,
)
from bot.sandbox.models import Channel
from bot.sandbox.page_events import PageEvents
from bot.sandbox.wire import JsonObject
from bot.sandbox.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
"""Interaction types."""

_KEPT = 3000
_NO_ANSWER = "The application did not respond"


class State(Enum):
    """How far an interaction has come, in the page's words."""

    SENT = "sent"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(eq=False)
class Interaction:
    """One thing a member did that a bot has to answer."""

    id: str
    token: str
    type: int
    user_id: str
    channel: Channel
    created_at: float
    data: JsonObject
    metadata: JsonObject
    command_type: int = 0
    state: State = State.SENT
    source_message_id: str | None = None
    """The message whose button or menu was used."""
    original_id: str | None = None
    """The message that ``@original`` stands for."""
    modal: JsonObject | None = None
    """The window that was opened in answer."""
    choices: asyncio.Future[list[JsonObject]] | None = None
    followup_ids: set[str] = field(default_factory=set[str])
    timer: asyncio.TimerHandle | None = None
    owners: JsonObject = field(default_factory=dict[str, object])
    """``authorizing_integration_owners``."""
    died_of: Refusal | None = None
    """How its token is refused when it was made to expire early."""

    @property
    def is_autocomplete(self) -> bool:
        """Whether only a list of choices can answer."""
        return self.type == AUTOCOMPLETE


class Interactions:
    """Keeps the interactions of the last while, tells the page of their fate and enforces the deadlines."""

    def __init__(self, world: World, page: PageEvents, *, timeout_s: float, token_life_s: float) -> None:
        self._world = world
        self._page = page
        self._timeout_s = timeout_s
        self._token_life_s = token_life_s
        self._by_id: OrderedDict[str, Interaction] = OrderedDict()
        self._by_token: dict[str, Interaction] = {}

    @property
    def timeout_s(self) -> float:
        """Seconds a bot has for its first answer."""
        return self._timeout_s

    def open(self, interaction: Interaction, dispatch: Callable[[], None]) -> None:
        """Send an interaction on its way and start its clock."""
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        while len(self._by_id) > _KEPT:
            _, oldest = self._by_id.popitem(last=False)
            self._by_token.pop(oldest.token, None)
        loop = asyncio.get_running_loop()
        interaction.timer = loop.call_later(self._timeout_s, self._give_up, interaction)
        self._tell(interaction)
        dispatch()

    def find(self, interaction_id: str) -> Interaction | None:
        """Find an interaction by id alone, for the page."""
        return self._by_id.get(interaction_id)

    def for_callback(self, interaction_id: str, token: str) -> Interaction:
        """Find the interaction a bot wants to answer first.

        Raises:
            ApiError: 10062 when there is none, the token is wrong, or the deadline has passed; 10003 when the
                channel was deleted.
        """
        interaction = self._by_id.get(interaction_id)
        if interaction is None or not hmac.compare_digest(interaction.token.encode(), token.encode()):
            raise ApiError(UNKNOWN_INTERACTION)
        age_s = self._world.clock() - interaction.created_at
        is_late = interaction.state is State.SENT and age_s > self._timeout_s
        if is_late or interaction.state is State.FAILED or age_s > self._token_life_s or interaction.died_of:
            raise ApiError(UNKNOWN_INTERACTION)
        self._check_channel(interaction)
        return interaction

    def expire(self, interaction_id: str | None, refusal: Refusal = INVALID_WEBHOOK_TOKEN) -> int:
        """Let one interaction's token, or every one there is, expire now; gives how many did."""
        dying = [one for one in self._by_id.values() if interaction_id in {None, one.id} and one.died_of is None]
        for interaction in dying:
            interaction.died_of = refusal
        return len(dying)

    def _check_channel(self, interaction: Interaction) -> None:
        if interaction.channel.id not in self._world.channels:
            raise ApiError(UNKNOWN_CHANNEL)

    def for_webhook(self, application_id: str, token: str) -> Interaction:
        """Find the interaction whose token a bot uses after the first answer.

        Raises:
            ApiError: 10015 for unknown tokens and unanswered interactions, 50027 after 15 minutes, 10003 when the
                channel was deleted.
        """
        interaction = self._by_token.get(token)
        if interaction is None or application_id != self._world.application_id:
            raise ApiError(UNKNOWN_WEBHOOK)
        if interaction.died_of is not None:
            raise ApiError(interaction.died_of)
        if self._world.clock() - interaction.created_at > self._token_life_s:
            raise ApiError(INVALID_WEBHOOK_TOKEN)
        self._check_channel(interaction)
        if interaction.state in {State.SENT, State.FAILED} or interaction.is_autocomplete:
            raise ApiError(UNKNOWN_WEBHOOK)
        return interaction

    def acknowledge(self, interaction: Interaction, state: State) -> None:
        """Note the first answer, or that a deferred one has come."""
        if interaction.timer is not None:
            interaction.timer.cancel()
            interaction.timer = None
        interaction.state = state
        self._tell(interaction)

    def close(self) -> None:
        """Stop all clocks, when the sandbox ends."""
        for interaction in self._by_id.values():
            if interaction.timer is not None:
                interaction.timer.cancel()
            if interaction.choices is not None:
                interaction.choices.cancel()

    def show_modal(self, interaction: Interaction, modal: JsonObject) -> None:
        """Open a window on the member's pages."""
        interaction.modal = modal
        event: JsonObject = {"type": "modal", "interaction_id": interaction.id, "modal": modal}
        self._page.send(event, [interaction.user_id])

    def _give_up(self, interaction: Interaction) -> None:
        interaction.timer = None
        interaction.state = State.FAILED
        self._tell(interaction, _NO_ANSWER)

    def _tell(self, interaction: Interaction, reason: str | None = None) -> None:
        if interaction.is_autocomplete:
            return
        event: JsonObject = {"type": "interaction", "id": interaction.id, "state": interaction.state.value}
        if reason is not None:
            event["reason"] = reason
        self._page.send(event, [interaction.user_id])


def make_token() -> str:
    """Make an interaction token; whoever has it can answer."""
    return secrets.token_urlsafe(64)
