"""Handing a signed record to a node, and believing its receipt only after checking it.

A receipt is success once it names our digest, its proof leads from our entry to its checkpoint, and
the checkpoint is signed by the key that the node names for its log. Whoever keeps it can hold the
node to it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from registry.cli.node import Node
from registry.errors import Damaged, InvalidInput
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.note import Note, VerifierKey, check_signed_by
from registry.proofs.receipt import Receipt, parse_receipt
from registry.proofs.submission import Submission
from registry.proofs.tlog_proof import parse_proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A receipt that was checked; `raw` are the node's own bytes, `fresh` unless it knew before."""

    receipt: Receipt
    raw: bytes
    fresh: bool


def submit(node: Node, log_key: VerifierKey, submission: Submission) -> Accepted:
    """Hand in `submission` and check the receipt.

    Raises as `Node.submit` and `check_receipt`.
    """
    answer = node.submit(submission.to_bytes())
    receipt = check_receipt(answer.json(), submission, log_key)
    return Accepted(receipt=receipt, raw=answer.body, fresh=answer.status == 201)


def check_receipt(told: Any, submission: Submission, log_key: VerifierKey) -> Receipt:
    """The receipt of `submission` that a node gave, checked. Raises Damaged RECEIPT_FALSE."""
    try:
        receipt = parse_receipt(told)
        proof = parse_proof(receipt.proof)
    except (InvalidInput, Damaged) as fault:
        raise _false(f"it is not a receipt: {fault.detail}") from fault
    record = submission.record
    if receipt.digest != record.digest:
        raise _false("it is for another record")
    if proof.checkpoint.origin != log_key.name or not _signed(proof.note, log_key):
        raise _false("its checkpoint is not signed by the key that the node names for its log")
    if not proof.includes(leaf_hash(entry_of(record, submission.signatures_digest))):
        raise _false("its proof does not lead to the checkpoint")
    return receipt


@lru_cache(maxsize=64)
def _signed(note: Note, key: VerifierKey) -> bool:
    # One checkpoint serves a whole group of records.
    return check_signed_by(note, key)


def _false(reason: str) -> Damaged:
    return Damaged("RECEIPT_FALSE", f"the node's receipt does not hold: {reason}")
