"""Checks 3, 5 and 6 on one piece of evidence: signatures, inclusion, checkpoint.

The same three are asked of the certificate's own record and of every related one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.errors import RegistryError
from registry.proofs.certificate import Evidence
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.policy import Judgement, Policy
from registry.proofs.record import Digest, Record
from registry.proofs.signature import (
    BatchSignature,
    Signature,
    signatures_digest,
    verify_signatures,
)
from registry.proofs.tlog_proof import TlogProof
from registry.proofs.verify.findings import Finding, finding, reason_of
from registry.proofs.verify.report import Outcome, Text

Judge = Callable[[TlogProof], Judgement | None]
"""What the policy says of a proof's checkpoint; None where there is no policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A related record that none of the three checks failed."""

    evidence: Evidence
    judgement: Judgement | None

    @property
    def record(self) -> Record:
        """The record."""
        return self.evidence.record

    @property
    def place(self) -> tuple[str, int]:
        """Log and index: the order of records, as far as a file can tell it."""
        return self.evidence.proof.checkpoint.origin, self.evidence.proof.index


def judge_by(policy: Policy | None) -> Judge:
    """A judge that looks at each checkpoint once."""
    known: dict[str, Judgement] = {}

    def judge(proof: TlogProof) -> Judgement | None:
        if policy is None:
            return None
        text = proof.note.encode()
        if text not in known:
            known[text] = policy.judge(proof.note, proof.checkpoint.origin)
        return known[text]

    return judge


def check_signatures(
    record: Record,
    signatures: tuple[Signature, ...],
    proof: TlogProof | None,
    batches: Mapping[Digest, Weighed],
) -> Finding:
    """Check 3. `batches` are the batch records at hand that hold themselves."""
    try:
        verify_signatures(record, signatures, batches=lambda digest: _record_of(batches, digest))
    except RegistryError as error:
        if error.code == "BATCH_UNKNOWN":
            return finding("unknown-batch")
        return finding("failed", reason=reason_of(error))
    named = {s.batch for s in signatures if isinstance(s, BatchSignature)}
    if proof is not None and not all(_precedes(batches[batch], proof) for batch in named):
        return finding("failed-order")
    return finding("passed", count=len(signatures))


def check_inclusion(record: Record, signatures_bytes: bytes, proof: TlogProof) -> Finding:
    """Check 5: the entry of record and signatures, under the checkpoint's root."""
    leaf = leaf_hash(entry_of(record, signatures_digest(signatures_bytes)))
    if not proof.includes(leaf):
        return finding("failed")
    return finding("passed", index=proof.index, size=proof.checkpoint.size)


def check_checkpoint(policy: Policy | None, judgement: Judgement | None) -> Finding:
    """Check 6: the log's own signature, then the quorum."""
    if policy is None or judgement is None:
        return finding("unknown-policy")
    if not judgement.listed:
        return finding("unknown-log")
    if not judgement.signed:
        return finding("failed")
    regions = regions_of(policy, judgement)
    names = Text(zh="、".join(regions) or "无", en=", ".join(regions) or "nobody")
    if not judgement.enough:
        return finding("unknown-quorum", regions=names)
    return finding("passed-single") if policy.single_operator else finding("passed", regions=names)


def regions_of(policy: Policy, judgement: Judgement) -> tuple[str, ...]:
    """The regions whose witnesses cosigned, each once, in the policy's order."""
    cosigners = (policy.group_of(name) for name in policy.witnesses if name in judgement.cosigned)
    return tuple(dict.fromkeys(cosigners))


def weigh(
    item: Evidence, policy: Policy | None, judge: Judge, batches: Mapping[Digest, Weighed]
) -> Weighed | None:
    """A related item, or None where one of checks 3, 5 and 6 fails it."""
    judgement = judge(item.proof)
    found = (
        check_inclusion(item.record, item.signatures_bytes, item.proof),
        check_checkpoint(policy, judgement),
        check_signatures(item.record, item.signatures, item.proof, batches),
    )
    if any(one.outcome is Outcome.FAILED for one in found):
        return None
    return Weighed(evidence=item, judgement=judgement)


def _record_of(batches: Mapping[Digest, Weighed], digest: Digest) -> Record | None:
    found = batches.get(digest)
    return None if found is None else found.record


def _precedes(batch: Weighed, proof: TlogProof) -> bool:
    origin, index = batch.place
    return origin == proof.checkpoint.origin and index < proof.index
