"""The nine checks put together: read, weigh, decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from registry.errors import RegistryError
from registry.proofs import canonical, hexes
from registry.proofs.certificate import Evidence, Reading, read_certificate, read_evidence
from registry.proofs.note import VerifierKey
from registry.proofs.number import number_of
from registry.proofs.policy import Judgement, Policy
from registry.proofs.record import Digest, Record
from registry.proofs.trust import Trust
from registry.proofs.verify.anchoring import check_anchor
from registry.proofs.verify.authority import HOLDERS, check_authority
from registry.proofs.verify.findings import Finding, finding, reason_of, to_check
from registry.proofs.verify.inputs import ChainView, ContentFingerprint, StatusView
from registry.proofs.verify.life import content_sha256, in_order, life_of, line_of
from registry.proofs.verify.report import Life, Outcome, Report, TrustRoot, decide
from registry.proofs.verify.weigh import (
    Judge,
    Weighed,
    check_checkpoint,
    check_inclusion,
    check_signatures,
    judge_by,
    regions_of,
    weigh,
)

_UNREAD = "unknown-unread"


def verify(
    certificate: bytes,
    *,
    content: ContentFingerprint | None = None,
    trust: Trust | None = None,
    policy: Policy | None = None,
    chain: ChainView | None = None,
    status: StatusView | None = None,
) -> Report:
    """Check a certificate file; never raises on what the file holds.

    `policy` stands in for the trust file's own (and alone, where there is no trust file).
    """
    judging = policy if policy is not None else (None if trust is None else trust.policy)
    try:
        reading = read_certificate(canonical.parse(certificate))
    except RegistryError as error:
        return _unreadable(error, trust, judging)
    return _Verification(
        reading=reading, content=content, trust=trust, policy=judging, chain=chain, status=status
    ).report()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verification:
    """One certificate, and all that it is checked against."""

    reading: Reading
    content: ContentFingerprint | None
    trust: Trust | None
    policy: Policy | None
    chain: ChainView | None
    status: StatusView | None

    def report(self) -> Report:
        """All nine checks, in order, and the verdict."""
        reading, record, proof = self.reading, self.reading.record, self.reading.proof
        judge = judge_by(self.policy)
        judgement = None if proof is None else judge(proof)
        later, as_of, ignored = self._later()
        items = [*reading.related, *later]
        weighed, failed = _weigh_all(items, record, self.policy, judge)
        signatures = self._signatures(weighed)
        inclusion = self._inclusion()
        anchor = check_anchor(reading.anchor, proof, self.trust, self.chain)
        ordered = in_order(self._main(judgement), weighed.values())
        life = Life() if record is None else life_of(record, ordered, self.trust, ignored + failed)
        time = self._known_at(anchor, judgement)
        found = (
            self._format(),
            self._content(),
            signatures,
            self._authority(time, ordered),
            inclusion,
            self._checkpoint(judgement),
            anchor,
            self._time(judgement),
            self._status(life, as_of),
        )
        single = self.policy is not None and self.policy.single_operator
        verdict = decide([one.outcome for one in found], life, single_operator=single)
        hidden = Outcome.FAILED in (signatures.outcome, inclusion.outcome)
        return Report(
            verdict=verdict,
            checks=tuple(to_check(number, one) for number, one in enumerate(found, start=1)),
            number=reading.number,
            record=None if hidden else record,
            received_at=reading.received_at,
            as_of=as_of,
            life=life,
            trust=self._root(judgement, anchor),
        )

    def _format(self) -> Finding:
        reading = self.reading
        if reading.faults:
            return finding("failed", reason=reason_of(reading.faults[0].error))
        if reading.record is None or reading.proof is None or reading.seal is None:
            return finding("failed-parts")
        if reading.number != number_of(reading.record.digest):
            return finding("failed-number")
        keys = self._seal_keys(reading.proof.checkpoint.origin)
        if not keys:
            return finding("unknown-log" if self.policy is not None else "unknown-trust")
        message = reading.sealed_message()
        if message is None or not any(key.holds(reading.seal, message) for key in keys):
            return finding("failed-seal")
        return finding("passed")

    def _seal_keys(self, origin: str) -> list[VerifierKey]:
        listed = [] if self.trust is None else self.trust.log_keys(origin)
        return listed or ([] if self.policy is None else self.policy.log_keys(origin))

    def _content(self) -> Finding:
        record = self.reading.record
        stated = None if record is None else content_sha256(record)
        if record is not None and stated is None:
            return finding("unknown-record")
        if self.content is None:
            return finding("unknown-file")
        if record is None:
            return finding(_UNREAD)
        same = stated == hexes.to_hex(self.content.sha256)
        return finding("passed") if same else finding("failed")

    def _signatures(self, weighed: Mapping[Digest, Weighed]) -> Finding:
        reading = self.reading
        if reading.record is None or reading.signatures is None:
            return finding(_UNREAD)
        return check_signatures(reading.record, reading.signatures, reading.proof, weighed)

    def _authority(self, time: datetime | None, ordered: Sequence[Weighed]) -> Finding:
        record = self.reading.record
        if record is None:
            return finding(_UNREAD)
        return check_authority(
            record,
            self.trust,
            policy=self.policy is not None,
            time=time,
            holder=_signed_by_holder(record, ordered),
        )

    def _inclusion(self) -> Finding:
        reading = self.reading
        if reading.record is None or reading.signatures_bytes is None or reading.proof is None:
            return finding(_UNREAD)
        return check_inclusion(reading.record, reading.signatures_bytes, reading.proof)

    def _checkpoint(self, judgement: Judgement | None) -> Finding:
        if self.reading.proof is None:
            return finding(_UNREAD)
        return check_checkpoint(self.policy, judgement)

    def _time(self, judgement: Judgement | None) -> Finding:
        record = self.reading.record
        if record is not None and judgement is not None and judgement.cosigned and self.trust:
            bound = timedelta(seconds=self.trust.rules.clock_bound_s)
            if record.issued_at - min(judgement.cosigned.values()) > bound:
                return finding("warning-early")
        return finding("unknown-reader" if self.reading.timestamps else "unknown-none")

    def _status(self, life: Life, as_of: datetime | None) -> Finding:
        if self.reading.record is None or as_of is None:
            return finding(_UNREAD)
        at = f"{as_of:%Y-%m-%d %H:%M:%S} UTC"
        if life.ignored:
            return finding("warning-ignored", count=life.ignored, time=at)
        if life.withdrawn_by is not None:
            return finding("passed-withdrawn", time=at)
        if life.superseded_by is not None:
            return finding("passed-superseded", time=at)
        if life.disputed_by:
            return finding("passed-disputed", time=at)
        if life.transferred_by is not None:
            return finding("passed-transferred", time=at)
        return finding("passed", time=at)

    def _later(self) -> tuple[list[Evidence], datetime | None, int]:
        """What the node knows beyond the file, for when, and how many items are not readable."""
        reading = self.reading
        if self.status is None or reading.record is None:
            return [], reading.as_of, 0
        try:
            as_of = self.status.as_of()
            items = self.status.later(reading.record.founds)
        except RegistryError:
            # Offline, the certificate's own statement holds, "as of" its own time.
            return [], reading.as_of, 0
        known: list[Evidence] = []
        for item in items:
            try:
                known.append(read_evidence(item))
            except RegistryError:
                continue
        return known, as_of, len(items) - len(known)

    def _main(self, judgement: Judgement | None) -> Weighed | None:
        evidence = self.reading.evidence
        if evidence is None:
            return None
        return Weighed(evidence=evidence, judgement=judgement)

    def _known_at(self, anchor: Finding, judgement: Judgement | None) -> datetime | None:
        """When the record is known to have stood in the log."""
        if anchor.outcome is Outcome.PASSED and self.reading.anchor is not None:
            return datetime.fromtimestamp(self.reading.anchor.timestamp, UTC)
        if judgement is None or not judgement.signed:
            return None
        if judgement.quorum_at is None and self.policy is not None and self.policy.single_operator:
            return min(judgement.cosigned.values(), default=None)
        return judgement.quorum_at

    def _root(self, judgement: Judgement | None, anchor: Finding) -> TrustRoot:
        root = _root_of(self.trust, self.policy)
        regions: tuple[str, ...] = ()
        if self.policy is not None and judgement is not None:
            regions = regions_of(self.policy, judgement)
        block = self.reading.anchor if anchor.outcome is Outcome.PASSED else None
        return replace(
            root,
            cosigned_by=regions,
            anchor_block=None if block is None else block.block_number,
        )


def _weigh_all(
    items: Sequence[Evidence], main: Record | None, policy: Policy | None, judge: Judge
) -> tuple[dict[Digest, Weighed], int]:
    """The related records that hold, by digest, and how many do not; batches come first.

    What was said in another ledger says nothing here.
    """
    holding: dict[Digest, Weighed] = {}
    failed = 0
    for item in sorted(items, key=lambda one: one.record.type != "work.batch"):
        foreign = main is not None and item.record.ledger != main.ledger
        found = None if foreign else weigh(item, policy, judge, holding)
        if found is None:
            failed += 1
        else:
            holding.setdefault(found.record.digest, found)
    return holding, failed


def _signed_by_holder(record: Record, ordered: Sequence[Weighed]) -> bool | None:
    """Whether the records at hand show that the work's holder signed; None where they do not."""
    if record.type not in HOLDERS:
        return None
    line = line_of(record.founds, [item.record for item in ordered])
    return None if line is None else record in line.counted.get(record.type, [])


def _root_of(trust: Trust | None, policy: Policy | None) -> TrustRoot:
    return TrustRoot(
        trust_file=None if trust is None else trust.digest,
        ledger=None if trust is None else trust.ledger,
        block=None if trust is None else trust.block,
        cosigned_by=(),
        anchor_block=None,
        single_operator=policy is not None and policy.single_operator,
    )


def _unreadable(error: RegistryError, trust: Trust | None, policy: Policy | None) -> Report:
    found = [finding("failed-json", reason=reason_of(error))] + [finding(_UNREAD)] * 8
    outcomes = [one.outcome for one in found]
    return Report(
        verdict=decide(outcomes, Life(), single_operator=False),
        checks=tuple(to_check(number, one) for number, one in enumerate(found, start=1)),
        number=None,
        record=None,
        received_at=None,
        as_of=None,
        life=Life(),
        trust=_root_of(trust, policy),
    )
