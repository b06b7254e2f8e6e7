"""What the door refuses is refused again when another node's log holds it: by the same rule.

The second node lies: it writes into its log what its own door has just refused. The first one
follows, keeps what it finds, and counts none of it; each is named by the code of the door.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from registry.ledger.types import RecordType
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, OrganisationId, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission
from registry.proofs.trust import Scope
from tests.agreements import Party, terms
from tests.agreements import leg as granted
from tests.two_nodes import Member, Side, TwoNodes, statement
from tests.unit.recognition.stating import (
    Speaking,
    case_id,
    citation_body,
    publication_body,
    recognition_body,
    recognition_id,
)

STATION = Speaking(region="SG", station="SGDEMO")
STRANGER = sha256(b"a key that the chain does not know").digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Two nodes that both hold a case that the second one published."""

    both: TwoNodes
    case: Digest

    @property
    def one(self) -> Member:
        return self.both.first.member

    @property
    def other(self) -> Member:
        return self.both.second.member


def believing(name: str, scope: Scope) -> RecordType:
    """A type without rules, as a node that lies has it."""
    return RecordType(
        name=name, scope=scope, check=lambda _record: None, project=lambda _record, _position: ()
    )


def written(side: Side, submission: Submission) -> None:
    """Let a node put into its own log what its door refuses."""
    record = submission.record
    side.served.node.appender.append(submission, believing(record.type, Scope.CASES)).result(30)


@pytest.fixture
def scene(two_nodes: TwoNodes) -> Scene:
    second = two_nodes.second
    body = publication_body(id=case_id(1, body=STATION))
    published = statement("case.publication", body, second.member, scope=Scope.CASES)
    second.submit(published)
    two_nodes.settle()
    return Scene(both=two_nodes, case=published.record.digest)


# ---- agreements ----------------------------------------------------------------------------------


def parties(scene: Scene) -> tuple[Party, Party]:
    first, second = (
        Party(id=each.id, key=each.key(Scope.AGREEMENTS)) for each in (scene.one, scene.other)
    )
    return first, second


def agreed(scene: Scene, leg: Mapping[str, Any] | None = None) -> Submission:
    """An agreement of both, with its leg changed."""
    one, other = parties(scene)
    body = terms({**granted(other, one), **(leg or {})}, parties=(one, other))
    return statement("agreement.terms", body, scene.one, scene.other, scope=Scope.AGREEMENTS)


def signed_by_a_stranger(scene: Scene) -> Submission:
    record = agreed(scene).record
    own = sign_eip712(scene.one.key(Scope.AGREEMENTS), record)
    return new_submission(record, [own, sign_eip712(STRANGER, record)])


def signed_by_a_third(scene: Scene) -> Submission:
    sound = agreed(scene).record
    third = Signer(
        key=key_of(STRANGER), organisation=OrganisationId(STRANGER), capacity="organisation"
    )
    record = new_record(
        ledger=sound.ledger,
        type=sound.type,
        signers=[*sound.signers, third],
        body=sound.body,
        issued_at=datetime.now(UTC),
    )
    keys = [each.key(Scope.AGREEMENTS) for each in (scene.one, scene.other)]
    return new_submission(record, [sign_eip712(key, record) for key in (*keys, STRANGER)])


def outside_the_parties(scene: Scene) -> Submission:
    return agreed(scene, {"grantee": to_hex(STRANGER)})


def nowhere(scene: Scene) -> Submission:
    return agreed(scene, {"territory": ["+9999"]})


def reversed_days(scene: Scene) -> Submission:
    return agreed(scene, {"valid": {"from": "2027-01-01", "to": "2026-01-01"}})


# ---- citations and recognitions ------------------------------------------------------------------


def cites(scene: Scene, cited: Digest, **changes: Any) -> Submission:
    body = citation_body(cited, **changes)
    return statement("citation.statement", body, scene.other, scope=Scope.CASES)


def of_what_is_not_published(scene: Scene) -> Submission:
    return cites(scene, Digest(STRANGER))


def of_itself(scene: Scene) -> Submission:
    return cites(scene, scene.case, citing=to_hex(scene.case))


def without_a_reason(scene: Scene) -> Submission:
    return cites(scene, scene.case, reason=[])


def recognises(scene: Scene, **changes: Any) -> Submission:
    body = recognition_body(scene.case, id=recognition_id(body=STATION), **changes)
    return statement("recognition.statement", body, scene.other, scope=Scope.RECOGNISE)


def of_the_own_region(scene: Scene) -> Submission:
    return recognises(scene)


def that_claims_enforcement(scene: Scene) -> Submission:
    return recognises(scene, reasons={"en": "It may be enforced here.", "zh": "可强制执行。"})


REFUSED: list[tuple[Callable[[Scene], Submission], str]] = [
    (signed_by_a_stranger, "SIGNATURE_INVALID"),
    (signed_by_a_third, "AGREEMENT_SIGNERS"),
    (outside_the_parties, "LEG_OUTSIDE_PARTIES"),
    (nowhere, "TERRITORY_UNKNOWN"),
    (reversed_days, "DATES_REVERSED"),
    (of_what_is_not_published, "CIT_UNRESOLVED"),
    (of_itself, "CIT_SELF"),
    (without_a_reason, "CIT_TREATMENT_REASON"),
    (of_the_own_region, "REC_SELF"),
    (that_claims_enforcement, "REC_CLAIMS_ENFORCEMENT"),
]


def test_what_the_door_refuses_is_refused_from_another_node(scene: Scene) -> None:
    liar, reader = scene.both.second, scene.both.first
    told: dict[str, str] = {}
    for draft, code in REFUSED:
        submission = draft(scene)
        refusal = liar.served.submit(submission.to_bytes()).json()
        assert refusal["code"] == code, (draft.__name__, refusal)
        written(liar, submission)
        told[to_hex(submission.record.digest)] = code
    scene.both.settle()
    named = named_by(reader, scene.case)
    for digest in told.keys() - named.keys():  # said of a case that nobody published
        named[digest] = (
            reader.served.get(f"/api/v1/cases/{digest}").json()["detail"].split()[-1][1:-1]
        )
    assert named == told
    shown = reader.served.get(f"/api/v1/cases/{to_hex(scene.case)}").json()
    assert shown["recognitions"] == shown["citations"]["received"] == []
    assert reader.served.get(f"/api/v1/agreements?party={to_hex(scene.one.id)}").json() == {
        "agreements": []
    }


def named_by(reader: Side, case: Digest) -> dict[str, str]:
    """What the reader says is wrong with which record: in the log itself, or beside the case."""
    logs = reader.served.get("/api/v1/logs").json()["logs"]
    named = {fault["digest"]: fault["code"] for log in logs for fault in log["faults"]}
    shown = reader.served.get(f"/api/v1/cases/{to_hex(case)}").json()
    return named | {each["digest"]: each["code"] for each in shown["refused"]}
