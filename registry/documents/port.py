"""The port of the documents room: what a content-addressed store promises, and files over it.

A block that was put is durable and kept. Whatever is read has been hashed: a store that lies is
caught at this door, not by its callers. Files are UnixFS (`unixfs.py`), walked block by block.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from registry.documents.block import Block
from registry.documents.protobuf import malformed
from registry.documents.unixfs import FileNode, file_blocks, read_node
from registry.errors import TooLarge
from registry.proofs.cid import RAW, Cid

# Deeper than any file needs: a balanced one of 1 TiB has three levels.
_DEEPEST = 32


class Documents(Protocol):
    """A content-addressed store. Safe to call from several threads; every call may be repeated.

    Every method raises Unavailable DOCUMENTS_UNAVAILABLE when the store cannot serve now.
    """

    def put_block(self, data: bytes, *, codec: int = RAW) -> Cid:
        """Store one block of at most 2 MiB, durably. Raises TooLarge BLOCK_TOO_LARGE."""
        ...

    def put_blocks(self, blocks: Iterable[Block]) -> None:
        """Store many blocks in as few durable steps as the store can; all of them on return.

        Blocks that others link to come first: a store may refuse a node whose children it cannot
        have (BLOCK_MISSING). If it raises, some may have been stored. What `blocks` itself raises
        comes through as it is.
        """
        ...

    def get_block(self, cid: Cid) -> bytes:
        """The bytes that `cid` names, hashed. The store may fetch them from its peers.

        Raises NotFound BLOCK_MISSING, Damaged BLOCK_WRONG.
        """
        ...

    def has(self, cid: Cid) -> bool:
        """Whether the store itself holds the block; asks no peer."""
        ...

    def pin(self, root: Cid) -> None:
        """Keep `root` and all that it links to, fetched from peers where the store has any.

        Raises NotFound BLOCK_MISSING when a part cannot be had.
        """
        ...

    def pinned(self, root: Cid) -> bool:
        """Whether the store keeps `root` with all that it links to.

        True after `pin`, and after a put of a raw block; a dag-pb node needs `pin`.
        """
        ...

    def health(self) -> None:
        """Return if the store can be used now; cheap enough for a readiness check."""
        ...

    def close(self) -> None:
        """Let go of connections; the store cannot be used afterwards."""
        ...


def add_file(documents: Documents, stream: BinaryIO) -> Cid:
    """Store what `stream` gives as a file in the profile unixfs-v1-2025 and pin it; its CID.

    Never holds the whole file. A file of up to 1 MiB has the CID of its own SHA-256.
    """
    root: list[Cid] = []

    def remembered() -> Iterator[Block]:
        for block in file_blocks(stream):
            root[:] = [block.cid]
            yield block

    documents.put_blocks(remembered())
    documents.pin(root[0])
    return root[0]


def read_file(documents: Documents, cid: Cid, *, limit: int | None = None) -> Iterator[bytes]:
    """The bytes of the file under `cid`, piece by piece, every block hashed.

    The root is read at once, the rest as the pieces are taken. `limit` is in bytes. Raises
    TooLarge FILE_TOO_LARGE before any piece when the file says that it is longer, Damaged
    DOCUMENT_MALFORMED when `cid` is no file or its parts are not as long as it says, and what
    `get_block` raises.
    """
    root = _node(documents, cid)
    if limit is not None and root.size > limit:
        reason = f"the file {cid} has {root.size} bytes, at most {limit} are taken here"
        raise TooLarge("FILE_TOO_LARGE", reason)
    return _pieces(documents, root, _DEEPEST)


def _pieces(documents: Documents, node: FileNode, depth: int) -> Iterator[bytes]:
    if depth == 0:
        raise malformed("it is nested too deeply")
    if node.data:
        yield node.data
    for link in node.links:
        child = _node(documents, link.cid)
        if child.size != link.content:
            raise malformed(f"its part {link.cid} is not as long as it says")
        yield from _pieces(documents, child, depth - 1)


def _node(documents: Documents, cid: Cid) -> FileNode:
    return read_node(Block.read(cid, documents.get_block(cid)))
