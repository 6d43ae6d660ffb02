"""The documents, run against the studio: the provider's, and the studio's own.

Requests are made up from the schemas, fitting and not. Whatever is asked, the answer is one that the document or the
studio's own rules know, in their form, and never a crash.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from bot.studio.engines.base import Operation
from bot.studio.operations import CALLS

if TYPE_CHECKING:
    from tests.studio.conftest import Caller

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROVIDERS = Path(__file__).parents[3] / "shared" / "finevoice" / "openapi.json"
EXAMPLES = 3
EXPECTED = {200, 400, 401, 404, 405, 413, 422, 429, 501, 503}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string", "minLength": 10}},
        }
    },
}


def _run(document: object, base_url: str, key: str) -> list[str]:
    """Make requests up for every operation; return the operations that were tried."""
    tried: list[str] = []
    for operation in _operations(document):
        for mode in schemathesis.GenerationMode:
            _run_one(operation, mode, base_url, key)
        tried.append(f"{operation.method.upper()} {operation.path}")
    return tried


def _operations(document: Any) -> Iterator[Any]:
    for found in document.get_all_operations():
        yield found.ok()


def _run_one(operation: Any, mode: Any, base_url: str, key: str) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
    )
    def ask(case: Any) -> None:
        response = case.call(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
        assert response.status_code in EXPECTED, (case.path, response.status_code, response.text[:300])
        if response.status_code == 200:
            case.validate_response(response, checks=[schemathesis.checks.CHECKS.get_one("response_schema_conformance")])
        elif operation.method.upper() != "HEAD":
            jsonschema.validate(response.json(), ERROR)

    with suppress(Unsatisfiable):  # there is no request that does not fit
        ask()


async def test_the_providers_document_holds(workshop: "Caller") -> None:
    if not PROVIDERS.exists():
        pytest.skip("the provider's OpenAPI document is not beside the checkout")
    document = schemathesis.openapi.from_path(str(PROVIDERS))
    tried = await asyncio.to_thread(_run, document, workshop.server.base_url, "studio-key")
    assert len(tried) == 24


async def test_the_studios_own_document_holds(workshop: "Caller") -> None:
    async with workshop.session.get(f"{workshop.server.base_url}/openapi.json") as response:
        assert response.status == 200
        content = await response.json()
    assert len(content["paths"]) == 24
    document = schemathesis.openapi.from_dict(content)
    tried = await asyncio.to_thread(_run, document, workshop.server.base_url, "studio-key")
    assert len(tried) == 24


async def test_the_two_documents_name_the_same_calls_and_fields(workshop: "Caller") -> None:
    if not PROVIDERS.exists():
        pytest.skip("the provider's OpenAPI document is not beside the checkout")
    theirs = schemathesis.openapi.from_path(str(PROVIDERS)).raw_schema
    async with aiohttp.ClientSession() as session, session.get(f"{workshop.server.base_url}/openapi.json") as response:
        ours = await response.json()
    assert {(path, method) for path, methods in theirs["paths"].items() for method in methods} == {
        (path, method) for path, methods in ours["paths"].items() for method in methods
    }
    assert {call.operation for call in CALLS} == set(Operation)
