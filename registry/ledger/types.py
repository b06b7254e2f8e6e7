"""What a room says about each record type that it owns.

A type is added by listing one `RecordType` in a room's `records.py`; the spine needs no change.
`check` decides on the record alone, `admit` against what is recorded, inside the transaction that
would append it; `project` gives the facts to insert and does nothing itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Table

from registry.errors import NotAuthorised
from registry.proofs.keys import SignerKey
from registry.proofs.record import LogId, OrganisationId, Record, Signer

if TYPE_CHECKING:
    from registry.ledger.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an entry stands: which log, and at which index from 0."""

    log: LogId
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row to insert into one table of a projection."""

    table: Table
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainNews:
    """One final event of the chain; `place` is its index among the logs of its block."""

    block: int
    place: int
    time: int
    name: str
    arguments: Mapping[str, Any]


class Authority(Protocol):
    """What the chain decided about organisations, as far as its events are final here."""

    def refusal(
        self, organisation: OrganisationId, key: SignerKey, scope: int, time: int
    ) -> NotAuthorised | None:
        """Why `key` may not use `scope` for `organisation` at `time`; None where it may."""
        ...

    def region_of(self, organisation: OrganisationId) -> str | None:
        """The ISO 3166 region of an organisation; None for one that is not on the chain."""
        ...

    def kinds_of(self, organisation: OrganisationId) -> tuple[str, ...]:
        """What the regions admitted an organisation as; nothing for one not on the chain."""
        ...

    def suspended(self, organisation: OrganisationId, time: int) -> bool:
        """Whether a suspension of the organisation is in force at `time`."""
        ...

    def logs(self) -> Mapping[LogId, OrganisationId]:
        """Every log that was opened, with its organisation."""
        ...

    def changed_at(self) -> int:
        """The block time of the newest event that is known; 0 before the first."""
        ...


def admits_anything(_facts: "Facts", _record: Record) -> None:
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
    admit: Callable[["Facts", Record], None] = admits_anything
    acts_for: Callable[[Record, Signer], OrganisationId | None] = as_it_says
