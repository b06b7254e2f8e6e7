"""Transactions: whole or nothing, durable when they return, and a driver's failure has our name."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

from registry.errors import Unavailable
from registry.storage.engine import open_engine
from registry.storage.unit_of_work import Database

PAPERS = Table(
    "papers",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("text", String, nullable=False),
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'papers.sqlite3'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(open_engine(url))
    with opened.write() as connection:
        PAPERS.create(connection)
    yield opened
    opened.close()


def put(database: Database, number: int) -> None:
    with database.write() as connection:
        connection.execute(insert(PAPERS).values(number=number, text="x"))


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(select(PAPERS.c.number).order_by(PAPERS.c.number)))


def test_what_was_written_is_there_for_others(database: Database, url: str) -> None:
    put(database, 1)
    other = Database(open_engine(url))
    assert numbers(other) == [1]
    other.close()


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_every_connection_is_durable_and_patient(
    database: Database, pragma: str, wanted: object
) -> None:
    with database.read() as connection, database.read() as another:
        for each in (connection, another):
            assert each.exec_driver_sql(f"PRAGMA {pragma}").scalar() == wanted


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    def half_way() -> None:
        with database.write() as connection:
            connection.execute(insert(PAPERS).values(number=1, text="x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    assert numbers(database) == []


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database: Database) -> None:
    put(database, 1)
    query = select(PAPERS.c.number)
    with database.read() as connection:
        assert len(connection.scalars(query).all()) == 1
        put(database, 2)
        assert len(connection.scalars(query).all()) == 1
    assert numbers(database) == [1, 2]


def test_writers_take_turns(database: Database) -> None:
    """A write has its lock from the start, so it never finds out half way that it came too late."""

    def write(start: int) -> None:
        for number in range(start, start + 20):
            with database.write() as connection:
                connection.scalars(select(PAPERS.c.number)).all()
                connection.execute(insert(PAPERS).values(number=number, text="x"))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers(database)) == 60


def test_what_the_driver_refuses_is_told_in_our_words(database: Database) -> None:
    put(database, 1)
    with pytest.raises(Unavailable) as refused:
        put(database, 1)
    assert (refused.value.code, refused.value.retry_after) == ("DATABASE_UNAVAILABLE", 5)
    assert "papers" not in refused.value.detail, "a statement is nobody's business"
    assert numbers(database) == [1]


def test_a_database_that_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "spoilt.sqlite3").write_bytes(b"this is no database" * 100)
    spoilt = Database(open_engine(f"sqlite:///{tmp_path / 'spoilt.sqlite3'}"))
    with pytest.raises(Unavailable):
        numbers(spoilt)
    spoilt.close()


def test_too_many_at_once_is_told_and_not_a_failure(url: str, database: Database) -> None:
    narrow = Database(create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01))
    with narrow.read(), pytest.raises(Unavailable) as refused:
        numbers(narrow)
    assert refused.value.code == "DATABASE_UNAVAILABLE"
    narrow.close()


def test_a_rule_between_tables_holds(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE marks (paper INTEGER NOT NULL REFERENCES papers (number))"
        )
    with pytest.raises(Unavailable), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO marks VALUES (7)")
