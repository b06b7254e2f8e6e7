"""The three keys that a node's machine holds, and no others: log, witness, chain (scope 1).

Each is a file of 64 hexadecimal digits that only its owner may read, made once.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.durable import write_durably
from registry.errors import Damaged

NAMES = ("log", "witness", "chain")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeys:
    """Seeds of 32 bytes: Ed25519 for `log` and `witness`, secp256k1 for `chain`."""

    log: bytes
    witness: bytes
    chain: bytes

    def __repr__(self) -> str:
        """No secret."""
        return "NodeKeys(…)"


def node_keys(folder: Path) -> NodeKeys:
    """The keys in `folder`, made where they are missing. Raises Damaged KEY_FILE_DAMAGED."""
    return NodeKeys(**{name: read_or_make(folder / f"{name}.key") for name in NAMES})


def read_or_make(path: Path) -> bytes:
    """The 32-byte key in a file, durably made where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(path, secrets.token_bytes(32).hex().encode(), mode=0o600)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError as exc:
        raise _damaged(path) from exc
    if len(key) != 32:
        raise _damaged(path)
    return key


def public_key(seed: bytes) -> bytes:
    """The Ed25519 public key of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _damaged(path: Path) -> Damaged:
    return Damaged("KEY_FILE_DAMAGED", f"{path} does not hold a key; restore it from a backup")
