"""Two nodes in one process, over sockets: what one takes, the other shows, with its proof."""

from registry.proofs.cid import cid_of_digest
from registry.proofs.hexes import from_hex
from registry.proofs.record import Visibility
from tests.drafts import registration, registration_body, signed
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
