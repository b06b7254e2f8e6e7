"""Receipts and proofs of what stands in the own log.

A receipt is complete at once and only becomes better. Its first form can always be made again to
the byte: the entry remembers the size that its group was signed at, and signing is deterministic.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection

from registry.ledger import repository
from registry.ledger.log import Log
from registry.ledger.repository import Anchor, Entered
from registry.proofs.receipt import Receipt


class Anchoring(StrEnum):
    """How far an entry has come: in the log, on the chain, past the chain's confirmations."""

    RECEIVED = "received"
    ANCHORED = "anchored"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an entry stands now: its best proof, and the anchor behind it, if any."""

    state: Anchoring
    anchor: Anchor | None
    proof: str


def first_receipt(log: Log, entered: Entered) -> Receipt:
    """The receipt that was given when the record came in, to the byte."""
    checkpoint = log.checkpoint(entered.receipt_size)
    return receipt(log, entered, log.proof(entered.index, entered.receipt_size, checkpoint))


def receipt(log: Log, entered: Entered, proof: str) -> Receipt:
    """The receipt of an entry with the given tlog-proof."""
    return Receipt(
        digest=entered.digest,
        log=log.log_id,
        index=entered.index,
        received_at=datetime.fromtimestamp(entered.received_at, UTC),
        proof=proof,
    )


def standing(connection: Connection, log: Log, index: int) -> Standing:
    """Where entry `index` stands: against its anchored checkpoint, else against the newest one."""
    anchor = repository.covering_anchor(connection, log.log_id, index)
    if anchor is None:
        size = log.size
        proof = log.proof(index, size, log.checkpoint(size))
        return Standing(state=Anchoring.RECEIVED, anchor=None, proof=proof)
    return Standing(
        state=Anchoring.FINAL if anchor.final else Anchoring.ANCHORED,
        anchor=anchor,
        proof=log.proof(index, anchor.size, anchor.checkpoint),
    )
