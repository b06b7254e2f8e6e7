"""What every store of documents must do, over each of them."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from registry.documents.block import BLOCK_LIMIT, Block
from registry.documents.port import Documents, add_file, read_file
from registry.documents.unixfs import Link, bundle_node, file_blocks, file_node
from registry.errors import Damaged, NotFound, RegistryError, TooLarge
from registry.proofs.cid import DAG_PB, RAW, Cid, parse_cid

EMPTY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
ABSENT = Block.of(b"never stored").cid


def code_of(fault: pytest.ExceptionInfo[RegistryError]) -> str:
    return fault.value.code


def test_a_block_comes_back_under_the_cid_of_its_bytes(documents: Documents) -> None:
    cid = documents.put_block(b"a record")
    assert cid == Block.of(b"a record").cid
    assert documents.get_block(cid) == b"a record"
    assert documents.has(cid)


def test_the_empty_block_is_a_block(documents: Documents) -> None:
    assert str(documents.put_block(b"")) == EMPTY
    assert documents.get_block(parse_cid(EMPTY)) == b""


def test_bytes_that_look_like_a_form_are_only_bytes(documents: Documents) -> None:
    data = b"--boundary\r\n\r\n\x00\xff--\r\n" * 50
    assert documents.get_block(documents.put_block(data)) == data


def test_a_block_that_is_not_there_is_missing(documents: Documents) -> None:
    assert not documents.has(ABSENT)
    assert not documents.pinned(ABSENT)
    with pytest.raises(NotFound) as fault:
        documents.get_block(ABSENT)
    assert code_of(fault) == "BLOCK_MISSING"
    assert str(ABSENT) in fault.value.detail


def test_putting_again_changes_nothing(documents: Documents) -> None:
    first = documents.put_block(b"the same")
    documents.put_blocks([Block.of(b"the same"), Block.of(b"the same")])
    assert documents.put_block(b"the same") == first
    assert documents.get_block(first) == b"the same"


def test_many_blocks_are_all_there_afterwards(documents: Documents) -> None:
    blocks = [Block.of(b"block %d" % number) for number in range(1100)]
    documents.put_blocks(iter(blocks))
    assert all(documents.has(block.cid) for block in blocks[::50])
    assert [documents.get_block(block.cid) for block in blocks[-3:]] == [
        block.data for block in blocks[-3:]
    ]


def test_no_blocks_are_no_fault(documents: Documents) -> None:
    documents.put_blocks([])


def test_a_source_that_fails_half_way_fails_as_itself_and_does_no_harm(
    documents: Documents,
) -> None:
    first = Block.of(b"before the fault")

    def blocks() -> Iterator[Block]:
        yield first
        raise BrokenPipeError("the reader's pipe broke")

    with pytest.raises(BrokenPipeError):
        documents.put_blocks(blocks())
    documents.put_blocks([first])
    assert documents.get_block(first.cid) == b"before the fault"


def test_a_block_above_two_mebibytes_is_refused(documents: Documents) -> None:
    assert documents.get_block(documents.put_block(bytes(BLOCK_LIMIT))) == bytes(BLOCK_LIMIT)
    with pytest.raises(TooLarge) as fault:
        documents.put_block(bytes(BLOCK_LIMIT + 1))
    assert code_of(fault) == "BLOCK_TOO_LARGE"


def test_raw_blocks_are_kept_as_soon_as_they_are_put(documents: Documents) -> None:
    alone = documents.put_block(b"alone")
    among = Block.of(b"among others")
    documents.put_blocks([Block.of(b"other"), among])
    assert documents.pinned(alone)
    assert documents.pinned(among.cid)


def test_a_pin_keeps_a_whole_tree(documents: Documents) -> None:
    leaf = documents.put_block(b"leaf")
    root = bundle_node([Block.of(b"leaf")])
    assert documents.put_block(root.data, codec=DAG_PB) == root.cid
    documents.pin(root.cid)
    documents.pin(root.cid)
    assert documents.pinned(root.cid)
    assert documents.pinned(leaf)


def test_a_tree_with_a_hole_cannot_be_pinned(documents: Documents) -> None:
    root = bundle_node([Block.of(b"never stored")])
    documents.put_block(root.data, codec=DAG_PB)
    for cid in (root.cid, ABSENT):
        with pytest.raises(NotFound) as fault:
            documents.pin(cid)
        assert code_of(fault) == "BLOCK_MISSING"
    assert not documents.pinned(root.cid)


def test_raw_and_dag_pb_are_two_names_of_the_same_bytes(documents: Documents) -> None:
    block = bundle_node([])
    documents.put_block(block.data, codec=DAG_PB)
    assert documents.get_block(Cid(codec=RAW, digest=block.cid.digest)) == block.data


def test_a_store_in_use_is_well(documents: Documents) -> None:
    documents.put_block(b"something")
    documents.health()


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 5 * (1 << 20) + 321])
def test_a_file_comes_back_as_it_was(documents: Documents, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    cid = add_file(documents, io.BytesIO(content))
    assert b"".join(read_file(documents, cid)) == content
    assert documents.pinned(cid)


def test_a_file_longer_than_allowed_is_refused_before_its_first_byte(documents: Documents) -> None:
    cid = add_file(documents, io.BytesIO(bytes(3 << 20)))
    assert sum(map(len, read_file(documents, cid, limit=3 << 20))) == 3 << 20
    with pytest.raises(TooLarge) as fault:
        read_file(documents, cid, limit=(3 << 20) - 1)
    assert code_of(fault) == "FILE_TOO_LARGE"


def test_a_file_with_a_missing_part_ends_in_an_error(documents: Documents) -> None:
    *leaves, root = file_blocks(io.BytesIO(bytes(1 << 20) + b"tail"))
    documents.put_block(leaves[0].data)
    documents.put_block(root.data, codec=DAG_PB)
    pieces = read_file(documents, root.cid)
    assert next(pieces) == bytes(1 << 20)
    with pytest.raises(NotFound):
        next(pieces)


def test_what_is_no_file_is_not_read_as_one(documents: Documents) -> None:
    folder = documents.put_block(bytes.fromhex("0a020801"), codec=DAG_PB)
    with pytest.raises(Damaged) as fault:
        read_file(documents, folder)
    assert code_of(fault) == "DOCUMENT_MALFORMED"


def test_a_part_that_is_longer_than_its_parent_says_is_not_given_out(documents: Documents) -> None:
    leaf = Block.of(b"twelve bytes")
    liar = file_node([Link(leaf.cid, 11, 12)])
    documents.put_blocks([leaf, liar])
    with pytest.raises(Damaged) as fault:
        list(read_file(documents, liar.cid))
    assert code_of(fault) == "DOCUMENT_MALFORMED"


def test_a_file_nested_without_end_is_given_up(documents: Documents) -> None:
    chain = [Block.of(b"x")]
    for _ in range(40):
        chain.append(file_node([Link(chain[-1].cid, 1, 1)]))
    documents.put_blocks(chain)
    assert list(read_file(documents, chain[20].cid)) == [b"x"]
    with pytest.raises(Damaged) as fault:
        list(read_file(documents, chain[-1].cid))
    assert code_of(fault) == "DOCUMENT_MALFORMED"


def test_several_threads_may_use_a_store_at_once(documents: Documents) -> None:
    contents = [b"content %d" % (number % 40) for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        cids = list(threads.map(documents.put_block, contents))
        assert list(threads.map(documents.get_block, cids)) == contents
