"""Texts of real nodes, and what they mean; revert data wherever a client puts it."""

from typing import Any

import pytest

from registry.chain.abi import artifact
from registry.chain.refusals import (
    MEANINGS,
    AlreadyKnown,
    ChainRefused,
    ContractReverted,
    FeeTooLow,
    FundsShort,
    HistoryPruned,
    NonceGap,
    NonceUsed,
    NotOffered,
    OtherRefusal,
    PoolFull,
    RangeTooWide,
    refusal,
)
from registry.errors import catalogue

SAID = [
    ("already known", AlreadyKnown),  # geth
    ("transaction already imported", AlreadyKnown),  # anvil
    ("Known transaction", AlreadyKnown),  # Besu
    ("AlreadyKnown", AlreadyKnown),  # Nethermind
    ("known transaction: 0xabcdef", AlreadyKnown),  # older geth
    ("nonce too low: next nonce 7, tx nonce 3", NonceUsed),  # geth
    ("Nonce too low", NonceUsed),  # Besu
    ("OldNonce, Current nonce: 7, nonce of rejected tx: 3", NonceUsed),  # Nethermind
    ("Transaction nonce is too distant from current sender nonce", NonceGap),  # Besu
    ("Nonce too high. Expected nonce to be 3 but got 9.", NonceGap),  # Hardhat
    ("replacement transaction underpriced", FeeTooLow),  # geth, anvil
    ("transaction underpriced: tip needed 1, tip permitted 0", FeeTooLow),  # geth
    ("max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1", FeeTooLow),  # geth
    ("Gas price below configured minimum gas price", FeeTooLow),  # Besu
    ("FeeTooLow, EffectivePriorityFeePerGas too low", FeeTooLow),  # Nethermind
    ("insufficient funds for gas * price + value: balance 0", FundsShort),  # geth
    ("Insufficient funds for gas * price + value", FundsShort),  # anvil
    ("Upfront cost exceeds account balance", FundsShort),  # Besu
    ("InsufficientFunds, Account balance: 0", FundsShort),  # Nethermind
    ("txpool is full", PoolFull),  # geth
    ("missing trie node 1a2b (path )", HistoryPruned),  # geth
    ("historical state 0x12 is not available", HistoryPruned),  # geth
    ("BlockOutOfRangeError: block height is 20 but requested was 100", HistoryPruned),  # anvil
    ("World state unavailable", HistoryPruned),  # Besu
    ("query returned more than 10000 results", RangeTooWide),  # hosted nodes
    ("exceed maximum block range: 5000", RangeTooWide),  # Erigon
    ("Requested range exceeds maximum RPC range limit", RangeTooWide),  # Besu
    ("the method eth_foo does not exist/is not available", NotOffered),  # geth
    ("Method not found", NotOffered),  # anvil, Besu
    ("Failed to decode transaction", OtherRefusal),  # anvil
    ("invalid sender", OtherRefusal),  # geth
]


@pytest.mark.parametrize(("text", "kind"), SAID)
def test_a_nodes_words_have_their_meaning(text: str, kind: type[ChainRefused]) -> None:
    found = refusal({"code": -32000, "message": text})
    assert type(found) is kind
    assert found.said == text


def test_the_number_of_an_unknown_method_is_enough() -> None:
    assert type(refusal({"code": -32601, "message": "?"})) is NotOffered


def test_what_a_node_said_stays_out_of_the_answer() -> None:
    secret = "rejected: 0x5e4d for alice@example.org"
    found = refusal({"code": -32000, "message": secret})
    assert secret not in found.detail
    assert secret not in str(found)


def test_a_long_text_is_cut() -> None:
    assert len(refusal({"code": 1, "message": "x" * 10_000}).said) == 300


@pytest.mark.parametrize("error", ["text", None, 5, [], {}, {"message": None}, {"data": 5}])
def test_an_error_of_any_form_is_read(error: Any) -> None:
    assert type(refusal(error)) is OtherRefusal


def test_every_meaning_is_catalogued() -> None:
    for meaning in MEANINGS:
        assert meaning.code in catalogue()


CLOSED = artifact("Logs").shapes("error")["LogsClosed"]
ENCODED = (
    CLOSED.selector
    + b"\x01" * 32
    + (5).to_bytes(32, "big")
    + (6).to_bytes(32, "big")
    + b"\x02" * 32
)
HEX = "0x" + ENCODED.hex()
HASH = "0x" + "07" * 32


@pytest.mark.parametrize(
    "error",
    [
        {"code": 3, "message": "execution reverted", "data": HEX},  # geth, anvil
        {"code": -32000, "message": "Execution reverted", "data": HEX},  # Besu
        {"code": -32015, "message": "VM execution error.", "data": f"Reverted {HEX}"},  # Nethermind
        {
            "code": -32603,
            "message": "Error: VM Exception while processing transaction: reverted",
            "data": {"message": "reverted", "txHash": HASH, "data": HEX},  # Hardhat
        },
        {"message": "revert", "data": {HASH: {"error": "revert", "return": HEX}}},  # Ganache
    ],
)
def test_a_contracts_error_is_found_wherever_it_is(error: dict[str, Any]) -> None:
    found = refusal(error)
    assert isinstance(found, ContractReverted)
    assert found.name == "LogsClosed"
    assert found.arguments == {
        "log": b"\x01" * 32,
        "head.size": 5,
        "head.time": 6,
        "head.root": b"\x02" * 32,
    }
    assert found.data == ENCODED


def test_soliditys_own_errors_are_read() -> None:
    text = (
        "0x08c379a0"
        + (32).to_bytes(32, "big").hex()
        + (5).to_bytes(32, "big").hex()
        + b"never".ljust(32, b"\0").hex()
    )
    found = refusal({"code": 3, "message": "execution reverted: never", "data": text})
    assert isinstance(found, ContractReverted)
    assert (found.name, found.arguments) == ("Error", {"message": "never"})
    panic = refusal({"code": 3, "message": "x", "data": "0x4e487b71" + "00" * 31 + "11"})
    assert isinstance(panic, ContractReverted)
    assert (panic.name, panic.arguments) == ("Panic", {"number": 0x11})


@pytest.mark.parametrize("data", [None, "0x", "0x12345678", "0xzz", HEX[:-2], HASH])
def test_a_revert_that_cannot_be_read_is_still_a_revert(data: str | None) -> None:
    found = refusal({"code": 3, "message": "execution reverted", "data": data})
    assert isinstance(found, ContractReverted)
    assert (found.name, found.arguments) == ("", {})


def test_an_error_whose_arguments_are_cut_off_has_no_name() -> None:
    cut = "0x" + ENCODED[: 4 + 64].hex()
    found = refusal({"code": 3, "message": "execution reverted", "data": cut})
    assert isinstance(found, ContractReverted)
    assert found.name == ""
    assert found.data == ENCODED[: 4 + 64]
