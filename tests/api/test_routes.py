"""What every route answers when all is well, over a real node and a real socket."""

from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest

from registry.documents.block import Block
from registry.documents.unixfs import file_blocks
from registry.proofs.checkpoint import open_checkpoint
from registry.proofs.cid import cid_of_digest
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.hexes import to_hex
from registry.proofs.note import parse_vkey
from registry.proofs.receipt import parse_receipt
from registry.proofs.record import Visibility
from registry.proofs.submission import Submission
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.trust import parse_trust
from tests.drafts import CONTENT, CREATOR, claimant, registration, registration_body, signed
from tests.serving import JSON, Answer, Served, until

EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def fresh(served: Served, body: dict[str, Any] | None = None, **changes: Any) -> Submission:
    """A signed registration for the node's ledger."""
    return signed(registration(body, ledger=served.ledger, **changes))


def hexed(submission: Submission) -> str:
    return to_hex(submission.record.digest)


@pytest.fixture
def entered(served: Served) -> Submission:
    """A registration that the node has."""
    submission = fresh(served)
    assert served.submit(submission.to_bytes()).status == 201
    return submission


# ---- the door -----------------------------------------------------------------------------------


def test_a_new_record_gets_a_receipt_that_proves_its_place(served: Served) -> None:
    submission = fresh(served)
    answer = served.submit(submission.to_bytes())
    assert (answer.status, answer.headers["Content-Type"]) == (201, JSON)
    assert answer.headers["Location"] == f"/api/v1/records/{hexed(submission)}"
    receipt = parse_receipt(answer.json())
    assert receipt.digest == submission.record.digest
    proof = parse_proof(receipt.proof)
    key = parse_vkey(served.get("/api/v1/ledger").json()["log"]["vkey"])
    checkpoint, _ = open_checkpoint(proof.note.encode(), key)
    assert checkpoint.size > receipt.index
    assert proof.includes(leaf_hash(entry_of(submission.record, submission.signatures_digest)))


def test_a_known_record_gets_its_first_receipt_again(served: Served) -> None:
    body = fresh(served).to_bytes()
    first = served.submit(body)
    served.submit(fresh(served).to_bytes())
    again = served.submit(body)
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"]


def test_who_waits_gets_the_proof_that_is_anchored(served: Served) -> None:
    submission = fresh(served)
    answer = served.submit(submission.to_bytes(), Prefer="wait=20")
    assert (answer.status, answer.headers["Preference-Applied"]) == (201, "wait=20")
    found = served.record(hexed(submission))
    assert found["state"] == "final"
    checkpoint = parse_proof(answer.json()["proof"]).note
    assert len(checkpoint.signatures) == 2, "the log's, and the organisation's own witness's"


def test_a_wait_beyond_a_minute_is_a_minute(served: Served, entered: Submission) -> None:
    answer = served.get(f"/api/v1/certificates/{hexed(entered)}", Prefer="respond-async, wait=900")
    assert answer.headers["Preference-Applied"] == "wait=60"


def test_without_a_preference_none_is_applied(served: Served) -> None:
    answer = served.submit(fresh(served).to_bytes())
    assert answer.headers["Preference-Applied"] is None


# ---- looking up ---------------------------------------------------------------------------------


def test_a_record_is_found_by_digest_and_by_number(served: Served, entered: Submission) -> None:
    found = served.record(hexed(entered))
    assert found["record"] == entered.record.to_json()
    assert found["signatures"] == [each.to_json() for each in entered.signatures]
    assert (found["type"], found["visibility"]) == ("work.registration", "public")
    assert found["later"] == []
    assert served.record(found["number"]) == found
    assert served.record(found["number"].lower().replace("-", "")) == found


def test_a_record_becomes_final_with_the_time_of_its_block(
    served: Served, entered: Submission
) -> None:
    until(lambda: bool(served.record(hexed(entered))["state"] == "final"))
    found = served.record(hexed(entered))
    certificate = served.get(f"/api/v1/certificates/{found['number']}").json()
    block = certificate["anchor"]["block"]
    asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber"}
    body = encoded({**asked, "params": [hex(block["number"]), False]})
    stated = served.post("/chain", body).json()["result"]
    assert stated["hash"] == block["hash"]
    assert int(stated["timestamp"], 16) == block["timestamp"]
    assert found["recorded_at"] is not None


def test_of_a_sealed_record_only_its_place_is_shown(served: Served) -> None:
    sealed = fresh(served, visibility=Visibility.SEALED)
    served.submit(sealed.to_bytes())
    answer = served.get(f"/api/v1/records/{hexed(sealed)}")
    (found,) = answer.json()["records"]
    assert (found["type"], found["visibility"]) == ("sealed", "sealed")
    assert (found["record"], found["signatures"]) == (None, None)
    assert "林梅".encode() not in answer.body
    content = to_hex(sha256(CONTENT).digest())
    works = served.get(f"/api/v1/works?content_sha256={content}").json()["records"]
    assert found["digest"] not in [work["digest"] for work in works]


