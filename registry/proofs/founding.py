"""The founding statement: who begins a ledger, under which rules; its digest is the ledger's id.

Every founder signs Statement("ledger.founding", 0, ledger id, 0) with the ledger id as the salt of
the domain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from registry.errors import InvalidInput
from registry.proofs import canonical, hexes, shape
from registry.proofs.keys import SignerKey, parse_key
from registry.proofs.record import LedgerId
from registry.proofs.signature import sign_digest, verify_eip712
from registry.proofs.statement import ZERO, statement_digest_of

SPEC = "comity-founding/1"
TYPE = "ledger.founding"

_FIELDS = frozenset(("spec", "name", "founders", "rules", "salt"))
_FOUNDER_FIELDS = frozenset(("region", "name", "key"))
_RULES = ("confirmations", "anchor_delay_s", "publication_delay_s", "clock_bound_s")
_REGION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """A founding organisation: its region, its name, and its first administration key."""

    region: str
    name: str
    key: SignerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the founders agreed: blocks to wait, and the longest delays, in seconds."""

    confirmations: int
    anchor_delay_s: int
    publication_delay_s: int
    clock_bound_s: int

    def to_json(self) -> dict[str, int]:
        """The rules as a JSON object."""
        return {name: getattr(self, name) for name in _RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """A founding statement."""

    name: str
    founders: tuple[Founder, ...]
    rules: Rules
    salt: bytes

    def to_json(self) -> dict[str, Any]:
        """The statement as a JSON object."""
        return {
            "spec": SPEC,
            "name": self.name,
            "founders": [
                {"region": founder.region, "name": founder.name, "key": founder.key}
                for founder in self.founders
            ],
            "rules": self.rules.to_json(),
            "salt": hexes.to_hex(self.salt),
        }

    def canonical(self) -> bytes:
        """The bytes that name the ledger."""
        return canonical.encode(self.to_json())

    def ledger(self) -> LedgerId:
        """The ledger's id: SHA-256 of the statement's bytes."""
        return LedgerId(sha256(self.canonical()).digest())


def parse_founding(value: Any) -> Founding:
    """The founding statement that a JSON object states. Raises InvalidInput as `shape`."""
    known = shape.exact(value, _FIELDS)
    if known["spec"] != SPEC:
        raise shape.invalid("spec", f"must be {SPEC}", code="SPEC_UNKNOWN")
    listed = shape.array(known["founders"], "founders")
    if not listed:
        raise shape.invalid("founders", "must name at least one founder")
    return Founding(
        name=shape.text(known["name"], "name"),
        founders=tuple(_founder(item, f"founders[{at}]") for at, item in enumerate(listed)),
        rules=parse_rules(known["rules"], "rules"),
        salt=hexes.from_hex(known["salt"], size=32, path="salt"),
    )


def parse_rules(value: Any, path: str) -> Rules:
    """The rules that a JSON object states. Raises InvalidInput as `shape`."""
    known = shape.exact(value, frozenset(_RULES), path)
    return Rules(
        confirmations=shape.integer(known["confirmations"], f"{path}.confirmations", least=1),
        **{name: shape.integer(known[name], f"{path}.{name}", most=2**31) for name in _RULES[1:]},
    )


def parse_region(value: Any, path: str) -> str:
    """`value` as a region: an ISO 3166-1 or -2 code of at most 8 characters, `SG`, `CN-46`."""
    if type(value) is not str or not _REGION.fullmatch(value):
        raise shape.invalid(path, "must be an ISO 3166 code like SG or CN-46")
    return value


def founding_digest(founding: Founding) -> bytes:
    """The 32 bytes that every founder signs."""
    ledger = founding.ledger()
    return statement_digest_of(ledger, TYPE, ZERO, ledger, ZERO)


def sign_founding(private_key: bytes, founding: Founding) -> bytes:
    """A founder's signature, r‖s‖v."""
    return sign_digest(private_key, founding_digest(founding))


def verify_founding(founding: Founding, signatures: Sequence[bytes]) -> None:
    """Check that every founder signed, in the order of the statement.

    Raises InvalidInput SIGNATURE_COUNT and NotAuthorised as `verify_signatures`.
    """
    if len(signatures) != len(founding.founders):
        raise InvalidInput("SIGNATURE_COUNT", "every founder must have signed")
    digest = founding_digest(founding)
    for place, (founder, value) in enumerate(zip(founding.founders, signatures, strict=True)):
        verify_eip712(value, digest, founder.key, place)


def _founder(value: Any, path: str) -> Founder:
    known = shape.exact(value, _FOUNDER_FIELDS, path)
    return Founder(
        region=parse_region(known["region"], f"{path}.region"),
        name=shape.text(known["name"], f"{path}.name"),
        key=parse_key(known["key"], f"{path}.key"),
    )
