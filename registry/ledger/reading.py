"""What anybody may read: the own log's checkpoint and tiles, the records of every log known here.

A record is shown with where it stands and with the best proof of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from registry.errors import InvalidInput, NotFound
from registry.ledger import repository
from registry.ledger.log import Logs
from registry.ledger.receipts import Standing, Vouched, standing
from registry.ledger.repository import Entered
from registry.proofs.tiles import FULL, encode_bundle, parse_path
from registry.storage.unit_of_work import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record with where it stands, and the records that speak about it, in log order."""

    entered: Entered
    standing: Standing
    later: Sequence[Entered]


class Reading:
    """Look-ups in the logs. Safe for several threads."""

    def __init__(self, database: Database, logs: Logs, vouched: Vouched) -> None:
        """`vouched` says whether enough witnesses signed a checkpoint."""
        self._database = database
        self._logs = logs
        self._log = logs.own
        self._vouched = vouched

    def checkpoint(self) -> str:
        """The newest checkpoint. Raises NotFound LOG_EMPTY before the first entry."""
        size = self._log.size
        if size == 0:
            raise NotFound("LOG_EMPTY", "the log has no entry yet; come back after the first")
        return self._log.checkpoint(size)

    def tile(self, path: str) -> bytes:
        """The tile or bundle at `tile/…` of C2SP tlog-tiles.

        Raises InvalidInput TILE_PATH, NotFound TILE_UNKNOWN.
        """
        tile = parse_path(path)
        start = tile.index * FULL
        if tile.level is None:
            with self._database.read() as connection:
                bundle = repository.entry_bytes(
                    connection, self._log.log_id, start, start + tile.width
                )
            if len(bundle) < tile.width:
                raise _tile_unknown(path)
            return encode_bundle(bundle)
        try:
            return self._log.tree.tile(tile.level, tile.index, tile.width)
        except InvalidInput as exc:
            raise _tile_unknown(path) from exc

    def find(self, reference: str) -> list[Found]:
        """All records that a number or a digest names.

        Raises NotFound RECORD_UNKNOWN, and as `parse_number` and `from_hex`.
        """
        with self._database.read() as connection:
            entered = repository.find_named(connection, reference)
            if not entered:
                raise NotFound("RECORD_UNKNOWN", f"no record here is named {reference}")
            return [
                Found(
                    entered=each,
                    standing=self.standing(connection, each),
                    later=repository.speaking_about(connection, each.digest),
                )
                for each in entered
            ]

    def standing(self, connection: Connection, entered: Entered) -> Standing:
        """Where an entry stands in its log, with the best proof of it."""
        return standing(connection, self._logs[entered.log], entered.index, self._vouched)

    def find_one(self, reference: str) -> Found:
        """The one record of that name. Raises as `find`, and InvalidInput NUMBER_AMBIGUOUS."""
        found = self.find(reference)
        if len(found) > 1:
            raise InvalidInput(
                "NUMBER_AMBIGUOUS", "several records have this number; ask by digest"
            )
        return found[0]


def _tile_unknown(path: str) -> NotFound:
    return NotFound("TILE_UNKNOWN", f"the log has no {path} yet")
