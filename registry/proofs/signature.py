"""Signatures over a record's statement: their JSON, their digest, their verification.

`eip712` is secp256k1 with recovery, low s only (a high s is the malleable twin of a signature that
some verifiers take and others refuse); `webauthn` is a person's passkey; `batch` points to one
signed `work.batch` that lists many registrations. Signatures stand outside the record, so that all
parties sign the same digest. See `docs/protocol/signature.md`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from coincurve import PrivateKey, PublicKey

from registry.errors import Field, InvalidInput, NotAuthorised
from registry.proofs import canonical, hexes, shape, tree
from registry.proofs.entry import leaf_hash
from registry.proofs.keys import SignerKey, address_of, eth_address, eth_key, p256_point
from registry.proofs.record import Digest, Record
from registry.proofs.statement import statement_digest
from registry.proofs.webauthn import WebauthnSignature, verify_assertion

BATCH_LIMIT = 100_000
"""Most registrations that one batch may list."""

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0

_EIP712_FIELDS = frozenset(("scheme", "value"))
_BATCH_FIELDS = frozenset(("scheme", "batch", "index", "proof"))
_WEBAUTHN_FIELDS = frozenset(("scheme", "authenticator_data", "client_data", "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eip712Signature:
    """secp256k1 over the statement digest: r‖s‖v, 65 bytes."""

    value: bytes

    def to_json(self) -> dict[str, Any]:
        """The element of the signatures array."""
        return {"scheme": "eip712", "value": hexes.to_hex(self.value)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSignature:
    """The record is leaf `index` of the batch whose record digest is `batch`."""

    batch: Digest
    index: int
    proof: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """The element of the signatures array."""
        return {
            "scheme": "batch",
            "batch": hexes.to_hex(self.batch),
            "index": self.index,
            "proof": [hexes.to_hex(node) for node in self.proof],
        }


Signature = Eip712Signature | WebauthnSignature | BatchSignature

Batches = Callable[[Digest], Record | None]
"""Finds the record of a batch by digest. Whoever answers has verified that record's signatures."""


def no_batches(_: Digest) -> None:
    """A look-up that knows no batch."""


def sign_eip712(private_key: bytes, record: Record) -> dict[str, Any]:
    """Sign the record's statement with a 32-byte secp256k1 key; the element of the array."""
    return Eip712Signature(value=sign_digest(private_key, statement_digest(record))).to_json()


def sign_digest(private_key: bytes, digest: bytes) -> bytes:
    """r‖s‖v over a 32-byte digest: deterministic (RFC 6979), s low, v 27 or 28."""
    signed = PrivateKey(private_key).sign_recoverable(digest, hasher=None)
    return signed[:64] + bytes((27 + signed[64],))


def key_of(private_key: bytes) -> SignerKey:
    """The `eth:` key of a 32-byte secp256k1 private key."""
    return eth_key(address_of(PrivateKey(private_key).public_key.format(compressed=False)))


def signatures_bytes(signatures: Sequence[Signature]) -> bytes:
    """The canonical JSON array of the signatures."""
    return canonical.encode([signature.to_json() for signature in signatures])


def signatures_digest(data: bytes) -> bytes:
    """SHA-256 of the canonical signatures array."""
    return sha256(data).digest()


def parse_signatures(value: Any, record: Record, path: str = "signatures") -> tuple[Signature, ...]:
    """The signatures that a JSON array states, parallel to the record's signers.

    Raises InvalidInput SIGNATURE_COUNT, SIGNATURE_SCHEME and as `shape` and `hexes`.
    """
    listed = shape.array(value, path)
    if len(listed) != len(record.signers):
        raise shape.invalid(
            path, f"must hold {len(record.signers)}, one a signer", code="SIGNATURE_COUNT"
        )
    return tuple(_parse(item, shape.join(path, place)) for place, item in enumerate(listed))


def verify_signatures(
    record: Record, signatures: Sequence[Signature], *, batches: Batches = no_batches
) -> None:
    """Check every signature of `record`; return if all hold.

    Raises NotAuthorised SIGNATURE_INVALID, SIGNATURE_HIGH_S, SIGNATURE_SCHEME, BATCH_UNKNOWN,
    BATCH_NOT_ALLOWED or BATCH_PROOF_INVALID, and InvalidInput SIGNATURE_COUNT; `fields` names the
    place, `signatures[i]`.
    """
    if len(signatures) != len(record.signers):
        raise InvalidInput("SIGNATURE_COUNT", "there must be one signature a signer")
    digest = statement_digest(record)
    for place, (signer, signature) in enumerate(zip(record.signers, signatures, strict=True)):
        if isinstance(signature, Eip712Signature):
            verify_eip712(signature.value, digest, signer.key, place)
        elif isinstance(signature, WebauthnSignature):
            _verify_webauthn(signature, digest, signer.key, place)
        else:
            _verify_batch(signature, record, batches, place)


