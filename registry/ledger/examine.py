"""What must be true of any record, whoever brings it: the door asks, and so does the follower.

The same rules decide on a submission and on what another log holds, so that what is refused here at
the door is refused again when it comes from another node.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from registry.errors import Field, InvalidInput
from registry.ledger import repository
from registry.ledger.types import RecordType
from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest, LedgerId, LogId, Record
from registry.proofs.signature import Signature, verify_signatures
from registry.storage.unit_of_work import Database

BATCHES_REMEMBERED = 1024


class Examiner:
    """Knows the types of record, the ledger, and the batches that sign others."""

    def __init__(
        self, ledger: LedgerId, types: Mapping[str, RecordType], database: Database
    ) -> None:
        """`types` by their names on the wire."""
        self._ledger = ledger
        self._types = types
        self._recorded = _recorded_batches(database)

    def kind(self, record: Record) -> RecordType:
        """The type of a record. Raises InvalidInput TYPE_UNKNOWN."""
        kind = self._types.get(record.type)
        if kind is None:
            known = ", ".join(sorted(self._types))
            raise InvalidInput(
                "TYPE_UNKNOWN",
                f"this node takes no records of type {record.type}; it knows {known}",
                fields=[Field("record.type", "is not known here")],
            )
        return kind

    def envelope(self, record: Record) -> None:
        """Raise InvalidInput WRONG_LEDGER or TERMS_WRONG: the record is not for this ledger."""
        if record.ledger != self._ledger:
            raise InvalidInput(
                "WRONG_LEDGER",
                f"the record is for ledger {to_hex(record.ledger)}, this is {to_hex(self._ledger)}",
                fields=[Field("record.ledger", "names another ledger")],
            )
        if record.terms is not None:
            raise InvalidInput(
                "TERMS_WRONG",
                f"{record.type} has no chain call, so its terms are null",
                fields=[Field("record.terms", "must be null")],
            )

    def signatures(
        self,
        record: Record,
        signatures: Sequence[Signature],
        *,
        log: LogId,
        before: int | None = None,
        arriving: Mapping[Digest, Record] | None = None,
    ) -> None:
        """Raise as `verify_signatures` unless every signer signed.

        A batch comes before its members in the same log (protocol, section 2): it is looked for
        among the records that arrive in the same step, then in `log`, before index `before`.
        """
        beside = arriving or {}

        def batch(digest: Digest) -> Record | None:
            return beside.get(digest) or self._recorded(log, digest, before)

        verify_signatures(record, signatures, batches=batch)


def _recorded_batches(
    database: Database,
) -> Callable[[LogId, Digest, int | None], Record | None]:
    @lru_cache(maxsize=BATCHES_REMEMBERED)
    def recorded(log: LogId, digest: Digest) -> tuple[int, Record]:
        with database.read() as connection:
            entered = repository.find_sound(connection, log, digest)
        if entered is None or entered.type != "work.batch" or entered.canonical is None:
            raise KeyError(digest)
        return entered.index, Record.from_bytes(entered.canonical)

    def find(log: LogId, digest: Digest, before: int | None) -> Record | None:
        # Only what is found is remembered: the batch may still be on its way.
        try:
            index, record = recorded(log, digest)
        except KeyError:
            return None
        return record if before is None or index < before else None

    return find
