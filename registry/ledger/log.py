"""Logs by their trees: this node's own, which it signs, and those of others that it follows.

A tree holds what the database holds, never more: it grows after the commit, and a checkpoint of the
own log is signed after that. Ed25519 is deterministic, so the checkpoint of a size is always the
same bytes, and nothing about it has to be stored to make it again.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.ledger import repository
from registry.proofs.checkpoint import Checkpoint, sign_checkpoint
from registry.proofs.entry import leaf_hash
from registry.proofs.note import NoteSigner
from registry.proofs.record import LogId
from registry.proofs.tlog_proof import encode_proof
from registry.proofs.tree import Tree
from registry.storage.unit_of_work import Database


@dataclass(slots=True, kw_only=True)
class Log:
    """Any log whose entries are here. One thread grows it; any thread may read."""

    log_id: LogId
    tree: Tree

    @property
    def size(self) -> int:
        """How many entries stand in the tree."""
        return self.tree.size

    def grow(self, new_entries: Iterable[bytes]) -> None:
        """Add durable entries, 128 bytes each."""
        self.tree.append([leaf_hash(entry) for entry in new_entries])

    def proof(self, index: int, size: int, checkpoint: str) -> str:
        """The tlog-proof of entry `index` against `checkpoint`, which is of `size`."""
        return encode_proof(index, self.tree.inclusion_proof(index, size), checkpoint)

    def proofs(self, start: int, size: int, checkpoint: str) -> Iterator[str]:
        """The tlog-proofs of the entries from `start` to the last, against `checkpoint`."""
        paths = self.tree.inclusion_proofs(start, size, size)
        return (encode_proof(index, path, checkpoint) for index, path in enumerate(paths, start))


@dataclass(slots=True, kw_only=True)
class OwnLog(Log):
    """The log that this node writes, with the Ed25519 key that signs its checkpoints."""

    signer: NoteSigner

    def checkpoint(self, size: int) -> str:
        """The signed checkpoint of the first `size` entries: origin, size, root, own signature."""
        stated = Checkpoint(origin=self.signer.key.name, size=size, root=self.tree.root(size))
        return sign_checkpoint(stated, self.signer)


class Logs:
    """The own log, and every followed one as far as it is here. Safe for several threads."""

    def __init__(self, own: OwnLog, database: Database) -> None:
        """The tree of a followed log is built from `database` when it is first asked for."""
        self.own = own
        self._database = database
        self._known: dict[LogId, Log] = {own.log_id: own}
        self._building = threading.Lock()

    def __getitem__(self, log_id: LogId) -> Log:
        """The log of an id, empty where nothing of it is here."""
        known = self._known.get(log_id)
        if known is not None:
            return known
        with self._building:
            if log_id not in self._known:
                self._known[log_id] = self._built(log_id)
            return self._known[log_id]

    def _built(self, log_id: LogId) -> Log:
        log = Log(log_id=log_id, tree=Tree())
        with self._database.read() as connection:
            for found in repository.all_entries(connection, log_id, 0):
                log.grow(found)
        return log