def verify_eip712(value: bytes, digest: bytes, key: SignerKey, place: int = 0) -> None:
    """Check that `value` (65 bytes) is `key`'s over `digest`. Raises as `verify_signatures`."""
    address = eth_address(key)
    if address is None:
        raise _refused("SIGNATURE_SCHEME", place, "is eip712, which needs a key of the form eth:")
    r, s, v = value[:32], value[32:64], value[64]
    if v not in (27, 28):
        raise _refused("SIGNATURE_INVALID", place, "must end in 27 or 28")
    if int.from_bytes(s, "big") > _HALF_ORDER:
        raise _refused("SIGNATURE_HIGH_S", place, "has an s in the upper half of the order")
    if recover(r + s, v - 27, digest) != address:
        raise _refused("SIGNATURE_INVALID", place, f"is not by {key} over this statement")


def recover(compact: bytes, parity: int, digest: bytes) -> bytes | None:
    """The address whose key made r‖s (64 bytes) over `digest`; None where no key can have."""
    try:
        signed = compact + bytes((parity,))
        point = PublicKey.from_signature_and_message(signed, digest, hasher=None)
    except Exception:  # coincurve raises the bare class where no key can be recovered
        return None
    return address_of(point.format(compressed=False))


def _verify_webauthn(
    signature: WebauthnSignature, digest: bytes, key: SignerKey, place: int
) -> None:
    point = p256_point(key)
    if point is None:
        raise _refused("SIGNATURE_SCHEME", place, "is webauthn, which needs a key of p256:")
    fault = verify_assertion(signature, digest, point)
    if fault is not None:
        raise _refused(fault.code, place, fault.reason)


def _verify_batch(signature: BatchSignature, record: Record, batches: Batches, place: int) -> None:
    if record.type != "work.registration":
        raise _refused("BATCH_NOT_ALLOWED", place, "is a batch's, which only registrations take")
    batch = batches(signature.batch)
    if batch is None:
        raise _refused("BATCH_UNKNOWN", place, "names a batch that is not at hand")
    if batch.digest != signature.batch or batch.type != "work.batch":
        raise _refused("BATCH_PROOF_INVALID", place, "names a record that is no such batch")
    if batch.ledger != record.ledger or batch.signers != record.signers:
        raise _refused("BATCH_PROOF_INVALID", place, "is of a batch with another ledger or signers")
    count, root = batch.body.get("count"), batch.body.get("root")
    if type(count) is not int or not 1 <= count <= BATCH_LIMIT or type(root) is not str:
        raise _refused("BATCH_PROOF_INVALID", place, "names a batch whose body is not one")
    leaf = leaf_hash(record.digest)
    found = tree.root_from_inclusion(leaf, signature.index, count, signature.proof)
    if found is None or hexes.to_hex(found) != root:
        raise _refused("BATCH_PROOF_INVALID", place, "does not lead to the root of its batch")


def _parse(value: Any, path: str) -> Signature:
    scheme = value.get("scheme") if type(value) is dict else None
    if scheme == "eip712":
        known = shape.exact(value, _EIP712_FIELDS, path)
        return Eip712Signature(
            value=hexes.from_hex(known["value"], size=65, path=shape.join(path, "value"))
        )
    if scheme == "batch":
        return _parse_batch(shape.exact(value, _BATCH_FIELDS, path), path)
    if scheme == "webauthn":
        known = shape.exact(value, _WEBAUTHN_FIELDS, path)
        return WebauthnSignature(
            authenticator_data=hexes.from_hex(
                known["authenticator_data"], path=shape.join(path, "authenticator_data")
            ),
            client_data=hexes.from_hex(known["client_data"], path=shape.join(path, "client_data")),
            value=hexes.from_hex(known["value"], size=64, path=shape.join(path, "value")),
        )
    reason = "must be of scheme eip712, webauthn or batch"
    raise shape.invalid(path, reason, code="SIGNATURE_SCHEME")


def _parse_batch(known: Any, path: str) -> BatchSignature:
    nodes = shape.array(known["proof"], shape.join(path, "proof"))
    return BatchSignature(
        batch=Digest(hexes.from_hex(known["batch"], size=32, path=shape.join(path, "batch"))),
        index=shape.integer(known["index"], shape.join(path, "index"), most=BATCH_LIMIT - 1),
        proof=tuple(
            hexes.from_hex(node, size=32, path=f"{path}.proof[{place}]")
            for place, node in enumerate(nodes)
        ),
    )


def _refused(code: str, place: int, reason: str) -> NotAuthorised:
    path = f"signatures[{place}]"
    return NotAuthorised(code, f"{path} {reason}", fields=[Field(path, reason)])
