"""Every kind of certificate that a node gives holds: with the chain at hand, and with nothing."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry.bootstrap.founding import administration_key
from registry.chain.contracts import Logs, Organisations
from registry.chain.rpc import HttpRpc, block_at, chain_id, head
from registry.chain.transactions import address_of_key, transact
from registry.proofs.record import LogId, OrganisationId, Signer, Visibility
from registry.proofs.signature import key_of
from registry.proofs.trust import Scope, parse_trust
from registry.proofs.verify import Outcome, Report, Verdict, verify
from registry.proofs.verify.inputs import fingerprint
from tests.drafts import CONTENT, batch, registration, registration_body, signed
from tests.serving import Served, copied, until

OFFICER = b"\x66" * 32
OUTCOMES = [Outcome.PASSED] * 7 + [Outcome.COULD_NOT_CHECK, Outcome.PASSED]


@pytest.fixture(scope="module")
def node(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(copied(founded, tmp_path_factory.mktemp("journey") / "node")) as opened:
        yield opened


def by_creator(node: Served) -> bytes:
    return signed(registration(ledger=node.ledger)).to_bytes()


def under_seal(node: Served) -> bytes:
    body = registration_body(consent=[])
    return signed(registration(body, ledger=node.ledger, visibility=Visibility.SEALED)).to_bytes()


def in_a_batch(node: Served) -> bytes:
    head, *works = batch(5, ledger=node.ledger)
    assert node.submit(head).status == 201
    return works[3]


def by_organisation(node: Served) -> bytes:
    """On behalf of a claimant, with a key that the organisation has just been given for it."""
    organisation = OrganisationId(node.node.organisation.id)
    contract = Organisations(node.node.chain, node.node.deployment.organisations.address)
    address = address_of_key(OFFICER)
    if not contract.key_of(organisation, address).scopes:
        call = contract.add_key(organisation, address, Scope.REGISTRATIONS)
        transact(node.node.chain, administration_key(node.node.settings.data), call)
    known = node.node.organisations
    until(lambda: key_of(OFFICER) in known.register[organisation].keys)
    signer = Signer(key=key_of(OFFICER), organisation=organisation, capacity="representative")
    return signed(registration(ledger=node.ledger, signers=[signer]), OFFICER).to_bytes()


KINDS = {
    "a creator's": by_creator,
    "one under seal": under_seal,
    "one of a batch": in_a_batch,
    "an organisation's": by_organisation,
}


@dataclass(frozen=True)
class ThroughTheNode:
    """The chain, as the node relays questions to it."""

    rpc: HttpRpc

    def chain_id(self) -> int:
        return chain_id(self.rpc)

    def head(self) -> int:
        return head(self.rpc).number

    def block(self, number: int) -> tuple[bytes, int] | None:
        found = block_at(self.rpc, number)
        return None if found is None else (found.hash, found.time)

    def anchor_of(self, contract: bytes, log: LogId, size: int) -> bytes | None:
        return Logs(self.rpc, contract).anchor_of(log, size)


def certified(node: Served, body: bytes) -> bytes:
    assert node.submit(body).status == 201
    answer = node.post("/api/v1/certificates", body, Prefer="wait=30")
    assert answer.status == 200
    return answer.body


def outcomes(report: Report) -> list[Outcome]:
    return [check.outcome for check in report.checks]


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_holds_with_the_chain_and_without(node: Served, kind: str) -> None:
    certificate = certified(node, KINDS[kind](node))
    trust = parse_trust(node.get("/api/v1/trust").body)
    chain = ThroughTheNode(HttpRpc(f"{node.url}/chain"))
    content = fingerprint(CONTENT)
    with closing(chain.rpc):
        online = verify(certificate, content=content, trust=trust, chain=chain)
    assert outcomes(online) == OUTCOMES, [check.sentence.en for check in online.checks]
    assert online.verdict is Verdict.VALID
    offline = verify(certificate, content=content, trust=trust)
    assert outcomes(offline) == [*OUTCOMES[:6], Outcome.COULD_NOT_CHECK, *OUTCOMES[7:]]
    assert offline.verdict is Verdict.COULD_NOT_CHECK, "a single operator, and no chain"


@pytest.mark.parametrize("kind", KINDS)
def test_another_file_is_not_the_work(node: Served, kind: str) -> None:
    certificate = certified(node, KINDS[kind](node))
    trust = parse_trust(node.get("/api/v1/trust").body)
    report = verify(certificate, content=fingerprint(CONTENT + b"!"), trust=trust)
    assert report.checks[1].outcome is Outcome.FAILED
    assert report.verdict is Verdict.NOT_VALID


def changed(certificate: bytes, name: str, value: Any) -> bytes:
    return json.dumps({**json.loads(certificate), name: value}).encode()


def test_a_certificate_of_another_log_s_entry_is_found_out(node: Served) -> None:
    """The proof of one record under the name of another."""
    first, second = (json.loads(certified(node, by_creator(node))) for _ in range(2))
    trust = parse_trust(node.get("/api/v1/trust").body)
    mixed = changed(json.dumps(first).encode(), "proof", second["proof"])
    report = verify(mixed, content=fingerprint(CONTENT), trust=trust)
    assert report.checks[4].outcome is Outcome.FAILED
    assert report.verdict is Verdict.NOT_VALID
    assert report.record is None, "nothing of the content is shown"


def test_after_a_restart_the_certificate_is_the_same(founded: Path, tmp_path: Path) -> None:
    """All but the time for which it speaks, and the seal over that."""
    folder = copied(founded, tmp_path / "node")
    with Served(folder) as node:
        body = by_creator(node)
        before = json.loads(certified(node, body))
    with Served(folder) as node:
        after = json.loads(node.post("/api/v1/certificates", body).body)
    moving = {"as_of", "seal"}
    assert {name: before[name] for name in before.keys() - moving} == {
        name: after[name] for name in after.keys() - moving
    }
