"""Many submissions in one request: an answer a line, in order, each on its own."""

import gc
import json
from typing import Any

import pytest

from tests.api import submissions as make
from tests.api.test_problems import problem_of
from tests.drafts import batch, submission
from tests.serving import JSON, NDJSON, Answer, Served


def send(served: Served, *lines: bytes) -> Answer:
    return served.post("/api/v1/records/batch", b"\n".join(lines) + b"\n", NDJSON)


def told_of(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.body.splitlines()]


def test_a_bad_line_spoils_no_other(served: Served) -> None:
    lines = [
        make.good(served).to_bytes(),
        b"{",
        make.of_another(served),
        make.good(served).to_bytes(),
    ]
    answer = send(served, *lines)
    told = told_of(answer)
    assert (answer.status, answer.headers["Content-Type"]) == (200, NDJSON)
    assert [line["line"] for line in told] == [1, 2, 3, 4]
    assert [line["status"] for line in told] == [201, 400, 403, 201]
    codes = [line["problem"]["code"] for line in told if "problem" in line]
    assert codes == ["MALFORMED_JSON", "SIGNATURE_INVALID"]
    for place in (0, 3):
        digest = told[place]["receipt"]["digest"]
        assert served.record(digest)["index"] == told[place]["receipt"]["index"]


def test_a_batch_and_its_works_go_in_one_request(served: Served) -> None:
    lines = batch(40, ledger=served.ledger)
    told = told_of(send(served, *lines))
    assert [line["status"] for line in told] == [201] * 41
    first = told[0]["receipt"]["index"]
    assert [line["receipt"]["index"] for line in told] == list(range(first, first + 41))
    certificate = served.get(f"/api/v1/certificates/{told[7]['receipt']['digest']}").json()
    related = [each["record"]["type"] for each in certificate["related"]]
    assert related == ["work.batch", "organisation.profile"]


def test_a_line_over_its_limit_is_told_and_the_next_is_taken(served: Served) -> None:
    lines = [make.long_record(600_000)(served), make.good(served).to_bytes()]
    told = told_of(send(served, *lines))
    assert [line["status"] for line in told] == [413, 201]


def test_an_empty_batch_is_answered_with_nothing(served: Served) -> None:
    answer = served.post("/api/v1/records/batch", b"", NDJSON)
    assert (answer.status, answer.body) == (200, b"")


def test_a_batch_of_another_media_type_is_not_read(served: Served) -> None:
    answer = served.post("/api/v1/records/batch", make.good(served).to_bytes(), JSON)
    assert problem_of(answer)["code"] == "MEDIA_TYPE_WRONG"


def test_works_of_a_refused_batch_are_refused(served: Served) -> None:
    before = served.holdings()
    head, *works = batch(3, ledger=served.ledger)
    spoilt = json.loads(head)
    spoilt["record"]["body"]["count"] = 4
    told = told_of(send(served, json.dumps(spoilt, separators=(",", ":")).encode(), *works))
    assert [line["status"] for line in told] == [403] * 4
    assert [line["problem"]["code"] for line in told][1:] == ["BATCH_UNKNOWN"] * 3
    assert served.holdings() == before


def test_a_refused_batch_is_told_once_and_not_in_the_operator_s_log(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    head, *_ = batch(1, ledger=served.ledger)
    spoilt = head.replace(b'"count":1', b'"count":2')
    (line,) = told_of(send(served, spoilt))
    assert line["problem"]["code"] == "SIGNATURE_INVALID"
    gc.collect()
    assert served.get("/healthz").status == 200
    assert caplog.records == []


def test_the_same_line_twice_is_recorded_once(served: Served) -> None:
    body = submission(ledger=served.ledger)
    first, again = told_of(send(served, body, body))
    assert (first["status"], again["status"]) == (201, 200)
    assert first["receipt"] == again["receipt"]


def test_more_lines_than_are_taken_at_once(served: Served) -> None:
    body = submission(ledger=served.ledger)
    told = told_of(send(served, *[body] * 50, *[b"{"] * 1050))
    assert [line["line"] for line in told] == list(range(1, 1101))
    assert [line["status"] for line in told] == [201] + [200] * 49 + [400] * 1050
