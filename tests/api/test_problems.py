"""Errors leave the node in one form (RFC 9457), in two languages, and say what to do."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import problems
from api.app import create_app
from registry import errors
from registry.errors import Damaged, RegistryError, catalogue
from tests.serving import JSON, Answer, Served

FIELDS = {"type", "title", "title_zh", "status", "detail", "code", "do", "do_zh", "errors"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def problem_of(answer: Answer) -> Mapping[str, Any]:
    """The problem that an answer states, in the form that every problem has."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    stated: dict[str, Any] = answer.json()
    assert stated.keys() == FIELDS
    assert stated["status"] == answer.status
    assert stated["type"] == f"/problems/{stated['code']}"
    known = catalogue()[stated["code"]]
    assert (stated["title"], stated["title_zh"]) == (known.en, known.zh)
    assert (stated["do"], stated["do_zh"]) == (known.do_en, known.do_zh)
    assert stated["detail"]
    for fault in stated["errors"]:
        assert fault.keys() == {"path", "reason"}
    return stated


def test_every_code_is_explained_in_both_languages() -> None:
    assert len(catalogue()) > 100
    for code, known in catalogue().items():
        for text in (known.zh, known.do_zh):
            assert CHINESE.search(text), code
        for text in (known.en, known.do_en):
            assert not CHINESE.search(text), code
            assert text.endswith((".", "?")), code
        assert known.en != known.do_en


def test_every_type_leads_to_its_explanation(served: Served) -> None:
    refused = problem_of(served.get("/api/v1/records/0000-0000-0000-0000"))
    told = served.get(refused["type"]).json()
    assert told == {
        "code": refused["code"],
        "en": refused["title"],
        "zh": refused["title_zh"],
        "do": refused["do"],
        "do_zh": refused["do_zh"],
    }


def families() -> list[type[RegistryError]]:
    """Every class of the family that may be raised, those of other modules included."""
    import registry.chain.refusals

    assert registry.chain.refusals
    found: list[type[RegistryError]] = []
    waiting = [RegistryError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return found


@pytest.mark.parametrize("kind", families(), ids=lambda kind: kind.__name__)
def test_every_family_has_a_status(kind: type[RegistryError]) -> None:
    error = kind.__new__(kind)
    RegistryError.__init__(error, "NODE_FAILED", "for this test")
    assert 400 <= problems.status_of(error) < 600


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.InvalidInput, 422),
        (errors.NotAuthorised, 403),
        (errors.NotFound, 404),
        (errors.Conflict, 409),
        (errors.TooLarge, 413),
        (errors.QuotaExceeded, 429),
        (errors.Unavailable, 503),
        (errors.Damaged, 500),
    ],
)
def test_a_status_says_whose_move_it_is(kind: type[RegistryError], status: int) -> None:
    assert problems.status_of(kind("QUEUE_FULL", "for this test")) == status


# ---- asking for what is not there ---------------------------------------------------------------

UNKNOWN = [
    ("GET", "/index.html", 404, "PATH_UNKNOWN"),
    ("GET", "/nothing/here", 404, "PATH_UNKNOWN"),
    ("GET", "/docs", 404, "PATH_UNKNOWN"),
    ("GET", "/api/v1/records", 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/api/v1/records/", 404, "PATH_UNKNOWN"),
    ("DELETE", "/api/v1/ledger", 405, "METHOD_NOT_ALLOWED"),
    ("PUT", "/log/checkpoint", 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/problems/NO_SUCH_CODE", 404, "PATH_UNKNOWN"),
    ("GET", "/api/v1/records/0000-0000-0000-0000", 404, "RECORD_UNKNOWN"),
    ("GET", "/api/v1/records/0x" + "00" * 32, 404, "RECORD_UNKNOWN"),
    ("GET", "/api/v1/records/0x" + "AB" * 32, 422, "HEX_INVALID"),
    ("GET", "/api/v1/records/0x0", 422, "NUMBER_MALFORMED"),
    ("GET", "/api/v1/records/0000-0000-0000-0001", 422, "NUMBER_CHECK"),
    ("GET", "/api/v1/certificates/0000-0000-0000-0000", 404, "RECORD_UNKNOWN"),
    ("GET", "/api/v1/works", 422, "PARAMETER_INVALID"),
    ("GET", "/api/v1/works?content_sha256=0xZZ", 422, "PARAMETER_INVALID"),
    ("GET", "/api/v1/documents/QmNotOurs", 422, "CID_INVALID"),
    ("PUT", "/api/v1/documents/bafy", 415, "MEDIA_TYPE_WRONG"),
    ("GET", "/log/tile/0/999", 404, "TILE_UNKNOWN"),
    ("GET", "/log/tile/entries/x999/999.p/7", 404, "TILE_UNKNOWN"),
    ("GET", "/log/tile/8/000.p/1", 404, "TILE_UNKNOWN"),
    ("GET", "/log/tile/0/000.p/0", 422, "TILE_PATH"),
    ("GET", "/log/tile/0/000.p/256", 422, "TILE_PATH"),
    ("GET", "/log/tile/0/0", 422, "TILE_PATH"),
    ("GET", "/log/tile/../checkpoint", 422, "TILE_PATH"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), UNKNOWN)
def test_what_is_not_there_is_told(
    served: Served, method: str, path: str, status: int, code: str
) -> None:
    answer = served.ask(method, path)
    stated = problem_of(answer)
    assert (answer.status, stated["code"]) == (status, code)


def test_a_method_that_is_not_offered_names_those_that_are(served: Served) -> None:
    answer = served.ask("DELETE", "/api/v1/ledger")
    assert answer.headers["Allow"] == "GET"


def test_a_question_to_the_chain_that_is_no_json_is_told(served: Served) -> None:
    stated = problem_of(served.post("/chain", b"eth_chainId"))
    assert (stated["status"], stated["code"]) == (400, "MALFORMED_JSON")


def test_before_the_first_entry_there_is_no_checkpoint() -> None:
    """C2SP tlog-tiles: 404. A served log is never that young: its organisation's profile is in."""

    class Young:
        class reading:  # noqa: N801 (stands where the node has its reading)
            @staticmethod
            def checkpoint() -> str:
                raise errors.NotFound("LOG_EMPTY", "the log has no entry yet")

    answer = TestClient(create_app(Young())).get("/log/checkpoint")
    assert (answer.status_code, answer.json()["code"]) == (404, "LOG_EMPTY")


# ---- what nobody foresaw ------------------------------------------------------------------------


def test_a_failure_tells_a_stranger_nothing_and_is_guarded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        def trust(self) -> None:
            raise RuntimeError("the password is swordfish")

    client = TestClient(create_app(Broken()), raise_server_exceptions=False)
    answer = client.get("/api/v1/trust")
    assert (answer.status_code, answer.json()["code"]) == (500, "NODE_FAILED")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "swordfish" not in answer.text
    assert "swordfish" in caplog.text, "the operator's log says what happened"


def test_damage_is_a_problem_like_any_other() -> None:
    class Spoilt:
        def trust(self) -> None:
            raise Damaged("BLOCK_WRONG", "the store gave other bytes")

    answer = TestClient(create_app(Spoilt())).get("/api/v1/trust")
    assert (answer.status_code, answer.json()["code"]) == (500, "BLOCK_WRONG")


def test_a_problem_is_written_in_utf_8(served: Served) -> None:
    answer = served.ask("POST", "/api/v1/records", b"{}", {"Content-Type": JSON})
    assert CHINESE.search(json.loads(answer.body.decode("utf-8"))["title_zh"])
