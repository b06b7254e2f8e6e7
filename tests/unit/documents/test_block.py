"""Blocks and their CIDs in binary, and the CAR that carries them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.documents.block import BLOCK_LIMIT, Block, binary, from_binary
from registry.documents.car import car
from registry.errors import Damaged, InvalidInput, TooLarge
from registry.proofs.cid import DAG_PB, RAW, Cid

HELLO = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"


def test_a_block_has_the_cid_that_kubo_gives_it() -> None:
    assert str(Block.of(b"hello").cid) == HELLO
    assert str(Block.of(b"hello", DAG_PB).cid) == "bafybei" + HELLO[7:]


@given(data=st.binary(max_size=100), codec=st.sampled_from([RAW, DAG_PB]))
def test_a_cid_survives_its_binary_form(data: bytes, codec: int) -> None:
    cid = Block.of(data, codec).cid
    assert from_binary(binary(cid)) == cid


@given(data=st.binary(max_size=40))
def test_other_bytes_are_no_cid(data: bytes) -> None:
    known = data[:4] in (b"\x01\x55\x12\x20", b"\x01\x70\x12\x20") and len(data) == 36
    if known or (data[:2] == b"\x12\x20" and len(data) == 34):
        return
    with pytest.raises(InvalidInput) as fault:
        from_binary(data)
    assert fault.value.code == "CID_INVALID"


@given(data=st.binary(min_size=1, max_size=64), bit=st.integers(0, 511))
def test_every_changed_bit_is_caught(data: bytes, bit: int) -> None:
    place = bit % (8 * len(data))
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    cid = Block.of(data).cid
    assert Block.read(cid, data).data == data
    with pytest.raises(Damaged) as fault:
        Block.read(cid, bytes(changed))
    assert fault.value.code == "BLOCK_WRONG"


def test_a_block_has_a_limit() -> None:
    assert len(Block.of(bytes(BLOCK_LIMIT)).data) == BLOCK_LIMIT
    with pytest.raises(TooLarge):
        Block.of(bytes(BLOCK_LIMIT + 1))


def test_a_car_is_what_the_specification_says() -> None:
    """The one-root, one-block archive of "hello", written out by hand."""
    block = Block.of(b"hello")
    name = "01551220" + block.cid.digest.hex()
    header = "a2" + "65726f6f7473" + "81d82a582500" + name + "6776657273696f6e" + "01"
    expected = "3a" + header + "29" + name + b"hello".hex()
    assert b"".join(car(block.cid, [block])).hex() == expected


def test_a_cid_is_not_equal_to_the_same_hash_under_another_codec() -> None:
    digest = Block.of(b"hello").cid.digest
    assert Cid(codec=RAW, digest=digest) != Cid(codec=DAG_PB, digest=digest)
