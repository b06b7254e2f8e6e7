"""One signature for many works: the tree over a batch's registrations, and its signatures.

A `work.batch` record states the count and the root over the digests of its registrations, in
order, leaf data = digest. It is signed once and comes before them in the same log.
"""

from collections.abc import Sequence
from typing import Any

from registry.errors import InvalidInput
from registry.proofs import hexes
from registry.proofs.entry import leaf_hash
from registry.proofs.record import Digest, Record
from registry.proofs.signature import BATCH_LIMIT, BatchSignature
from registry.proofs.tree import Tree


class BatchTree:
    """The tree over the digests of the registrations that one batch signs."""

    __slots__ = ("_tree",)

    def __init__(self, digests: Sequence[Digest]) -> None:
        """Raises InvalidInput BATCH_SIZE for an empty batch or one over 100,000."""
        if not 1 <= len(digests) <= BATCH_LIMIT:
            raise InvalidInput("BATCH_SIZE", f"a batch lists 1 to {BATCH_LIMIT} registrations")
        self._tree = Tree(leaf_hash(digest) for digest in digests)

    def body(self) -> dict[str, Any]:
        """The body of the `work.batch` record."""
        return {"count": self._tree.size, "root": hexes.to_hex(self._tree.root())}

    def signature(self, batch: Record, index: int) -> BatchSignature:
        """The signature of registration `index`, once the `batch` record is drafted."""
        proof = tuple(self._tree.inclusion_proof(index))
        return BatchSignature(batch=batch.digest, index=index, proof=proof)
