"""Check 9: what later records say of the subject, of those that hold and were theirs to say.

A work's line runs from its registration along `previous`: a version, correction, withdrawal or
transfer counts when it names the latest of its type (the registration, where there is none) and
every holder of that moment signed it. State is a pure function of the records in their order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.proofs.keys import SignerKey
from registry.proofs.record import Digest, OrganisationId, Record, Signer
from registry.proofs.trust import Trust
from registry.proofs.verify.authority import HOLDERS, admits
from registry.proofs.verify.cases import CASE_TYPES, case_life
from registry.proofs.verify.report import Life
from registry.proofs.verify.weigh import Weighed

Holder = SignerKey | OrganisationId
"""A person's key, or the organisation that holds or registered on behalf."""

_REPLACING = ("work.version", "work.correction")


@dataclass(slots=True, kw_only=True)
class Line:
    """A work's records that count, by type and in order, and who holds it after them."""

    holders: frozenset[Holder]
    counted: dict[str, list[Record]] = field(default_factory=dict)

    def latest(self, record_type: str, work: Digest) -> Digest:
        """What a further record of the type must name as previous."""
        before = self.counted.get(record_type)
        return before[-1].digest if before else work

    def take(self, record: Record, work: Digest) -> bool:
        """Count `record` if it fits here; whether it did."""
        signers = frozenset(holder_of(signer) for signer in record.signers)
        fits = record.previous == self.latest(record.type, work) and self.holders <= signers
        if fits and record.type == "work.transfer":
            receiver = record.body.get("to")
            fits = isinstance(receiver, str) and receiver in signers
            if fits:
                self.holders = frozenset((SignerKey(str(receiver)),))
        if fits:
            self.counted.setdefault(record.type, []).append(record)
        return fits


def holder_of(signer: Signer) -> Holder:
    """Who holds by this signature: the organisation where there is one, else the key."""
    return signer.key if signer.organisation is None else signer.organisation


def line_of(work: Digest, records: Sequence[Record]) -> Line | None:
    """The line of a work; None where its registration is not among the records.

    `records` are in order, as far as it is known; a record is tried again after those it follows.
    """
    registration = next((r for r in records if r.digest == work), None)
    if registration is None or registration.type != "work.registration":
        return None
    line = Line(holders=frozenset(holder_of(signer) for signer in registration.signers))
    waiting = [r for r in records if r.subject == work and r.type in HOLDERS]
    progress = True
    while progress:
        kept = [record for record in waiting if not line.take(record, work)]
        progress = len(kept) < len(waiting)
        waiting = kept
    return line


def in_order(main: Weighed | None, related: Iterable[Weighed]) -> list[Weighed]:
    """The certificate's record and the related ones, each once, by log and index."""
    every = ([] if main is None else [main]) + list(related)
    unique = {item.record.digest: item for item in reversed(every)}
    return sorted(unique.values(), key=lambda item: item.place)


def life_of(main: Record, items: Sequence[Weighed], trust: Trust | None, ignored: int) -> Life:
    """What `items`, in order, say of the certificate's record."""
    if main.type in CASE_TYPES:
        return case_life(main, items, trust, ignored)
    work = main.founds
    line = line_of(work, [item.record for item in items])
    counted: Mapping[str, list[Record]] = {} if line is None else line.counted
    admitted, beside = _disputes(work, items, trust)
    withdrawals = counted.get("work.withdrawal", [])
    transfers = counted.get("work.transfer", [])
    withdrawn = bool(withdrawals) and main.type != "work.withdrawal"
    return Life(
        withdrawn_by=withdrawals[-1].digest if withdrawn else None,
        superseded_by=_successor(main, work, counted),
        transferred_by=transfers[-1].digest if transfers and main.founds == main.digest else None,
        disputed_by=admitted,
        disputes_beside=beside,
        ignored=ignored,
    )


def _successor(main: Record, work: Digest, counted: Mapping[str, list[Record]]) -> Digest | None:
    """What replaced the record: for a registration any version or correction, else the next."""
    types = _REPLACING if main.digest == work else (main.type,)
    following: Digest | None = None
    for record_type in types:
        if record_type in _REPLACING:
            line = [record.digest for record in counted.get(record_type, [])]
            after = line[line.index(main.digest) + 1 :] if main.digest in line else line
            following = after[-1] if after else following
    return following


def _disputes(
    work: Digest, items: Sequence[Weighed], trust: Trust | None
) -> tuple[tuple[Digest, ...], int]:
    """Disputes that an organisation admitted or another claimant signed, and how many others."""
    rivals = _rival_keys(work, [item.record for item in items])
    admitted: list[Digest] = []
    beside = 0
    for item in items:
        if item.record.type != "work.dispute" or item.record.subject != work:
            continue
        time = None if item.judgement is None else item.judgement.quorum_at
        carried = trust is not None and any(
            admits(signer, trust, time) for signer in item.record.signers
        )
        if carried or any(signer.key in rivals for signer in item.record.signers):
            admitted.append(item.record.digest)
        else:
            beside += 1
    return tuple(admitted), beside


def _rival_keys(work: Digest, records: Sequence[Record]) -> frozenset[str]:
    """Keys that registered the same content as another work."""
    own = next((record for record in records if record.digest == work), None)
    content = None if own is None else content_sha256(own)
    if own is None or content is None:
        return frozenset()
    own_keys = {signer.key for signer in own.signers}
    return frozenset(
        signer.key
        for record in records
        if record.type == "work.registration" and content_sha256(record) == content
        for signer in record.signers
        if record.digest != work and signer.key not in own_keys
    )


def content_sha256(record: Record) -> str | None:
    """The fingerprint of the content that a record speaks of, as text; None where of none."""
    content = record.body.get("content")
    value = content.get("sha256") if isinstance(content, Mapping) else None
    return value if isinstance(value, str) else None
