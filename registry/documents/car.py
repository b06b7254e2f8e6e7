"""A CAR (content-addressable archive, version 1): how many blocks travel in one stream.

Follows the CARv1 specification: a dag-cbor header that names the roots (here always one), then
each block with its CID, each length-prefixed by a varint.
"""

from collections.abc import Iterable, Iterator

from registry.documents.block import Block, binary
from registry.documents.protobuf import varint
from registry.proofs.cid import Cid


def car(root: Cid, blocks: Iterable[Block]) -> Iterator[bytes]:
    """The archive of `blocks` with the one root, in pieces of about a block each."""
    header = _header(root)
    yield varint(len(header)) + header
    for block in blocks:
        name = binary(block.cid)
        yield varint(len(name) + len(block.data)) + name + block.data


def _header(root: Cid) -> bytes:
    """`{"roots": [root], "version": 1}` in dag-cbor: shorter keys first, a CID is tag 42 over its
    bytes with a zero before them."""
    name = b"\x00" + binary(root)
    link = b"\xd8\x2a\x58" + bytes((len(name),)) + name
    return b"\xa2" + b"\x65roots" + b"\x81" + link + b"\x67version" + b"\x01"
