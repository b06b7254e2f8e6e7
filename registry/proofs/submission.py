"""What the door takes: `{"record":{…},"signatures":[…]}`, canonical bytes compared byte for byte.

The bytes of the record and of the signatures are cut out of the compared body, so the record is
encoded once and not again.
"""

from dataclasses import dataclass
from typing import Any

from registry.proofs import canonical, shape
from registry.proofs.record import Record
from registry.proofs.signature import Signature, parse_signatures, signatures_digest

LIMIT = 2 * canonical.LIMIT
"""Longest body of one submission, in bytes."""

_FIELDS = frozenset(("record", "signatures"))
_HEAD = len(b'{"record":')
_JOINT = len(b',"signatures":')


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A record with the signatures that stand beside it."""

    record: Record
    signatures: tuple[Signature, ...]
    signatures_bytes: bytes
    """The canonical JSON array of the signatures."""

    @property
    def signatures_digest(self) -> bytes:
        """SHA-256 of `signatures_bytes`."""
        return signatures_digest(self.signatures_bytes)

    def to_bytes(self) -> bytes:
        """The body that a door takes."""
        record, signatures = self.record.canonical, self.signatures_bytes
        return b'{"record":' + record + b',"signatures":' + signatures + b"}"


def new_submission(record: Record, signatures: list[dict[str, Any]]) -> Submission:
    """A record and its signatures, ready for the door. Raises as `parse_submission`."""
    return Submission(
        record=record,
        signatures=parse_signatures(signatures, record),
        signatures_bytes=canonical.encode(signatures),
    )


def parse_submission(data: bytes) -> Submission:
    """The submission whose canonical bytes are `data`.

    Raises as `canonical.decode`, `Record.from_json` and `parse_signatures`.
    """
    value = canonical.decode(data, limit=LIMIT, depth=canonical.DEPTH + 1)
    known = shape.exact(value, _FIELDS)
    signatures_bytes = canonical.encode(known["signatures"])
    record_bytes = data[_HEAD : len(data) - _JOINT - len(signatures_bytes) - 1]
    record = Record.from_json(known["record"], "record", encoded=record_bytes)
    return Submission(
        record=record,
        signatures=parse_signatures(known["signatures"], record),
        signatures_bytes=signatures_bytes,
    )
