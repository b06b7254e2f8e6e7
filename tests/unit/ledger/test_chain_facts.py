"""What is kept of the chain: lane and sightings as their ports promise, and what follows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.event import listen

from registry.chain.events import Advanced, Event, RawLog
from registry.chain.sender import Lane
from registry.chain.watcher import Sightings
from registry.ledger import checkpoints
from registry.ledger.authority import ChainNews
from registry.ledger.chain_facts import SqlLane, SqlSightings
from registry.ledger.checkpoints import Mined
from registry.ledger.tables import chain_position, unconfirmed_logs
from registry.proofs.record import LogId
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database
from tests.ports.chain.suites import (
    LaneSuite,
    SightingsSuite,
    changes,
    event,
    outgoing,
    raw_log,
)

LOG, ANOTHER = LogId(b"\x21" * 32), LogId(b"\x22" * 32)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(open_engine(f"sqlite:///{tmp_path / 'facts.sqlite3'}"))
    upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def lane(database: Database) -> Lane:
    return SqlLane(database)


@pytest.fixture
def learnt() -> list[ChainNews]:
    return []


@pytest.fixture
def sightings(database: Database, learnt: list[ChainNews]) -> Sightings:
    def learn(_connection: Connection, news: Sequence[ChainNews]) -> None:
        learnt.extend(news)

    return SqlSightings(database, learn)


class TestSqlLane(LaneSuite):
    """The lane in the database."""


class TestSqlSightings(SightingsSuite):
    """The sightings in the database."""


def test_what_is_stored_is_there_after_a_restart(database: Database, tmp_path: Path) -> None:
    SqlLane(database).store(outgoing(3))
    SqlSightings(database, lambda _connection, _news: None).apply(changes(mined=(event(3),), at=2))
    again = Database(open_engine(f"sqlite:///{tmp_path / 'facts.sqlite3'}"))
    assert list(SqlLane(again).since(0)) == [outgoing(3)]
    found = SqlSightings(again, lambda _connection, _news: None)
    assert list(found.unconfirmed()) == [raw_log(3)]
    position = found.position()
    assert position is not None
    assert position.number == 2
    again.close()


def test_two_transactions_of_one_nonce_are_both_kept(lane: Lane) -> None:
    first, rival = outgoing(3), replace(outgoing(3), hash=b"\x77" * 32, purpose="b")
    lane.store(first)
    lane.store(rival)
    assert {kept.hash for kept in lane.since(3)} == {first.hash, rival.hash}


# ---- anchors -------------------------------------------------------------------------------------


def advanced(size: int, block: int, fork: int = 0, log: LogId = LOG) -> Event:
    content = Advanced(log=log, size=size, root=b"\x31" * 32, time=1000 + block, manifest=bytes(32))
    return Event(raw=raw_log(block, size, fork), content=content)


def kept(database: Database, size: int, log: LogId = LOG) -> Mined | None:
    with database.read() as connection:
        return checkpoints.mined_at(connection, log, size)


def test_an_anchor_gets_the_block_that_it_is_in(database: Database, sightings: Sightings) -> None:
    happened = advanced(5, 3)
    sightings.apply(changes(mined=(happened,)))
    found = kept(database, 5)
    assert found is not None
    assert (found.block_number, found.time, found.final) == (3, 1003, False)
    assert (found.block_hash, found.transaction) == (
        happened.raw.block_hash,
        happened.raw.transaction,
    )
    assert kept(database, 9) is None
    assert kept(database, 5, ANOTHER) is None, "the size of another log"
    sightings.apply(changes(mined=(advanced(5, 4, log=ANOTHER),)))
    assert kept(database, 5) == found
    assert kept(database, 5, ANOTHER) is not None


def test_a_reorganisation_takes_back_what_its_blocks_held_and_no_more(
    database: Database, sightings: Sightings
) -> None:
    stays, goes = advanced(5, 3), advanced(9, 4)
    sightings.apply(changes(mined=(stays, goes)))
    sightings.apply(changes(reorged=(goes.raw,)))
    assert kept(database, 9) is None
    assert kept(database, 5) is not None


def test_what_comes_again_in_another_block_has_that_block(
    database: Database, sightings: Sightings
) -> None:
    before, after = advanced(5, 3), advanced(5, 4, fork=1)
    sightings.apply(changes(mined=(before,)))
    sightings.apply(changes(reorged=(before.raw,), mined=(after,)))
    found = kept(database, 5)
    assert found is not None
    assert (found.block_number, found.block_hash) == (4, after.raw.block_hash)
    sightings.apply(changes(final=(after,), at=4))
    assert kept(database, 5) == replace(found, final=True)


# ---- what follows --------------------------------------------------------------------------------


def test_only_what_is_final_is_learnt_with_its_place(
    sightings: Sightings, learnt: list[ChainNews]
) -> None:
    sightings.apply(changes(mined=(event(3), event(3, 1))))
    assert learnt == []
    sightings.apply(changes(final=(event(3), event(3, 1)), at=3))
    assert [(news.block, news.place, news.name) for news in learnt] == [
        (3, 0, "WitnessSet"),
        (3, 1, "WitnessSet"),
    ]
    assert learnt[0].time == 1003
    assert learnt[0].arguments == {"organisation": "0x" + "04" * 32, "key": "0x" + "05" * 32}


def test_all_is_kept_or_none(database: Database) -> None:
    def fail(_connection: Connection, news: Sequence[ChainNews]) -> None:
        if news:
            raise RuntimeError("killed in the middle")

    sightings = SqlSightings(database, fail)
    happened = advanced(5, 3)
    with pytest.raises(RuntimeError):
        sightings.apply(changes(mined=(happened,), final=(happened,), at=3))
    assert sightings.position() is None
    assert list(sightings.unconfirmed()) == []
    assert kept(database, 5) is None


def test_looking_in_vain_writes_nothing(database: Database, sightings: Sightings) -> None:
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT")):
            written.append(statement)

    listen(database.engine, "before_cursor_execute", note)
    sightings.apply(changes(at=3))
    assert written
    written.clear()
    sightings.apply(changes(at=3))
    assert written == []


def test_there_is_one_position(database: Database, sightings: Sightings) -> None:
    for at in (3, 4, 9):
        sightings.apply(changes(at=at))
    with database.read() as connection:
        rows = connection.execute(select(chain_position.c.number)).all()
    assert [row.number for row in rows] == [9]


def test_a_log_of_an_abandoned_block_is_not_taken_for_its_successor(
    database: Database, sightings: Sightings
) -> None:
    one, other = event(3), event(3, fork=1)
    sightings.apply(changes(mined=(one,)))
    sightings.apply(changes(mined=(other,)))
    assert {raw.block_hash for raw in sightings.unconfirmed()} == {
        one.raw.block_hash,
        other.raw.block_hash,
    }
    with database.read() as connection:
        count = connection.scalar(select(func.count()).select_from(unconfirmed_logs))
    assert count == 2


def test_every_word_of_a_log_comes_back(sightings: Sightings) -> None:
    raw = RawLog(
        contract=b"\x0c" * 20,
        topics=(),
        data=b"",
        block_number=2**40,
        block_hash=b"\xff" * 32,
        transaction=bytes(32),
        index=2**20,
    )
    sightings.apply(changes(mined=(replace(event(3), raw=raw),)))
    assert list(sightings.unconfirmed()) == [raw]
