"""What any node must do for us, whichever it is, and how its refusals are told apart."""

import pytest

from registry.chain.contracts import Call, Logs
from registry.chain.refusals import (
    ChainUnreachable,
    ContractReverted,
    FeeTooLow,
    FundsShort,
    NonceUsed,
    NotOffered,
    OtherRefusal,
)
from registry.chain.rpc import HttpRpc, Rpc, block_at, chain_id, head, quantity
from registry.chain.transactions import (
    FeeRule,
    Fees,
    address_of_key,
    receipt_of,
    send,
    sign,
    suggest_fees,
    transact,
)
from registry.errors import Damaged
from tests.ports.chain.ledgers import NODE_KEY, Chain, Working, private_key
from tests.ports.chain.plain import CHAIN_ID, PlainNode, until_unreachable

NOWHERE = Call(to=b"\x0f" * 20, data=b"")


def raw(rpc: Rpc, key: bytes, nonce: int, fees: Fees | None = None) -> bytes:
    return sign(
        key, chain_id(rpc), nonce, NOWHERE, 21_000, fees or suggest_fees(rpc, FeeRule())
    ).raw


def test_a_mined_transaction_has_a_receipt_in_a_block_of_the_chain(
    chain: Chain, stranger: bytes
) -> None:
    before = head(chain.rpc)
    receipt = transact(chain.rpc, stranger, NOWHERE)
    after = head(chain.rpc)
    assert receipt.succeeded
    assert before.number < receipt.block_number <= after.number
    block = block_at(chain.rpc, receipt.block_number)
    assert block is not None
    assert block.hash == receipt.block_hash
    assert block.time >= before.time


def test_there_is_no_block_above_the_newest(chain: Chain) -> None:
    assert block_at(chain.rpc, head(chain.rpc).number + 1) is None


def test_an_unknown_transaction_has_no_receipt(chain: Chain) -> None:
    assert receipt_of(chain.rpc, b"\x01" * 32) is None


def test_a_nonce_is_used_once(chain: Chain, stranger: bytes) -> None:
    transact(chain.rpc, stranger, NOWHERE)
    with pytest.raises(NonceUsed) as caught:
        send(chain.rpc, raw(chain.rpc, stranger, 0, Fees(max_fee=10**10, tip=10**9)))
    assert caught.value.code == "CHAIN_NONCE_USED"


def test_a_fee_below_the_base_fee_is_refused(chain: Chain, stranger: bytes) -> None:
    with pytest.raises(FeeTooLow):
        send(chain.rpc, raw(chain.rpc, stranger, 0, Fees(max_fee=1, tip=1)))


def test_a_key_without_funds_is_refused(chain: Chain) -> None:
    with pytest.raises(FundsShort):
        send(chain.rpc, raw(chain.rpc, private_key("poor"), 0))


def test_an_unknown_method_is_named_so(chain: Chain) -> None:
    with pytest.raises(NotOffered):
        chain.rpc.call("eth_noSuchMethod")


def test_bytes_that_are_no_transaction_are_refused(chain: Chain) -> None:
    with pytest.raises(OtherRefusal) as caught:
        send(chain.rpc, b"\x12\x34")
    assert caught.value.said


def test_a_contracts_error_arrives_with_its_arguments(working: Working, chain: Chain) -> None:
    call = working.ledger.logs.advance(working.log, 3, 5, b"\x01" * 32, [], b"\x02" * 32)
    with pytest.raises(ContractReverted) as caught:
        transact(chain.rpc, NODE_KEY, call)
    assert caught.value.name == "LogsStale"
    assert caught.value.arguments == {
        "log": working.log,
        "oldSize": 3,
        "head.size": 0,
        "head.time": 0,
        "head.root": bytes(32),
    }


def test_a_contracts_error_arrives_from_a_view_as_well(working: Working, chain: Chain) -> None:
    nobody = address_of_key(private_key("nobody"))
    call = working.ledger.organisations.retire_key(working.ledger.organisation(), nobody)
    question = {"to": "0x" + call.to.hex(), "data": "0x" + call.data.hex()}
    with pytest.raises(ContractReverted) as caught:
        chain.rpc.call("eth_call", question, "latest")
    assert caught.value.name == "OrganisationsUnauthorised"
    assert caught.value.arguments["scope"] == 128


def test_a_view_of_no_contract_says_so(chain: Chain) -> None:
    with pytest.raises(Damaged) as caught:
        Logs(chain.rpc, b"\x0f" * 20).head(b"\x01" * 32)
    assert caught.value.code == "CHAIN_CONTRACTS_MISSING"


def test_a_transaction_that_the_node_has_already_counts_as_sent(plain: PlainNode) -> None:
    key = private_key("stranger")
    plain.fund("0x" + address_of_key(key).hex(), 10**18)
    plain.automine(False)
    waiting = raw(plain.rpc, key, 0)
    send(plain.rpc, waiting)
    send(plain.rpc, waiting)
    assert quantity(plain.do("txpool_status")["pending"]) == 1


def test_a_dead_node_is_unreachable_and_nothing_else(plain: PlainNode) -> None:
    chain_id(plain.rpc)
    plain.close()
    for _ in range(2):
        with pytest.raises(ChainUnreachable) as caught:
            chain_id(plain.rpc)
        assert caught.value.code == "CHAIN_UNREACHABLE"
        assert caught.value.retry_after


def test_a_stalled_node_is_unreachable_until_it_goes_on(plain: PlainNode) -> None:
    hasty = HttpRpc(plain.rpc.url, timeout=0.2)
    plain.stall()
    until_unreachable(lambda: chain_id(hasty))
    plain.resume()
    assert chain_id(plain.rpc) == CHAIN_ID
    hasty.close()
