"""A tree that somebody states: a known tree with further leaves, weighed before it is believed.

What a log says of its growth is checked here without touching the tree that is known: only what is
new is held, and everything below comes from there.
"""

from collections.abc import Sequence

from registry.errors import InvalidInput
from registry.proofs.entry import node_hash
from registry.proofs.tiles import FULL
from registry.proofs.tree import EMPTY_ROOT, Tree


class Candidate:
    """The tree of all leaves of `tree` and then `leaves`. `tree` must not grow meanwhile."""

    __slots__ = ("_old", "_rows", "_tree", "size")

    def __init__(self, tree: Tree, leaves: Sequence[bytes]) -> None:
        """`leaves` are hashes of 32 bytes."""
        self._tree = tree
        self._old = tree.size
        self.size = tree.size + len(leaves)
        self._rows = [list(leaves)]
        height = 1
        while self.size >> height:
            self._rows.append([self._parent(height, at) for at in self._fresh(height)])
            height += 1

    def root(self) -> bytes:
        """The root of all leaves."""
        root = b""
        for height in range(self.size.bit_length()):
            if self.size >> height & 1:
                node = self._node(height, (self.size >> height) - 1)
                root = node_hash(node, root) if root else node
        return root or EMPTY_ROOT

    def tile(self, level: int, index: int, width: int = FULL) -> bytes:
        """`width` hashes of tile `index` at tile level `level`. Raises InvalidInput TREE_RANGE."""
        height, start = 8 * level, FULL * index
        if not 1 <= width <= FULL or start + width > self.size >> height:
            raise InvalidInput("TREE_RANGE", "the tree does not have that tile")
        return b"".join([self._node(height, at) for at in range(start, start + width)])

    def _fresh(self, height: int) -> range:
        return range(self._old >> height, self.size >> height)

    def _parent(self, height: int, index: int) -> bytes:
        left = self._node(height - 1, 2 * index)
        return node_hash(left, self._node(height - 1, 2 * index + 1))

    def _node(self, height: int, index: int) -> bytes:
        first = self._old >> height
        if index >= first:
            return self._rows[height][index - first]
        return self._tree.node(height, index)
