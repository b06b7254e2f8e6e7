"""This node as a witness: it puts its name to heads of logs that only ever grow.

Follows C2SP tlog-witness. What was cosigned of each log is kept, and kept before it is signed: two
heads of one size are never cosigned, not even with a crash between them. A log stands where the
witness saw it last or where the chain does, whichever is further, so that a head which contradicts
the chain is refused as well. Nobody is asked who he is: the log's own signature is what counts.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from registry.errors import Conflict, InvalidInput, NotAuthorised, NotFound, QuotaExceeded
from registry.ledger import checkpoints
from registry.ledger.checkpoints import Mined
from registry.ledger.clock import ClockGuard
from registry.ledger.tables import witnessed
from registry.proofs.checkpoint import Checkpoint, log_of, parse_body
from registry.proofs.cosignature import cosign
from registry.proofs.note import NoteSigner, VerifierKey, check_signed_by
from registry.proofs.record import LogId
from registry.proofs.tree import EMPTY_ROOT, verify_consistency
from registry.proofs.witness_request import AddCheckpoint, malformed, parse_add_checkpoint
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

Keys = Callable[[str], Sequence[VerifierKey] | None]
"""The keys that sign for the log of an origin line; None where no such log is witnessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Size and root of a log; `at` (seconds since 1970) where it was cosigned here."""

    size: int
    root: bytes
    at: int | None = None


class StandsElsewhere(Conflict):
    """The log stands at another size, or at another root, than the request says."""

    def __init__(self, code: str, detail: str, size: int) -> None:
        """`size` is where the witness has the log: the answer to whoever asks."""
        super().__init__(code, detail)
        self.size = size


class Witness:
    """Cosigns heads of the ledger's logs. Safe to ask from several threads."""

    def __init__(
        self, database: Database, keys: Keys, signer: NoteSigner, guard: ClockGuard
    ) -> None:
        """`signer` is the organisation's witness key (`registry.proofs.cosignature`)."""
        self._database = database
        self._keys = keys
        self._signer = signer
        self._guard = guard

    def add_checkpoint(self, body: bytes) -> bytes:
        """The cosignature line for the checkpoint of a request, both as they travel.

        Raises InvalidInput WITNESS_REQUEST_MALFORMED or CONSISTENCY_FALSE, NotFound LOG_UNKNOWN,
        NotAuthorised CHECKPOINT_SIGNATURE, StandsElsewhere, QuotaExceeded WITNESS_TOO_OFTEN, and
        Unavailable when the clock or the database is not to be relied on.
        """
        request = parse_add_checkpoint(body)
        checkpoint = self._signed(request)
        if request.old > checkpoint.size:
            raise malformed(f"it leads from {request.old} back to {checkpoint.size} entries")
        time = self._guard.now()
        log = log_of(checkpoint.origin)
        with self._database.read() as connection:
            seen = _judge(connection, log, request, checkpoint)
        if not _is(seen, checkpoint):
            self._advance(log, request, checkpoint, int(time.timestamp()))
        return cosign(request.note.text, self._signer, time).line.encode()

    def _signed(self, request: AddCheckpoint) -> Checkpoint:
        """The checkpoint of a request, which a key of its log signed."""
        keys = self._keys(request.origin)
        if keys is None:
            raise NotFound("LOG_UNKNOWN", "no organisation on the chain has a log of this origin")
        if not any(check_signed_by(request.note, key) for key in keys):
            raise NotAuthorised("CHECKPOINT_SIGNATURE", "no key of the log signed the checkpoint")
        try:
            return parse_body(request.note.text)
        except InvalidInput as fault:
            raise malformed(fault.detail) from fault

    def _advance(
        self, log: LogId, request: AddCheckpoint, checkpoint: Checkpoint, now: int
    ) -> None:
        """Judge again and keep the new head, in one step that admits no other in between."""
        with self._database.write() as connection:
            seen = _judge(connection, log, request, checkpoint)
            if _is(seen, checkpoint):
                return
            if seen is not None and seen.at == now:
                raise QuotaExceeded(
                    "WITNESS_TOO_OFTEN",
                    "a head of this log was cosigned this very second",
                    retry_after=1,
                )
            _keep(connection, log, seen, checkpoint, now)


def _is(seen: Head | None, checkpoint: Checkpoint) -> bool:
    return seen is not None and (seen.size, seen.root) == (checkpoint.size, checkpoint.root)


def _judge(
    connection: Connection, log: LogId, request: AddCheckpoint, checkpoint: Checkpoint
) -> Head | None:
    """Refuse what does not continue the log from where it stands; else what was cosigned last."""
    seen = _cosigned(connection, log)
    latest = _latest(connection, log, seen)
    if request.old != latest.size:
        raise StandsElsewhere(
            "WITNESS_SIZE_DIFFERS", f"the log stands at {latest.size} entries here", latest.size
        )
    if checkpoint.size == latest.size and checkpoint.root != latest.root:
        logger.error("the log %s shows two roots of size %d", log.hex(), latest.size)
        raise StandsElsewhere(
            "WITNESS_ROOT_DIFFERS", "the log has another root of that size here", latest.size
        )
    if not verify_consistency(
        latest.size, checkpoint.size, latest.root, checkpoint.root, request.proof
    ):
        raise InvalidInput(
            "CONSISTENCY_FALSE",
            f"the proof does not lead from the log's {latest.size} entries to the checkpoint",
        )
    return seen


# ---- what is kept -------------------------------------------------------------------------------


def _latest(connection: Connection, log: LogId, seen: Head | None) -> Head:
    """Where the log stands: the larger of what was cosigned here and what is final on the chain.

    Raises StandsElsewhere where the two are of one size and not of one root.
    """
    anchored = checkpoints.newest_final(connection, log)
    if seen is None:
        return _head(anchored) if anchored else Head(size=0, root=EMPTY_ROOT)
    if anchored is None or anchored.size < seen.size:
        return seen
    same = checkpoints.mined_at(connection, log, seen.size)
    if same is not None and same.final and same.root != seen.root:
        logger.error("the chain contradicts the head of %s cosigned here", log.hex())
        raise StandsElsewhere(
            "WITNESS_ROOT_DIFFERS", "the chain has another root of a size cosigned here", seen.size
        )
    return _head(anchored)


def _head(anchored: Mined) -> Head:
    return Head(size=anchored.size, root=anchored.root)


def _cosigned(connection: Connection, log: LogId) -> Head | None:
    """The last head of the log that was cosigned here; locked where the database locks rows."""
    query = select(witnessed).where(witnessed.c.log == log).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else Head(size=row.size, root=row.root, at=row.at)


def _keep(
    connection: Connection, log: LogId, seen: Head | None, checkpoint: Checkpoint, now: int
) -> None:
    values = {"size": checkpoint.size, "root": checkpoint.root, "at": now}
    if seen is None:
        connection.execute(insert(witnessed).values(log=log, **values))
    else:
        connection.execute(update(witnessed).where(witnessed.c.log == log).values(**values))
