"""Blocks by content over HTTP, as the specification of trustless gateways asks."""

from hashlib import sha256

import pytest

from registry.proofs.cid import cid_of_digest
from registry.proofs.record import Visibility
from tests.drafts import registration, registration_body, signed
from tests.serving import Answer, Served

RAW = "application/vnd.ipld.raw"


@pytest.fixture(scope="module")
def record(served: Served) -> bytes:
    """A record that was published; its bytes."""
    draft = registration(ledger=served.ledger)
    served.submit(signed(draft).to_bytes())
    served.settle()
    return draft.canonical


@pytest.fixture(scope="module")
def cid(served: Served, record: bytes) -> str:
    return cid_of_digest(sha256(record).digest())


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


def test_a_published_record_is_a_block_with_the_headers_of_a_gateway(
    served: Served, record: bytes, cid: str
) -> None:
    answer = served.get(f"/ipfs/{cid}?format=raw")
    assert (answer.status, answer.body) == (200, record)
    told = {name.lower(): value for name, value in answer.headers.items()}
    assert told["content-type"] == RAW
    assert told["content-disposition"] == f'attachment; filename="{cid}.bin"'
    assert told["x-content-type-options"] == "nosniff"
    assert told["etag"] == f'"{cid}.raw"'
    assert "immutable" in told["cache-control"]
    assert int(told["content-length"]) == len(record)


@pytest.mark.parametrize("accept", [RAW, f"text/html, {RAW};q=0.5", f"{RAW.upper()}"])
def test_the_format_may_be_asked_for_by_a_header(
    served: Served, record: bytes, cid: str, accept: str
) -> None:
    assert served.get(f"/ipfs/{cid}", Accept=accept).body == record


def test_the_url_goes_before_the_header(served: Served, record: bytes, cid: str) -> None:
    assert served.get(f"/ipfs/{cid}?format=raw", Accept="text/html").body == record
    answer = served.get(f"/ipfs/{cid}?format=car", Accept=RAW)
    assert code(answer) == (406, "BLOCK_FORMAT_OTHER")


def test_another_format_is_not_offered_and_none_is_asked_for(served: Served, cid: str) -> None:
    assert code(served.get(f"/ipfs/{cid}", Accept="text/html")) == (406, "BLOCK_FORMAT_OTHER")
    assert code(served.get(f"/ipfs/{cid}", Accept="*/*")) == (400, "BLOCK_FORMAT_MISSING")
    assert code(served.get(f"/ipfs/{cid}")) == (400, "BLOCK_FORMAT_MISSING")


def test_a_head_has_the_headers_and_no_body(served: Served, record: bytes, cid: str) -> None:
    answer = served.ask("HEAD", f"/ipfs/{cid}?format=raw")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(record))


def test_who_has_it_is_not_sent_it_again(served: Served, cid: str) -> None:
    answer = served.get(f"/ipfs/{cid}?format=raw", **{"If-None-Match": f'"{cid}.raw"'})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == f'"{cid}.raw"'


def test_what_is_not_here_is_not_found(served: Served) -> None:
    answer = served.get(f"/ipfs/{cid_of_digest(bytes(32))}?format=raw")
    assert code(answer) == (404, "BLOCK_MISSING")


@pytest.mark.parametrize(
    "text", ["bafy", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", "..%2F"]
)
def test_what_is_no_cid_of_ours_is_refused(served: Served, text: str) -> None:
    assert served.get(f"/ipfs/{text}?format=raw").status in (404, 422)


def test_the_empty_block_tells_that_there_is_a_gateway(served: Served) -> None:
    answer = served.get("/ipfs/bafkqaaa?format=raw")
    assert (answer.status, answer.body) == (200, b"")


def test_what_is_sealed_is_no_block(served: Served) -> None:
    body = registration_body(consent=[])
    sealed = registration(body, ledger=served.ledger, visibility=Visibility.SEALED)
    assert served.submit(signed(sealed).to_bytes()).status == 201
    served.settle()
    answer = served.get(f"/ipfs/{cid_of_digest(sealed.digest)}?format=raw")
    assert code(answer) == (404, "BLOCK_MISSING")
