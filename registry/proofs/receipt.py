"""The receipt: what a node answers when a record is durable, a promise anybody can hold it to.

It is complete at once, and only becomes better: more cosignatures, then the anchor.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.errors import Damaged
from registry.proofs import hexes, shape
from registry.proofs.checkpoint import origin_of
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.number import number_of
from registry.proofs.record import Digest, LogId, Record
from registry.proofs.signature import signatures_digest
from registry.proofs.tlog_proof import parse_proof

_FIELDS = frozenset(("number", "digest", "log", "index", "received_at", "proof"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Record `digest` is entry `index` of `log`, received at a time; `proof` shows it."""

    digest: Digest
    log: LogId
    index: int
    received_at: datetime
    proof: str

    @property
    def number(self) -> str:
        """The number that people see."""
        return number_of(self.digest)

    def covers(self, record: Record, signatures_bytes: bytes) -> bool:
        """Whether the receipt is of this record with these signatures (their canonical array).

        Raises InvalidInput where its proof cannot be read; no signature is verified.
        """
        leaf = leaf_hash(entry_of(record, signatures_digest(signatures_bytes)))
        return self.digest == record.digest and parse_proof(self.proof).includes(leaf)

    def to_json(self) -> dict[str, Any]:
        """The receipt as a JSON object."""
        return {
            "number": self.number,
            "digest": hexes.to_hex(self.digest),
            "log": hexes.to_hex(self.log),
            "index": self.index,
            "received_at": shape.time_text(self.received_at),
            "proof": self.proof,
        }


def parse_receipt(value: Any) -> Receipt:
    """The receipt that a JSON object states, its parts in agreement; no signature is verified.

    Raises InvalidInput as `shape`, `hexes` and `parse_proof`, and Damaged RECEIPT_MISMATCH.
    """
    known = shape.exact(value, _FIELDS)
    receipt = Receipt(
        digest=Digest(hexes.from_hex(known["digest"], size=32, path="digest")),
        log=LogId(hexes.from_hex(known["log"], size=32, path="log")),
        index=shape.integer(known["index"], "index"),
        received_at=shape.time(known["received_at"], "received_at"),
        proof=shape.text(known["proof"], "proof"),
    )
    proof = parse_proof(receipt.proof)
    if known["number"] != receipt.number:
        raise Damaged("RECEIPT_MISMATCH", "the receipt's number is not that of its digest")
    if (proof.index, proof.checkpoint.origin) != (receipt.index, origin_of(receipt.log)):
        raise Damaged("RECEIPT_MISMATCH", "the receipt's proof is of another log or index")
    return receipt
