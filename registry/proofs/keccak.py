"""Keccak-256, the hash of EIP-712 statements and of Ethereum addresses (not NIST's SHA3-256)."""

from sha3 import keccak_256


def keccak256(data: bytes) -> bytes:
    """The 32-byte Keccak-256 of `data`."""
    digest: bytes = keccak_256(data).digest()
    return digest
