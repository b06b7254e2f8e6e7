"""The statement that signers sign (EIP-712): record type, subject, digest, terms; domain: ledger.

No chain id and no contract address stand in the domain: a statement outlives a chain that was
reset or moved. The ledger keeps other consortia's statements out, the type other uses.
"""

from functools import lru_cache

from registry.proofs.keccak import keccak256
from registry.proofs.record import LedgerId, Record

ZERO = bytes(32)

_DOMAIN_TYPE = keccak256(b"EIP712Domain(string name,string version,bytes32 salt)")
_NAME = keccak256(b"Comity")
_VERSION = keccak256(b"1")
_STATEMENT_TYPE = keccak256(
    b"Statement(bytes32 recordType,bytes32 subject,bytes32 digest,bytes32 terms)"
)


@lru_cache(maxsize=64)
def domain_separator(ledger: LedgerId) -> bytes:
    """The EIP-712 domain separator of a ledger, 32 bytes."""
    return keccak256(_DOMAIN_TYPE + _NAME + _VERSION + ledger)


def statement_digest(record: Record) -> bytes:
    """The 32 bytes that the signers of `record` sign; sealed ones keep type and subject."""
    return statement_digest_of(
        record.ledger, record.type, record.subject or ZERO, record.digest, record.terms or ZERO
    )


def statement_digest_of(
    ledger: LedgerId, record_type: str, subject: bytes, digest: bytes, terms: bytes
) -> bytes:
    """The 32 bytes to sign for a statement given by its parts (null is 32 zero bytes)."""
    padded = record_type.encode("ascii").ljust(32, b"\0")
    statement = keccak256(_STATEMENT_TYPE + padded + subject + digest + terms)
    return keccak256(b"\x19\x01" + domain_separator(ledger) + statement)