def test_registrations_are_found_by_their_content_in_order(served: Served) -> None:
    mine = sha256(b"found by content").digest()
    body = registration_body()
    body["content"] = {**body["content"], "sha256": to_hex(mine)}
    first, second = fresh(served, body), fresh(served, body)
    for each in (first, second):
        served.submit(each.to_bytes())
    found = served.get(f"/api/v1/works?content_sha256={to_hex(mine)}").json()["records"]
    assert [work["digest"] for work in found] == [hexed(first), hexed(second)]
    none = served.get(f"/api/v1/works?content_sha256={to_hex(bytes(32))}")
    assert (none.status, none.json()) == (200, {"records": []})


# ---- certificates -------------------------------------------------------------------------------


def test_a_certificate_carries_the_record_and_its_anchor(
    served: Served, entered: Submission
) -> None:
    answer = served.get(f"/api/v1/certificates/{hexed(entered)}", Prefer="wait=20")
    certificate = answer.json()
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert certificate["record"] == entered.record.to_json()
    checkpoint = parse_proof(certificate["proof"]).checkpoint
    assert certificate["anchor"]["size"] == checkpoint.size
    assert certificate["anchor"]["root"] == to_hex(checkpoint.root)
    ledger = served.get("/api/v1/ledger").json()
    assert certificate["anchor"]["contract"] == ledger["chain"]["contracts"]["Logs"]
    profiles = [each["record"]["type"] for each in certificate["related"]]
    assert profiles == ["organisation.profile"]


def test_a_sealed_record_is_certified_to_whoever_shows_it(served: Served) -> None:
    sealed = fresh(served, visibility=Visibility.SEALED)
    served.submit(sealed.to_bytes())
    refused = served.get(f"/api/v1/certificates/{hexed(sealed)}")
    assert (refused.status, refused.json()["code"]) == (403, "RECORD_SEALED")
    assert "林梅".encode() not in refused.body
    answer = served.post("/api/v1/certificates", sealed.to_bytes(), Prefer="wait=20")
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, "wait=20")
    assert answer.json()["record"] == sealed.record.to_json()
    assert answer.json()["anchor"] is not None


def test_a_record_that_was_shown_and_is_not_there_is_unknown(served: Served) -> None:
    answer = served.post("/api/v1/certificates", fresh(served).to_bytes())
    assert (answer.status, answer.json()["code"]) == (404, "RECORD_UNKNOWN")


# ---- the ledger and its chain -------------------------------------------------------------------


def test_the_ledger_describes_itself(served: Served) -> None:
    told = served.get("/api/v1/ledger").json()
    node = served.node
    assert (told["spec"], told["ledger"]) == ("comity/1", to_hex(node.deployment.ledger))
    assert told["log"]["id"] == to_hex(node.log.log_id)
    assert told["log"]["origin"] == f"comity/{node.log.log_id.hex()}"
    assert parse_vkey(told["log"]["vkey"]).name == told["log"]["origin"]
    assert told["organisation"] == to_hex(node.organisation.id)
    assert told["rules"] == node.deployment.founding.rules.to_json()
    assert told["chain"]["id"] == 31337
    assert told["size"] == node.log.size


def test_the_trust_file_names_the_organisation_and_its_keys(served: Served) -> None:
    trust = parse_trust(served.get("/api/v1/trust").body)
    (organisation,) = trust.organisations
    assert trust.ledger == served.ledger
    assert organisation.id == served.node.organisation.id
    assert organisation.logs == (served.node.log.signer.key,)
    assert sorted(int(key.scopes) for key in organisation.keys) == [1, 128]
    assert trust.policy.single_operator


def encoded(value: Any) -> bytes:
    from registry.proofs.canonical import encode

    return encode(value)


def test_the_embedded_chain_answers_reading_questions(served: Served) -> None:
    ask = {"jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": []}
    answer = served.post("/chain", encoded(ask))
    assert answer.json() == {"jsonrpc": "2.0", "id": 7, "result": hex(31337)}


@pytest.mark.parametrize("method", ["eth_sendRawTransaction", "anvil_setBalance", "evm_mine"])
def test_the_embedded_chain_takes_nothing_from_strangers(served: Served, method: str) -> None:
    before = served.holdings()
    ask = {"jsonrpc": "2.0", "id": 1, "method": method, "params": ["0x00"]}
    answer = served.post("/chain", encoded(ask))
    assert (answer.status, answer.json()["error"]["code"]) == (200, -32601)
    assert served.holdings() == before


# ---- documents ----------------------------------------------------------------------------------


