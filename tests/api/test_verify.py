"""Verification by a node: nine checks with its own trust, chain and records."""

import json
from hashlib import sha256
from typing import Any

import pytest

from api.routes.verify import LIMIT
from api.schemas.verification import Verified
from registry.proofs.hexes import to_hex
from registry.proofs.record import Visibility
from registry.proofs.submission import Submission
from registry.proofs.trust import parse_trust
from registry.proofs.verify import ContentFingerprint, verify
from tests.api.test_routes import fresh, hexed
from tests.drafts import CONTENT
from tests.serving import Answer, Served

RIGHT = to_hex(sha256(CONTENT).digest())
WRONG = to_hex(sha256(b"another file").digest())


@pytest.fixture(scope="module")
def work(served: Served) -> Submission:
    submission = fresh(served)
    assert served.submit(submission.to_bytes(), Prefer="wait=30").status == 201
    return submission


def certificate(served: Served, work: Submission) -> Any:
    return served.get(f"/api/v1/certificates/{hexed(work)}").json()


def ask(served: Served, value: Any, **more: Any) -> Answer:
    return served.post("/api/v1/verify", json.dumps({"certificate": value, **more}).encode())


def outcomes(report: Any) -> dict[str, str]:
    return {check["name"]: check["outcome"] for check in report["checks"]}


def test_a_certificate_of_the_node_is_valid(served: Served, work: Submission) -> None:
    answer = ask(served, certificate(served, work), content_sha256=RIGHT)
    assert answer.status == 200
    report = answer.json()
    assert Verified.model_validate(report).model_dump() == report
    assert (report["verdict"], report["verdict_zh"], report["exit"]) == ("valid", "有效", 0)
    assert [check["number"] for check in report["checks"]] == list(range(1, 10))
    unchecked = {name for name, outcome in outcomes(report).items() if outcome != "passed"}
    assert unchecked == {"time"}
    assert report["single_operator"]
    assert report["digest"] == hexed(work)
    assert report["anchor_block"] is not None


def test_it_says_what_comity_verify_says(served: Served, work: Submission) -> None:
    held = certificate(served, work)
    report = ask(served, held, content_sha256=WRONG).json()
    trust = parse_trust(served.get("/api/v1/trust").body)
    known = verify(
        json.dumps(held).encode(),
        content=ContentFingerprint(sha256=sha256(b"another file").digest()),
        trust=trust,
    ).to_json()
    by_number = {check["number"]: check for check in known["checks"]}
    for check in report["checks"][:6]:
        other = by_number[check["number"]]
        assert (check["en"], check["zh"]) == (other["sentence"]["en"], other["sentence"]["zh"])
        assert (check["remedy_en"], check["remedy_zh"]) == (
            other["remedy"]["en"],
            other["remedy"]["zh"],
        )


def test_the_trust_file_that_was_used_can_be_had(served: Served, work: Submission) -> None:
    served.settle()  # the file names the block that it was read at
    report = ask(served, certificate(served, work)).json()
    data = served.get("/api/v1/trust").body
    assert report["trust"] == {
        "digest": to_hex(sha256(data).digest()),
        "ledger": to_hex(served.ledger),
        "block": json.loads(data)["block"],
    }


def test_another_file_fails_the_second_check_alone(served: Served, work: Submission) -> None:
    report = ask(served, certificate(served, work), content_sha256=WRONG).json()
    assert (report["verdict"], outcomes(report)["content"]) == ("not valid", "failed")
    assert list(outcomes(report).values()).count("failed") == 1


@pytest.mark.parametrize("more", [{}, {"content_sha256": None}])
def test_without_a_file_the_content_is_not_checked(
    served: Served, work: Submission, more: dict[str, Any]
) -> None:
    report = ask(served, certificate(served, work), **more).json()
    assert outcomes(report)["content"] == "could-not-check"
    assert report["verdict"] == "valid"


def test_a_changed_certificate_is_not_valid(served: Served, work: Submission) -> None:
    changed = certificate(served, work)
    changed["record"]["body"]["title"][0]["text"] = "日航"
    report = ask(served, changed).json()
    assert report["verdict"] == "not valid"
    assert outcomes(report)["signatures"] == "failed"
    assert report["digest"] is None, "nothing of it is shown"


def test_a_certificate_that_is_none_is_told_check_by_check(served: Served) -> None:
    report = ask(served, {}).json()
    assert report["verdict"] == "not valid"
    assert outcomes(report)["format"] == "failed"
    assert len(report["checks"]) == 9


def test_what_came_after_a_certificate_is_asked_of_the_node(
    served: Served, work: Submission
) -> None:
    held = certificate(served, work)
    report = ask(served, held).json()
    assert report["as_of"] >= held["as_of"]
    sealed = fresh(served, visibility=Visibility.SEALED)
    served.submit(sealed.to_bytes(), Prefer="wait=30")
    shown = served.post("/api/v1/certificates", sealed.to_bytes()).json()
    later = ask(served, shown).json()
    assert outcomes(later)["status"] == "passed", "its holder may ask for its status"


def test_of_a_record_that_the_node_never_took_the_certificate_speaks_itself(
    served: Served, work: Submission
) -> None:
    other = certificate(served, work)
    other["record"]["salt"] = "0x" + "00" * 32
    report = ask(served, other).json()
    assert report["as_of"] == other["as_of"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "MALFORMED_JSON"),
        (b"{", 400, "MALFORMED_JSON"),
        (b"[]", 422, "PARAMETER_INVALID"),
        (b"{}", 422, "PARAMETER_INVALID"),
        (b'{"certificate":7}', 422, "PARAMETER_INVALID"),
        (b'{"certificate":{},"file":""}', 422, "PARAMETER_INVALID"),
        (b'{"certificate":{},"content_sha256":"0x12"}', 422, "PARAMETER_INVALID"),
        (b'{"certificate":{"a":1.5}}', 422, "FLOAT"),
        (b'{"certificate":{"a":1,"a":2}}', 422, "DUPLICATE_KEY"),
        (b'{"certificate":' + b'{"a":' * 40 + b"1" + b"}" * 41, 422, "TOO_DEEP"),
        (b" " * (LIMIT + 1), 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_question_that_is_none_is_refused(
    served: Served, body: bytes, status: int, code: str
) -> None:
    answer = served.post("/api/v1/verify", body)
    assert (answer.status, answer.json()["code"]) == (status, code)


def test_only_json_is_taken(served: Served) -> None:
    answer = served.post("/api/v1/verify", b"{}", "text/plain")
    assert (answer.status, answer.json()["code"]) == (415, "MEDIA_TYPE_WRONG")
