"""The logs of the other organisations, each followed as far as the chain has it.

One anchor after the other: its manifest and its new tiles are fetched and proven (`head.py`), its
entries kept together with its checkpoint, then its records taken (`contents.py`). What is kept is
final and proven, so a restart goes on where it was. Each log has a thread of its own: one that is
silent, slow or wrong holds up no other, and says so in `troubles`.
"""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event

from registry.documents.block import Block
from registry.errors import Damaged, InvalidInput, NotFound, RegistryError, Unavailable, unforeseen
from registry.ledger import checkpoints, projection, repository
from registry.ledger.checkpoints import Mined
from registry.ledger.clock import Clock
from registry.ledger.following.contents import RECORD_WITHHELD, Contents
from registry.ledger.following.head import Head, open_manifest, prove
from registry.ledger.following.sources import Exchange, Sources
from registry.ledger.log import Log, Logs
from registry.ledger.position import Position
from registry.ledger.projection import Placed
from registry.ledger.repository import RECORD_PENDING
from registry.proofs.entry import parse_entry
from registry.proofs.hexes import to_hex
from registry.proofs.note import VerifierKey
from registry.proofs.record import Digest, LogId, OrganisationId
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

LOGS_AT_ONCE = 16
LOOKED_AT_AGAIN = 64
AT_ONCE = 1024

Listed = Callable[[], Mapping[LogId, OrganisationId]]
"""Every log that the chain knows, with its organisation."""
KeyOf = Callable[[LogId], VerifierKey]
"""The key that the chain lists for a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds.

    `publication_s` is what the founders grant between an anchor and its publication, `again_s` lies
    between two looks at what was withheld; after `round_s` a step leaves slow logs to themselves.
    """

    publication_s: float
    again_s: float = 60.0
    round_s: float = 1.0


@dataclass(slots=True)
class _Pursuit:
    """What is remembered of one log between two rounds."""

    organisation: OrganisationId
    running: Future[None] = field(default_factory=Future)
    trouble: RegistryError | None = None
    # An anchor that can never be proven: its digests are on the chain, and stay what they are.
    false: tuple[Mined, Damaged] | None = None
    waiting_since: float | None = None
    again_from: int = 0
    again_at: float = 0.0


