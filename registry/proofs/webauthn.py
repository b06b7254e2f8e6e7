"""A person's passkey over a statement (WebAuthn Level 2, assertion; curve P-256).

The authenticator signs its own data and the hash of the client's JSON, in which the challenge is
the EIP-712 digest. The origin and the relying party are not judged: they belong to whichever page
asked, and the challenge already binds the statement.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature

from registry.errors import RegistryError
from registry.proofs import canonical, hexes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_FLAGS = 32
_SHORTEST = 37
_USER_PRESENT = 0x01


@dataclass(frozen=True, slots=True, kw_only=True)
class WebauthnSignature:
    """An assertion: what the authenticator and the browser said, and r‖s over it (64 bytes)."""

    authenticator_data: bytes
    client_data: bytes
    value: bytes

    def to_json(self) -> dict[str, Any]:
        """The element of the signatures array."""
        return {
            "scheme": "webauthn",
            "authenticator_data": hexes.to_hex(self.authenticator_data),
            "client_data": hexes.to_hex(self.client_data),
            "value": hexes.to_hex(self.value),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why an assertion does not hold."""

    code: str
    reason: str


def challenge_of(digest: bytes) -> str:
    """The challenge that stands for a 32-byte statement digest: base64url without padding."""
    return urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def verify_assertion(
    signature: WebauthnSignature, digest: bytes, key: "EllipticCurvePublicKey"
) -> Fault | None:
    """Why `signature` is not `key`'s over the statement `digest`; None where it is."""
    data = signature.authenticator_data
    if len(data) < _SHORTEST or not data[_FLAGS] & _USER_PRESENT:
        return _invalid("has authenticator data that does not show a person present")
    try:
        client = canonical.parse(signature.client_data)
    except RegistryError:
        return _invalid("has client data that is not JSON")
    if type(client) is not dict or client.get("type") != "webauthn.get":
        return _invalid("has client data of another type than webauthn.get")
    if client.get("challenge") != challenge_of(digest):
        return _invalid("answers another challenge than this statement")
    return _check_point(signature, key)


def _check_point(signature: WebauthnSignature, key: "EllipticCurvePublicKey") -> Fault | None:
    # Only passkeys need the curve; whoever meets none starts sooner.
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    r = int.from_bytes(signature.value[:32], "big")
    s = int.from_bytes(signature.value[32:], "big")
    if s > _ORDER // 2:
        return Fault(code="SIGNATURE_HIGH_S", reason="has an s in the upper half of the order")
    signed = signature.authenticator_data + sha256(signature.client_data).digest()
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return _invalid("is not by its signer's passkey")
    return None


def _invalid(reason: str) -> Fault:
    return Fault(code="SIGNATURE_INVALID", reason=reason)
