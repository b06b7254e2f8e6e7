"""The evidence behind an answer: a record, where it stands, and the proof that it stands there."""

from typing import Any

from registry.ledger.reading import Found, Reading
from registry.ledger.receipts import Anchoring
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest
from registry.proofs.shape import seconds_text


def evidence_of(reading: Reading, digest: Digest) -> dict[str, Any]:
    """The evidence of a record that is here: number, digest, place, proof and anchor.

    Raises NotFound RECORD_UNKNOWN.
    """
    return evidence(reading.find_one(to_hex(digest)))


def evidence(found: Found) -> dict[str, Any]:
    """The same of a record that was found; `anchor` is null while nothing is final."""
    entered, standing = found.entered, found.standing
    return {
        "number": entered.number,
        "digest": to_hex(entered.digest),
        "log": to_hex(entered.log),
        "index": entered.index,
        "recorded_at": None if entered.recorded_at is None else seconds_text(entered.recorded_at),
        "proof": standing.proof,
        "anchor": _anchor(found) if standing.state is Anchoring.FINAL else None,
    }


def _anchor(found: Found) -> dict[str, Any] | None:
    if found.standing.anchor is None:
        return None
    mined = found.standing.anchor.mined
    return {
        "size": mined.size,
        "root": to_hex(mined.root),
        "transaction": to_hex(mined.transaction),
        "block": {
            "number": mined.block_number,
            "hash": to_hex(mined.block_hash),
            "timestamp": mined.time,
        },
    }
