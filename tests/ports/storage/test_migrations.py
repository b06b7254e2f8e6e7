"""Migrations: up to exactly the tables that this release knows, and down again to nothing."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from registry.bootstrap import RECORD_TYPES
from registry.storage.engine import metadata, open_engine
from registry.storage.migrate import configuration, downgrade, upgrade

#: Importing the rooms is what fills the metadata.
assert RECORD_TYPES
VERSION = "alembic_version"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'a folder' / 'migrated.sqlite3'}")
    yield opened
    opened.dispose()


def revisions(engine: Engine) -> list[str]:
    """Every revision, the first one first."""
    walked = ScriptDirectory.from_config(configuration(engine)).walk_revisions()
    return [script.revision for script in reversed(list(walked))]


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {VERSION}


def differences(engine: Engine) -> list[object]:
    """What Alembic would have to change to come from the database to the metadata."""
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))


def test_migrated_up_the_database_is_what_the_code_knows(engine: Engine) -> None:
    upgrade(engine)
    assert tables(engine) == set(metadata.tables)
    assert differences(engine) == []


def test_the_comparison_sees_a_difference(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP INDEX ix_works_content_cid")
        connection.exec_driver_sql("ALTER TABLE works ADD COLUMN more INTEGER")
        connection.commit()
    assert len(differences(engine)) == 2


def test_migrating_up_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    before = schema(engine)
    upgrade(engine)
    assert schema(engine) == before


def test_migrated_down_nothing_is_left_and_up_again_all_is_there(engine: Engine) -> None:
    upgrade(engine)
    before = schema(engine)
    downgrade(engine, "base")
    assert tables(engine) == set()
    upgrade(engine)
    assert schema(engine) == before


def test_every_step_can_be_taken_back(engine: Engine) -> None:
    known = ["base", *revisions(engine)]
    for below, revision in pairwise(known):
        before = schema(engine)
        upgrade(engine, revision)
        assert schema(engine) != before
        downgrade(engine, below)
        assert schema(engine) == before
        upgrade(engine, revision)


def test_there_is_one_line_of_revisions(engine: Engine) -> None:
    scripts = ScriptDirectory.from_config(configuration(engine))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert scripts.get_current_head() == revisions(engine)[-1]


def test_a_migration_that_fails_leaves_nothing(engine: Engine) -> None:
    """All of it is one transaction: the last table of the first migration is in the way."""
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE works (digest BLOB)")
        connection.commit()
    with pytest.raises(Exception, match="works"):
        upgrade(engine)
    assert tables(engine) == {"works"}


def schema(engine: Engine) -> list[str]:
    """Every statement that makes the database what it is, but for Alembic's own table."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        ).all()
    return [row.sql for row in rows if row.name != VERSION]
