"""Makes `registry/proofs/vectors/bodies.json`: `python -m tests.unit.vectors.make_bodies`.

One record of each type of the rooms of representation and recognition, in the form of
`records.json`, with the ledger, the keys and the organisations of that file.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import registry.proofs
from registry.proofs import hexes
from registry.proofs.cid import cid_of_digest
from registry.proofs.conformance import load
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.number import number_of
from registry.proofs.record import Digest, LedgerId, OrganisationId, Record, Signer, new_record
from registry.proofs.signature import sign_eip712
from registry.proofs.statement import statement_digest
from registry.proofs.submission import new_submission
from tests.agreements import FILED, leg
from tests.unit.recognition.stating import (
    Speaking,
    case_id,
    citation_body,
    publication_body,
    recognition_body,
    recognition_id,
    status_body,
)

FILE = Path(registry.proofs.__file__).parent / "vectors" / "bodies.json"
ISSUED_AT = datetime(2026, 11, 22, 4, 0, 0, tzinfo=UTC)
ABOUT = (
    "One record of each type about agreements and published cases, in the form of records.json: "
    "its ledger, its keys, and its two organisations, of the regions CN-46 and SG."
)
STATION = Speaking(region="SG", station="SGDEMO")


def made() -> dict[str, Any]:
    """The whole file."""
    records = load("records.json")
    return {
        "about": ABOUT,
        "source": "this project; one reading of protocol section 10, see docs/adr",
        "keys": records["keys"][:2],
        "records": list(_items(records)),
    }


def _items(records: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    named = {item["name"]: item for item in records["records"]}
    first, second = (
        OrganisationId(hexes.from_hex(named[name]["digest"]))
        for name in ("first profile", "profile of the second region")
    )
    one, other = (
        (organisation, key)
        for organisation, key in zip((first, second), records["keys"], strict=False)
    )
    ledger = named["registration"]["record"]["ledger"]

    def item(name: str, type: str, body: Any, speaking: Sequence[Any], **about: Any) -> Any:
        record = new_record(
            ledger=LedgerId(hexes.from_hex(ledger)),
            type=type,
            signers=[
                Signer(key=key["key"], organisation=organisation, capacity="organisation")
                for organisation, key in speaking
            ],
            body=body,
            issued_at=ISSUED_AT,
            salt=sha256(f"a salt for {name}".encode()).digest(),
            **about,
        )
        return _item(name, record, [hexes.from_hex(key["private"]) for _, key in speaking])

    yield item("agreement of two parties", "agreement.terms", _terms(first, second), [one, other])
    case = item("published case", "case.publication", publication_body(), [one])
    yield case
    digest = Digest(hexes.from_hex(case["digest"]))
    later = publication_body(id=case_id(version=2), days=21)
    yield item(
        "second version of the case",
        "case.publication",
        later,
        [one],
        subject=digest,
        previous=digest,
    )
    yield item("citation", "citation.statement", citation_body(digest), [other])
    recognised = recognition_body(digest, id=recognition_id(body=STATION))
    yield item("conditional recognition", "recognition.statement", recognised, [other])
    yield item(
        "withdrawal of the case",
        "case.status",
        status_body(),
        [one],
        subject=digest,
        previous=digest,
    )


def _terms(first: OrganisationId, second: OrganisationId) -> dict[str, Any]:
    """What two societies agree: a leg each way."""
    return {
        "parties": [hexes.to_hex(first), hexes.to_hex(second)],
        "family": "CISAC-PR",
        "legs": [
            {**leg(), "grantor": hexes.to_hex(second), "grantee": hexes.to_hex(first)},
            {
                **leg(),
                "grantor": hexes.to_hex(first),
                "grantee": hexes.to_hex(second),
                "territory": ["+2105", "-764"],
                "valid": {"from": "2026-01-01", "to": None},
            },
        ],
        "filing": FILED,
    }


def _item(name: str, record: Record, keys: Sequence[bytes]) -> dict[str, Any]:
    signatures = [sign_eip712(key, record) for key in keys]
    submission = new_submission(record, signatures)
    entry = entry_of(record, submission.signatures_digest)
    return {
        "name": name,
        "record": json.loads(record.canonical),
        "canonical": record.canonical.decode(),
        "digest": hexes.to_hex(record.digest),
        "number": number_of(record.digest),
        "cid": cid_of_digest(record.digest),
        "statement": hexes.to_hex(statement_digest(record)),
        "signatures": signatures,
        "signatures_digest": hexes.to_hex(submission.signatures_digest),
        "entry": hexes.to_hex(entry),
        "leaf": hexes.to_hex(leaf_hash(entry)),
    }


def text() -> str:
    """The file as it is committed."""
    return json.dumps(made(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
