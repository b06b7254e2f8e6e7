"""Societies in the ledger of a served node that was founded alone, and agreements between them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from registry.bootstrap.founding import administration_key
from registry.chain import govern
from registry.chain.embedded import EmbeddedChain
from registry.chain.transactions import address_from, checksummed
from registry.organisations.founding import Applicant, first_profile, founding_organisation
from registry.proofs.record import OrganisationId, Record, Signer
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import new_submission
from registry.proofs.trust import Scope
from tests.agreements import Party, agreement, leg, signed_by, terms
from tests.serving import Answer, Served, until

PURSE = 10**21
D = "2026-11-21"


class Room:
    """Societies in the ledger of a served node that was founded alone."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.voices = [administration_key(served.node.settings.data)]
        self._administrations: dict[OrganisationId, bytes] = {}
        self._address = served.node.deployment.organisations.address

    def admit(self, name: str, lang: str, region: str, code: str | None) -> Party:
        """A society with a profile, a CISAC code and a key for agreements."""
        node = self.served.node
        administration = sha256(f"{name} administers".encode()).digest()
        assert isinstance(node.chain, EmbeddedChain)
        node.chain.fund(checksummed(address_from(key_of(administration))), PURSE)
        applicant = Applicant(name=name, lang=lang, region=region, kinds=("society",))
        profile = first_profile(
            node.deployment.ledger, applicant, administration, datetime.now(UTC)
        )
        candidate = founding_organisation(profile).candidate()
        for voice in self.voices:
            motion = govern.propose(node.chain, self._address, voice, candidate, None)
            if motion.tally.carried:
                break
        self.voices.append(administration)
        known = Party(id=OrganisationId(profile.record.digest), key=sha256(name.encode()).digest())
        self._give_key(known, administration, known.key)
        self._administrations[known.id] = administration
        assert self.served.submit(profile.to_bytes()).status == 201
        if code is not None:
            self._take_code(known, profile.record, administration, code)
        return known

    def add_key(self, known: Party, key: bytes) -> str:
        """A further key for agreements; its text."""
        self._give_key(known, self._administrations[known.id], key)
        return str(key_of(key))

    def _give_key(self, known: Party, administration: bytes, key: bytes) -> None:
        govern.add_key(
            self.served.node.chain,
            self._address,
            administration,
            address_from(key_of(key)),
            Scope.AGREEMENTS,
            0,
            0,
            organisation=known.id,
        )
        until(lambda: self._may_sign(known, key))

    def _may_sign(self, known: Party, key: bytes) -> bool:
        organisation = self.served.node.organisations.register.get(known.id)
        return organisation is not None and key_of(key) in organisation.keys

    def _take_code(self, known: Party, first: Record, administration: bytes, code: str) -> None:
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


class World(Room):
    """Two societies with an agreement: SACEM grants MCSC China, and MCSC grants it Europe."""

    def __init__(self, served: Served) -> None:
        super().__init__(served)
        self.mcsc = self.admit("中国音乐著作权协会", "zh", "CN", "119")
        self.sacem = self.admit("SACEM", "en", "FR", "058")
        self.number = self.conclude(
            terms(
                leg(self.sacem, self.mcsc),
                leg(self.mcsc, self.sacem, territory=["+2120", "-826"]),
                parties=(self.mcsc, self.sacem),
            ),
            self.mcsc,
            self.sacem,
        )
        served.settle()

    def question(self, **changes: str | None) -> str:
        """The path of the question that is answered with yes, with `changes` on top."""
        asked = {
            "society": "119",
            "repertoire": "058",
            "right": "CN.10.9",
            "territory": "CN",
            "on": D,
            **changes,
        }
        said = {name: value for name, value in asked.items() if value is not None}
        return f"/api/v1/representation?{urlencode(said)}"

    def ask(self, **changes: str | None) -> Any:
        answer = self.served.get(self.question(**changes))
        assert answer.status == 200, answer.body
        return answer.json()

    def submit(self, body: Mapping[str, Any], *signers: Party, **changes: Any) -> Answer:
        """Hand in an agreement that these have signed."""
        record = agreement(body, signers=signers, ledger=self.served.ledger, **changes)
        return self.served.submit(signed_by(record, *signers).to_bytes())
