"""Into the tables: entries, records and the facts that rooms draw from them.

One function for every source: this node's own log and the logs that it follows. It inserts, and
decides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from registry.ledger import repository
from registry.ledger.position import Fact, Position
from registry.ledger.types import RecordType
from registry.proofs.number import number_of
from registry.proofs.record import Digest, LogId, Record, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A record with the bytes of its signatures array."""

    record: Record
    signatures: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An entry in its place, with what it holds as far as that is known.

    `kind` is None where nothing is to be projected: sealed, of a type that is not known here, or at
    `fault`. `received_at` and `receipt_size` are the own log's.
    """

    position: Position
    entry: bytes
    digest: Digest
    opened: Opened | None
    kind: RecordType | None
    received_at: int | None = None
    receipt_size: int | None = None
    fault: str | None = None


def insert(connection: Connection, placed: Sequence[Placed]) -> None:
    """Insert entries with their records and projections; all of one transaction."""
    repository.insert_group(
        connection,
        [_entry_row(one) for one in placed],
        [_record_row(one, one.opened) for one in placed if one.opened],
        (fact for one in placed for fact in facts_of(one)),
    )


def fill(connection: Connection, log: LogId, found: Sequence[Placed]) -> None:
    """Insert what entries of `log` that stand already turned out to hold, or what is at fault."""
    if not found:
        return
    repository.change_faults(connection, log, {one.position.index: one.fault for one in found})
    here = repository.with_record(connection, log, [one.position.index for one in found])
    repository.insert_contents(
        connection,
        [
            _record_row(one, one.opened)
            for one in found
            if one.opened and one.position.index not in here
        ],
        (fact for one in found for fact in facts_of(one)),
    )


def facts_of(one: Placed) -> Iterator[Fact]:
    """What a room draws from an entry; nothing from a sealed record."""
    if one.kind is None or one.opened is None or one.fault is not None:
        return
    record = one.opened.record
    if record.visibility is not Visibility.SEALED:
        yield from one.kind.project(record, one.position)


def _entry_row(one: Placed) -> dict[str, object]:
    return {
        "log": one.position.log,
        "position": one.position.index,
        "entry": one.entry,
        "digest": one.digest,
        "received_at": one.received_at,
        "receipt_size": one.receipt_size,
        "fault": one.fault,
    }


def _record_row(one: Placed, opened: Opened) -> dict[str, object]:
    record = opened.record
    return {
        "log": one.position.log,
        "position": one.position.index,
        "digest": record.digest,
        "number": number_of(record.digest),
        "type": record.type,
        "subject": record.subject,
        "previous": record.previous,
        "sealed": record.visibility is Visibility.SEALED,
        "canonical": record.canonical,
        "signatures": opened.signatures,
    }
