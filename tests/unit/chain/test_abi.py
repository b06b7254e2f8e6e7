"""Our coding of whole words is eth-abi's; selectors and topics are those of the standard."""

from typing import Any

import pytest
from eth_abi.abi import decode as their_decode
from eth_abi.abi import encode as their_encode
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.chain.abi import (
    CONTRACTS,
    artifact,
    decode,
    encode,
    errors_by_selector,
    events_by_hash,
    functions,
)
from registry.chain.events import KINDS
from registry.errors import Damaged

WORDS: dict[str, st.SearchStrategy[Any]] = {
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes8": st.binary(min_size=8, max_size=8),
    "address": st.binary(min_size=20, max_size=20),
    "uint8": st.integers(0, 2**8 - 1),
    "uint32": st.integers(0, 2**32 - 1),
    "uint40": st.integers(0, 2**40 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "bool": st.booleans(),
}
typed = st.lists(st.sampled_from(sorted(WORDS)), max_size=8).flatmap(
    lambda types: st.tuples(st.just(types), st.tuples(*(WORDS[kind] for kind in types)))
)


@settings(deadline=None)
@given(typed)
def test_words_are_coded_as_eth_abi_codes_them(case: tuple[list[str], tuple[Any, ...]]) -> None:
    types, values = case
    encoded = encode(types, values)
    assert encoded == their_encode(types, values)
    assert decode(types, encoded) == values
    theirs = tuple(
        bytes.fromhex(value[2:]) if kind == "address" else value
        for kind, value in zip(types, their_decode(types, encoded), strict=True)
    )
    assert decode(types, encoded) == theirs


@settings(deadline=None)
@given(typed, st.integers(1, 300))
def test_a_short_answer_is_refused(case: tuple[list[str], tuple[Any, ...]], missing: int) -> None:
    types, values = case
    encoded = encode(types, values)
    if types:
        with pytest.raises(Damaged):
            decode(types, encoded[:-missing])


@pytest.mark.parametrize(
    ("kind", "value"), [("uint8", 256), ("uint40", 2**40), ("bytes8", b"123456789"), ("uint8", -1)]
)
def test_a_value_that_does_not_fit_is_refused(kind: str, value: Any) -> None:
    with pytest.raises((ValueError, OverflowError)):
        encode([kind], [value])


def test_lists_go_through_eth_abi() -> None:
    proof = [b"\x01" * 32, b"\x02" * 32]
    values = (b"\x03" * 32, 1, 2, b"\x04" * 32, proof, b"\x05" * 32)
    shape = functions("Logs")["advance"]
    types = ["bytes32", "uint40", "uint40", "bytes32", "bytes32[]", "bytes32"]
    assert shape.call(*values) == shape.selector + their_encode(types, values)
    with pytest.raises(Damaged):
        decode(["bytes32[]"], b"\x01" * 40)


def test_names_hash_as_the_standard_says() -> None:
    # Worked examples of https://docs.soliditylang.org/en/latest/abi-spec.html and of ERC-20.
    assert errors_by_selector()[bytes.fromhex("08c379a0")].name == "Error"
    assert errors_by_selector()[bytes.fromhex("4e487b71")].name == "Panic"


def test_structs_are_part_of_a_signature() -> None:
    from registry.proofs.keccak import keccak256

    shape = artifact("Logs").shapes("error")["LogsStale"]
    stated = keccak256(b"LogsStale(bytes32,uint40,(uint40,uint40,bytes32))")
    assert shape.hash == stated


def test_every_event_of_the_contracts_is_known() -> None:
    named = {shape.name for name in CONTRACTS for shape in events_by_hash(name).values()}
    assert named == set(KINDS)


def test_an_event_with_the_wrong_number_of_topics_is_refused() -> None:
    shape = next(iter(events_by_hash("Logs").values()))
    with pytest.raises(Damaged):
        shape.event([shape.hash], b"\0" * 200)


def test_selectors_of_all_errors_differ() -> None:
    count = sum(len(artifact(name).shapes("error")) for name in CONTRACTS)
    names = {shape.name for name in CONTRACTS for shape in artifact(name).shapes("error").values()}
    assert len(errors_by_selector()) == len(names) + 2
    assert count >= len(names)
