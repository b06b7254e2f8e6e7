"""The committed description of the interface is the interface."""

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from api import openapi, routes
from api.schemas.records import BatchAnswer, FoundRecord, Problem, Receipt
from tests.api.test_routes import fresh, hexed
from tests.serving import NDJSON, Served

DOCUMENT: Mapping[str, Any] = json.loads(openapi.document())
BODIES = {"post", "put"}


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_the_committed_document_is_the_generated_one() -> None:
    committed = openapi.DOCUMENT.read_text(encoding="utf-8")
    assert committed == openapi.document(), "run python -m api.openapi"


def test_the_served_document_is_the_committed_one(served: Served) -> None:
    assert served.get("/openapi.json").json() == DOCUMENT


def test_every_route_is_documented() -> None:
    documented = {(method.upper(), path) for method, path, _ in operations()}
    built = {
        (method, route.path_format)
        for module in pkgutil.iter_modules(routes.__path__, f"{routes.__name__}.")
        for route in importlib.import_module(module.name).router.routes
        for method in route.methods
    }
    assert documented == built


@pytest.mark.parametrize(
    ("method", "path", "operation"), list(operations()), ids=lambda value: str(value)[:40]
)
def test_every_operation_says_what_it_does(
    method: str, path: str, operation: Mapping[str, Any]
) -> None:
    assert operation["description"][0].isupper()
    assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert ("requestBody" in operation) is (method in BODIES)
    good = [code for code in operation["responses"] if code.startswith("2")]
    assert good
    for code in good:
        assert operation["responses"][code]["content"], (path, code)


def test_what_waits_says_so() -> None:
    waiting = {
        (method, path)
        for method, path, operation in operations()
        if any(each["name"] == "Prefer" for each in operation.get("parameters", []))
    }
    assert waiting == {
        ("post", "/api/v1/records"),
        ("get", "/api/v1/certificates/{reference}"),
        ("post", "/api/v1/certificates"),
    }


def test_a_batch_is_answered_in_lines() -> None:
    answer = DOCUMENT["paths"]["/api/v1/records/batch"]["post"]["responses"]["200"]
    assert list(answer["content"]) == [NDJSON]


def test_every_reference_leads_somewhere() -> None:
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) <= schemas
    assert "#/components/schemas/Problem" in schemas


def test_answers_made_by_hand_are_as_described(served: Served) -> None:
    """Where an answer goes out as bytes, nothing but this compares it with its schema."""
    submission = fresh(served)
    receipt = served.submit(submission.to_bytes()).json()
    assert Receipt.model_validate(receipt).model_dump() == receipt
    found = served.record(hexed(submission))
    assert FoundRecord.model_validate(found).model_dump() == found
    refused = served.submit(b"{").json()
    assert Problem.model_validate(refused).model_dump() == refused
    lines = b"\n".join([submission.to_bytes(), b"{"]) + b"\n"
    for line in served.post("/api/v1/records/batch", lines, NDJSON).body.splitlines():
        stated = json.loads(line)
        assert BatchAnswer.model_validate(stated).model_dump(exclude_unset=True) == stated
