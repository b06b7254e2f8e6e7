"""Founding: the statement that names a ledger, and the first profiles of its organisations.

An organisation's id is the digest of its first profile, which names the ledger, which is the digest
of the founding statement (protocol, section 8): so the statement comes first, the profiles second,
the contracts last.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from registry.chain.deployments import Deployment, FoundingOrganisation, deploy
from registry.chain.enrol import enrol
from registry.chain.rpc import Rpc
from registry.chain.transactions import address_of_key
from registry.ledger.keys import NodeKeys, public_key
from registry.proofs.founding import Founder, Founding, Rules, sign_founding
from registry.proofs.record import LedgerId, OrganisationId, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission

#: A single operator has no reorganisation to wait for.
ALONE = Rules(confirmations=1, anchor_delay_s=600, publication_delay_s=3600, clock_bound_s=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """An organisation before its first profile is signed."""

    name: str
    lang: str
    region: str
    kinds: tuple[str, ...]


def first_profile(
    ledger: LedgerId, applicant: Applicant, private_key: bytes, at: datetime
) -> Submission:
    """The signed profile whose digest becomes the organisation's id."""
    record = new_record(
        ledger=ledger,
        type="organisation.profile",
        signers=[Signer(key=key_of(private_key), organisation=None, capacity="organisation")],
        body={
            "names": [{"text": applicant.name, "lang": applicant.lang}],
            "kinds": list(applicant.kinds),
            "region": applicant.region,
            "identifiers": [],
            "contact": None,
            "endpoints": [],
        },
        issued_at=at,
    )
    return new_submission(record, [sign_eip712(private_key, record)])


def founding_organisation(profile: Submission) -> FoundingOrganisation:
    """What the chain is told of the organisation that a first profile founds."""
    body = profile.record.body
    return FoundingOrganisation(
        id=OrganisationId(profile.record.digest),
        region=body["region"],
        kinds=tuple(body["kinds"]),
        key=profile.record.signers[0].key,
    )


def found_alone(
    rpc: Rpc,
    *,
    name: str,
    applicant: Applicant,
    administration: bytes,
    keys: NodeKeys,
    at: datetime,
) -> tuple[Deployment, Submission]:
    """Found a ledger of one organisation and enrol its node; deployment and first profile.

    `administration` is the organisation's private key. It and the node's chain key pay.
    """
    founding = Founding(
        name=name,
        founders=(
            Founder(region=applicant.region, name=applicant.name, key=key_of(administration)),
        ),
        rules=ALONE,
        salt=secrets.token_bytes(32),
    )
    profile = first_profile(founding.ledger(), applicant, administration, at)
    signed = [sign_founding(administration, founding)]
    founder = founding_organisation(profile)
    deployment = deploy(rpc, founding, signed, [founder], keys.chain)
    enrol(
        rpc,
        deployment,
        administration,
        founder.id,
        address_of_key(keys.chain),
        public_key(keys.log),
        public_key(keys.witness),
    )
    return deployment, profile
