"""How Alembic reaches the database: the engine that `registry.storage.migrate` hands over."""

from alembic import context
from sqlalchemy import Engine

from registry.storage.engine import metadata


def run() -> None:
    """Run the migrations in one transaction of the given engine."""
    engine: Engine = context.config.attributes["engine"]
    with engine.execution_options(comity_writes=True).connect() as connection:
        context.configure(
            connection=connection, target_metadata=metadata, transaction_per_migration=False
        )
        with context.begin_transaction():
            context.run_migrations()


run()
