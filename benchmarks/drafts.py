"""Signed registrations of about 1 kB, made before anything is timed."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from registry.proofs.batch import BatchTree
from registry.proofs.hexes import to_hex
from registry.proofs.record import LedgerId, Record, Signer, new_record
from registry.proofs.signature import key_of, sign_eip712
from registry.proofs.submission import Submission, new_submission

KEY = sha256(b"the key of a creator who registers very much").digest()
CLAIMANT = Signer(key=key_of(KEY), organisation=None, capacity="claimant")


def submissions(ledger: LedgerId, count: int) -> list[bytes]:
    """So many registrations, each signed by itself, as the door takes them."""
    return [_signed(_registration(ledger, i)).to_bytes() for i in range(count)]


def batch(ledger: LedgerId, count: int) -> list[bytes]:
    """A signed batch record, then the registrations that it signs."""
    records = [_registration(ledger, i) for i in range(count)]
    tree = BatchTree([record.digest for record in records])
    head = _record(ledger, "work.batch", tree.body())
    members = (
        new_submission(record, [tree.signature(head, i).to_json()])
        for i, record in enumerate(records)
    )
    return [each.to_bytes() for each in (_signed(head), *members)]


def _signed(record: Record) -> Submission:
    return new_submission(record, [sign_eip712(KEY, record)])


def _registration(ledger: LedgerId, place: int) -> Record:
    content = sha256(place.to_bytes(8, "big")).digest()
    return _record(
        ledger,
        "work.registration",
        {
            "title": [{"text": "夜航", "lang": "zh"}, {"text": "Night Flight", "lang": "en"}],
            "category": "music",
            "content": {
                "sha256": to_hex(content),
                "size": 4_200_000 + place,
                "media_type": "audio/flac",
                "cid": None,
            },
            "authors": [
                {"name": "林梅", "role": "C", "share": "60.0000"},
                {"name": "Ana Ruiz", "role": "A", "share": "40.0000"},
            ],
            "claimant": {"name": "林梅"},
            "created_on": "2026-11-01",
            "first_published_on": None,
            "declaration": {"statement": "made by the authors named", "ai": "none"},
            "identifiers": [],
            "consent": ["林梅", "Ana Ruiz"],
        },
    )


def _record(ledger: LedgerId, kind: str, body: dict[str, Any]) -> Record:
    return new_record(
        ledger=ledger, type=kind, signers=[CLAIMANT], body=body, issued_at=datetime.now(UTC)
    )