@pytest.fixture
def published(served: Served) -> tuple[bytes, str]:
    """A file of two blocks that a registration names, and its CID."""
    data = sha256(b"a file of two blocks").digest() * 40_000
    cid = cid_of_file(data)
    name(served, data, cid)
    return data, cid


def cid_of_file(data: bytes) -> str:
    return str([block.cid for block in file_blocks(BytesIO(data))][-1])


def name(served: Served, data: bytes, cid: str) -> Answer:
    content = {"sha256": to_hex(sha256(data).digest()), "size": len(data), "cid": cid}
    body = registration_body(content={**content, "media_type": "application/pdf"})
    answer = served.submit(fresh(served, body).to_bytes())
    assert answer.status == 201
    return answer


def put(served: Served, cid: str, data: bytes) -> Answer:
    headers = {"Content-Type": "application/octet-stream"}
    return served.ask("PUT", f"/api/v1/documents/{cid}", data, headers)


def test_a_named_file_is_published_and_served(served: Served, published: tuple[bytes, str]) -> None:
    data, cid = published
    answer = put(served, cid, data)
    assert (answer.status, answer.json()) == (201, {"cid": cid, "size": len(data)})
    again = served.get(f"/api/v1/documents/{cid}")
    assert again.body == data
    assert again.headers["Content-Disposition"] == "attachment"
    assert "immutable" in again.headers["Cache-Control"]
    assert put(served, cid, data).status == 201, "publishing again harms nothing"


def test_another_file_is_not_taken_for_it(served: Served, published: tuple[bytes, str]) -> None:
    data, cid = published
    answer = put(served, cid, data[:-1] + b"!")
    assert (answer.status, answer.json()["code"]) == (422, "DOCUMENT_DIFFERS")


def test_a_cid_of_another_shape_is_told(served: Served) -> None:
    """The hash is right and the CID is another's: the file says which it has."""
    data = bytes(2 << 20)
    wrong = cid_of_digest(sha256(b"another").digest())
    name(served, data, wrong)
    answer = put(served, wrong, data)
    assert (answer.status, answer.json()["code"]) == (422, "DOCUMENT_DIFFERS")
    assert wrong in answer.json()["detail"]


def test_a_wrong_registration_keeps_nobody_s_file_away(served: Served) -> None:
    """Somebody registers another file under the CID, first: whoever has the real one publishes."""
    data = sha256(b"a file that somebody envies").digest() * 50_000
    cid = cid_of_file(data)
    name(served, b"x" * len(data), cid)
    name(served, data, cid)
    assert put(served, cid, b"x" * len(data)).json()["code"] == "DOCUMENT_DIFFERS"
    assert put(served, cid, data).status == 201
    assert served.get(f"/api/v1/documents/{cid}").body == data


def test_a_file_that_no_registration_names_is_refused(served: Served) -> None:
    cid = str(Block.of(b"nobody named me").cid)
    answer = put(served, cid, b"nobody named me")
    assert (answer.status, answer.json()["code"]) == (404, "DOCUMENT_NOT_NAMED")
    missing = served.get(f"/api/v1/documents/{cid}")
    assert (missing.status, missing.json()["code"]) == (404, "BLOCK_MISSING")


# ---- health, explanations, headers --------------------------------------------------------------


def test_a_node_in_order_is_alive_and_ready(served: Served) -> None:
    assert served.get("/healthz").json() == {"alive": True}
    answer = served.get("/readyz")
    assert (answer.status, answer.json()["ready"]) == (200, True)
    parts = answer.json()["parts"]
    assert {"database", "clock", "documents", "chain", "anchor", "publication"} <= parts.keys()
    for part in parts.values():
        assert part == {"ok": True, "code": None, "detail": None}


def test_the_log_is_served_as_files(served: Served) -> None:
    checkpoint = served.get("/log/checkpoint")
    assert checkpoint.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint.headers["Cache-Control"] == "no-store"
    tile = served.get("/log/tile/entries/000.p/1")
    assert tile.headers["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile.headers["Cache-Control"]
    assert len(tile.body) == 130


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/api/v1/ledger",
        "/log/checkpoint",
        "/log/tile/entries/000.p/1",
        "/openapi.json",
        "/nothing/here",
        "/api/v1/records/not-a-number",
        "/problems/NODE_FAILED",
    ],
)
def test_every_answer_is_guarded(served: Served, path: str) -> None:
    answer = served.get(path)
    assert {name: answer.headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert answer.headers["Server"] is None


def test_the_owner_of_a_key_is_no_secret(served: Served, entered: Submission) -> None:
    """What the record says of its signer is what anybody reads."""
    found = served.record(hexed(entered))
    assert found["record"]["signers"] == [claimant(CREATOR).to_json()]
