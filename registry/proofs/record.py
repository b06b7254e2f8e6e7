"""The record: a typed statement in canonical JSON, named by the SHA-256 of its bytes.

Everything that may one day be shown to a court or a foreign society is one. This module knows the
envelope; what a body may say is the rule of the room that owns the type. See
`docs/protocol/record.md`.
"""

import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NewType

from registry.proofs import canonical, hexes, shape
from registry.proofs.keys import SignerKey, parse_key

SPEC = "comity/1"

Digest = NewType("Digest", bytes)
"""SHA-256 of canonical bytes: the id of a record and of the thing it founds; 32 bytes."""
LedgerId = NewType("LedgerId", bytes)
"""Digest of the founding statement of a consortium; 32 bytes."""
LogId = NewType("LogId", bytes)
"""Names one log of one organisation; 32 bytes."""
OrganisationId = NewType("OrganisationId", bytes)
"""Digest of an organisation's first profile; 32 bytes."""

_FIELDS = frozenset(
    (
        "spec",
        "ledger",
        "type",
        "subject",
        "previous",
        "terms",
        "issued_at",
        "signers",
        "visibility",
        "salt",
        "body",
    )
)
_SIGNER_FIELDS = frozenset(("key", "organisation", "capacity"))
_TYPE_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


class Visibility(StrEnum):
    """Who may read a record: anybody, or nobody but its parties (the log holds a masked entry)."""

    PUBLIC = "public"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who stands behind a record: a key, the organisation it acts for, and in what capacity."""

    key: SignerKey
    organisation: OrganisationId | None
    capacity: str

    def to_json(self) -> dict[str, Any]:
        """The signer as it stands in a record."""
        return {
            "key": self.key,
            "organisation": _hex_or_null(self.organisation),
            "capacity": self.capacity,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of protocol `comity/1`. `canonical` are its bytes, `digest` their SHA-256.

    `encoded` may hand over the canonical bytes where the caller has just compared them; nobody
    else should. `body` is a plain mapping: treat it as read-only.
    """

    ledger: LedgerId
    type: str
    subject: Digest | None
    previous: Digest | None
    terms: bytes | None
    issued_at: datetime
    signers: tuple[Signer, ...]
    visibility: Visibility
    salt: bytes
    body: Mapping[str, Any]
    encoded: InitVar[bytes | None] = None
    canonical: bytes = field(init=False, repr=False, compare=False)
    digest: Digest = field(init=False, repr=False)

    def __post_init__(self, encoded: bytes | None) -> None:
        """Compute bytes and digest once. Raises as `canonical.encode`, and TooLarge TOO_LONG."""
        data = canonical.encode(self.to_json()) if encoded is None else encoded
        if len(data) > canonical.LIMIT:
            raise canonical.too_long(canonical.LIMIT)
        object.__setattr__(self, "canonical", data)
        object.__setattr__(self, "digest", Digest(sha256(data).digest()))

    @property
    def founds(self) -> Digest:
        """The thing the record speaks about: its subject, or itself where it founds one."""
        return self.digest if self.subject is None else self.subject

    def to_json(self) -> dict[str, Any]:
        """The record as a JSON object."""
        return {
            "spec": SPEC,
            "ledger": hexes.to_hex(self.ledger),
            "type": self.type,
            "subject": _hex_or_null(self.subject),
            "previous": _hex_or_null(self.previous),
            "terms": _hex_or_null(self.terms),
            "issued_at": shape.time_text(self.issued_at),
            "signers": [signer.to_json() for signer in self.signers],
            "visibility": self.visibility.value,
            "salt": hexes.to_hex(self.salt),
            "body": self.body,
        }

    @classmethod
    def from_json(cls, value: Any, path: str = "", *, encoded: bytes | None = None) -> "Record":
        """The record that a JSON object states; `path` is where it stands in the input.

        Raises InvalidInput naming every wrong field: FIELD_MISSING, FIELD_UNKNOWN, FIELD_INVALID,
        SPEC_UNKNOWN, HEX_INVALID, KEY_INVALID, TIME_INVALID.
        """
        known = shape.exact(value, _FIELDS, path)
        at = f"{path}." if path else ""
        if known["spec"] != SPEC:
            raise shape.invalid(f"{at}spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
        body = known["body"]
        if type(body) is not dict:
            raise shape.invalid(f"{at}body", "must be an object")
        subject = _bytes32_or_none(known["subject"], f"{at}subject")
        previous = _bytes32_or_none(known["previous"], f"{at}previous")
        return cls(
            ledger=LedgerId(_bytes32(known["ledger"], f"{at}ledger")),
            type=record_type(known["type"], f"{at}type"),
            subject=None if subject is None else Digest(subject),
            previous=None if previous is None else Digest(previous),
            terms=_bytes32_or_none(known["terms"], f"{at}terms"),
            issued_at=shape.time(known["issued_at"], f"{at}issued_at"),
            signers=_signers(known["signers"], f"{at}signers"),
            visibility=_visibility(known["visibility"], f"{at}visibility"),
            salt=_bytes32(known["salt"], f"{at}salt"),
            body=body,
            encoded=encoded,
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record":
        """The record whose canonical bytes are `data`. Raises as `decode` and `from_json`."""
        return cls.from_json(canonical.decode(data), encoded=data)


def new_record(
    *,
    ledger: LedgerId,
    type: str,
    signers: Iterable[Signer],
    body: Mapping[str, Any],
    issued_at: datetime,
    subject: Digest | None = None,
    previous: Digest | None = None,
    terms: bytes | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    salt: bytes | None = None,
) -> Record:
    """Draft a record: text in NFC, whole seconds, a fresh salt unless one is given.

    Raises as `Record.from_json` where a field does not fit.
    """
    draft = Record(
        ledger=ledger,
        type=type,
        subject=subject,
        previous=previous,
        terms=terms,
        issued_at=issued_at.replace(microsecond=0),
        signers=tuple(replace(signer, capacity=_composed(signer.capacity)) for signer in signers),
        visibility=visibility,
        salt=secrets.token_bytes(32) if salt is None else salt,
        body=_composed(body),
    )
    return Record.from_bytes(draft.canonical)


def require_nfc(value: Any, path: str = "") -> None:
    """Refuse text that is not in Unicode normal form C (what the door asks, verifiers do not).

    Raises InvalidInput TEXT_NOT_NFC naming the place.
    """
    if type(value) is str:
        if not (value.isascii() or unicodedata.is_normalized("NFC", value)):
            raise shape.invalid(path, "must be in Unicode normal form C", code="TEXT_NOT_NFC")
    elif type(value) is dict:
        for key, item in value.items():
            require_nfc(item, shape.join(path, key))
    elif type(value) is list:
        for place, item in enumerate(value):
            require_nfc(item, shape.join(path, place))


def record_type(value: Any, path: str = "type") -> str:
    """`value` as a record type: 1 to 31 of a-z 0-9 . _ -, and not the mask of sealed entries."""
    name = shape.text(value, path)
    if len(name) > 31 or not _TYPE_CHARACTERS.issuperset(name) or name == Visibility.SEALED:
        raise shape.invalid(path, "must be 1 to 31 characters of a-z, 0-9, dot, _ and -")
    return name


def _signers(value: Any, path: str) -> tuple[Signer, ...]:
    listed = shape.array(value, path)
    if not listed:
        raise shape.invalid(path, "must name at least one signer")
    return tuple(_signer(item, shape.join(path, place)) for place, item in enumerate(listed))


def _signer(value: Any, path: str) -> Signer:
    known = shape.exact(value, _SIGNER_FIELDS, path)
    organisation = _bytes32_or_none(known["organisation"], shape.join(path, "organisation"))
    return Signer(
        key=parse_key(known["key"], shape.join(path, "key")),
        organisation=None if organisation is None else OrganisationId(organisation),
        capacity=shape.text(known["capacity"], shape.join(path, "capacity")),
    )


def _visibility(value: Any, path: str) -> Visibility:
    if value not in ("public", "sealed"):
        raise shape.invalid(path, "must be public or sealed")
    return Visibility(value)


def _bytes32(value: Any, path: str) -> bytes:
    return hexes.from_hex(value, size=32, path=path)


def _bytes32_or_none(value: Any, path: str) -> bytes | None:
    return None if value is None else hexes.from_hex(value, size=32, path=path)


def _hex_or_null(value: bytes | None) -> str | None:
    return None if value is None else hexes.to_hex(value)


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _composed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(item) for item in value]
    return value
