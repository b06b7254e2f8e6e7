"""The entry that stands in the log for a record: 128 bytes, masked where the record is sealed.

`recordType ‖ subject ‖ digest ‖ signaturesDigest`, 32 bytes each; the type is ASCII padded with
zeros on the right, null is zero. The hashes of leaves and nodes are those of RFC 9162.
"""

from dataclasses import dataclass
from hashlib import sha256

from registry.errors import InvalidInput
from registry.proofs.record import Digest, Record, Visibility, record_type

SIZE = 128
SEALED = "sealed"

_ZERO = bytes(32)
_SEALED_HEAD = SEALED.encode("ascii").ljust(32, b"\0") + _ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry tells a stranger; of a sealed record only the two digests."""

    type: str
    subject: Digest | None
    digest: Digest
    signatures_digest: bytes

    @property
    def sealed(self) -> bool:
        """Whether type and subject are masked."""
        return self.type == SEALED


def entry_of(record: Record, signatures_digest: bytes) -> bytes:
    """The 128 bytes of a record and the digest of its signatures array."""
    if record.visibility is Visibility.SEALED:
        head = _SEALED_HEAD
    else:
        head = record.type.encode("ascii").ljust(32, b"\0") + (record.subject or _ZERO)
    return head + record.digest + signatures_digest


def parse_entry(data: bytes) -> Entry:
    """What 128 bytes of a log state. Raises InvalidInput ENTRY_INVALID."""
    name = data[:32].rstrip(b"\0").decode("ascii", errors="replace")
    subject = data[32:64]
    if len(data) != SIZE or (name == SEALED and subject != _ZERO):
        raise InvalidInput("ENTRY_INVALID", "an entry has 128 bytes, a sealed one no subject")
    try:
        known = name if name == SEALED else record_type(name)
    except InvalidInput as fault:
        raise InvalidInput("ENTRY_INVALID", "an entry begins with a record type") from fault
    return Entry(
        type=known,
        subject=None if subject == _ZERO else Digest(subject),
        digest=Digest(data[64:96]),
        signatures_digest=data[96:],
    )


def leaf_hash(data: bytes) -> bytes:
    """The tree's hash of a leaf: SHA-256(0x00 ‖ data)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The tree's hash of a node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()
