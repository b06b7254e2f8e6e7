"""Receipts and proofs of what stands in a log.

A receipt is complete at once and only becomes better. Its first form can always be made again to
the byte: the entry remembers the size that its group was signed at, and signing is deterministic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection

from registry.errors import NotFound
from registry.ledger import checkpoints
from registry.ledger.checkpoints import Anchor
from registry.ledger.log import Log, OwnLog
from registry.ledger.position import Position
from registry.ledger.repository import Entered
from registry.proofs.receipt import Receipt
from registry.proofs.record import Digest

Vouched = Callable[[str], bool]


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


def first_receipt(log: OwnLog, entered: Entered) -> Receipt:
    """The receipt that was given when the record came in, to the byte."""
    if entered.receipt_size is None or entered.received_at is None:
        raise NotFound("RECEIPT_ELSEWHERE", "the node that took this record gave its receipt")
    checkpoint = log.checkpoint(entered.receipt_size)
    proof = log.proof(entered.index, entered.receipt_size, checkpoint)
    position = Position(log=entered.log, index=entered.index)
    return receipt(entered.digest, position, entered.received_at, proof)


def receipt(digest: Digest, position: Position, received_at: int, proof: str) -> Receipt:
    """The receipt of an entry with the given tlog-proof; `received_at` in seconds since 1970."""
    return Receipt(
        digest=digest,
        log=position.log,
        index=position.index,
        received_at=datetime.fromtimestamp(received_at, UTC),
        proof=proof,
    )


def standing(connection: Connection, log: Log, index: int, vouched: Vouched) -> Standing:
    """Where entry `index` stands.

    The proof is against the first anchored checkpoint that `vouched` says enough witnesses signed,
    else against the first anchored one, else against the own log's newest. Raises NotFound
    ENTRY_NOT_ANCHORED for an entry of another log without an anchor here.
    """
    first = None
    for anchor in checkpoints.covering(connection, log.log_id, index):
        if anchor.checkpoint.size > log.size:
            break  # durable, and the tree grows after that: a moment too early to prove anything
        first = first or anchor
        if vouched(anchor.checkpoint.note):
            return _anchored(log, index, anchor)
    if first is not None:
        return _anchored(log, index, first)
    if not isinstance(log, OwnLog):
        raise NotFound("ENTRY_NOT_ANCHORED", "the chain has no anchor of this entry any more")
    size = log.size
    proof = log.proof(index, size, log.checkpoint(size))
    return Standing(state=Anchoring.RECEIVED, anchor=None, proof=proof)


def _anchored(log: Log, index: int, anchor: Anchor) -> Standing:
    size = anchor.checkpoint.size
    return Standing(
        state=Anchoring.FINAL if anchor.mined.final else Anchoring.ANCHORED,
        anchor=anchor,
        proof=log.proof(index, size, anchor.checkpoint.note),
    )
