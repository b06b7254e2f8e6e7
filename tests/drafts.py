"""Signed records for tests: deterministic keys, fresh salts, everything in order unless changed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from registry.proofs.batch import BatchTree
from registry.proofs.hexes import to_hex
from registry.proofs.record import LedgerId, Record, Signer, Visibility, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission

LEDGER = LedgerId(sha256(b"a ledger for tests").digest())
CREATOR = sha256(b"the key of a creator").digest()
CONTENT = "一首歌 A song\n".encode()


def registration_body(**changes: Any) -> dict[str, Any]:
    """The body of a registration in order, with `changes` on top."""
    return {
        "title": [{"text": "夜航", "lang": "zh"}],
        "category": "music",
        "content": {
            "sha256": to_hex(sha256(CONTENT).digest()),
            "size": len(CONTENT),
            "media_type": "text/plain",
            "cid": None,
        },
        "authors": [{"name": "林梅", "role": "C", "share": "60.0000"}],
        "claimant": {"name": "林梅"},
        "created_on": "2026-11-01",
        "first_published_on": None,
        "declaration": {"statement": "made by the claimant", "ai": "none"},
        "identifiers": [],
        "consent": ["林梅"],
        **changes,
    }


def registration(
    body: Mapping[str, Any] | None = None,
    *,
    ledger: LedgerId = LEDGER,
    key: bytes = CREATOR,
    issued_at: datetime | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    signers: list[Signer] | None = None,
) -> Record:
    """A registration, not signed yet."""
    return new_record(
        ledger=ledger,
        type="work.registration",
        signers=signers or [claimant(key)],
        body=registration_body() if body is None else body,
        issued_at=issued_at or datetime.now(UTC),
        visibility=visibility,
    )


def claimant(key: bytes = CREATOR) -> Signer:
    """The holder of `key`, acting for no organisation."""
    return Signer(key=key_of(key), organisation=None, capacity="claimant")


def signed(record: Record, key: bytes = CREATOR) -> Submission:
    """A record signed by one key."""
    return new_submission(record, [sign_eip712(key, record)])


def submission(**changes: Any) -> bytes:
    """The bytes of a signed registration in order."""
    key = changes.get("key", CREATOR)
    return signed(registration(**changes), key).to_bytes()


def batch(count: int, *, ledger: LedgerId = LEDGER, key: bytes = CREATOR) -> list[bytes]:
    """A signed batch record, then the registrations that it signs, as submissions."""
    records = [registration(ledger=ledger, key=key) for _ in range(count)]
    tree = BatchTree([record.digest for record in records])
    head = new_record(
        ledger=ledger,
        type="work.batch",
        signers=[claimant(key)],
        body=tree.body(),
        issued_at=datetime.now(UTC),
    )
    members = (
        new_submission(record, [tree.signature(head, i).to_json()])
        for i, record in enumerate(records)
    )
    return [each.to_bytes() for each in (signed(head, key), *members)]
