"""Group commit: whatever waits goes into the log together.

One thread writes. It takes all submissions that wait, decides on each against what is recorded,
inserts log rows, records and projections in one transaction, and only when that is durable lets
the tree grow, signs one checkpoint for the group and answers everybody. Durable first, signed
second, answered third: a kill between any two lines loses nothing that was answered, and the same
entries give the same checkpoint after a restart.
"""

import logging
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from registry.errors import Conflict, RegistryError, Unavailable
from registry.ledger import repository
from registry.ledger.clock import ClockGuard
from registry.ledger.facts import Facts, Recording
from registry.ledger.log import OwnLog
from registry.ledger.position import Position
from registry.ledger.projection import Opened, Placed, insert
from registry.ledger.receipts import first_receipt, receipt
from registry.ledger.types import RecordType
from registry.proofs.entry import entry_of
from registry.proofs.number import number_of
from registry.proofs.receipt import Receipt
from registry.proofs.record import Digest, LogId
from registry.proofs.submission import Submission
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What a submission came to: its receipt, and whether it was new."""

    receipt: Receipt
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A submission that passed the door, and the one who waits for its answer."""

    submission: Submission
    kind: RecordType
    answer: Future[Appended]

    @property
    def digest(self) -> Digest:
        """The digest of its record."""
        return self.submission.record.digest


Group = list[tuple[Waiting, Placed]]


