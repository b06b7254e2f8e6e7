"""Two nodes in one process, over sockets: what one takes, the other shows, with its proof."""

from urllib.parse import urlencode

from registry.proofs.cid import cid_of_digest
from registry.proofs.hexes import from_hex
from registry.proofs.policy import parse_policy
from registry.proofs.record import Visibility
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.trust import Scope
from tests.agreements import Party, agreement, leg, signed_by, terms
from tests.drafts import registration, registration_body, signed
from tests.serving import Served, until
from tests.two_nodes import TwoNodes


def test_a_record_of_one_stands_at_the_other_with_its_proof(two_nodes: TwoNodes) -> None:
    first, second = two_nodes.sides
    draft = registration(ledger=first.member.ledger)
    receipt = first.submit(signed(draft))
    two_nodes.settle()
    here, there = (side.served.record(receipt["number"]) for side in (first, second))
    assert there["state"] == "final"
    assert there["record"] == here["record"] == draft.to_json()
    assert there["recorded_at"] == here["recorded_at"]
    assert there["received_at"] is None
    assert there["proof"].splitlines()[:2] == here["proof"].splitlines()[:2]


def test_what_is_sealed_is_an_entry_and_nothing_more(two_nodes: TwoNodes) -> None:
    first, second = two_nodes.sides
    body = registration_body(consent=[])
    draft = registration(body, ledger=first.member.ledger, visibility=Visibility.SEALED)
    receipt = first.submit(signed(draft))
    two_nodes.settle()
    there = second.served.record(receipt["digest"])
    assert (there["type"], there["record"], there["fault"]) == ("sealed", None, None)
    cid = cid_of_digest(from_hex(receipt["digest"], size=32))
    for side in (first, second):
        assert side.served.get(f"/ipfs/{cid}?format=raw").status == 404


def test_both_answer_alike_whoever_took_the_record(two_nodes: TwoNodes) -> None:
    """One writes the log and the other follows it: the same answer, the same hash."""
    first = two_nodes.first
    ours, theirs = (
        Party(id=side.member.id, key=side.member.key(Scope.AGREEMENTS)) for side in two_nodes.sides
    )
    body = terms(leg(theirs, ours), parties=(ours, theirs))
    ledger = first.member.ledger
    draft = agreement(body, signers=(ours, theirs), ledger=ledger)
    receipt = first.submit(signed_by(draft, ours, theirs))
    two_nodes.settle()
    recorded = first.served.record(receipt["number"])["recorded_at"]
    for territory, answer in (("CN", "YES"), ("FR", "UNKNOWN")):
        asked = {
            "society": ours.hex,
            "repertoire": theirs.hex,
            "right": "CN.10.9",
            "territory": territory,
            "on": "2026-11-21",
            "known_at": recorded,
        }
        told = [
            side.served.get(f"/api/v1/representation?{urlencode(asked)}").json()
            for side in two_nodes.sides
        ]
        assert [each["answer"] for each in told] == [answer] * 2
        assert told[0]["result_hash"] == told[1]["result_hash"]
        assert told[0]["stands_on"] == told[1]["stands_on"]


def test_certificates_carry_both_regions(two_nodes: TwoNodes) -> None:
    served = two_nodes.first.served
    receipt = two_nodes.first.submit(signed(registration(ledger=served.ledger)))
    until(lambda: is_vouched(served, receipt["digest"]))


def is_vouched(served: Served, digest: str) -> bool:
    """Whether the witnesses of more than one region signed what a certificate is proven by."""
    policy = parse_policy(served.get("/api/v1/trust").json()["policy"])
    assert not policy.single_operator
    certificate = served.get(f"/api/v1/certificates/{digest}").json()
    proof = parse_proof(certificate["proof"])
    return policy.judge(proof.note, proof.checkpoint.origin).enough
