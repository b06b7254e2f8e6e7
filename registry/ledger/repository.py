"""Every query of the spine. Functions take the connection of the caller's transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from registry.ledger.tables import anchors, entries, records
from registry.ledger.types import Fact
from registry.proofs.record import Digest, LogId

IN_ONE_QUERY = 500
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A record as it stands in the log. `received_at` in seconds since 1970."""

    digest: Digest
    number: str
    type: str
    sealed: bool
    canonical: bytes
    signatures: bytes
    log: LogId
    index: int
    received_at: int
    receipt_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A checkpoint on its way to the chain, or there. Block fields are None until it is mined."""

    log: LogId
    size: int
    old_size: int
    root: bytes
    checkpoint: str
    manifest: bytes
    transaction: bytes | None
    block_number: int | None
    block_hash: bytes | None
    block_time: int | None
    final: bool
    published: bool


# ---- the log ------------------------------------------------------------------------------------


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
    record_rows: Sequence[Mapping[str, Any]],
    entry_rows: Sequence[Mapping[str, Any]],
    facts: Iterable[Fact],
) -> None:
    """Insert the rows of one group, its projection included."""
    connection.execute(insert(records), record_rows)
    connection.execute(insert(entries), entry_rows)
    rows: dict[str, list[Mapping[str, Any]]] = {}
    tables = {}
    for fact in facts:
        tables[fact.table.name] = fact.table
        rows.setdefault(fact.table.name, []).append(fact.row)
    for name, table_rows in rows.items():
        connection.execute(insert(tables[name]), table_rows)


# ---- records ------------------------------------------------------------------------------------

_ENTERED = select(
    records.c.digest,
    records.c.number,
    records.c.type,
    records.c.sealed,
    records.c.canonical,
    records.c.signatures,
    entries.c.log,
    entries.c.position,
    entries.c.received_at,
    entries.c.receipt_size,
).join(entries, entries.c.digest == records.c.digest)


def find(connection: Connection, digest: Digest) -> Entered | None:
    """The record of this digest, or None."""
    return _one(connection, _ENTERED.where(records.c.digest == digest))


def find_by_number(connection: Connection, number: str) -> list[Entered]:
    """All records of this number: here one at most, since a taken number is refused."""
    return _many(connection, _ENTERED.where(records.c.number == number))


def speaking_about(connection: Connection, subject: Digest) -> list[Entered]:
    """The records about a thing, in log order, without the one that founded it."""
    query = _ENTERED.where(records.c.subject == subject, records.c.sealed.is_(False))
    return _many(connection, query.order_by(entries.c.position))


def latest_of(connection: Connection, subject: Digest, kind: str) -> Digest:
    """The last record of this type about the subject, or the founding record (section 9)."""
    found = connection.scalar(
        select(records.c.digest)
        .join(entries, entries.c.digest == records.c.digest)
        .where(records.c.subject == subject, records.c.type == kind)
        .order_by(entries.c.position.desc())
        .limit(1)
    )
    return subject if found is None else Digest(found)


def taken(
    connection: Connection, digests: Sequence[Digest], numbers: Sequence[str]
) -> tuple[set[Digest], set[str]]:
    """Which of these digests and which of these numbers are already recorded."""
    known_digests: set[Digest] = set()
    known_numbers: set[str] = set()
    for i in range(0, len(digests), IN_ONE_QUERY):
        some = slice(i, i + IN_ONE_QUERY)
        query = select(records.c.digest, records.c.number).where(
            records.c.digest.in_(digests[some]) | records.c.number.in_(numbers[some])
        )
        for digest, number in connection.execute(query):
            known_digests.add(Digest(digest))
            known_numbers.add(number)
    return known_digests, known_numbers


def in_range(connection: Connection, log: LogId, start: int, end: int) -> list[Entered]:
    """The records at `start` to `end` (not included), in log order."""
    query = _ENTERED.where(
        entries.c.log == log, entries.c.position >= start, entries.c.position < end
    )
    return _many(connection, query.order_by(entries.c.position))


def _one(connection: Connection, query: Select[Any]) -> Entered | None:
    row = connection.execute(query).first()
    return None if row is None else _entered(row)


def _many(connection: Connection, query: Select[Any]) -> list[Entered]:
    return [_entered(row) for row in connection.execute(query)]


def _entered(row: Row[Any]) -> Entered:
    return Entered(
        digest=Digest(row.digest),
        number=row.number,
        type=row.type,
        sealed=row.sealed,
        canonical=row.canonical,
        signatures=row.signatures,
        log=LogId(row.log),
        index=row.position,
        received_at=row.received_at,
        receipt_size=row.receipt_size,
    )


# ---- anchors ------------------------------------------------------------------------------------


def insert_anchor(connection: Connection, anchor: Anchor, prepared_at: int) -> None:
    """Keep a checkpoint that is about to be anchored, with its manifest."""
    connection.execute(
        insert(anchors).values(
            log=anchor.log,
            size=anchor.size,
            old_size=anchor.old_size,
            root=anchor.root,
            checkpoint=anchor.checkpoint,
            manifest=anchor.manifest,
            prepared_at=prepared_at,
        )
    )


def newest_anchor(connection: Connection, log: LogId) -> Anchor | None:
    """The largest checkpoint that was prepared, whatever became of it."""
    query = select(anchors).where(anchors.c.log == log).order_by(anchors.c.size.desc()).limit(1)
    return _anchor(connection.execute(query).first())


def oldest_unmined_anchor(connection: Connection, log: LogId) -> Anchor | None:
    """The smallest checkpoint that was prepared and is not in the chain, or no longer."""
    query = (
        select(anchors)
        .where(anchors.c.log == log, anchors.c.block_number.is_(None))
        .order_by(anchors.c.size)
        .limit(1)
    )
    return _anchor(connection.execute(query).first())


def covering_anchor(connection: Connection, log: LogId, index: int) -> Anchor | None:
    """The first anchor on the chain that covers the entry, or None."""
    query = (
        select(anchors)
        .where(anchors.c.log == log, anchors.c.size > index, anchors.c.block_number.is_not(None))
        .order_by(anchors.c.size)
        .limit(1)
    )
    return _anchor(connection.execute(query).first())


def anchor_at(connection: Connection, log: LogId, size: int) -> Anchor | None:
    """The anchor of exactly this size, or None."""
    query = select(anchors).where(anchors.c.log == log, anchors.c.size == size)
    return _anchor(connection.execute(query).first())


def open_anchors(connection: Connection, log: LogId) -> list[Anchor]:
    """The anchors that are not final or not published yet, by size."""
    query = (
        select(anchors)
        .where(anchors.c.log == log, ~(anchors.c.final & anchors.c.published))
        .order_by(anchors.c.size)
    )
    return [found for row in connection.execute(query) if (found := _anchor(row))]


def change_anchor(connection: Connection, log: LogId, size: int, **values: Any) -> None:
    """Note what became of an anchor: `transaction`, `block_…`, `final`, `published`."""
    connection.execute(
        update(anchors).where(anchors.c.log == log, anchors.c.size == size).values(**values)
    )


def take_back_anchors(connection: Connection, block_hash: bytes) -> None:
    """Forget that a block held anchors: a reorganisation took it away."""
    connection.execute(
        update(anchors)
        .where(anchors.c.block_hash == block_hash)
        .values(transaction=None, block_number=None, block_hash=None, block_time=None, final=False)
    )


def _anchor(row: Row[Any] | None) -> Anchor | None:
    if row is None:
        return None
    values = dict(row._mapping)
    del values["prepared_at"]
    return Anchor(**values)
