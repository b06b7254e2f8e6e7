"""The queries of entries and records. Functions take the connection of the caller's transaction.

The order of everything (protocol, section 6) is an order by recorded time, log and index, where the
recorded time of an entry is the block time of the first final anchor that covers it: joined here,
stored nowhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    insert,
    select,
    update,
)

from registry.errors import InvalidInput
from registry.ledger.position import Fact
from registry.ledger.tables import anchors, checkpoints, entries, records
from registry.proofs.entry import Entry, parse_entry
from registry.proofs.hexes import from_hex
from registry.proofs.number import number_of, parse_number
from registry.proofs.record import Digest, LogId

IN_ONE_QUERY = 500
AT_ONCE = 10_000
DIGEST_TEXT = len("0x") + 64

RECORD_PENDING = "RECORD_PENDING"
"""The fault of an entry that was proven while the bytes of its record are still to be fetched."""

RECORDED_AT = (
    select(anchors.c.time)
    .where(
        anchors.c.log == entries.c.log,
        anchors.c.size > entries.c.position,
        anchors.c.final,
    )
    .order_by(anchors.c.size)
    .limit(1)
    .correlate(entries)
    .scalar_subquery()
)
"""The recorded time of an entry in seconds since 1970; null while no anchor of it is final."""

IN_ORDER = (RECORDED_AT.is_(None), RECORDED_AT, entries.c.log, entries.c.position)
"""What to order by for the protocol's order; what is not final yet comes last."""

