"""What a verifier is handed beside the certificate: a fingerprint, and two views of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from registry.proofs.record import Digest, LogId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFingerprint:
    """SHA-256 and length of the file that is said to be the work.

    `size` in bytes, None where only the hash is known: no check rests on it.
    """

    sha256: bytes
    size: int | None = None


def fingerprint(data: bytes) -> ContentFingerprint:
    """The fingerprint of a file that is in memory."""
    return ContentFingerprint(sha256=sha256(data).digest(), size=len(data))


class ChainView(Protocol):
    """What check 7 asks of a chain. Every method may raise Unavailable."""

    def chain_id(self) -> int:
        """The id of the chain."""
        ...

    def head(self) -> int:
        """The number of its newest block."""
        ...

    def block(self, number: int) -> tuple[bytes, int] | None:
        """Hash and timestamp (seconds) of a block; None where the chain has none."""
        ...

    def anchor_of(self, contract: bytes, log: LogId, size: int) -> bytes | None:
        """keccak256(abi.encode(root, uint256(time))) of an anchor; None where there is none."""
        ...


class StatusView(Protocol):
    """What check 9 asks of a node. Every method may raise Unavailable."""

    def as_of(self) -> datetime:
        """The time for which the node answers."""
        ...

    def later(self, subject: Digest) -> Sequence[Any]:
        """Later records on a subject, each as a related item of a certificate."""
        ...
