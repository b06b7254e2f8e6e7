"""What the check of a type says of a body: nothing, or a code and the fields at fault."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from registry.errors import RegistryError
from registry.proofs.record import Digest, Record
from tests.unit.recognition.stating import (
    CHECKS,
    citation_body,
    drafted,
    publication_body,
    recognition_body,
    status_body,
)

CASE = Digest(sha256(b"a case").digest())
OTHER = Digest(sha256(b"another case").digest())
TEXT = [{"text": "理由", "lang": "zh"}]

BODIES: Mapping[str, dict[str, Any]] = {
    "case.publication": publication_body(),
    "case.status": status_body(),
    "citation.statement": citation_body(CASE),
    "recognition.statement": recognition_body(CASE),
}
NAMES: Mapping[str, Mapping[str, Any]] = {
    "case.status": {"subject": CASE, "previous": CASE},
}


def fault(type: str, changes: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """The code and the fields with which a body is refused; None where it is in order."""
    record = drafted(type, {**BODIES[type], **changes}, **NAMES.get(type, {}))
    return refusal(record)


def refusal(record: Record) -> tuple[str, list[str]] | None:
    try:
        CHECKS[record.type](record)
    except RegistryError as refused:
        return refused.code, [field.path for field in refused.fields]
    return None
