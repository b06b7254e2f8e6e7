"""Anchoring: which checkpoint goes to the chain, and what goes with it.

A checkpoint that is about to be anchored is cosigned by the organisation's own witness and by those
of other regions, described by a manifest, and kept, before anything is sent. Witnesses that are
away are waited for no longer than the node's setting says: the checkpoint goes without them, and
`complete` asks again. The next one is prepared only when this one is in the chain: the contract
wants the head it extends.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from sqlalchemy import Connection

from registry.chain.contracts import Call, Logs
from registry.chain.sender import Standing, Status
from registry.errors import RegistryError, Unavailable
from registry.ledger import checkpoints, repository
from registry.ledger.checkpoints import Prepared
from registry.ledger.clock import ClockGuard
from registry.ledger.log import Log, OwnLog
from registry.ledger.receipts import Vouched
from registry.proofs.cosignature import cosign
from registry.proofs.entry import parse_entry
from registry.proofs.manifest import Manifest
from registry.proofs.note import Note, NoteSigner, parse_note, with_signatures
from registry.proofs.record import Digest
from registry.proofs.tiles import FULL, Tile, encode_bundle, tiles_between
from registry.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

MOST_IN_ONE_ANCHOR = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When to anchor: at so many new entries, or when the oldest has waited so many seconds.

    `most` entries at once is what the contract takes.
    """

    entries: int
    age_s: float
    most: int = MOST_IN_ONE_ANCHOR


class Carrier(Protocol):
    """Brings calls to the chain, each under a purpose by which it is known again."""

    def submit(self, purpose: str, call: Call) -> object:
        """Store, then send; or find the one under way."""
        ...

    def status(self, purpose: str) -> Status:
        """Where the purpose stands."""
        ...

    def resend(self) -> int:
        """Offer again what is stored and not in the chain."""
        ...


class Cosigning(Protocol):
    """Gathers the cosignatures of other regions' witnesses."""

    def ask(self, note: Note, size: int, enough: Callable[[Note], bool] | None = None) -> Note:
        """The checkpoint with what could be had in the time that is allowed."""
        ...

    @property
    def troubles(self) -> Mapping[str, RegistryError]:
        """What kept which witness from it."""
        ...