class Follower:
    """Follows every log but the own one. `step` is called by one thread."""

    def __init__(
        self,
        database: Database,
        logs: Logs,
        listed: Listed,
        key_of: KeyOf,
        exchange: Exchange,
        contents: Contents,
        clock: Clock,
        patience: Patience,
    ) -> None:
        """`exchange` is closed with the follower."""
        self._database = database
        self._logs = logs
        self._listed = listed
        self._key_of = key_of
        self._exchange = exchange
        self._contents = contents
        self._clock = clock
        self._patience = patience
        self._pursuits: dict[LogId, _Pursuit] = {}
        self._pool = ThreadPoolExecutor(LOGS_AT_ONCE, thread_name_prefix="following")
        self._stopping = Event()

    @property
    def troubles(self) -> Mapping[LogId, RegistryError]:
        """What keeps which log from being followed, as of its last try."""
        known = list(self._pursuits.items())
        return {log: pursuit.trouble for log, pursuit in known if pursuit.trouble}

    def step(self) -> None:
        """Follow each log as far as it goes now. Raises Unavailable LOG_NOT_FOLLOWED."""
        for log, organisation in self._listed().items():
            if log == self._logs.own.log_id:
                continue
            pursuit = self._pursuits.get(log)
            if pursuit is None:
                pursuit = self._pursuits[log] = _Pursuit(organisation)
            elif not pursuit.running.done():
                continue
            pursuit.running = self._pool.submit(self._round, log, pursuit)
        running = [pursuit.running for pursuit in self._pursuits.values()]
        wait(running, timeout=self._patience.round_s)
        troubles = self.troubles
        if troubles:
            told = "; ".join(f"{to_hex(log)}: {fault.code}" for log, fault in troubles.items())
            raise Unavailable(
                "LOG_NOT_FOLLOWED", f"not followed as far as the chain has it: {told}"
            )

    def close(self) -> None:
        """End with what is under way."""
        self._stopping.set()
        self._exchange.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    # ---- one log, in a thread of its own ------------------------------------------------------

    def _round(self, log: LogId, pursuit: _Pursuit) -> None:
        try:
            self._follow(self._logs[log], pursuit)
        except RegistryError as exc:
            self._note(log, pursuit, exc)
        except Exception as exc:
            if self._stopping.is_set():  # the pools are closed under it: nothing was lost
                return
            logger.exception("following %s failed", to_hex(log))
            self._note(log, pursuit, unforeseen(exc))
        else:
            pursuit.trouble = None
            pursuit.waiting_since = None

    def _note(self, log: LogId, pursuit: _Pursuit, fault: RegistryError) -> None:
        if pursuit.trouble is None or pursuit.trouble.code != fault.code:
            logger.warning("following %s: %s: %s", to_hex(log), fault.code, fault.detail)
        pursuit.trouble = fault
        if pursuit.waiting_since is None:
            pursuit.waiting_since = time.monotonic()

    def _follow(self, log: Log, pursuit: _Pursuit) -> None:
        self._catch_up(log)
        sources = self._exchange.sources(pursuit.organisation)
        since = pursuit.waiting_since
        sources.resigned = (
            since is not None and time.monotonic() - since > self._patience.publication_s
        )
        with self._database.read() as connection:
            begun = checkpoints.unpublished(connection, log.log_id)
            anchors = checkpoints.final_after(connection, log.log_id, log.size)
        for checkpoint in begun:
            self._contents.fill(checkpoint, sources)
        for anchor in anchors:
            if self._stopping.is_set() or not self._advance(log, anchor, pursuit, sources):
                return
        self._look_again(log.log_id, pursuit, sources)

    def _catch_up(self, log: Log) -> None:
        """A commit that raised may yet be durable: the tree holds what the database holds."""
        with self._database.read() as connection:
            for found in repository.all_entries(connection, log.log_id, log.size):
                log.grow(found)

    def _advance(self, log: Log, anchor: Mined, pursuit: _Pursuit, sources: Sources) -> bool:
        """Take one anchor; False where it is not published yet and need not be."""
        if pursuit.false is not None and pursuit.false[0] == anchor:
            raise pursuit.false[1].with_traceback(None)
        place = f"log {to_hex(log.log_id)}, anchor of {anchor.size} entries"
        try:
            data = sources.block(anchor.manifest)
        except NotFound as exc:
            due = anchor.time + self._patience.publication_s
            if not sources.lies and self._clock.now().timestamp() < due:
                return False
            raise _missing(place, "manifest", sources) from exc
        try:
            head = self._proven(log, anchor, data, sources)
        except NotFound as exc:
            raise _missing(place, "tiles", sources) from exc
        except Damaged as exc:
            pursuit.false = (anchor, Damaged(exc.code, f"{place}: {exc.detail}"))
            raise pursuit.false[1] from exc
        self._keep(log, head)
        self._contents.fill(head.prepared(), sources)
        return True

    def _proven(self, log: Log, anchor: Mined, data: bytes, sources: Sources) -> Head:
        with self._database.read() as connection:
            last = checkpoints.newest_checkpoint(connection, log.log_id)
        before = None if last is None else Digest(sha256(last.manifest).digest())
        manifest = open_manifest(data, anchor, before, self._key_of(log.log_id))

        return prove(data, manifest, log.tree, sources.all_of)

    def _keep(self, log: Log, head: Head) -> None:
        """The blocks first, so that this node can serve them; then the rows; then the tree."""
        blocks = [*head.tiles, head.data]
        self._exchange.documents.put_blocks(Block.of(block) for block in blocks)
        with self._database.write() as connection:
            placed = _placed(head)
            for at in range(0, len(placed), AT_ONCE):
                projection.insert(connection, placed[at : at + AT_ONCE])
            now = int(self._clock.now().timestamp())
            checkpoints.insert_checkpoint(connection, head.prepared(), now)
        log.grow(head.entries)

    def _look_again(self, log: LogId, pursuit: _Pursuit, sources: Sources) -> None:
        """At some of what was withheld or unknown; soon again where that was of use."""
        if time.monotonic() < pursuit.again_at:
            return
        start = pursuit.again_from
        cured, pursuit.again_from = self._contents.again(log, start, LOOKED_AT_AGAIN, sources)
        if not cured:
            pursuit.again_at = time.monotonic() + self._patience.again_s


def _placed(head: Head) -> list[Placed]:
    """The new entries, each with what is known of it before its record was asked for."""
    first = head.old_size
    published = bytearray(len(head.entries))
    for start, end in head.manifest.published:
        for index in range(max(start, first), end):
            published[index - first] = 1
    return [
        Placed(
            position=Position(log=head.manifest.log, index=index),
            entry=entry,
            digest=Digest(entry[64:96]),
            opened=None,
            kind=None,
            fault=_first_fault(entry, published=bool(published[index - first])),
        )
        for index, entry in enumerate(head.entries, first)
    ]


def _first_fault(entry: bytes, *, published: bool) -> str | None:
    try:
        told = parse_entry(entry)
    except InvalidInput as exc:
        return exc.code
    if told.sealed:
        return None
    return RECORD_PENDING if published else RECORD_WITHHELD


def _missing(place: str, what: str, sources: Sources) -> Unavailable:
    lies = "".join(f"; {lie.detail}" for lie in sources.lies.values())
    return Unavailable(
        "LOG_BLOCK_MISSING", f"{place}: no node that is asked here has its {what}{lies}"
    )
