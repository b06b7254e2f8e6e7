"""Files as blocks: the same CIDs as another implementation, and reading that trusts no node."""

import hashlib
import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.documents.block import Block, binary
from registry.documents.protobuf import number, text, varint
from registry.documents.unixfs import (
    BalancedTree,
    Link,
    Profile,
    bundle_node,
    children,
    file_blocks,
    read_node,
)
from registry.errors import Damaged
from registry.proofs.cid import DAG_PB
from registry.proofs.conformance import load

VECTORS = load("cids.json")


def counter(size: int) -> bytes:
    """The content that the vectors describe."""
    return _blocks_of_content((size + 31) // 32)[:size]


@cache
def _blocks_of_content(number: int) -> bytes:
    digests = (
        hashlib.sha256(b"comity/cids" + index.to_bytes(8, "big")).digest()
        for index in range(number)
    )
    return b"".join(digests)


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: str(vector["size"]))
def test_files_have_the_cids_that_others_give_them(vector: dict[str, Any]) -> None:
    blocks = list(file_blocks(io.BytesIO(counter(vector["size"]))))
    assert str(blocks[-1].cid) == vector["cid"]
    assert len({block.cid for block in blocks}) == vector["distinct_blocks"]
    assert sum(len(block.data) for block in blocks) == vector["dag_size"]
    if "root_block" in vector:
        assert "0x" + blocks[-1].data.hex() == vector["root_block"]


@pytest.mark.parametrize("vector", VECTORS["large"], ids=lambda vector: str(vector["size"]))
def test_files_of_more_than_one_node_of_leaves_too(vector: dict[str, Any]) -> None:
    """A gigabyte of the same mebibyte: hashed once, hung into the tree a thousand times."""
    period, size = vector["period"], vector["size"]
    whole = Link(Block.of(counter(period)).cid, period, period)
    tree = BalancedTree(1024)
    nodes = [node for _ in range(size // period) for node in tree.hang(whole)]
    if rest := size % period:
        nodes.extend(tree.hang(Link(Block.of(counter(rest)).cid, rest, rest)))
    nodes.extend(tree.close())
    assert str(nodes[-1].cid) == vector["cid"]
    assert size + sum(len(node.data) for node in nodes) == vector["dag_size"]


@pytest.mark.parametrize(
    "vector",
    VECTORS["shapes"],
    ids=lambda vector: f"{vector['chunk']}x{vector['links']}-{vector['size']}",
)
def test_trees_of_every_depth_have_the_shape_that_others_give_them(vector: dict[str, Any]) -> None:
    profile = Profile(chunk=vector["chunk"], links=vector["links"])
    blocks = list(file_blocks(io.BytesIO(counter(vector["size"])), profile))
    assert str(blocks[-1].cid) == vector["cid"]
    assert sum(len(block.data) for block in blocks) == vector["dag_size"]


class Dribbling(io.RawIOBase):
    """A stream that gives fewer bytes than asked, as pipes and sockets do."""

    def __init__(self, content: bytes, piece: int) -> None:
        self._inner = io.BytesIO(content)
        self._piece = piece

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, self._piece))


@given(content=st.binary(max_size=600), piece=st.integers(1, 50))
def test_how_a_stream_is_read_does_not_change_the_file(content: bytes, piece: int) -> None:
    profile = Profile(chunk=32, links=3)
    dribbled = list(file_blocks(Dribbling(content, piece), profile))  # type: ignore[arg-type]  # it only reads
    assert dribbled == list(file_blocks(io.BytesIO(content), profile))


@given(content=st.binary(max_size=600), chunk=st.integers(1, 40), links=st.integers(2, 5))
def test_a_file_is_read_back_from_its_blocks(content: bytes, chunk: int, links: int) -> None:
    blocks = list(file_blocks(io.BytesIO(content), Profile(chunk=chunk, links=links)))
    stored = {block.cid: block for block in blocks}

    def read(block: Block) -> bytes:
        node = read_node(block)
        parts = [read(stored[link.cid]) for link in node.links]
        assert [len(part) for part in parts] == [link.content for link in node.links]
        return node.data + b"".join(parts)

    assert read(blocks[-1]) == content
    assert len(content) == read_node(blocks[-1]).size


