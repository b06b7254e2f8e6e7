"""The Merkle tree of RFC 9162 section 2: appending, roots, inclusion and consistency proofs.

All complete levels are kept in memory: level h holds the hashes of every full subtree of 2^h
leaves, 64 bytes a leaf in all. A tree whose size is no power of two ends, at each level, in one
node that is not full; `_edge` computes those once a size, and every proof of that size uses them.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from registry.errors import InvalidInput
from registry.proofs.entry import node_hash

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""

WIDTH = 32

_SHARED = 5
_BLOCK = 1 << _SHARED


class Tree:
    """An append-only Merkle tree over 32-byte leaf hashes."""

    __slots__ = ("_levels", "_newest_edge", "_size")

    def __init__(self, leaves: bytes | Iterable[bytes] = b"") -> None:
        """A tree over `leaves`: hashes in a row, or one by one."""
        self._levels: list[bytearray] = [bytearray()]
        self._size = 0
        # One pair, replaced in one step: any thread may read while one appends.
        self._newest_edge: tuple[int, tuple[bytes, ...]] = (0, ())
        self.append(leaves)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    def append(self, leaves: bytes | Iterable[bytes]) -> int:
        """Add leaf hashes (32 bytes each, in a row or one by one); the new size."""
        row = leaves if isinstance(leaves, bytes) else b"".join(leaves)
        if len(row) % WIDTH:
            raise InvalidInput("TREE_RANGE", "leaf hashes have 32 bytes each")
        levels = self._levels
        levels[0] += row
        size = self._size + len(row) // WIDTH
        height = 0
        while (count := size >> (height + 1)) > 0:
            if height + 1 == len(levels):
                levels.append(bytearray())
            above = levels[height + 1]
            have = len(above) // WIDTH
            if have == count:
                break
            above += _parents(bytes(levels[height][2 * WIDTH * have : 2 * WIDTH * count]))
            height += 1
        # Last: a reader in another thread trusts every node below the size that it sees.
        self._size = size
        return size

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves (of all where None). Raises TREE_RANGE."""
        wanted = self._size if size is None else size
        if wanted == 0:
            return EMPTY_ROOT
        return self._edge(wanted)[-1]

    def leaf(self, index: int) -> bytes:
        """The hash of leaf `index`."""
        if not 0 <= index < self._size:
            raise _out_of_range()
        return bytes(self._levels[0][WIDTH * index : WIDTH * index + WIDTH])

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The path of leaf `index` in the first `size` leaves, the leaf's sibling first."""
        wanted = self._size if size is None else size
        if not 0 <= index < wanted:
            raise _out_of_range()
        return self._path(index, 0, wanted)

    def inclusion_proofs(self, start: int, stop: int, size: int | None = None) -> list[list[bytes]]:
        """The paths of leaves `start` to `stop` − 1: what `inclusion_proof` answers for each.

        Neighbours share all but the foot of their paths, so a group costs little more than one.
        """
        wanted = self._size if size is None else size
        if not 0 <= start <= stop <= wanted:
            raise _out_of_range()
        paths: list[list[bytes]] = []
        for block in range(start >> _SHARED, (stop + _BLOCK - 1) >> _SHARED):
            first = block << _SHARED
            shared = self._path(block, _SHARED, wanted)
            for index in range(max(first, start), min(first + _BLOCK, stop)):
                paths.append(self._path(index, 0, wanted, top=_SHARED) + shared)
        return paths

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the first `old` leaves are a prefix of the first `new`.

        Empty where the sizes are equal or `old` is 0.
        """
        wanted = self._size if new is None else new
        if not 0 <= old <= wanted <= self._size:
            raise _out_of_range()
        if old in (0, wanted):
            return []
        node, height = old - 1, 0
        while node & 1:
            node >>= 1
            height += 1
        known = [] if node == 0 else [self.node(height, node)]
        return known + self._path(node, height, wanted)

    def tile(self, level: int, index: int, width: int = 256) -> bytes:
        """`width` hashes of tile `index` at tile level `level` (C2SP tlog-tiles)."""
        row = self._levels[8 * level] if 8 * level < len(self._levels) else b""
        start = 256 * WIDTH * index
        data = bytes(row[start : start + WIDTH * width])
        if len(data) != WIDTH * width or not 1 <= width <= 256:
            raise _out_of_range()
        return data

    def _path(self, index: int, height: int, size: int, *, top: int = 64) -> list[bytes]:
        """The siblings of the node, and of those above it, from `height` up to below `top`."""
        edge = self._edge(size)
        levels = self._levels
        last = (size - 1) >> height
        path = []
        while last and height < top:
            sibling = index ^ 1
            if sibling < last:
                start = WIDTH * sibling
                path.append(bytes(levels[height][start : start + WIDTH]))
            elif sibling == last:
                path.append(edge[height])
            index >>= 1
            last >>= 1
            height += 1
        return path

    def node(self, height: int, index: int) -> bytes:
        """The hash of full subtree `index` of 2^height leaves, which must be there."""
        return bytes(self._levels[height][WIDTH * index : WIDTH * index + WIDTH])

    def _edge(self, size: int) -> tuple[bytes, ...]:
        """The last node of every level of the tree of `size` > 0 leaves, full or not."""
        known, newest = self._newest_edge
        if size == known:
            return newest
        if not 0 < size <= self._size:
            raise _out_of_range()
        index = size - 1
        edge = [self.node(0, index)]
        height = 0
        while index:
            if index & 1:
                edge.append(node_hash(self.node(height, index - 1), edge[height]))
            else:
                edge.append(edge[height])
            index >>= 1
            height += 1
        newest = tuple(edge)
        self._newest_edge = (size, newest)
        return newest


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None where its length does not fit index and size.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    node, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != WIDTH:
            return None
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        node >>= 1
        last >>= 1
    return root if last == 0 else None


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` shows that leaf hash `leaf` stands at `index` in the tree of that root."""
    return root_from_inclusion(leaf, index, size, proof) == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the tree of `old` leaves is a prefix of that of `new`.

    RFC 9162 section 2.1.4.2; from the empty tree, and between equal sizes, the proof is empty.
    """
    if not 0 <= old <= new or any(len(node) != WIDTH for node in proof):
        return False
    if old == new:
        return not proof and old_root == new_root and (old > 0 or old_root == EMPTY_ROOT)
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    return _two_roots(old, new, old_root, proof) == (old_root, new_root)


def _two_roots(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """The roots of both sizes that a consistency proof leads to, 0 < old < new."""
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    if not path:
        return None
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            first = node_hash(sibling, first)
            second = node_hash(sibling, second)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            second = node_hash(second, sibling)
        node >>= 1
        last >>= 1
    return (first, second) if last == 0 else None


def _parents(row: bytes) -> bytes:
    digest = sha256
    pairs = range(0, len(row), 2 * WIDTH)
    return b"".join([digest(b"\1" + row[at : at + 2 * WIDTH]).digest() for at in pairs])


def _out_of_range() -> InvalidInput:
    return InvalidInput("TREE_RANGE", "the tree does not have that index or size")