BEST_FIRST = (entries.c.fault.is_not(None), records.c.digest.is_(None), *IN_ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry with what is known of its record; times in seconds since 1970.

    `canonical` and `signatures` are None where their bytes are not here: sealed in another region,
    or withheld. `received_at` and `receipt_size` are known of the own log alone. `fault` says why
    an entry of another log does not count.
    """

    digest: Digest
    number: str
    type: str
    sealed: bool
    canonical: bytes | None
    signatures: bytes | None
    log: LogId
    index: int
    received_at: int | None
    receipt_size: int | None
    recorded_at: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtFault:
    """An entry of another log, 128 bytes, that does not count, and why."""

    index: int
    entry: bytes
    fault: str


# ---- the logs -----------------------------------------------------------------------------------


def entry_bytes(
    connection: Connection, log: LogId, start: int, end: int | None = None
) -> list[bytes]:
    """The entries `start` to `end` (not included), 128 bytes each, in their order."""
    query = select(entries.c.entry).where(entries.c.log == log, entries.c.position >= start)
    if end is not None:
        query = query.where(entries.c.position < end)
    return list(connection.scalars(query.order_by(entries.c.position)))


def all_entries(connection: Connection, log: LogId, start: int) -> Iterator[list[bytes]]:
    """The entries from `start` on, in runs of bounded length."""
    while found := entry_bytes(connection, log, start, start + AT_ONCE):
        yield found
        start += len(found)


def log_size(connection: Connection, log: LogId) -> int:
    """How many entries the database holds of the log."""
    last = connection.scalar(select(func.max(entries.c.position)).where(entries.c.log == log))
    return 0 if last is None else int(last) + 1


def oldest_after(connection: Connection, log: LogId, size: int) -> int | None:
    """When the first entry beyond `size` was received, or None where there is none."""
    found: int | None = connection.scalar(
        select(entries.c.received_at).where(entries.c.log == log, entries.c.position == size)
    )
    return found


def insert_group(
    connection: Connection,
    entry_rows: Sequence[Mapping[str, Any]],
    record_rows: Sequence[Mapping[str, Any]],
    facts: Iterable[Fact],
) -> None:
    """Insert the rows of one group, its projection included."""
    connection.execute(insert(entries), entry_rows)
    insert_contents(connection, record_rows, facts)


def insert_contents(
    connection: Connection, record_rows: Sequence[Mapping[str, Any]], facts: Iterable[Fact]
) -> None:
    """Insert records of entries that stand already, and what rooms draw from them."""
    if record_rows:
        connection.execute(insert(records), record_rows)
    rows: dict[str, list[Mapping[str, Any]]] = {}
    tables = {}
    for fact in facts:
        tables[fact.table.name] = fact.table
        rows.setdefault(fact.table.name, []).append(fact.row)
    for name, table_rows in rows.items():
        connection.execute(insert(tables[name]), table_rows)


def faulty(connection: Connection, log: LogId, limit: int) -> list[Entered]:
    """The entries of a log that do not count, with why, the first `limit` of them."""
    query = entered().where(entries.c.log == log, entries.c.fault != RECORD_PENDING)
    return _many(connection, query.order_by(entries.c.position).limit(limit))


def at_fault(
    connection: Connection, log: LogId, faults: Sequence[str], start: int, limit: int
) -> list[AtFault]:
    """The entries from `start` on with one of these faults, the first `limit` of them."""
    query = select(entries.c.position, entries.c.entry, entries.c.fault).where(
        entries.c.log == log, entries.c.position >= start, entries.c.fault.in_(faults)
    )
    found = connection.execute(query.order_by(entries.c.position).limit(limit))
    return [AtFault(index=index, entry=entry, fault=fault) for index, entry, fault in found]


def change_faults(connection: Connection, log: LogId, faults: Mapping[int, str | None]) -> None:
    """Note that the bytes of entries, by their index, arrived, or what they turned out to be."""
    known = (entries.c.log == log) & (entries.c.position == bindparam("at"))
    connection.execute(
        update(entries).where(known).values(fault=bindparam("found")),
        [{"at": index, "found": fault} for index, fault in faults.items()],
    )


def followed_size(connection: Connection, log: LogId) -> int:
    """How many entries, from the first on, are here with what could be had of their records."""
    size = log_size(connection, log)
    begun = select(func.min(checkpoints.c.old_size)).where(
        checkpoints.c.log == log, ~checkpoints.c.published
    )
    start = connection.scalar(begun)
    if start is None:
        return size
    waiting = at_fault(connection, log, [RECORD_PENDING], start, 1)
    return waiting[0].index if waiting else size


# ---- records ------------------------------------------------------------------------------------


def entered() -> Select[Any]:
    """Entries with their records, where there are any; rows for `read_entered`."""
    return select(
        entries.c.log,
        entries.c.position,
        entries.c.entry,
        entries.c.digest,
        entries.c.received_at,
        entries.c.receipt_size,
        entries.c.fault,
        records.c.canonical,
        records.c.signatures,
        records.c.sealed,
        records.c.type,
        RECORDED_AT.label("recorded_at"),
    ).select_from(
        entries.outerjoin(
            records,
            (records.c.log == entries.c.log) & (records.c.position == entries.c.position),
        )
    )


def find(connection: Connection, digest: Digest) -> Entered | None:
    """The first entry of this digest in the protocol's order, or None.

    What is here and in order goes before what is not: nobody hides a record behind an entry that
    repeats its digest and holds nothing.
    """
    query = entered().where(entries.c.digest == digest)
    return _one(connection, query.order_by(*BEST_FIRST))


def find_in(connection: Connection, log: LogId, digest: Digest) -> Entered | None:
    """The entry of this digest in one log, or None."""
    query = entered().where(entries.c.log == log, entries.c.digest == digest)
    return _one(connection, query.order_by(entries.c.position))


def find_sound(connection: Connection, log: LogId, digest: Digest) -> Entered | None:
    """The first entry of this digest in one log that is not at fault, or None."""
    query = entered().where(
        entries.c.log == log, entries.c.digest == digest, entries.c.fault.is_(None)
    )
    return _one(connection, query.order_by(entries.c.position))


def named(reference: str) -> ColumnElement[bool]:
    """What holds of the entries that a digest (0x…) or a number names.

    Raises as `from_hex` and `parse_number`.
    """
    if len(reference) == DIGEST_TEXT and reference.startswith("0x"):
        return entries.c.digest == from_hex(reference, size=32)
    return records.c.number == parse_number(reference)


def find_named(connection: Connection, reference: str) -> list[Entered]:
    """All records of this name, in order; of those that stand in two logs the first entry."""
    query = entered().where(named(reference)).order_by(*BEST_FIRST)
    return _each_once(_many(connection, query))


def speaking_about(connection: Connection, subject: Digest) -> list[Entered]:
    """The records about a thing, in order, without the one that founded it."""
    query = entered().where(
        records.c.subject == subject, records.c.sealed.is_(False), entries.c.fault.is_(None)
    )
    return _each_once(_many(connection, query.order_by(*IN_ORDER)))


def taken(
    connection: Connection, log: LogId, digests: Sequence[Digest], numbers: Sequence[str]
) -> tuple[set[Digest], dict[str, Digest]]:
    """Which of these digests stand in the log, and which of these numbers belong to what."""
    known: set[Digest] = set()
    owners: dict[str, Digest] = {}
    for i in range(0, len(digests), IN_ONE_QUERY):
        some = slice(i, i + IN_ONE_QUERY)
        query = select(records.c.log, records.c.digest, records.c.number).where(
            records.c.digest.in_(digests[some]) | records.c.number.in_(numbers[some])
        )
        for where, digest, number in connection.execute(query):
            owners[number] = Digest(digest)
            if where == log:
                known.add(Digest(digest))
    return known, owners


def with_record(connection: Connection, log: LogId, indices: Sequence[int]) -> set[int]:
    """Which of these entries, at most `IN_ONE_QUERY`, have their record here."""
    query = select(records.c.position).where(records.c.log == log, records.c.position.in_(indices))
    return set(connection.scalars(query))


def in_range(connection: Connection, log: LogId, start: int, end: int) -> list[Entered]:
    """The entries at `start` to `end` (not included), in log order."""
    query = entered().where(
        entries.c.log == log, entries.c.position >= start, entries.c.position < end
    )
    return _many(connection, query.order_by(entries.c.position))


def read_entered(row: Row[Any]) -> Entered:
    """A row of `entered`."""
    told = _told(row.entry)
    return Entered(
        digest=Digest(row.digest),
        number=number_of(Digest(row.digest)),
        type=row.type or told.type,
        sealed=told.sealed,
        canonical=row.canonical,
        signatures=row.signatures,
        log=LogId(row.log),
        index=row.position,
        received_at=row.received_at,
        receipt_size=row.receipt_size,
        recorded_at=row.recorded_at,
        fault=row.fault,
    )


def _told(data: bytes) -> Entry:
    """What an entry states; another log may hold bytes that state nothing (`fault` says so)."""
    try:
        return parse_entry(data)
    except InvalidInput:
        return Entry(type="", subject=None, digest=Digest(data[64:96]), signatures_digest=data[96:])


def _one(connection: Connection, query: Select[Any]) -> Entered | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else read_entered(row)


def _many(connection: Connection, query: Select[Any]) -> list[Entered]:
    return [read_entered(row) for row in connection.execute(query)]


def _each_once(found: Iterable[Entered]) -> list[Entered]:
    first: dict[Digest, Entered] = {}
    for one in found:
        first.setdefault(one.digest, one)
    return list(first.values())
