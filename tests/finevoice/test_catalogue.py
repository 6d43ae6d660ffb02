"""Reading the whole catalogue from services that count, that do not, and that never stop."""

import json
from collections.abc import Callable

import pytest
from aiohttp import web

from bot.finevoice import catalogue
from bot.finevoice.catalogue import PAGE_SIZE, read_catalogue
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiBroken, ApiUnexpected
from tests.finevoice.fake_api import FakeApi, Mode, says

Pages = Callable[[int, int], object]


def paged(pages: Pages) -> Mode:
    """Answers with what ``pages`` makes of the ``page`` and ``limit`` asked for."""

    async def mode(request: web.Request) -> web.StreamResponse:
        body = pages(int(request.query["page"]), int(request.query["limit"]))
        return web.Response(text=json.dumps(body), content_type="application/json")

    return mode


def voices(start: int, stop: int) -> list[dict[str, str]]:
    return [{"name": f"voice-{number}"} for number in range(start, stop)]


async def names(api: FineVoice) -> list[str]:
    return [voice.name async for voice in read_catalogue(api)]


async def test_every_page_is_read_up_to_the_total(api: FineVoice, server: FakeApi) -> None:
    everything = voices(0, 250)
    server.answers(paged(lambda page, limit: {"total": 250, "voices": everything[page * limit : (page + 1) * limit]}))
    assert await names(api) == [voice["name"] for voice in everything]
    assert [call.query for call in server.calls] == [
        {"tts": "true", "page": str(page), "limit": str(PAGE_SIZE)} for page in range(3)
    ]


async def test_without_a_total_the_first_page_without_news_is_the_last(api: FineVoice, server: FakeApi) -> None:
    everything = voices(0, 150)
    server.answers(paged(lambda page, limit: everything[page * limit : (page + 1) * limit]))
    assert len(await names(api)) == 150
    assert len(server.calls) == 3


async def test_a_service_that_gives_smaller_pages_than_asked_for_is_read_to_the_end(
    api: FineVoice, server: FakeApi
) -> None:
    everything = voices(0, 70)
    server.answers(paged(lambda page, _: {"data": {"list": everything[page * 20 : (page + 1) * 20]}}))
    assert len(await names(api)) == 70


async def test_a_service_that_ignores_the_page_is_asked_twice(api: FineVoice, server: FakeApi) -> None:
    server.answers(says(voices(0, 40)))
    assert len(await names(api)) == 40
    assert len(server.calls) == 2


async def test_a_voice_that_is_listed_twice_is_given_once(api: FineVoice, server: FakeApi) -> None:
    server.answers(says(voices(0, 3) + voices(0, 3)), says(voices(2, 5)), says([]))
    assert await names(api) == [f"voice-{number}" for number in range(5)]


@pytest.mark.parametrize("total", [0, -1, True, 10**30, "many"])
async def test_a_wrong_total_loses_no_voice(api: FineVoice, server: FakeApi, total: object) -> None:
    server.answers(*(says({"total": total, "data": page}) for page in (voices(0, 100), voices(100, 120), [])))
    assert len(await names(api)) == 120


async def test_a_service_that_never_stops_is_cut_off(
    api: FineVoice, server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "MAX_PAGES", 5)
    server.answers(paged(lambda page, limit: voices(page * limit, (page + 1) * limit)))
    assert len(await names(api)) == 5 * PAGE_SIZE
    assert len(server.calls) == 5


async def test_a_service_with_endless_pages_fills_no_memory(
    api: FineVoice, server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "MAX_VOICES", 200)
    server.answers(paged(lambda page, _: voices(page * 150, (page + 1) * 150)))
    assert len(await names(api)) == 300
    assert len(server.calls) == 2


async def test_an_empty_catalogue_is_empty(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"voices": [], "total": 0}))
    assert await names(api) == []
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (says({}, 500), ApiBroken),
        (says({"error": "quota used up", "data": []}), ApiUnexpected),
        (says({"message": "try later"}), ApiUnexpected),
    ],
)
async def test_half_a_catalogue_is_not_taken_for_a_whole_one(
    api: FineVoice, server: FakeApi, second: Mode, expected: type[Exception]
) -> None:
    server.answers(says(voices(0, PAGE_SIZE)), second)
    with pytest.raises(expected):
        await names(api)
