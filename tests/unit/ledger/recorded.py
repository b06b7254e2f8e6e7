"""Entries and anchors put straight into a spine's tables, as a node that follows a log has them."""

from hashlib import sha256

from registry.bootstrap import RECORD_TYPES
from registry.ledger import checkpoints, projection
from registry.ledger.checkpoints import Mined
from registry.ledger.position import Position
from registry.ledger.projection import Opened, Placed
from registry.proofs.entry import entry_of
from registry.proofs.record import LogId
from registry.proofs.submission import Submission
from tests.unit.ledger.spine import Spine


def placed(spine: Spine, log: LogId, index: int, submission: Submission) -> None:
    """An entry as a node that follows, or writes, the log inserts it."""
    record = submission.record
    with spine.database.write() as connection:
        projection.insert(
            connection,
            [
                Placed(
                    position=Position(log=log, index=index),
                    entry=entry_of(record, submission.signatures_digest),
                    digest=record.digest,
                    opened=Opened(record=record, signatures=submission.signatures_bytes),
                    kind=RECORD_TYPES[record.type],
                )
            ],
        )


def anchored(spine: Spine, log: LogId, size: int, time: int, *, final: bool = True) -> None:
    """The chain has the log at this size since `time`, in a block every ten seconds."""
    with spine.database.write() as connection:
        checkpoints.keep_anchor(
            connection,
            Mined(
                log=log,
                size=size,
                root=bytes(32),
                manifest=bytes(32),
                time=time,
                transaction=bytes(32),
                block_number=time // 10,
                block_hash=sha256(bytes((size,)) + log).digest(),
                final=final,
            ),
        )
