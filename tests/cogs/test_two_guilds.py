"""Nothing of one guild can be reached from another: every button, menu and list of the bot, tried from next door.

The ids of buttons are made from what the bot itself listens for, so that a new one is tried without being named here.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from typing import Any, cast, get_args

import discord
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.limits import Block, LimitName, Override, Subject
from bot.models import (
    EffectRequest,
    FailureReason,
    Job,
    JobKind,
    JobState,
    NewJob,
    Place,
    Request,
    ResultForm,
    Source,
    SourceKind,
    SpeechRequest,
    TranscriptRequest,
)
from bot.storage.jobs import JobStore
from bot.storage.tables import jobs, metadata
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from tests.cogs.conftest import Studio

# In every text of the first guild, and nowhere else.
SECRET = "quokka"
JOB_ID = "[0-9a-f]{32}"
EXAMPLES = 1
CHOICE = re.compile(r"\(\?P<\w+>([\w:-]+(?:\|[\w:-]+)+)\)")
ALPHABET = string.ascii_letters + string.digits + ":-_."
# What is typed into windows, by the ids of all their fields; a window has five at most.
TYPED = (
    {"text": "Hello", "name": "Rain", "avoid": "wind"},
    {"voice": "harper", "least": "1", "greatest": "9"},
)
# What lists what there is: for members, and for managers.
LISTS = ("jobs", "usage", "privacy show", "voice favourites", "voice mine", "about")
_numbers = count(1 << 64)
LISTS_OF_MANAGERS = (*LISTS, "settings", "limits show", "block list")


@dataclass
class Neighbours:
    """A guild full of secrets, and who is next door."""

    studio: Studio
    jobs: list[Job]
    wish_id: str
    member: Any
    manager: Any

    async def secrets(self) -> dict[str, list[str]]:
        """All that the database holds of the first guild."""
        ids = [str(self.studio.guild.id), *(job.id for job in self.jobs)]
        async with self.studio.database.read() as connection:
            rows = {
                table.name: [str(tuple(row)) for row in await connection.execute(select(table))]
                for table in metadata.sorted_tables
            }
        return {name: sorted(row for row in found if any(one in row for one in ids)) for name, found in rows.items()}

    def posted(self) -> list[str]:
        """What stands in the first guild's channel."""
        return [
            f"{message.content} {[embed.to_dict() for embed in message.embeds]} {message.components}"
            for message in self.studio.channel.history()
        ]

    def names_of_first(self) -> list[str]:
        """What must not be said next door."""
        return [SECRET, str(self.studio.guild.id), str(self.studio.channel.id), str(self.studio.sam.id)]


async def make_job(studio: Studio, request: Request, state: JobState) -> Job:
    """A job of the first guild, as it is after a while."""
    place = Place(
        user_id=studio.sam.id,
        channel_id=studio.channel.id,
        guild_id=studio.guild.id,
        application_id=studio.bot.application_id or 0,
        interaction_token="token",
        token_expires_at=studio.env.now(),
    )
    # Without limits: what is made here does not count.
    store, job_id = JobStore(studio.database, None), f"{next(_numbers):032x}"
    job = await store.admit(NewJob(job_id, request, ResultForm.FILE, place, studio.env.now()))
    changes: dict[str, Any] = {"state": state, "card_message_id": 1}
    if state is JobState.DONE:
        changes |= {"result_channel_id": studio.channel.id, "result_message_id": 1, "takes_made": job.takes}
    if state is JobState.FAILED:
        changes["failure"] = FailureReason.SERVICE_DOWN
    async with studio.database.write() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == job.id).values(**changes))
    found = await studio.store.get(job.id)
    assert found is not None
    return found


@pytest.fixture
async def neighbours(studio: Studio) -> Neighbours:
    speech = SpeechRequest(f"My {SECRET}", "harper", f"Harper {SECRET}")
    source = Source(f"https://cdn.invalid/{SECRET}.ogg", f"{SECRET}.ogg", SourceKind.AUDIO, 9, 1, studio.channel.id, 1)
    made = [
        await make_job(studio, speech, JobState.QUEUED),
        await make_job(studio, replace(speech, text=f"Failed {SECRET}"), JobState.FAILED),
        await make_job(studio, replace(speech, text=f"Done {SECRET}"), JobState.DONE),
        await make_job(studio, EffectRequest(f"A {SECRET} laughs", 3.0, takes=2), JobState.DONE),
        await make_job(studio, TranscriptRequest(source, 20.0), JobState.DONE),
    ]
    services, guild_id, sam = studio.bot.services, studio.guild.id, studio.sam.id
    await services.preferences.change_guild(
        guild_id, lambda now: replace(now, voice=SECRET, channels=(studio.channel.id,), log_channel=studio.channel.id)
    )
    await services.preferences.change_member(guild_id, sam, voice=SECRET)
    await services.favourites.star(sam, SECRET)
    await services.fair_use.set_limit(guild_id, Override(Subject.MEMBER, sam, LimitName.DAY, 77), is_operator=False)
    await services.fair_use.block(guild_id, Subject.MEMBER, studio.robin.id, by=studio.manager.id)
    kept = KeptTranscript(made[-1].id, guild_id, studio.channel.id, sam, sam, f"A {SECRET} said", studio.env.now())
    await TranscriptStore(studio.database).keep(kept)
    studio.bot.services = replace(services, confirm_above=1)
    question = await studio.sam.slash(studio.channel, "tts", text=f"Costly {SECRET}")
    studio.bot.services = replace(services, confirm_above=0)
    wish_id = re.search(JOB_ID, str(question.response.components))
    assert wish_id is not None
    member = studio.elsewhere.guild.add_member(studio.env.create_user("zoe"))
    return Neighbours(studio, made, wish_id[0], member, studio.elsewhere.manager)


