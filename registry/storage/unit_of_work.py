"""The unit of work: one transaction that is committed whole or leaves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from registry.errors import Unavailable


class Database:
    """Transactions on one engine. A driver's failure leaves here as `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """`engine` as made by `open_engine`."""
        self.engine = engine
        self._writing = engine.execution_options(comity_writes=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or rolls back when it raises."""
        with _translated(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view for a few queries."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, NoConnectionFree) as exc:
        raise Unavailable(
            "DATABASE_UNAVAILABLE",
            "the node's database did not take the request; repeat it later",
            retry_after=5,
        ) from exc
