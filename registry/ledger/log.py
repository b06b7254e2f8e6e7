"""This node's own log: its name, its key, its tree.

The tree holds what the database holds, never more: it grows after the commit, and a checkpoint is
signed after that. Ed25519 is deterministic, so the checkpoint of a size is always the same bytes,
and nothing about it has to be stored to make it again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.proofs.checkpoint import Checkpoint, sign_checkpoint
from registry.proofs.entry import leaf_hash
from registry.proofs.note import NoteSigner
from registry.proofs.record import LogId
from registry.proofs.tlog_proof import encode_proof
from registry.proofs.tree import Tree


@dataclass(slots=True, kw_only=True)
class Log:
    """The own log. One thread grows it; any thread may read."""

    log_id: LogId
    signer: NoteSigner
    tree: Tree

    @property
    def size(self) -> int:
        """How many entries stand in the tree."""
        return self.tree.size

    def grow(self, new_entries: Iterable[bytes]) -> None:
        """Add durable entries, 128 bytes each."""
        self.tree.append([leaf_hash(entry) for entry in new_entries])

    def checkpoint(self, size: int) -> str:
        """The signed checkpoint of the first `size` entries: origin, size, root, own signature."""
        stated = Checkpoint(origin=self.signer.key.name, size=size, root=self.tree.root(size))
        return sign_checkpoint(stated, self.signer)

    def proof(self, index: int, size: int, checkpoint: str) -> str:
        """The tlog-proof of entry `index` against `checkpoint`, which is of `size`."""
        return encode_proof(index, self.tree.inclusion_proof(index, size), checkpoint)

    def proofs(self, start: int, size: int, checkpoint: str) -> Iterator[str]:
        """The tlog-proofs of the entries from `start` to the last, against `checkpoint`."""
        paths = self.tree.inclusion_proofs(start, size, size)
        return (encode_proof(index, path, checkpoint) for index, path in enumerate(paths, start))