def listened_for(studio: Studio) -> list[tuple[str, type[Any]]]:
    """The patterns of ids of all buttons and menus, with the kind of component."""
    store = studio.bot._connection._view_store  # pyright: ignore[reportPrivateUsage] - discord.py has no list of them
    return [(pattern.pattern, _component_of(item)) for pattern, item in store._dynamic_items.items()]  # pyright: ignore[reportPrivateUsage] - same


def _component_of(item: Any) -> type[Any]:
    (component,) = get_args(item.__orig_bases__[0])
    is_button = (getattr(component, "__origin__", component)) is discord.ui.Button
    return discord.ui.Button if is_button else discord.ui.Select


def spelled_out(pattern: str) -> list[str]:
    """The patterns that the pattern stands for when each choice between words is made."""
    choice = CHOICE.search(pattern)
    if choice is None:
        return [pattern]
    made = [pattern[: choice.start()] + word + pattern[choice.end() :] for word in choice[1].split("|")]
    return [one for half in made for one in spelled_out(half)]


def ids_like(pattern: str) -> list[str]:
    """Some of the ids that fit the pattern, each choice between words made; the same ones each time."""
    found: set[str] = set()
    for one in spelled_out(pattern):
        if re.fullmatch(r"[\w:-]+", one):
            found.add(one)
            continue

        @settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.nested_given],
        )  # fmt: skip
        @given(st.from_regex(one, fullmatch=True, alphabet=ALPHABET).filter(lambda made: len(made) <= 100))
        def collect(custom_id: str) -> None:
            found.add(custom_id)

        collect()
    return sorted(found)


def ids_of(neighbours: Neighbours, pattern: str) -> Iterator[str]:
    """Ids that fit the pattern and name what is of the first guild, where they name anything."""
    if JOB_ID not in pattern:
        yield from ids_like(pattern)
        return
    speech = [job.id for job in neighbours.jobs if job.kind is JobKind.SPEECH]
    effect, transcript = (job.id for job in neighbours.jobs if job.kind is not JobKind.SPEECH)
    known = {"job": speech, "effect": [effect], "transcript": [transcript], "confirm": [neighbours.wish_id]}
    for one in known.get(pattern.split(":", maxsplit=1)[0], [*speech, effect, transcript, neighbours.wish_id]):
        yield from ids_like(pattern.replace(JOB_ID, one))


def menu_of(neighbours: Neighbours, custom_id: str) -> discord.ui.Select[Any]:
    """A menu that offers what is of the first guild."""
    offered = [neighbours.jobs[2].id, str(neighbours.studio.channel.id)]
    options = [discord.SelectOption(label="Something", value=one) for one in offered]
    return discord.ui.Select(custom_id=custom_id, options=options)


async def send_all_windows(neighbours: Neighbours, who: Any, channel: Any) -> int:
    """Every window that the bot listens for, with the ids of what is of the first guild; returns how many."""
    windows = [window for cog in neighbours.studio.bot.cogs.values() for window in cast("Any", cog).windows]
    custom_ids = [one for window in windows for one in ids_of(neighbours, window.pattern.pattern)]
    card = await neighbours.studio.bot.get_partial_messageable(channel.id).send("card")
    for custom_id, typed in product(custom_ids, TYPED):
        shown = await who.slash(channel, "read")
        # As if it were a window that a button opened at an earlier time.
        shown._interaction.source_message_id = card.id
        shown._interaction.modal |= {"custom_id": custom_id, "components": [field_called(name) for name in typed]}
        await who.submit_modal(shown, typed)
    return len(custom_ids)


def field_called(name: str) -> dict[str, Any]:
    return {"type": 18, "label": name, "component": {"type": 4, "style": 1, "custom_id": name, "required": False}}


async def press_all(neighbours: Neighbours, who: Any, channel: Any, custom_ids: list[tuple[str, type[Any]]]) -> None:
    """Every one of them, in the channel, each menu with everything it offers."""
    target = neighbours.studio.bot.get_partial_messageable(channel.id)
    for custom_id, component in custom_ids:
        view = discord.ui.View(timeout=None)
        if component is discord.ui.Button:
            view.add_item(discord.ui.Button[Any](label="Press", custom_id=custom_id))
            view.stop()
            await who.click(await target.send("card", view=view), custom_id=custom_id)
            continue
        menu = menu_of(neighbours, custom_id)
        view.add_item(menu)
        view.stop()
        for option in menu.options:
            await who.select(await target.send("card", view=view), [option.value], custom_id=custom_id)


