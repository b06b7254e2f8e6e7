"""What the node keeps of the chain: its own transactions, and what the contracts said.

The lane stores a transaction before it is sent. The sightings follow the contracts' events, of all
logs: an anchor that is mined is kept, one that a reorganisation took away is forgotten (its entries
are back to `received`), a final one stays. Everything that one look at the chain found is kept in
one transaction, with the projections that follow from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from registry.chain.events import Advanced, Event, RawLog
from registry.chain.sender import Outgoing
from registry.chain.watcher import Changes, Position
from registry.ledger import checkpoints
from registry.ledger.authority import ChainNews
from registry.ledger.checkpoints import Mined
from registry.ledger.tables import chain_position, transactions, unconfirmed_logs
from registry.proofs.hexes import from_hex, to_hex
from registry.proofs.record import LogId
from registry.storage.unit_of_work import Database

Learn = Callable[[Connection, Sequence[ChainNews]], None]
ONLY_ROW = 1


class SqlLane:
    """The node's chain transactions in the database. Implements `registry.chain.sender.Lane`."""

    def __init__(self, database: Database) -> None:
        """The lane of the one key that this database belongs to."""
        self._database = database

    def store(self, outgoing: Outgoing) -> None:
        """Keep it, durably before this returns."""
        with self._database.write() as connection:
            if outgoing.hash in self._hashes(connection, outgoing.nonce):
                return
            row = asdict(outgoing) | {"created_at": int(outgoing.created_at.timestamp())}
            connection.execute(insert(transactions).values(row))

    def since(self, nonce: int) -> Sequence[Outgoing]:
        """Those with this nonce or a higher one, by nonce and attempt."""
        return self._where(transactions.c.nonce >= nonce)

    def of(self, purpose: str) -> Sequence[Outgoing]:
        """Those with this purpose, by nonce and attempt."""
        return self._where(transactions.c.purpose == purpose)

    def _hashes(self, connection: Connection, nonce: int) -> set[bytes]:
        query = select(transactions.c.hash).where(transactions.c.nonce == nonce)
        return set(connection.scalars(query))

    def _where(self, condition: Any) -> list[Outgoing]:
        query = select(transactions).where(condition)
        with self._database.read() as connection:
            rows = connection.execute(
                query.order_by(transactions.c.nonce, transactions.c.attempt)
            ).all()
        return [
            Outgoing(
                nonce=row.nonce,
                attempt=row.attempt,
                hash=row.hash,
                raw=row.raw,
                purpose=row.purpose,
                created_at=datetime.fromtimestamp(row.created_at, UTC),
            )
            for row in rows
        ]


class SqlSightings:
    """What was seen of the chain. Implements `registry.chain.watcher.Sightings`."""

    def __init__(self, database: Database, learn: Learn) -> None:
        """`learn` projects final events."""
        self._database = database
        self._learn = learn

    def position(self) -> Position | None:
        """The last block up to which everything is final; None before the first."""
        with self._database.read() as connection:
            row = connection.execute(select(chain_position)).first()
        return None if row is None else Position(number=row.number, hash=row.hash)

    def unconfirmed(self) -> Sequence[RawLog]:
        """The logs that were mined and are neither final nor reorged."""
        with self._database.read() as connection:
            return [_raw(text) for text in connection.scalars(select(unconfirmed_logs.c.raw))]

    def apply(self, changes: Changes) -> None:
        """Keep what a look at the chain found, all or none."""
        if changes.position == self.position() and not (changes.reorged or changes.mined):
            return
        with self._database.write() as connection:
            for raw in changes.reorged:
                _forget(connection, raw)
                checkpoints.take_back_anchors(connection, raw.block_hash)
            for event in changes.mined:
                _keep(connection, event.raw)
                _mark(connection, event, final=False)
            for event in changes.final:
                _forget(connection, event.raw)
                _mark(connection, event, final=True)
            self._learn(
                connection,
                [news_of(event, changes.times[event.raw.block_number]) for event in changes.final],
            )
            if changes.position is not None:
                _move(connection, changes.position)


def _mark(connection: Connection, event: Event, *, final: bool) -> None:
    content = event.content
    if isinstance(content, Advanced):
        mined = Mined(
            log=LogId(content.log),
            size=content.size,
            root=content.root,
            manifest=content.manifest,
            time=content.time,
            transaction=event.raw.transaction,
            block_number=event.raw.block_number,
            block_hash=event.raw.block_hash,
            final=final,
        )
        checkpoints.keep_anchor(connection, mined)


def _keep(connection: Connection, raw: RawLog) -> None:
    values = {
        "contract": to_hex(raw.contract),
        "topics": [to_hex(topic) for topic in raw.topics],
        "data": to_hex(raw.data),
        "block_number": raw.block_number,
        "block_hash": to_hex(raw.block_hash),
        "transaction": to_hex(raw.transaction),
        "index": raw.index,
    }
    connection.execute(
        insert(unconfirmed_logs).values(
            block_hash=raw.block_hash, place=raw.index, raw=orjson.dumps(values)
        )
    )


def _forget(connection: Connection, raw: RawLog) -> None:
    connection.execute(
        delete(unconfirmed_logs).where(
            unconfirmed_logs.c.block_hash == raw.block_hash, unconfirmed_logs.c.place == raw.index
        )
    )


def _move(connection: Connection, position: Position) -> None:
    values = {"number": position.number, "hash": position.hash}
    if connection.execute(update(chain_position).values(values)).rowcount == 0:
        connection.execute(insert(chain_position).values(row=ONLY_ROW, **values))


def _raw(text: bytes) -> RawLog:
    values = orjson.loads(text)
    return RawLog(
        contract=from_hex(values["contract"]),
        topics=tuple(from_hex(topic) for topic in values["topics"]),
        data=from_hex(values["data"]),
        block_number=values["block_number"],
        block_hash=from_hex(values["block_hash"]),
        transaction=from_hex(values["transaction"]),
        index=values["index"],
    )


def news_of(event: Event, time: int) -> ChainNews:
    """What a final event says, as rooms project it: bytes in hex, numbers as they are.

    `time` is its block's, in seconds since 1970.
    """
    arguments = {
        name: to_hex(value) if isinstance(value, bytes) else value
        for name, value in asdict(event.content).items()
    }
    return ChainNews(
        block=event.raw.block_number,
        place=event.raw.index,
        time=time,
        name=type(event.content).__name__,
        arguments=arguments,
    )
