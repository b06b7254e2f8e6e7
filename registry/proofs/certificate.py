"""The certificate: one file that shows, without any of us, that a record stands in the log.

Record, signatures, proof, cosignatures, anchor, and what later records say, sealed by the log's
key. `read_certificate` keeps what can be read of a damaged file, so that a verifier can still
say which parts hold; `parse_certificate` refuses it. See `docs/protocol/certificate.md`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from registry.errors import InvalidInput, RegistryError
from registry.proofs import canonical, hexes, shape
from registry.proofs.base64s import from_base64, to_base64
from registry.proofs.cosignature import LATEST
from registry.proofs.note import NoteSigner
from registry.proofs.number import number_of
from registry.proofs.record import Record
from registry.proofs.signature import Signature, parse_signatures
from registry.proofs.tlog_proof import TlogProof, parse_proof

SPEC = "comity-certificate/1"

EFFECT = {
    "zh": "本证明表明：所载内容指纹、声明与签名在所示时间之前已经存在并记入公开日志，此后未被更改。"
    "它不证明作者身份、权属或声明的真实性，也不是行政机关的登记证书。",
    "en": "This certificate shows that the stated content fingerprint, claim and signatures "
    "existed before the time shown, were entered in a public log, and have not been changed "
    "since. It does not prove authorship, ownership or the truth of the claim, and it is not a "
    "registration certificate of a public authority.",
}

_FIELDS = frozenset(
    (
        "spec",
        "number",
        "record",
        "signatures",
        "received_at",
        "proof",
        "anchor",
        "timestamps",
        "related",
        "as_of",
        "effect",
        "seal",
    )
)
_ANCHOR_FIELDS = frozenset(("chain_id", "contract", "size", "root", "transaction", "block"))
_BLOCK_FIELDS = frozenset(("number", "hash", "timestamp"))
_TIMESTAMP_FIELDS = frozenset(("authority", "token"))
_RELATED_FIELDS = frozenset(("record", "signatures", "proof"))

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where the chain holds the checkpoint; `timestamp` is the block's, in seconds since 1970."""

    chain_id: int
    contract: bytes
    size: int
    root: bytes
    transaction: bytes
    block_number: int
    block_hash: bytes
    timestamp: int

    def to_json(self) -> dict[str, Any]:
        """The anchor as it stands in a certificate."""
        return {
            "chain_id": self.chain_id,
            "contract": hexes.to_hex(self.contract),
            "size": self.size,
            "root": hexes.to_hex(self.root),
            "transaction": hexes.to_hex(self.transaction),
            "block": {
                "number": self.block_number,
                "hash": hexes.to_hex(self.block_hash),
                "timestamp": self.timestamp,
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """A token of a time authority (RFC 3161, DER) over the record's digest."""

    authority: str
    token: bytes

    def to_json(self) -> dict[str, Any]:
        """The token as it stands in a certificate."""
        return {"authority": self.authority, "token": to_base64(self.token)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A record with its signatures and the proof that it stands in a log."""

    record: Record
    signatures: tuple[Signature, ...]
    signatures_bytes: bytes
    proof: TlogProof

    def to_json(self) -> dict[str, Any]:
        """The related item of a certificate."""
        return {
            "record": self.record.to_json(),
            "signatures": canonical.decode(self.signatures_bytes, limit=canonical.PARSE_LIMIT),
            "proof": self.proof.encode(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A well-formed certificate; `seal` is 64 bytes of Ed25519 by the log's key."""

    evidence: Evidence
    received_at: datetime
    anchor: Anchor | None
    timestamps: tuple[Timestamp, ...]
    related: tuple[Evidence, ...]
    as_of: datetime
    seal: bytes

    @property
    def number(self) -> str:
        """The number that people see."""
        return number_of(self.evidence.record.digest)

    def rest(self) -> dict[str, Any]:
        """All but the seal, as a JSON object."""
        return {
            "spec": SPEC,
            "number": self.number,
            **self.evidence.to_json(),
            "received_at": shape.time_text(self.received_at),
            "anchor": None if self.anchor is None else self.anchor.to_json(),
            "timestamps": [timestamp.to_json() for timestamp in self.timestamps],
            "related": [item.to_json() for item in self.related],
            "as_of": shape.time_text(self.as_of),
            "effect": dict(EFFECT),
        }

    def to_json(self) -> dict[str, Any]:
        """The certificate as a JSON object."""
        return {**self.rest(), "seal": to_base64(self.seal)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A part of a certificate that is not as it must be."""

    path: str
    error: RegistryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of a certificate: None for a part that could not, with its fault."""

    value: Mapping[str, Any]
    number: str | None
    record: Record | None
    signatures: tuple[Signature, ...] | None
    signatures_bytes: bytes | None
    received_at: datetime | None
    proof: TlogProof | None
    anchor: Anchor | None
    timestamps: tuple[Timestamp, ...]
    related: tuple[Evidence, ...]
    as_of: datetime | None
    seal: bytes | None
    faults: tuple[Fault, ...]

    @property
    def evidence(self) -> Evidence | None:
        """Record, signatures and proof together; None where one of them is missing."""
        if self.record is None or self.signatures is None:
            return None
        if self.signatures_bytes is None or self.proof is None:
            return None
        return Evidence(
            record=self.record,
            signatures=self.signatures,
            signatures_bytes=self.signatures_bytes,
            proof=self.proof,
        )

    def sealed_message(self) -> bytes | None:
        """What the seal signs; None where the rest has no canonical form."""
        rest = {name: item for name, item in self.value.items() if name != "seal"}
        try:
            return seal_message(rest)
        except RegistryError:
            return None


def build_certificate(
    *,
    evidence: Evidence,
    received_at: datetime,
    anchor: Anchor | None,
    timestamps: Iterable[Timestamp],
    related: Iterable[Evidence],
    as_of: datetime,
    signer: NoteSigner,
) -> Certificate:
    """A certificate sealed by the log's key. Deterministic."""
    unsealed = Certificate(
        evidence=evidence,
        received_at=received_at,
        anchor=anchor,
        timestamps=tuple(timestamps),
        related=tuple(related),
        as_of=as_of,
        seal=b"",
    )
    return replace(unsealed, seal=signer.sign(seal_message(unsealed.rest())))


def seal_message(rest: Mapping[str, Any]) -> bytes:
    """The bytes that the log's key signs: the rest of the certificate by its SHA-256."""
    digest = sha256(canonical.encode(dict(rest), depth=canonical.PARSE_DEPTH)).hexdigest()
    return f"{SPEC}\n{digest}\n".encode()


def parse_certificate(data: bytes) -> Certificate:
    """The certificate whose bytes are `data`, every part well formed; nothing is verified.

    Raises InvalidInput CERTIFICATE_MALFORMED, from the first fault.
    """
    try:
        reading = read_certificate(canonical.parse(data))
        for fault in reading.faults:
            raise fault.error
        return _whole(reading)
    except RegistryError as error:
        detail = f"the certificate is not one: {error.detail}"
        raise InvalidInput("CERTIFICATE_MALFORMED", detail, fields=error.fields) from error


def read_certificate(value: Any) -> Reading:
    """What can be read of a certificate, part by part. Raises only where it is no object."""
    if type(value) is not dict:
        raise shape.invalid("", "must be an object")
    faults: list[Fault] = []

    def part(name: str, read: Callable[[Any, str], T]) -> T | None:
        if name not in value:
            return None
        try:
            return read(value[name], name)
        except RegistryError as error:
            faults.append(Fault(path=name, error=error))
            return None

    part_names = sorted(value.keys() ^ _FIELDS)
    if part_names:
        reason = f"has too many or too few fields: {', '.join(part_names)}"
        faults.append(Fault(path=part_names[0], error=shape.invalid("the certificate", reason)))
    part("spec", _spec)
    part("effect", _effect)
    record = part("record", Record.from_json)
    signatures = None
    if record is not None:
        signatures = part("signatures", lambda item, path: parse_signatures(item, record, path))
    return Reading(
        value=value,
        number=part("number", shape.text),
        record=record,
        signatures=signatures,
        signatures_bytes=part("signatures", lambda item, _: canonical.encode(item)),
        received_at=part("received_at", shape.time),
        proof=part("proof", _proof),
        anchor=part("anchor", _anchor),
        timestamps=part("timestamps", _timestamps) or (),
        related=part("related", _all_related) or (),
        as_of=part("as_of", shape.time),
        seal=part("seal", _seal),
        faults=tuple(faults),
    )


def read_evidence(value: Any, path: str = "") -> Evidence:
    """A related item. Raises InvalidInput as `Record.from_json`, `parse_proof` and `shape`."""
    known = shape.exact(value, _RELATED_FIELDS, path)
    record = Record.from_json(known["record"], shape.join(path, "record"))
    signatures = known["signatures"]
    return Evidence(
        record=record,
        signatures=parse_signatures(signatures, record, shape.join(path, "signatures")),
        signatures_bytes=canonical.encode(signatures),
        proof=_proof(known["proof"], shape.join(path, "proof")),
    )


def _spec(value: Any, path: str) -> str:
    if value != SPEC:
        raise shape.invalid(path, f"must be {SPEC}", code="SPEC_UNKNOWN")
    return SPEC


def _effect(value: Any, path: str) -> Mapping[str, str]:
    if value != EFFECT:
        raise shape.invalid(path, "must be the two texts of the protocol, letter for letter")
    return EFFECT


def _proof(value: Any, path: str) -> TlogProof:
    return parse_proof(shape.text(value, path))


def _seal(value: Any, path: str) -> bytes:
    seal = from_base64(shape.text(value, path), path=path)
    if len(seal) != 64:
        raise shape.invalid(path, "must be 64 bytes")
    return seal


def _anchor(value: Any, path: str) -> Anchor | None:
    if value is None:
        return None
    known = shape.exact(value, _ANCHOR_FIELDS, path)
    block = shape.exact(known["block"], _BLOCK_FIELDS, f"{path}.block")
    return Anchor(
        chain_id=shape.integer(known["chain_id"], f"{path}.chain_id"),
        contract=hexes.from_hex(known["contract"], size=20, path=f"{path}.contract"),
        size=shape.integer(known["size"], f"{path}.size", least=1),
        root=hexes.from_hex(known["root"], size=32, path=f"{path}.root"),
        transaction=hexes.from_hex(known["transaction"], size=32, path=f"{path}.transaction"),
        block_number=shape.integer(block["number"], f"{path}.block.number"),
        block_hash=hexes.from_hex(block["hash"], size=32, path=f"{path}.block.hash"),
        timestamp=shape.integer(block["timestamp"], f"{path}.block.timestamp", most=LATEST),
    )


def _timestamps(value: Any, path: str) -> tuple[Timestamp, ...]:
    return tuple(
        _timestamp(item, f"{path}[{at}]") for at, item in enumerate(shape.array(value, path))
    )


def _timestamp(value: Any, path: str) -> Timestamp:
    known = shape.exact(value, _TIMESTAMP_FIELDS, path)
    return Timestamp(
        authority=shape.text(known["authority"], f"{path}.authority"),
        token=from_base64(shape.text(known["token"], f"{path}.token"), path=f"{path}.token"),
    )


def _all_related(value: Any, path: str) -> tuple[Evidence, ...]:
    items: Sequence[Any] = shape.array(value, path)
    return tuple(read_evidence(item, f"{path}[{at}]") for at, item in enumerate(items))


def _whole(reading: Reading) -> Certificate:
    evidence, received_at, as_of = reading.evidence, reading.received_at, reading.as_of
    if evidence is None or received_at is None or as_of is None or reading.seal is None:
        raise shape.invalid("the certificate", "lacks a part")
    if reading.number != number_of(evidence.record.digest):
        raise shape.invalid("number", "is not that of the record")
    return Certificate(
        evidence=evidence,
        received_at=received_at,
        anchor=reading.anchor,
        timestamps=reading.timestamps,
        related=reading.related,
        as_of=as_of,
        seal=reading.seal,
    )
