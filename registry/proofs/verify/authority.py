"""Check 4: may whoever signed say this? Ledger, organisation, key, scope and time.

A key counts at the time at which its signature is known to have stood in the log: the anchor's
block, else the moment when the quorum had cosigned; never `issued_at`, which the signer chose.
"""

from collections.abc import Iterable
from datetime import datetime

from registry.proofs import hexes
from registry.proofs.record import Record, Signer
from registry.proofs.trust import OrganisationKey, Scope, Status, Trust, TrustedOrganisation
from registry.proofs.verify.findings import Finding, finding
from registry.proofs.verify.report import Outcome

PERSONS = frozenset(("work.registration", "work.batch", "work.dispute"))
"""Types that anybody may sign; an organisation among the signers still needs its scope."""

HOLDERS = frozenset(("work.version", "work.correction", "work.withdrawal", "work.transfer"))
"""Types that the current holder of a work signs."""

_SCOPES = {
    "organisation.profile": Scope.ADMINISTRATION,
    "work.registration": Scope.REGISTRATIONS,
    "work.batch": Scope.REGISTRATIONS,
    "agreement.terms": Scope.AGREEMENTS,
    "agreement.amendment": Scope.AGREEMENTS,
    "agreement.end": Scope.AGREEMENTS,
    "agreement.filing": Scope.AGREEMENTS,
    "case.publication": Scope.CASES,
    "case.status": Scope.CASES,
    "recognition.statement": Scope.RECOGNISE,
    "citation.statement": Scope.CASES,
    "answer.attestation": Scope.ANSWERS,
}
_SUSPENDABLE = Scope(2 | 4 | 8 | 16 | 32 | 64)
"""What a suspension stops: all writes but anchoring and administration."""


def check_authority(
    record: Record, trust: Trust | None, *, policy: bool, time: datetime | None, holder: bool | None
) -> Finding:
    """Check 4 on the certificate's record.

    `policy` says that a policy was given without a trust file; `time` is when the record is known
    to have stood in the log; `holder`, for types that the holder signs, whether the file shows
    that they did (None: it does not say).
    """
    organisations = any(signer.organisation is not None for signer in record.signers)
    if trust is None:
        alone = policy and not organisations and record.type in PERSONS
        return finding("passed-persons") if alone else finding("unknown-trust")
    if record.ledger != trust.ledger:
        return finding("failed-ledger")
    if record.type in HOLDERS and holder is not True:
        return finding("unknown-holder")
    if record.type == "organisation.profile" and record.subject is None:
        return _founding_profile(record, trust)
    if record.type not in _SCOPES | dict.fromkeys(PERSONS | HOLDERS):
        return finding("unknown-type", type=record.type)
    if not organisations and record.type in PERSONS | HOLDERS:
        return finding("passed-persons")
    return _worst(_check_signer(signer, record.type, trust, time) for signer in record.signers)


def acts_for(signer: Signer, trust: Trust, scopes: Scope, time: datetime | None) -> Finding:
    """Whether the signer's key is one of its organisation's with one of `scopes` at `time`."""
    organisation = None if signer.organisation is None else trust.organisation(signer.organisation)
    if organisation is None:
        return finding("failed-organisation", organisation=_name(signer))
    key = _key_of(organisation, signer.key)
    if key is None or not key.scopes & scopes:
        return finding("failed-key", key=signer.key, organisation=_name(signer))
    if time is None:
        return finding("unknown-time")
    if not key.in_force(time):
        return finding("failed-window", key=signer.key, organisation=_name(signer))
    if key.contested(time):
        return finding("warning-contested", key=signer.key, organisation=_name(signer))
    if organisation.status is Status.SUSPENDED and scopes & _SUSPENDABLE:
        return finding("warning-suspended", organisation=_name(signer))
    return finding("passed", organisation=_name(signer))


def admits(signer: Signer, trust: Trust, time: datetime | None) -> bool:
    """Whether an organisation stands behind a dispute by this signer."""
    if signer.organisation is None:
        return False
    found = acts_for(signer, trust, _SUSPENDABLE, time)
    return found.checked or found.sentence == "unknown-time"


def speaks_with_scope(
    signer: Signer, record_type: str, trust: Trust, time: datetime | None
) -> bool:
    """Whether the signer's key may sign the type for its organisation, as far as that is known."""
    found = _check_signer(signer, record_type, trust, time)
    return found.checked or found.sentence == "unknown-time"


def _check_signer(signer: Signer, record_type: str, trust: Trust, time: datetime | None) -> Finding:
    if signer.organisation is None:
        if record_type in PERSONS | HOLDERS:
            return finding("passed-persons")
        # A court that its issuing body recorded may state a case's status without a key here.
        return finding("unknown-court" if record_type == "case.status" else "failed-person")
    needed = _SCOPES.get(record_type)
    if needed is None:
        needed = Scope.REGISTRATIONS if record_type in HOLDERS else _SUSPENDABLE
    return acts_for(signer, trust, needed, time)


def _founding_profile(record: Record, trust: Trust) -> Finding:
    """A first profile founds its organisation: the chain has to know both, at whatever time."""
    organisation = trust.organisation(record.digest)
    if organisation is None:
        return finding("unknown-organisation", organisation=hexes.to_hex(record.digest))
    for signer in record.signers:
        key = _key_of(organisation, signer.key)
        if key is None or not key.scopes & Scope.ADMINISTRATION:
            named = hexes.to_hex(record.digest)
            return finding("failed-key", key=signer.key, organisation=named)
    return finding("passed", organisation=hexes.to_hex(record.digest))


def _key_of(organisation: TrustedOrganisation, key: str) -> OrganisationKey | None:
    return next((known for known in organisation.keys if known.key == key), None)


def _worst(found: Iterable[Finding]) -> Finding:
    order = (Outcome.FAILED, Outcome.COULD_NOT_CHECK, Outcome.WARNING, Outcome.PASSED)
    return min(found, key=lambda one: order.index(one.outcome))


def _name(signer: Signer) -> str:
    return "" if signer.organisation is None else hexes.to_hex(signer.organisation)