class Appender:
    """The one writer of the own log."""

    def __init__(
        self,
        database: Database,
        log: OwnLog,
        recording: Recording,
        guard: ClockGuard,
        *,
        group_limit: int = 512,
        queue_limit: int = 10_000,
    ) -> None:
        """`log` may be empty: `start` fills its tree from the database."""
        self._database = database
        self._log = log
        self._recording = recording
        self._guard = guard
        self._group_limit = group_limit
        self._queue: queue.Queue[Waiting | None] = queue.Queue(maxsize=queue_limit)
        self._thread = threading.Thread(target=self._run, name="appender", daemon=True)
        # Between asking whether anything is taken and queueing it nobody may say no.
        self._gate = threading.Lock()
        #: Why nothing is taken now; None while it is.
        self.held: RegistryError | None = None

    @property
    def log_id(self) -> LogId:
        """The log that is written."""
        return self._log.log_id

    def start(self) -> None:
        """Bring the tree to where the database stands, then take submissions."""
        self._catch_up()
        self._thread.start()

    def stop(self) -> None:
        """Answer what waits, then end."""
        self.hold(Unavailable("NODE_STOPPING", "the node is shutting down", retry_after=10))
        self._queue.put(None)
        self._thread.join()

    def hold(self, reason: RegistryError) -> None:
        """Take nothing more; whoever asks is told the reason."""
        with self._gate:
            self.held = reason

    def append(self, submission: Submission, kind: RecordType) -> Future[Appended]:
        """Queue a submission; its future holds the receipt, or the error that refused it.

        Raises Unavailable QUEUE_FULL, or why the writer is held (NODE_STOPPING, LOG_BEHIND_CHAIN).
        """
        waiting = Waiting(submission=submission, kind=kind, answer=Future())
        try:
            with self._gate:
                if self.held is not None:
                    # One reason for all: without this it would gather every caller's traceback.
                    raise self.held.with_traceback(None)
                self._queue.put_nowait(waiting)
        except queue.Full as exc:
            raise Unavailable(
                "QUEUE_FULL", "more submissions wait than the node can take", retry_after=1
            ) from exc
        return waiting.answer

    # ---- the writer's thread ------------------------------------------------------------------

    def _run(self) -> None:
        for group in _apart(self._groups()):
            try:
                self._append_group(group)
            except RegistryError as exc:
                self._refuse(group, exc)
            except Exception:
                logger.exception("a group of %d submissions failed", len(group))
                failed = Unavailable(
                    "NODE_FAILED", "the node failed on this submission; its log says why"
                )
                self._refuse(group, failed)

    def _groups(self) -> Iterator[list[Waiting]]:
        going_on = True
        while going_on:
            taken = [self._queue.get()]
            with suppress(queue.Empty):
                while taken[-1] is not None and len(taken) < self._group_limit:
                    taken.append(self._queue.get_nowait())
            going_on = taken[-1] is not None
            # Whoever gave up waiting was promised nothing, and is left out.
            yield [one for one in taken if one and one.answer.set_running_or_notify_cancel()]

    def _append_group(self, group: list[Waiting]) -> None:
        received_at = int(self._guard.now().timestamp())
        with self._database.write() as connection:
            placed = self._place(connection, group, received_at)
            if placed:
                insert(connection, [place for _, place in placed])
        self._log.grow([place.entry for _, place in placed])
        if placed:
            self._answer_new(placed)
        self._answer_known([waiting for waiting in group if not waiting.answer.done()])

    def _place(self, connection: Connection, group: list[Waiting], received_at: int) -> Group:
        """Give what is new its place; refuse what may not enter; pass over what is known."""
        digests = [waiting.digest for waiting in group]
        numbers = [number_of(digest) for digest in digests]
        known, owners = repository.taken(connection, self._log.log_id, digests, numbers)
        facts = self._recording.of(connection, provisional=True)
        admitted = []
        for waiting, number in zip(group, numbers, strict=True):
            if waiting.digest in known:
                continue
            refusal = _refusal(facts, waiting, number, owners)
            if refusal is not None:
                waiting.answer.set_exception(refusal)
                continue
            owners[number] = waiting.digest
            admitted.append(waiting)
        start = self._log.size
        end = start + len(admitted)
        return [
            (waiting, self._placed(waiting, start + i, received_at, end))
            for i, waiting in enumerate(admitted)
        ]

    def _placed(self, waiting: Waiting, index: int, received_at: int, end: int) -> Placed:
        submission = waiting.submission
        return Placed(
            position=Position(log=self._log.log_id, index=index),
            entry=entry_of(submission.record, submission.signatures_digest),
            digest=waiting.digest,
            opened=Opened(record=submission.record, signatures=submission.signatures_bytes),
            kind=waiting.kind,
            received_at=received_at,
            receipt_size=end,
        )

    def _answer_new(self, placed: Group) -> None:
        size = self._log.size
        checkpoint = self._log.checkpoint(size)
        proofs = self._log.proofs(placed[0][1].position.index, size, checkpoint)
        for (waiting, place), proof in zip(placed, proofs, strict=True):
            given = receipt(place.digest, place.position, place.received_at or 0, proof)
            waiting.answer.set_result(Appended(receipt=given, new=True))

    def _answer_known(self, group: list[Waiting]) -> None:
        if not group:
            return
        with self._database.read() as connection:
            for waiting in group:
                entered = repository.find_in(connection, self._log.log_id, waiting.digest)
                if entered is None:
                    raise LookupError("a record was known and is gone")
                waiting.answer.set_result(
                    Appended(receipt=first_receipt(self._log, entered), new=False)
                )

    def _refuse(self, group: list[Waiting], refusal: RegistryError) -> None:
        for waiting in group:
            if not waiting.answer.done():
                waiting.answer.set_exception(refusal)
        # A commit that raised may yet be durable: look before the next group is placed.
        try:
            self._catch_up()
        except RegistryError:
            logger.warning("the database is away; the next group will look again")

    def _catch_up(self) -> None:
        with self._database.read() as connection:
            for found in repository.all_entries(connection, self._log.log_id, self._log.size):
                self._log.grow(found)


def _apart(groups: Iterable[list[Waiting]]) -> Iterator[list[Waiting]]:
    """Split groups so that no two of one group speak about one thing.

    The second is then decided on with the first already recorded: a copy gets the first receipt,
    and of two corrections of one record the later one is refused.
    """
    for group in groups:
        apart: dict[Digest, Waiting] = {}
        for waiting in group:
            thing = waiting.submission.record.founds
            if thing in apart:
                yield list(apart.values())
                apart = {}
            apart[thing] = waiting
        if apart:
            yield list(apart.values())


def _refusal(
    facts: Facts, waiting: Waiting, number: str, owners: Mapping[str, Digest]
) -> RegistryError | None:
    if owners.get(number, waiting.digest) != waiting.digest:
        return Conflict(
            "NUMBER_TAKEN",
            f"another record has the number {number}; draw a new salt and sign again",
        )
    try:
        waiting.kind.admit(facts, waiting.submission.record)
    except RegistryError as exc:
        return exc
    return None
