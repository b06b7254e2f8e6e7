"""Agreements for tests: terms in order unless changed, two societies, and a node that knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from registry.chain import govern
from registry.chain.transactions import address_from
from registry.organisations.founding import Applicant, first_profile, founding_organisation
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
from tests.serving import Served, until

SCOPE_AGREEMENTS = 2


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


class Room:
    """Societies in the ledger of a served node that was founded alone."""

    def __init__(self, served: Served, administration: bytes) -> None:
        """`administration` is the private key of the founder's administration."""
        self.served = served
        self._voices = [administration]
        self._address = served.node.deployment.organisations.address

    def admit(self, name: str, lang: str, region: str, code: str | None) -> Party:
        """A society with a profile, a CISAC code and a key for agreements."""
        node = self.served.node
        administration = sha256(f"{name} administers".encode()).digest()
        node.chain.fund(f"0x{address_from(key_of(administration)).hex()}", 10**21)  # type: ignore[attr-defined]  # the embedded chain
        applicant = Applicant(name=name, lang=lang, region=region, kinds=("society",))
        profile = first_profile(
            node.deployment.ledger, applicant, administration, datetime.now(UTC)
        )
        candidate = founding_organisation(profile).candidate()
        for voice in self._voices:
            govern.propose(node.chain, self._address, voice, candidate, None)
        self._voices.append(administration)
        known = Party(id=OrganisationId(profile.record.digest), key=sha256(name.encode()).digest())
        govern.add_key(
            node.chain,
            self._address,
            administration,
            address_from(key_of(known.key)),
            SCOPE_AGREEMENTS,
            0,
            0,
            organisation=known.id,
        )
        until(lambda: self._may_sign(known))
        assert self.served.submit(profile.to_bytes()).status == 201
        if code is not None:
            self._take_code(known, profile.record, administration, code)
        return known

    def _may_sign(self, known: Party) -> bool:
        organisation = self.served.node.organisations.register.get(known.id)
        return organisation is not None and key_of(known.key) in organisation.keys

    def _take_code(self, known: Party, first: Record, administration: bytes, code: str) -> None:
        from dataclasses import replace

        later = replace(
            first,
            subject=first.digest,
            previous=first.digest,
            signers=(
                Signer(key=key_of(administration), organisation=known.id, capacity="organisation"),
            ),
            body={**first.body, "identifiers": [{"scheme": "CISAC", "value": code}]},
        )
        done = self.served.submit(
            new_submission(later, [sign_eip712(administration, later)]).to_bytes()
        )
        assert done.status == 201, done.body

    def conclude(self, body: Mapping[str, Any], *signers: Party) -> str:
        """Record an agreement; its number."""
        record = agreement(body, signers=signers, ledger=self.served.ledger)
        done = self.served.submit(signed_by(record, *signers).to_bytes())
        assert done.status == 201, done.body
        number: str = done.json()["number"]
        return number
