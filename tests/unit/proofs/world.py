"""A small ledger in memory: two regions, one log, their keys; issues whatever a test needs.

The fakes of the two views implement the Protocols of `registry.proofs.verify.inputs`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from registry.errors import Unavailable
from registry.proofs import hexes
from registry.proofs.certificate import Anchor, Certificate, Evidence, Timestamp, build_certificate
from registry.proofs.checkpoint import Checkpoint, origin_of, sign_checkpoint
from registry.proofs.conformance import load
from registry.proofs.cosignature import cosign, witness_signer
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.keys import SignerKey
from registry.proofs.note import NoteSigner, parse_note, with_signatures
from registry.proofs.record import (
    Digest,
    LedgerId,
    LogId,
    OrganisationId,
    Record,
    Signer,
    Visibility,
    new_record,
)
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission
from registry.proofs.tlog_proof import encode_proof, parse_proof
from registry.proofs.tree import Tree
from registry.proofs.trust import Trust, parse_trust
from registry.proofs.verify.anchoring import anchor_value

START = datetime(2026, 11, 22, 3, tzinfo=UTC)
FILE = b"one song\n"

_VECTORS = load("certificate.json")
_LOG = load("log.json")
_KEYS = load("records.json")["keys"]

ALICE, STATION_B, BOB = (hexes.from_hex(item["private"]) for item in _KEYS)
"""Alice's key is also Station A's, as in the vectors."""
CAROL = sha256(b"carol").digest()


@dataclass
class FakeChain:
    """A chain of blocks one second apart that holds what it was given."""

    anchors: dict[int, bytes] = field(default_factory=dict)
    head_block: int = 20
    id: int = 31337
    blocks: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    down: bool = False

    def chain_id(self) -> int:
        if self.down:
            raise Unavailable("CHAIN_UNAVAILABLE", "no connection")
        return self.id

    def head(self) -> int:
        return self.head_block

    def block(self, number: int) -> tuple[bytes, int] | None:
        return self.blocks.get(number)

    def anchor_of(self, contract: bytes, log: LogId, size: int) -> bytes | None:
        known = contract == b"\x07" * 20 and origin_of(log) == _LOG["origin"]
        return self.anchors.get(size) if known else None


@dataclass
class FakeNode:
    """A node that knows later records."""

    items: Sequence[Any] = ()
    down: bool = False

    def as_of(self) -> datetime:
        if self.down:
            raise Unavailable("NODE_UNAVAILABLE", "no connection")
        return START + timedelta(days=1)

    def later(self, subject: Digest) -> Sequence[Any]:
        return [x for x in self.items if x == {} or x["record"]["subject"] == hexes.to_hex(subject)]


class World:
    """One log that grows, and whatever it certifies."""

    def __init__(self) -> None:
        self.trust_json: dict[str, Any] = json.loads(json.dumps(_VECTORS["trust"]))
        self.trust_json["contracts"] = {"Logs": "0x" + "07" * 20}
        self.ledger = LedgerId(hexes.from_hex(self.trust_json["ledger"]))
        ids = [hexes.from_hex(item) for item in _LOG["organisations"]]
        self.station_a, self.station_b = OrganisationId(ids[0]), OrganisationId(ids[1])
        secrets = [hexes.from_hex(item["private"]) for item in _LOG["keys"]]
        self.log = NoteSigner(_LOG["origin"], secrets[0])
        self.witnesses = [
            witness_signer(self.station_a, secrets[1]),
            witness_signer(self.station_b, secrets[2]),
        ]
        self.cosigned_at = START + timedelta(minutes=1)
        self.tree = Tree()
        self.entries: list[Submission] = []

    @property
    def trust(self) -> Trust:
        return parse_trust(json.dumps(self.trust_json).encode())

    def quorum_none(self) -> None:
        """Make the ledger a single operator's."""
        text = self.trust_json["policy"].replace("quorum regions", "quorum none")
        self.trust_json["policy"] = text

    def draft(
        self,
        type: str,
        signers: Sequence[Signer],
        body: Mapping[str, Any],
        *,
        subject: Digest | None = None,
        previous: Digest | None = None,
        visibility: Visibility = Visibility.PUBLIC,
    ) -> Record:
        salt = sha256(f"{type} {len(self.entries)}".encode()).digest()
        return new_record(
            ledger=self.ledger,
            type=type,
            signers=signers,
            body=body,
            subject=subject,
            previous=previous,
            visibility=visibility,
            issued_at=START,
            salt=salt,
        )

    def registration(self, key: bytes = ALICE, file: bytes = FILE, **more: Any) -> Record:
        return self.draft("work.registration", [person(key)], registration_body(file), **more)

    def append(self, record: Record, *keys: bytes) -> Record:
        """Sign with the keys and enter the log."""
        return self.enter(new_submission(record, [sign_eip712(key, record) for key in keys]))

    def enter(self, submission: Submission) -> Record:
        """Enter the log with whatever signatures there are."""
        entry = entry_of(submission.record, submission.signatures_digest)
        self.tree.append([leaf_hash(entry)])
        self.entries.append(submission)
        return submission.record

    def note(self) -> str:
        checkpoint = Checkpoint(
            origin=self.log.key.name, size=self.tree.size, root=self.tree.root()
        )
        signed = parse_note(sign_checkpoint(checkpoint, self.log))
        lines = [cosign(checkpoint.body(), one, self.cosigned_at) for one in self.witnesses]
        return with_signatures(signed, lines).encode()

    def evidence(self, record: Record) -> Evidence:
        index = next(i for i, s in enumerate(self.entries) if s.record == record)
        submission = self.entries[index]
        text = encode_proof(index, self.tree.inclusion_proof(index), self.note())
        return Evidence(
            record=record,
            signatures=submission.signatures,
            signatures_bytes=submission.signatures_bytes,
            proof=parse_proof(text),
        )

    def anchor(self, chain: FakeChain, block: int = 10) -> Anchor:
        """Anchor the log as it stands."""
        size, root = self.tree.size, self.tree.root()
        timestamp = int(START.timestamp()) + 120
        chain.blocks[block] = (sha256(bytes((block,))).digest(), timestamp)
        chain.anchors[size] = anchor_value(root, timestamp)
        return Anchor(
            chain_id=31337,
            contract=b"\x07" * 20,
            size=size,
            root=root,
            transaction=bytes(32),
            block_number=block,
            block_hash=chain.blocks[block][0],
            timestamp=timestamp,
        )

    def certificate(
        self,
        record: Record,
        *,
        related: Sequence[Evidence | Record] = (),
        anchor: Anchor | None = None,
        timestamps: Sequence[Timestamp] = (),
    ) -> Certificate:
        items = [x if isinstance(x, Evidence) else self.evidence(x) for x in related]
        return build_certificate(
            evidence=self.evidence(record),
            received_at=START + timedelta(seconds=5),
            anchor=anchor,
            timestamps=timestamps,
            related=items,
            as_of=START + timedelta(minutes=10),
            signer=self.log,
        )


def person(key: bytes, capacity: str = "claimant") -> Signer:
    """A signer who speaks for themselves."""
    return Signer(key=key_of(key), organisation=None, capacity=capacity)


def member(key: bytes, organisation: OrganisationId) -> Signer:
    """A signer who acts for an organisation."""
    return Signer(key=key_of(key), organisation=organisation, capacity="organisation")


def registration_body(file: bytes = FILE) -> dict[str, Any]:
    """The body of a registration of a file."""
    body: dict[str, Any] = json.loads(json.dumps(_VECTORS["certificate"]["record"]["body"]))
    body["content"] |= {"sha256": hexes.to_hex(sha256(file).digest()), "size": len(file)}
    return body


def to_bytes(certificate: Certificate | Mapping[str, Any]) -> bytes:
    """A certificate as a file."""
    value = certificate.to_json() if isinstance(certificate, Certificate) else certificate
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def transfer_body(key: SignerKey) -> dict[str, Any]:
    """The body of a transfer to a key."""
    return {"to": key, "on": "2026-11-22"}