@given(content=st.binary(min_size=33, max_size=200), data=st.data())
def test_a_cut_node_is_refused(content: bytes, data: st.DataObject) -> None:
    *_, root = file_blocks(io.BytesIO(content), Profile(chunk=32, links=1024))
    cut = root.data[: data.draw(st.integers(0, len(root.data) - 1))]
    with pytest.raises(Damaged) as fault:
        read_node(Block.of(cut, DAG_PB))
    assert fault.value.code == "DOCUMENT_MALFORMED"


def code_of(read: Callable[[Block], object], block: Block) -> str:
    try:
        read(block)
    except Damaged as fault:
        return fault.code
    return "read"


@given(junk=st.binary(max_size=80))
def test_no_bytes_make_the_reader_fail_otherwise(junk: bytes) -> None:
    for read in (read_node, children):
        assert code_of(read, Block.of(junk, DAG_PB)) in ("read", "DOCUMENT_MALFORMED")


LEAF = Block.of(b"twelve bytes")


def node_of(content: bytes, *links: bytes) -> Block:
    return Block.of(b"".join(text(2, link) for link in links) + text(1, content), DAG_PB)


def link_to(target: bytes) -> bytes:
    return text(1, target) + text(2, b"") + number(3, 12)


FILE = number(1, 2)
LIES = {
    "a folder": node_of(number(1, 1)),
    "a symbolic link": node_of(number(1, 4) + text(2, b"/etc/passwd")),
    "no type": node_of(number(3, 0)),
    "no data at all": Block.of(b"", DAG_PB),
    "a link without a size": node_of(FILE + number(3, 12), link_to(binary(LEAF.cid))),
    "a size without a link": node_of(FILE + number(3, 12) + number(4, 12)),
    "a part of no bytes": node_of(FILE + number(3, 0) + number(4, 0), link_to(binary(LEAF.cid))),
    "a wrong sum": node_of(FILE + number(3, 13) + number(4, 12), link_to(binary(LEAF.cid))),
    "a link to nothing": node_of(FILE + number(4, 12), text(2, b"name")),
    "a link to another hash": node_of(
        FILE + number(4, 12), link_to(b"\x01\x55\x1e\x20" + bytes(32))
    ),
    "a link to another codec": node_of(
        FILE + number(4, 12), link_to(b"\x01\x71\x12\x20" + bytes(32))
    ),
    "two contents": Block.of(text(1, FILE) * 2, DAG_PB),
    "another wire type": Block.of(b"\x0d\x00\x00\x00\x00", DAG_PB),
    "an endless varint": Block.of(b"\x0a" + b"\xff" * 11, DAG_PB),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_node_that_lies_is_refused(lie: Block) -> None:
    with pytest.raises(Damaged) as fault:
        read_node(lie)
    assert fault.value.code == "DOCUMENT_MALFORMED"


def test_a_node_with_the_first_bytes_in_itself_is_read() -> None:
    """Other writers put bytes into nodes, and name blocks by their older, shorter CID."""
    content = FILE + text(2, b"abc") + number(3, 15) + number(4, 12)
    node = read_node(node_of(content, link_to(b"\x12\x20" + LEAF.cid.digest)))
    assert (node.data, node.size) == (b"abc", 15)
    assert [link.cid.codec for link in node.links] == [DAG_PB]


def test_a_bundle_links_its_blocks_in_order() -> None:
    blocks = [Block.of(b"%d" % index) for index in range(1024)]
    bundle = bundle_node(blocks)
    assert children(bundle) == tuple(block.cid for block in blocks)
    assert children(blocks[0]) == ()


@given(st.integers(0, 2**64 - 1))
def test_varints_are_the_shortest(value: int) -> None:
    encoded = varint(value)
    assert len(encoded) == max(1, -(-value.bit_length() // 7))
    assert encoded[-1] < 0x80
