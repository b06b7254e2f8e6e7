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
from registry.proofs.record import Digest, LedgerId, Record
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
        self._batch = _recorded_batches(database)

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
        arriving: Mapping[Digest, Record] | None = None,
    ) -> None:
        """Raise as `verify_signatures` unless every signer signed.

        A batch is looked for among the records that arrive in the same step, then in the logs.
        """
        beside = arriving or {}
        verify_signatures(
            record, signatures, batches=lambda digest: beside.get(digest) or self._batch(digest)
        )


def _recorded_batches(database: Database) -> Callable[[Digest], Record | None]:
    @lru_cache(maxsize=BATCHES_REMEMBERED)
    def recorded(digest: Digest) -> Record:
        with database.read() as connection:
            entered = repository.find(connection, digest)
        if entered is None or entered.type != "work.batch" or entered.canonical is None:
            raise KeyError(digest)
        return Record.from_bytes(entered.canonical)

    def find(digest: Digest) -> Record | None:
        # Only what is found is remembered: the batch may still be on its way.
        try:
            return recorded(digest)
        except KeyError:
            return None

    return find
