"""The keys that sign records: `eth:` addresses with their EIP-55 letters, `p256:` points (SEC 1).

One key has one text, so that keys can be compared, indexed and listed as they stand.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NewType

from registry.errors import InvalidInput
from registry.proofs import hexes, shape
from registry.proofs.keccak import keccak256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

SignerKey = NewType("SignerKey", str)
"""`eth:0x…` (EIP-55 exactly) or `p256:0x…` (compressed point, lower case)."""


def eth_key(address: bytes) -> SignerKey:
    """The key text of a 20-byte address, its letters cased as EIP-55 says."""
    digits = address.hex()
    marks = keccak256(digits.encode("ascii")).hex()
    cased = "".join(
        digit.upper() if mark >= "8" else digit for digit, mark in zip(digits, marks, strict=False)
    )
    return SignerKey("eth:0x" + cased)


def p256_key(point: bytes) -> SignerKey:
    """The key text of a compressed P-256 point, 33 bytes."""
    return SignerKey("p256:" + hexes.to_hex(point))


def address_of(public_point: bytes) -> bytes:
    """The 20-byte address of an uncompressed secp256k1 point (65 bytes)."""
    return keccak256(public_point[1:])[12:]


def parse_key(text: Any, path: str = "key") -> SignerKey:
    """The key that `text` states. Raises InvalidInput KEY_INVALID naming `path`."""
    if type(text) is str:
        reason = _fault_of(text)
        if reason is None:
            return SignerKey(text)
    else:
        reason = "must be a text"
    raise shape.invalid(path, reason, code="KEY_INVALID")


def eth_address(key: SignerKey) -> bytes | None:
    """The 20-byte address of an `eth:` key; None for other keys."""
    return bytes.fromhex(key[6:]) if key.startswith("eth:") else None


def p256_point(key: SignerKey) -> "EllipticCurvePublicKey | None":
    """The public point of a `p256:` key; None for other keys."""
    return _point(bytes.fromhex(key[7:])) if key.startswith("p256:") else None


@lru_cache(maxsize=4096)
def _fault_of(text: str) -> str | None:
    scheme, _, digits = text.partition(":")
    try:
        if scheme == "eth":
            address = hexes.from_hex(digits.lower(), size=20)
            exact = eth_key(address) == text
            return None if exact else "must have its letters cased as EIP-55 says"
        if scheme == "p256":
            _point(hexes.from_hex(digits, size=33))
            return None
    except InvalidInput:
        return "must be eth:0x and 40 digits, or p256:0x and 66 lower-case digits"
    except ValueError:
        return "is not a point of the curve P-256"
    return "must begin with eth: or p256:"


@lru_cache(maxsize=1024)
def _point(compressed: bytes) -> "EllipticCurvePublicKey":
    # Only passkeys need the curve; whoever meets none starts sooner.
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), compressed)
