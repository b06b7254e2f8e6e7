"""Bringing a database to the tables that this release knows (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that the database has not seen yet, in one transaction."""
    command.upgrade(configuration(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take migrations back, down to `revision` (`base`: all of them)."""
    command.downgrade(configuration(engine), revision)


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for one engine, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config
