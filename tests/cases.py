"""Bodies that publish, cite and recognise, in the ledger of one served node."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from registry.bootstrap.founding import administration_key
from registry.chain import govern
from registry.chain.transactions import address_from
from registry.proofs.record import Digest, OrganisationId, Record, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission
from tests.serving import Answer, Served, until
from tests.societies import Room

SCOPE_CASES, SCOPE_RECOGNISE = 4, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationBody:
    """A body of a region with its station, and the key that speaks for it."""

    id: OrganisationId
    key: bytes
    region: str
    station: str

    @property
    def signer(self) -> Signer:
        return Signer(key=key_of(self.key), organisation=self.id, capacity="body")


class Court:
    """The ledger of a served node that was founded alone, and bodies of several regions in it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self._founder = administration_key(served.node.settings.data)
        self._room = Room(served)
        own = served.node.organisation
        self.own = self._with_key(own.id, self._founder, own.region, "QHCMS")

    def admit(self, name: str, region: str, station: str) -> MediationBody:
        """A body of another region."""
        known = self._room.admit(name, "en", region, None)
        administration = sha256(f"{name} administers".encode()).digest()
        return self._with_key(known.id, administration, region, station)

    def _with_key(
        self, id: OrganisationId, administration: bytes, region: str, station: str
    ) -> MediationBody:
        node, key = self.served.node, sha256(f"{region} {station}".encode()).digest()
        govern.add_key(
            node.chain,
            node.deployment.organisations.address,
            administration,
            address_from(key_of(key)),
            SCOPE_CASES | SCOPE_RECOGNISE,
            0,
            0,
            organisation=id,
        )
        until(lambda: key_of(key) in node.organisations.register[id].keys)
        return MediationBody(id=id, key=key, region=region, station=station)

    def record(
        self,
        type: str,
        body: Mapping[str, Any],
        speaking: MediationBody,
        *,
        subject: Digest | None = None,
        previous: Digest | None = None,
    ) -> Record:
        """A record of the node's ledger, not signed yet."""
        return new_record(
            ledger=self.served.ledger,
            type=type,
            signers=[speaking.signer],
            body=body,
            subject=subject,
            previous=previous,
            issued_at=datetime.now(UTC),
        )

    def submit(
        self, type: str, body: Mapping[str, Any], speaking: MediationBody, **more: Any
    ) -> Answer:
        """Hand in a signed record; the answer."""
        record = self.record(type, body, speaking, **more)
        return self.served.submit(signed(record, speaking).to_bytes())

    def tell(
        self, type: str, body: Mapping[str, Any], speaking: MediationBody, **more: Any
    ) -> Digest:
        """Hand in a signed record that must be taken; its digest."""
        record = self.record(type, body, speaking, **more)
        answer = self.served.submit(signed(record, speaking).to_bytes())
        assert answer.status == 201, answer.body
        return record.digest


def signed(record: Record, speaking: MediationBody) -> Submission:
    """The record with the signature of its body."""
    return new_submission(record, [sign_eip712(speaking.key, record)])
