"""What a room says about each record type that it owns.

A type is added by listing one `RecordType` in a room's `records.py`; the spine needs no change.
`check` decides on the record alone, `admit` against what is recorded, inside the transaction that
would append it; `project` gives the facts to insert and does nothing itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from registry.ledger.facts import Facts
from registry.ledger.position import Fact, Position
from registry.proofs.record import OrganisationId, Record, Signer


def admits_anything(_facts: Facts, _record: Record) -> None:
    """The `admit` of a type that depends on nothing recorded before."""


def as_it_says(_record: Record, signer: Signer) -> OrganisationId | None:
    """The organisation that a signer names: whom it acts for in all types but a first profile."""
    return signer.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One type: its name on the wire, its rules and its projection.

    `scope` is the bit that an organisation's key needs to sign it (protocol, section 8), `acts_for`
    names that organisation; `check` and `admit` raise `RegistryError`. A sealed record is never
    projected.
    """

    name: str
    scope: int
    check: Callable[[Record], None]
    project: Callable[[Record, Position], Iterable[Fact]]
    admit: Callable[[Facts, Record], None] = admits_anything
    acts_for: Callable[[Record, Signer], OrganisationId | None] = as_it_says
