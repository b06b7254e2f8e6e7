"""Agreements for tests: terms in order unless changed, between societies that no chain knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from registry.proofs.hexes import to_hex
from registry.proofs.record import (
    LedgerId,
    OrganisationId,
    Record,
    Signer,
    Visibility,
    new_record,
)
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission
from tests.drafts import LEDGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A society and the key that signs its agreements."""

    id: OrganisationId
    key: bytes

    @property
    def hex(self) -> str:
        return to_hex(self.id)


def party(name: str) -> Party:
    """A society that no chain knows."""
    digest = sha256(name.encode()).digest()
    return Party(id=OrganisationId(digest), key=sha256(digest).digest())


MCSC, SACEM, THIRD = party("mcsc"), party("sacem"), party("a third society")
FILED = {"authority": "NCAC", "number": "2026-1", "announced_on": "2026-01-15"}


def leg(grantor: Party = SACEM, grantee: Party = MCSC, **changes: Any) -> dict[str, Any]:
    """A grant of the performing right in China, in order, with `changes` on top."""
    return {
        "grantor": grantor.hex,
        "grantee": grantee.hex,
        "rights": ["CN.10.9"],
        "uses_included": [],
        "uses_excluded": [],
        "object_classes": ["MUSICAL_WORK"],
        "territory": ["+156"],
        "exclusivity": "NON_EXCLUSIVE",
        "repertoire": {"scope": "OWN_MEMBERS"},
        "valid": {"from": "2026-01-01", "to": "2028-01-01"},
        "actions": ["LICENSE", "COLLECT"],
        "sub_representation": {"allowed": False, "max_depth": None, "consent_doc": None},
        **changes,
    }


def terms(
    *legs: Mapping[str, Any], parties: Sequence[Party] = (MCSC, SACEM), **changes: Any
) -> dict[str, Any]:
    """The body of an agreement in order, filed and announced, with `changes` on top."""
    return {
        "parties": [each.hex for each in parties],
        "family": "CISAC-PR",
        "legs": list(legs) or [leg(parties[1], parties[0])],
        "filing": FILED,
        **changes,
    }


def agreement(
    body: Mapping[str, Any] | None = None,
    *,
    signers: Sequence[Party] = (MCSC, SACEM),
    ledger: LedgerId = LEDGER,
    visibility: Visibility = Visibility.PUBLIC,
    salt: bytes | None = None,
) -> Record:
    """An agreement, not signed yet."""
    return new_record(
        ledger=ledger,
        type="agreement.terms",
        signers=[
            Signer(key=key_of(each.key), organisation=each.id, capacity="party") for each in signers
        ],
        body=terms() if body is None else body,
        issued_at=datetime.now(UTC),
        visibility=visibility,
        salt=salt,
    )


def signed_by(record: Record, *signers: Party) -> Submission:
    """The record with a signature of each, in their order."""
    return new_submission(record, [sign_eip712(each.key, record) for each in signers])
