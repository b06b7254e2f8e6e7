"""The fakes in memory and the node's tables keep the same promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.ledger.chain_facts import SqlLane, SqlSightings
from registry.storage.engine import open_engine
from registry.storage.migrate import upgrade
from registry.storage.unit_of_work import Database
from tests.ports.chain.suites import LaneSuite, SightingsSuite


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(open_engine(f"sqlite:///{tmp_path / 'node.sqlite3'}"))
    upgrade(database.engine)
    yield database
    database.close()


class TestMemoryLane(LaneSuite):
    """`MemoryLane`, from the folder's fixture."""


class TestMemorySightings(SightingsSuite):
    """`MemorySightings`, from the folder's fixture."""


class TestSqlLane(LaneSuite):
    @pytest.fixture
    def lane(self, database: Database) -> SqlLane:
        return SqlLane(database)


class TestSqlSightings(SightingsSuite):
    @pytest.fixture
    def sightings(self, database: Database) -> SqlSightings:
        return SqlSightings(database, lambda _connection, _news: None)