class Anchorer:
    """Prepares anchors of the own log and gives them to the chain."""

    def __init__(
        self,
        database: Database,
        log: OwnLog,
        witness: NoteSigner,
        others: Cosigning,
        vouched: Vouched,
        contract: Logs,
        sender: Carrier,
        guard: ClockGuard,
        pace: Pace,
    ) -> None:
        """`witness` is the organisation's own; `vouched` says when it and `others` are enough."""
        self._database = database
        self._log = log
        self._witness = witness
        self._others = others
        self._vouched = vouched
        self._contract = contract
        self._sender = sender
        self._guard = guard
        self._pace = pace

    def step(self) -> None:
        """Send what is prepared and not in the chain; prepare the next when it is due."""
        with self._database.read() as connection:
            newest = checkpoints.newest_checkpoint(connection, self._log.log_id)
            waiting = checkpoints.oldest_unmined(connection, self._log.log_id)
        if waiting is not None:
            self._send(waiting)
        elif self._is_due(0 if newest is None else newest.size):
            self._send(self._prepare(newest))

    def complete(self) -> None:
        """Ask again for the newest checkpoint where not enough witnesses have signed it.

        They were away when it was anchored, or the policy wants more of them now. Raises
        Unavailable QUORUM_MISSING, saying what is the matter with which.
        """
        with self._database.read() as connection:
            newest = checkpoints.newest_checkpoint(connection, self._log.log_id)
        if newest is None or self._vouched(newest.note):
            return
        note = self._cosigned(parse_note(newest.note), newest.size).encode()
        if note != newest.note:
            with self._database.write() as connection:
                checkpoints.replace_note(connection, newest.log, newest.size, note)
        if not self._vouched(note):
            raise _quorum_missing(newest.size, self._others.troubles)

    def _cosigned(self, note: Note, size: int) -> Note:
        return self._others.ask(note, size, lambda signed: self._vouched(signed.encode()))

    def _is_due(self, anchored: int) -> bool:
        waiting = self._log.size - anchored
        if waiting == 0:
            return False
        if waiting >= self._pace.entries:
            return True
        with self._database.read() as connection:
            oldest = repository.oldest_after(connection, self._log.log_id, anchored)
        return oldest is not None and self._guard.now().timestamp() - oldest >= self._pace.age_s

    def _prepare(self, newest: Prepared | None) -> Prepared:
        old_size = 0 if newest is None else newest.size
        size = min(self._log.size, old_size + self._pace.most)
        now = self._guard.now()
        note = parse_note(self._log.checkpoint(size))
        own = with_signatures(note, [cosign(note.text, self._witness, now)])
        cosigned = self._cosigned(own, size).encode()
        with self._database.read() as connection:
            manifest = self._manifest(connection, newest, cosigned, size)
        prepared = Prepared(
            log=self._log.log_id,
            size=size,
            old_size=old_size,
            root=manifest.root,
            note=cosigned,
            manifest=manifest.canonical(),
            published=False,
        )
        with self._database.write() as connection:
            checkpoints.insert_checkpoint(connection, prepared, int(now.timestamp()))
        return prepared

    def _manifest(
        self, connection: Connection, newest: Prepared | None, checkpoint: str, size: int
    ) -> Manifest:
        log = self._log.log_id
        old_size = 0 if newest is None else newest.size
        fresh = new_tiles(connection, self._log, old_size, size)
        added = repository.entry_bytes(connection, log, old_size, size)
        return Manifest(
            log=log,
            size=size,
            root=self._log.tree.root(size),
            checkpoint=checkpoint,
            previous=None if newest is None else _digest(newest.manifest),
            tiles={tile.path: _digest(content) for tile, content in fresh},
            published=tuple(_public_runs(added, old_size)),
        )

    def _send(self, prepared: Prepared) -> None:
        """Submit the anchor; one that is under way already is only offered again."""
        purpose = f"anchor {prepared.log.hex()} {prepared.size}"
        standing = self._sender.status(purpose).standing
        if standing is Standing.WAITING:
            self._sender.resend()
            return
        if standing is Standing.MINED:
            return  # the watcher has not seen the block yet
        call = self._contract.advance(
            prepared.log,
            prepared.old_size,
            prepared.size,
            prepared.root,
            self._log.tree.consistency_proof(prepared.old_size, prepared.size),
            _digest(prepared.manifest),
        )
        self._sender.submit(purpose, call)
        logger.info("anchoring the log at %d entries", prepared.size)


def _quorum_missing(size: int, troubles: Mapping[str, RegistryError]) -> Unavailable:
    told = "; ".join(f"{name}: {trouble.code}" for name, trouble in sorted(troubles.items()))
    return Unavailable(
        "QUORUM_MISSING",
        f"the checkpoint of {size} entries is anchored and waits for witnesses of other regions "
        f"({told or 'none is known yet'})",
    )


def new_tiles(
    connection: Connection, log: Log, old_size: int, size: int
) -> Iterator[tuple[Tile, bytes]]:
    """Each tile that a tree of `size` has and one of `old_size` had not, with its bytes."""
    for tile in tiles_between(old_size, size):
        if tile.level is None:
            start = tile.index * FULL
            found = repository.entry_bytes(connection, log.log_id, start, start + tile.width)
            yield tile, encode_bundle(found)
        else:
            yield tile, log.tree.tile(tile.level, tile.index, tile.width)


def _public_runs(entries: Iterable[bytes], start: int) -> Iterator[tuple[int, int]]:
    """The half-open ranges of indices whose entries are not sealed."""
    begin = None
    index = start
    for index, entry in enumerate(entries, start):
        sealed = parse_entry(entry).sealed
        if sealed and begin is not None:
            yield begin, index
            begin = None
        elif not sealed and begin is None:
            begin = index
    if begin is not None:
        yield begin, index + 1


def _digest(data: bytes) -> Digest:
    return Digest(sha256(data).digest())
