"""How a file becomes blocks, and how its nodes are read: UnixFS in the profile unixfs-v1-2025.

Follows IPIP-0499 (raw leaves, chunks of 1 MiB, 1024 links a node, balanced, CIDv1, SHA-256) and
the dag-pb and UnixFS specifications. A file of up to one chunk is a single raw block. Pure: bytes
in, blocks out, one chunk at a time; Kubo and other implementations give the same CIDs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from registry.documents.block import Block, binary, from_binary
from registry.documents.protobuf import fields, malformed, number, text
from registry.errors import InvalidInput
from registry.proofs.cid import DAG_PB, RAW, Cid

# Fields of dag-pb: PBNode, PBLink. Links stand before the data, whatever their numbers say.
_NODE_DATA, _NODE_LINKS = 1, 2
_LINK_HASH, _LINK_NAME, _LINK_SIZE = 1, 2, 3
# Fields of UnixFS's Data, and the types whose content is a file's bytes.
_TYPE, _DATA, _FILE_SIZE, _BLOCK_SIZES = 1, 2, 3, 4
_BYTES, _FILE = 0, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What decides the CID of a file: bytes in a chunk, and links in a node at most."""

    chunk: int
    links: int


UNIXFS_V1_2025 = Profile(chunk=1024 * 1024, links=1024)


@dataclass(frozen=True, slots=True)
class Link:
    """A child: its name, the bytes of the file below it, and the bytes of its blocks."""

    cid: Cid
    content: int
    dag: int


@dataclass(frozen=True, slots=True)
class FileNode:
    """A node of a file as read: bytes of its own, then its children in order."""

    data: bytes
    links: tuple[Link, ...]
    size: int


def file_blocks(stream: BinaryIO, profile: Profile = UNIXFS_V1_2025) -> Iterator[Block]:
    """The blocks of the file that `stream` gives, children before parents, the root last.

    Holds one chunk and one list of links a level, however long the file is.
    """
    tree = BalancedTree(profile.links)
    for chunk in _chunks(stream, profile.chunk):
        leaf = Block.of(chunk)
        yield leaf
        yield from tree.hang(Link(leaf.cid, len(chunk), len(chunk)))
    yield from tree.close()


class BalancedTree:
    """The nodes over the leaves of a file, given out as soon as each is full.

    Every leaf is equally deep. Only a lone leaf has no parent; the last of many has its own chain
    of parents, even of one link each.
    """

    def __init__(self, most: int) -> None:
        """`most` links a node."""
        self._most = most
        self._levels: list[list[Link]] = [[]]

    def hang(self, link: Link, level: int = 0) -> Iterator[Block]:
        """Hang a leaf into the tree; a level that is full becomes a node of the next one first."""
        while len(self._levels) > level and len(self._levels[level]) == self._most:
            node, joined = _join(self._levels[level])
            yield node
            self._levels[level] = [link]
            link = joined
            level += 1
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(link)

    def close(self) -> Iterator[Block]:
        """Join what is left, level by level, to one root."""
        level = 0
        while level < len(self._levels) - 1 or len(self._levels[level]) > 1:
            node, joined = _join(self._levels[level])
            yield node
            level += 1
            yield from self.hang(joined, level)


def file_node(links: list[Link]) -> Block:
    """The dag-pb node that joins `links`, byte for byte as Kubo writes it."""
    content = number(_TYPE, _FILE) + number(_FILE_SIZE, sum(link.content for link in links))
    sizes = b"".join(number(_BLOCK_SIZES, link.content) for link in links)
    return _node([(link.cid, link.dag) for link in links], content + sizes)


def bundle_node(blocks: list[Block]) -> Block:
    """A dag-pb node without data that links `blocks` in their order: one root for all of them."""
    return _node([(block.cid, len(block.data)) for block in blocks], None)


def children(block: Block) -> tuple[Cid, ...]:
    """What `block` links to; a raw block links to nothing. Raises Damaged DOCUMENT_MALFORMED."""
    if block.cid.codec == RAW:
        return ()
    return tuple(cid for cid, _ in _read_node(block.data)[0])


def read_node(block: Block) -> FileNode:
    """`block` as a node of a file. Raises Damaged DOCUMENT_MALFORMED when it is none."""
    if block.cid.codec == RAW:
        return FileNode(block.data, (), len(block.data))
    links, content = _read_node(block.data)
    kind, data, size, sizes = _read_content(content)
    if kind not in (_BYTES, _FILE):
        raise malformed("it is a folder or a link, not a file")
    # A child of no bytes would let a small node send its reader round for ever.
    if len(sizes) != len(links) or not all(sizes):
        raise malformed("it does not say how many bytes each part has")
    if size != len(data) + sum(sizes):
        raise malformed("its parts do not add up to its size")
    parts = zip(links, sizes, strict=True)
    return FileNode(data, tuple(Link(cid, part, dag) for (cid, dag), part in parts), size)


def _chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """`stream` in pieces of `size` bytes, the last one shorter; one empty piece if it is empty."""
    chunk = _read_full(stream, size)
    yield chunk
    while len(chunk) == size:
        chunk = _read_full(stream, size)
        if chunk:
            yield chunk


def _read_full(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a pipe may give less than asked for each time."""
    pieces: list[bytes] = []
    missing = size
    while missing:
        piece = stream.read(missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _join(links: list[Link]) -> tuple[Block, Link]:
    node = file_node(links)
    content = sum(link.content for link in links)
    return node, Link(node.cid, content, len(node.data) + sum(link.dag for link in links))


def _node(links: list[tuple[Cid, int]], content: bytes | None) -> Block:
    parts = [
        text(
            _NODE_LINKS,
            text(_LINK_HASH, binary(cid)) + text(_LINK_NAME, b"") + number(_LINK_SIZE, dag),
        )
        for cid, dag in links
    ]
    if content is not None:
        parts.append(text(_NODE_DATA, content))
    return Block.of(b"".join(parts), DAG_PB)


def _read_node(data: bytes) -> tuple[list[tuple[Cid, int]], bytes]:
    links: list[tuple[Cid, int]] = []
    content = b""
    for field, value in fields(data):
        if field == _NODE_LINKS and isinstance(value, bytes):
            links.append(_read_link(value))
        elif field == _NODE_DATA and isinstance(value, bytes) and not content:
            content = value
        else:
            raise malformed("it is not a dag-pb node")
    return links, content


def _read_link(data: bytes) -> tuple[Cid, int]:
    found: dict[int, int | bytes] = dict(fields(data))
    target, dag = found.get(_LINK_HASH), found.get(_LINK_SIZE, 0)
    if not isinstance(target, bytes) or not isinstance(dag, int):
        raise malformed("a link names nothing")
    try:
        return from_binary(target), dag
    except InvalidInput as fault:
        raise malformed("a link has a hash or a codec that is not in use here") from fault


def _read_content(content: bytes) -> tuple[int, bytes, int, list[int]]:
    """Type, bytes of its own, size and sizes of the parts; other fields (mode, time) are let be."""
    kind, data, size, sizes = -1, b"", None, list[int]()
    for field, value in fields(content):
        if field == _TYPE and isinstance(value, int):
            kind = value
        elif field == _DATA and isinstance(value, bytes):
            data = value
        elif field == _FILE_SIZE and isinstance(value, int):
            size = value
        elif field == _BLOCK_SIZES and isinstance(value, int):
            sizes.append(value)
    return kind, data, len(data) + sum(sizes) if size is None else size, sizes
