"""The facts that count, in the order of the protocol: what every rule decides on.

Protocol sections 6 and 7: facts are ordered by recorded time, log and index, of equal digests the
first counts, and a signature counts by its recorded time, never by what the record says of itself.
State is a pure function of what is given here, so every node gives the same answer, whatever
arrived first.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Select, Table

from registry.errors import InvalidInput, NotFound
from registry.ledger.authority import Authority
from registry.ledger.position import Position
from registry.ledger.repository import IN_ORDER, Entered, entered, named, read_entered
from registry.ledger.stand import Stand, newest, stand_at
from registry.ledger.tables import entries
from registry.proofs.record import Digest, OrganisationId, Record, Signer
from registry.storage.unit_of_work import Database


class Kind(Protocol):
    """What must be known of a type to say whether a record of it counts."""

    @property
    def scope(self) -> int:
        """The bit that an organisation's key needs to sign it."""
        ...

    @property
    def acts_for(self) -> Callable[[Record, Signer], OrganisationId | None]:
        """Which organisation a signer acts for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A public record that counts. `recorded_at` (seconds since 1970) is None in the own log only,
    while no anchor that covers the record is final."""

    record: Record
    number: str
    position: Position
    recorded_at: int | None


class Facts:
    """What is recorded, in one consistent view of the database."""

    def __init__(
        self,
        connection: Connection,
        kinds: Mapping[str, Kind],
        authority: Authority,
        *,
        now: int,
        known_at: int | None = None,
        provisional: bool = False,
    ) -> None:
        """`now` is the node's clock, by which what is not recorded yet counts provisionally.

        `known_at` leaves out what was recorded later, `provisional` lets in what is not final.
        """
        self.connection = connection
        self.authority = authority
        self._kinds = kinds
        self._now = now
        self._provisional = provisional
        self._known_at = known_at

    @cached_property
    def stand(self) -> Stand:
        """What an answer from these facts stands on."""
        logs = self.authority.logs()
        known_at = self._known_at
        if known_at is None:
            known_at = newest(self.connection, logs, self.authority.changed_at())
        return stand_at(self.connection, logs, known_at)

    def where(self, table: Table, *conditions: ColumnElement[bool]) -> list[Recorded]:
        """The records behind the rows of a projection that satisfy the conditions, in order.

        Each digest once, and only those that count.
        """
        query = (
            entered()
            .join(
                table,
                (table.c.log == entries.c.log) & (table.c.position == entries.c.position),
            )
            .where(*conditions)
        )
        return list(self._in_order(query))

    def find(self, digest: Digest) -> Recorded | None:
        """The public record of this digest, if it counts."""
        return next(self._in_order(entered().where(entries.c.digest == digest)), None)

    def resolve(self, reference: str) -> Recorded:
        """The one record that a number or a digest names.

        Raises NotFound RECORD_UNKNOWN, InvalidInput NUMBER_AMBIGUOUS, and as `parse_number`.
        """
        found = list(self._in_order(entered().where(named(reference))))
        if not found:
            raise NotFound("RECORD_UNKNOWN", f"no record that counts here is named {reference}")
        if len(found) > 1:
            raise InvalidInput(
                "NUMBER_AMBIGUOUS", "several records have this number; ask by digest"
            )
        return found[0]

    def _in_order(self, query: Select[Any]) -> Iterator[Recorded]:
        """What counts of the entries that a query finds, each digest once."""
        seen: set[Digest] = set()
        for one in map(read_entered, self.connection.execute(query.order_by(*IN_ORDER))):
            if one.digest not in seen and (recorded := self._counted(one)):
                seen.add(one.digest)
                yield recorded

    def _counted(self, one: Entered) -> Recorded | None:
        """The record of an entry, unless something says that it does not count."""
        if one.canonical is None or one.sealed or one.fault is not None:
            return None
        if one.recorded_at is None and not self._provisional:
            return None
        if self._known_at is not None and (one.recorded_at or self._now) > self._known_at:
            return None
        record = Record.from_bytes(one.canonical)
        if not self._authorised(record, one.recorded_at or self._now):
            return None
        return Recorded(
            record=record,
            number=one.number,
            position=Position(log=one.log, index=one.index),
            recorded_at=one.recorded_at,
        )

    def _authorised(self, record: Record, time: int) -> bool:
        kind = self._kinds.get(record.type)
        if kind is None:
            return False
        organisations = ((signer, kind.acts_for(record, signer)) for signer in record.signers)
        return all(
            self.authority.refusal(organisation, signer.key, kind.scope, time) is None
            for signer, organisation in organisations
            if organisation is not None
        )


class Recording:
    """Where the services of the rooms take their facts from."""

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, Kind],
        authority: Authority,
        now: Callable[[], int],
    ) -> None:
        """`now` gives the node's time in seconds since 1970."""
        self._database = database
        self._kinds = kinds
        self._authority = authority
        self._now = now

    @contextmanager
    def now(self, *, provisional: bool = False) -> Iterator[Facts]:
        """The facts of this moment; with `provisional` also what is received and not final."""
        with self._database.read() as connection:
            yield self.of(connection, provisional=provisional)

    @contextmanager
    def at(self, known_at: int | None) -> Iterator[Facts]:
        """The facts as they were known at a recorded time; None for the newest."""
        with self._database.read() as connection:
            yield self.of(connection, known_at=known_at)

    def of(self, connection: Connection, **view: Any) -> Facts:
        """The facts in a transaction that is open; `view` as `Facts` takes it."""
        return Facts(connection, self._kinds, self._authority, now=self._now(), **view)
