"""The queries of checkpoints and anchors: what was prepared or fetched, and what the chain has.

A checkpoint is a signed head with its manifest; an anchor is what the chain says of a log. An
`Anchor` is both together. Functions take the connection of the caller's transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from registry.ledger.tables import anchors, checkpoints
from registry.proofs.record import LogId

COVERING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A signed head of a log with its manifest: on its way to the chain, or there."""

    log: LogId
    size: int
    old_size: int
    root: bytes
    note: str
    manifest: bytes
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """What the chain says of a log: its head at a block. `manifest` is a digest."""

    log: LogId
    size: int
    root: bytes
    manifest: bytes
    time: int
    transaction: bytes
    block_number: int
    block_hash: bytes
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A checkpoint that stands on the chain."""

    checkpoint: Prepared
    mined: Mined


# ---- checkpoints --------------------------------------------------------------------------------


def insert_checkpoint(connection: Connection, prepared: Prepared, at: int) -> None:
    """Keep a checkpoint with its manifest; `at` is the node's clock."""
    connection.execute(
        insert(checkpoints).values(
            log=prepared.log,
            size=prepared.size,
            old_size=prepared.old_size,
            root=prepared.root,
            note=prepared.note,
            manifest=prepared.manifest,
            prepared_at=at,
            published=prepared.published,
        )
    )


def newest_checkpoint(connection: Connection, log: LogId) -> Prepared | None:
    """The largest checkpoint that was prepared or fetched, whatever became of it."""
    query = select(checkpoints).where(checkpoints.c.log == log)
    return _prepared(connection.execute(query.order_by(checkpoints.c.size.desc()).limit(1)).first())


def oldest_unmined(connection: Connection, log: LogId) -> Prepared | None:
    """The smallest checkpoint that was prepared and is not in the chain, or no longer."""
    on_chain = (anchors.c.log == checkpoints.c.log) & (anchors.c.size == checkpoints.c.size)
    query = (
        select(checkpoints)
        .outerjoin(anchors, on_chain)
        .where(checkpoints.c.log == log, anchors.c.size.is_(None))
        .order_by(checkpoints.c.size)
        .limit(1)
    )
    return _prepared(connection.execute(query).first())


def unpublished(connection: Connection, log: LogId) -> list[Prepared]:
    """The checkpoints whose anchor is final and whose records are not published, by size."""
    query = (
        select(checkpoints)
        .join(
            anchors,
            (anchors.c.log == checkpoints.c.log) & (anchors.c.size == checkpoints.c.size),
        )
        .where(checkpoints.c.log == log, anchors.c.final, ~checkpoints.c.published)
        .order_by(checkpoints.c.size)
    )
    return [found for row in connection.execute(query) if (found := _prepared(row))]


def mark_published(connection: Connection, log: LogId, size: int) -> None:
    """Note that everything of a checkpoint is in the document store."""
    _change(connection, log, size, published=True)


def replace_note(connection: Connection, log: LogId, size: int, note: str) -> None:
    """Keep a checkpoint with more cosignatures than before."""
    _change(connection, log, size, note=note)


def _change(connection: Connection, log: LogId, size: int, **values: Any) -> None:
    connection.execute(
        update(checkpoints)
        .where(checkpoints.c.log == log, checkpoints.c.size == size)
        .values(**values)
    )


# ---- anchors ------------------------------------------------------------------------------------


def keep_anchor(connection: Connection, mined: Mined) -> None:
    """Keep what the chain says of a log, or that it is final now."""
    values = {name: getattr(mined, name) for name in Mined.__slots__}
    known = update(anchors).where(anchors.c.log == mined.log, anchors.c.size == mined.size)
    if connection.execute(known.values(values)).rowcount == 0:
        connection.execute(insert(anchors).values(values))


def take_back_anchors(connection: Connection, block_hash: bytes) -> None:
    """Forget what a block said: a reorganisation took it away."""
    connection.execute(delete(anchors).where(anchors.c.block_hash == block_hash))


def mined_at(connection: Connection, log: LogId, size: int) -> Mined | None:
    """What the chain says of a log at exactly this size, final or not."""
    query = select(anchors).where(anchors.c.log == log, anchors.c.size == size)
    return _mined(connection.execute(query).first())


def newest_final(connection: Connection, log: LogId, time: int | None = None) -> Mined | None:
    """The last final anchor of a log, up to a block time where one is given."""
    query = select(anchors).where(anchors.c.log == log, anchors.c.final)
    if time is not None:
        query = query.where(anchors.c.time <= time)
    return _mined(connection.execute(query.order_by(anchors.c.size.desc()).limit(1)).first())


def final_after(connection: Connection, log: LogId, size: int) -> list[Mined]:
    """The final anchors of a log beyond `size`, by size."""
    query = select(anchors).where(anchors.c.log == log, anchors.c.final, anchors.c.size > size)
    return [_read_mined(row) for row in connection.execute(query.order_by(anchors.c.size))]


def covering(connection: Connection, log: LogId, index: int) -> Iterator[Anchor]:
    """The anchors that cover an entry and whose checkpoint is here: the first ones, the last ones.

    By size. Those between are as good as any, and may be very many.
    """
    query = _joined().where(anchors.c.log == log, anchors.c.size > index).limit(COVERING)
    for row in connection.execute(query.order_by(anchors.c.size)):
        anchor = _anchor(row)
        index = anchor.checkpoint.size
        yield anchor
    query = _joined().where(anchors.c.log == log, anchors.c.size > index).limit(COVERING)
    newest = connection.execute(query.order_by(anchors.c.size.desc())).all()
    yield from map(_anchor, reversed(newest))


_OF_CHECKPOINT = [column for column in checkpoints.c if column.name != "prepared_at"]


def _joined() -> Select[Any]:
    return select(
        *(column.label(f"c_{column.name}") for column in _OF_CHECKPOINT), *anchors.c
    ).join_from(
        checkpoints,
        anchors,
        (anchors.c.log == checkpoints.c.log) & (anchors.c.size == checkpoints.c.size),
    )


def _anchor(row: Row[Any]) -> Anchor:
    told = row._mapping
    return Anchor(
        checkpoint=Prepared(**{column.name: told[f"c_{column.name}"] for column in _OF_CHECKPOINT}),
        mined=_read_mined(row),
    )


def _prepared(row: Row[Any] | None) -> Prepared | None:
    if row is None:
        return None
    return Prepared(**{column.name: row._mapping[column.name] for column in _OF_CHECKPOINT})


def _mined(row: Row[Any] | None) -> Mined | None:
    return None if row is None else _read_mined(row)


def _read_mined(row: Row[Any]) -> Mined:
    return Mined(**{column.name: row._mapping[column.name] for column in anchors.c})