def said_since(neighbours: Neighbours, before: int, *, pressed: bool) -> str:
    """All that the bot sent since then; without what the test itself had it post, the ids of buttons."""
    sent = [repr(one) for one in neighbours.studio.env.http_requests[before:]]
    return "\n".join(one for one in sent if not (pressed and "'content': 'card'" in one))


@pytest.mark.parametrize("who", ["member", "manager"])
async def test_no_button_or_menu_shows_or_changes_anything_of_another_guild(
    neighbours: Neighbours, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    studio = neighbours.studio
    custom_ids = [
        (custom_id, component)
        for pattern, component in listened_for(studio)
        # A manager may do all that a member may: for those it is enough to try what names a job.
        if who == "manager" or JOB_ID in pattern
        for custom_id in ids_of(neighbours, pattern)
    ]
    secrets, posted, before = await neighbours.secrets(), neighbours.posted(), len(studio.env.http_requests)
    await press_all(neighbours, getattr(neighbours, who), studio.elsewhere.channel, custom_ids)
    said = said_since(neighbours, before, pressed=True)
    assert [name for name in neighbours.names_of_first() if name in said] == []
    assert await neighbours.secrets() == secrets
    assert neighbours.posted() == posted
    assert len(custom_ids) > len(listened_for(studio)) / 2
    assert [one.getMessage() for one in caplog.records if "Command failed" in one.getMessage()] == []


@pytest.mark.parametrize("who", ["member", "manager"])
async def test_no_window_shows_or_changes_anything_of_another_guild(
    neighbours: Neighbours, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    studio = neighbours.studio
    secrets, posted, before = await neighbours.secrets(), neighbours.posted(), len(studio.env.http_requests)
    sent = await send_all_windows(neighbours, getattr(neighbours, who), studio.elsewhere.channel)
    said = said_since(neighbours, before, pressed=False)
    assert [name for name in neighbours.names_of_first() if name in said] == []
    assert await neighbours.secrets() == secrets
    assert neighbours.posted() == posted
    assert sent >= 5
    assert [one.getMessage() for one in caplog.records if "Command failed" in one.getMessage()] == []
    # What is managers' business stays theirs, whatever window a member sends off.
    here = await studio.bot.services.preferences.guild(studio.elsewhere.guild.id)
    assert (here.voice, here.notes_to_s) == (("harper", 9.0) if who == "manager" else (None, 300.0))


async def test_each_id_has_one_answer(neighbours: Neighbours) -> None:
    cogs = cast("Any", neighbours.studio.bot.cogs.values())
    listened = [pattern for pattern, _ in listened_for(neighbours.studio)]
    for patterns in (listened, [window.pattern.pattern for cog in cogs for window in cog.windows]):
        for pattern in patterns:
            for custom_id in ids_like(pattern):
                assert [one for one in patterns if re.fullmatch(one, custom_id)] == [pattern]


@pytest.mark.parametrize("who", ["member", "manager"])
async def test_no_command_shows_anything_of_another_guild(neighbours: Neighbours, who: str) -> None:
    studio = neighbours.studio
    commands = LISTS if who == "member" else LISTS_OF_MANAGERS
    secrets, before = await neighbours.secrets(), len(studio.env.http_requests)
    for command in commands:
        await getattr(neighbours, who).slash(studio.elsewhere.channel, command)
    if who == "manager":
        await neighbours.manager.slash(studio.elsewhere.channel, "jobs", whose="everyone's")
        await neighbours.manager.slash(studio.elsewhere.channel, "usage", whose="everyone's")
    said = said_since(neighbours, before, pressed=False)
    assert [name for name in neighbours.names_of_first() if name in said] == []
    assert await neighbours.secrets() == secrets


async def test_what_one_guild_decides_does_not_hold_in_another(neighbours: Neighbours) -> None:
    studio = neighbours.studio
    # Blocked there, in a channel that is not allowed there.
    asked = await studio.elsewhere.robin.slash(studio.elsewhere.channel, "tts", text="Hello")
    assert not asked.ephemeral
    block = Block(Subject.MEMBER, studio.robin.id, studio.manager.id, studio.env.now())
    found = await studio.bot.services.fair_use.blocks(studio.guild.id)
    assert [(one.subject, one.subject_id) for one in found] == [(block.subject, block.subject_id)]
    assert await studio.bot.services.fair_use.blocks(studio.elsewhere.guild.id) == []


async def test_no_button_or_menu_of_a_job_makes_anything_where_audio_is_not_allowed(neighbours: Neighbours) -> None:
    studio = neighbours.studio
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, channels=(1,)))
    custom_ids = [
        (custom_id, component)
        for pattern, component in listened_for(studio)
        if JOB_ID in pattern
        for custom_id in ids_of(neighbours, pattern)
        if not custom_id.startswith(("job:cancel", "job:delete"))
    ]
    before = {job.id: job.state for job in await studio.store.page(studio.guild.id, count=100)}
    await press_all(neighbours, studio.sam, studio.channel, custom_ids)
    assert {job.id: job.state for job in await studio.store.page(studio.guild.id, count=100)} == before
