"""What stands behind the entries of another log: fetched, examined, kept; projected where in order.

What the door asks of a record is asked again here, by the same `Examiner`; whose authority it
carries is not decided here but where facts are read, by recorded time. What is at fault is kept
with its name. Records are taken in pieces, in the order of the log, each piece one transaction: a
restart goes on where it was, a large anchor neither fills the memory nor keeps the own writer
waiting, and until its last record is here `repository.followed_size` says how far the log is known.
"""

import logging
from collections.abc import Sequence

from registry.documents.block import Block
from registry.documents.port import Documents
from registry.errors import Damaged, InvalidInput, RegistryError
from registry.ledger import checkpoints, projection, repository
from registry.ledger.bodies import NewerBody
from registry.ledger.checkpoints import Prepared
from registry.ledger.examine import Examiner
from registry.ledger.following.sources import Sources
from registry.ledger.position import Position
from registry.ledger.projection import Opened, Placed, facts_of
from registry.ledger.repository import RECORD_PENDING, AtFault
from registry.ledger.types import RecordType
from registry.proofs import canonical
from registry.proofs.entry import entry_of, parse_entry
from registry.proofs.record import Digest, LogId, Record
from registry.proofs.signature import Signature, parse_signatures
from registry.proofs.submission import LIMIT
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

BATCH = "work.batch"
RECORD_WITHHELD = "RECORD_WITHHELD"
NEWER_VERSION = "NEWER_VERSION"
NODE_FAILED = "NODE_FAILED"

MAY_CHANGE = (RECORD_WITHHELD, NEWER_VERSION, "BATCH_UNKNOWN", NODE_FAILED)
"""Faults that another day, another node or another release may cure."""

# Forms that this release does not know: a later one may.
_UNKNOWN_FORMS = frozenset(("SPEC_UNKNOWN", "TYPE_UNKNOWN", "FIELD_UNKNOWN", "SIGNATURE_SCHEME"))

PIECE = 256
_WINDOW = 32
_HELD = 8 * 1024 * 1024

Bytes = tuple[bytes | None, bytes | None]
"""A record and its signatures array, as far as they are to be had."""


class Contents:
    """Fills the entries of other logs with their records."""

    def __init__(self, database: Database, documents: Documents, examiner: Examiner) -> None:
        """`documents` keeps what was fetched, so that this node can serve it to others."""
        self._database = database
        self._documents = documents
        self._examiner = examiner

    def fill(self, checkpoint: Prepared, sources: Sources) -> None:
        """Take the records of an anchor that are still to come. Raises Unavailable."""
        start = checkpoint.old_size
        while pending := self._at_fault(checkpoint.log, (RECORD_PENDING,), start, PIECE):
            _, start = self._take(checkpoint.log, pending, sources)
        with self._database.write() as connection:
            checkpoints.mark_published(connection, checkpoint.log, checkpoint.size)

    def again(self, log: LogId, start: int, limit: int, sources: Sources) -> tuple[int, int]:
        """Look again at `limit` entries that may be cured, from `start` on; wait for nobody.

        How many are no longer what they were, and where to go on: 0 from the end of the log.
        """
        sources.resigned = True
        found = self._at_fault(log, MAY_CHANGE, start, limit)
        more, cured = len(found) == limit, 0
        while found:
            changed, start = self._take(log, found, sources)
            cured += changed
            found = [one for one in found if one.index >= start]
        return cured, start if more else 0

    def _at_fault(self, log: LogId, faults: Sequence[str], start: int, limit: int) -> list[AtFault]:
        with self._database.read() as connection:
            return repository.at_fault(connection, log, faults, start, limit)

    def _take(self, log: LogId, waiting: Sequence[AtFault], sources: Sources) -> tuple[int, int]:
        """Fetch, examine and keep the records of the first of these entries.

        How many changed, and the index to go on at.
        """
        contents = _fetched(waiting, sources)
        taken = waiting[: len(contents)]
        arriving: dict[Digest, Record] = {}
        found = [
            self._examined(log, one, bytes_, arriving)
            for one, bytes_ in zip(taken, contents, strict=True)
        ]
        changed = [
            place for place, one in zip(found, taken, strict=True) if place.fault != one.fault
        ]
        kept = {place.position.index for place in changed}
        self._documents.put_blocks(
            Block.of(data)
            for one, bytes_ in zip(taken, contents, strict=True)
            for data in bytes_
            if data is not None and one.index in kept
        )
        with self._database.write() as connection:
            projection.fill(connection, log, changed)
        return len(changed), taken[-1].index + 1

    def _examined(
        self, log: LogId, one: AtFault, found: Bytes, arriving: dict[Digest, Record]
    ) -> Placed:
        """The entry with its record, or with what is at fault."""
        opened: Opened | None = None
        kind: RecordType | None = None
        fault: str | None = None
        data, signatures_data = found
        if data is None or signatures_data is None:
            return _placed(log, one, None, None, RECORD_WITHHELD)
        try:
            record, signatures = _read(data, signatures_data)
            opened = Opened(record=record, signatures=signatures_data)
            _require_entry(record, one.entry)
            kind = self._in_order(log, one.index, record, signatures, arriving)
            list(facts_of(_placed(log, one, opened, kind, None)))
        except RegistryError as exc:
            fault = _named(exc)
        except Exception:
            logger.exception("record %s cannot be read", one.entry[64:96].hex())
            fault = NODE_FAILED
        else:
            if record.type == BATCH:
                arriving[record.digest] = record
        return _placed(log, one, opened, kind, fault)

    def _in_order(
        self,
        log: LogId,
        index: int,
        record: Record,
        signatures: Sequence[Signature],
        arriving: dict[Digest, Record],
    ) -> RecordType:
        """The kind of a record that any door would take. Raises RegistryError."""
        kind = self._examiner.kind(record)
        self._examiner.envelope(record)
        kind.check(record)
        self._examiner.signatures(record, signatures, log=log, before=index, arriving=arriving)
        return kind


def _fetched(waiting: Sequence[AtFault], sources: Sources) -> list[Bytes]:
    """The contents of the first of these entries, as many as may be held at once."""
    contents: list[Bytes] = []
    held = 0
    for at in range(0, len(waiting), _WINDOW):
        if held > _HELD:
            break
        told = [parse_entry(one.entry) for one in waiting[at : at + _WINDOW]]
        digests = [digest for entry in told for digest in (entry.digest, entry.signatures_digest)]
        found = sources.blocks(digests)
        held += sum(len(data or b"") for data in found)
        contents += zip(found[::2], found[1::2], strict=True)
    return contents


def _read(data: bytes, signatures_data: bytes) -> tuple[Record, tuple[Signature, ...]]:
    record = Record.from_bytes(data)
    return record, parse_signatures(canonical.decode(signatures_data, limit=LIMIT), record)


def _require_entry(record: Record, entry: bytes) -> None:
    if entry_of(record, parse_entry(entry).signatures_digest) != entry:
        raise Damaged("ENTRY_MISMATCH", "the entry states another type or subject than its record")


def _placed(
    log: LogId, one: AtFault, opened: Opened | None, kind: RecordType | None, fault: str | None
) -> Placed:
    return Placed(
        position=Position(log=log, index=one.index),
        entry=one.entry,
        digest=parse_entry(one.entry).digest,
        opened=opened,
        kind=kind,
        fault=fault,
    )


def _named(exc: RegistryError) -> str:
    unknown_form = isinstance(exc, InvalidInput) and exc.code in _UNKNOWN_FORMS
    newer = unknown_form or isinstance(exc, NewerBody)
    return NEWER_VERSION if newer else exc.code
