"""The lane: stored before sent, sent until mined, never twice, whatever the chain does."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.chain.contracts import Call
from registry.chain.refusals import ChainUnreachable, ContractReverted, FeeTooLow
from registry.chain.rpc import HttpRpc, Rpc, block_at, chain_id, quantity
from registry.chain.sender import Sender, Standing
from registry.chain.transactions import GWEI, FeeRule, read_raw, transact
from tests.ports.chain.ledgers import NODE_KEY, REGIONS, Working
from tests.ports.chain.memory import MemoryLane
from tests.ports.chain.plain import PlainNode, until_unreachable


@dataclass
class Clock:
    """A clock that a test moves."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 22, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Watched:
    """An `Rpc` that asks `before` about each request, and passes it on."""

    rpc: Rpc
    before: Callable[[str, tuple[Any, ...]], None]

    def call(self, method: str, *params: Any) -> Any:
        self.before(method, params)
        return self.rpc.call(method, *params)


def sender_of(rpc: Rpc, lane: MemoryLane, **options: Any) -> Sender:
    return Sender(rpc, lane, NODE_KEY, chain_id(rpc), **options)


def first_anchor(working: Working, size: int = 5) -> Call:
    return working.ledger.logs.advance(working.log, 0, size, b"\x01" * 32, [], b"\x02" * 32)


def named(working: Working, key: int) -> Call:
    """A call of the node's key that always succeeds: to nobody, with data of its own."""
    return Call(to=b"\x0f" * 20, data=bytes((key,)))


@pytest.fixture
def sender(working: Working, lane: MemoryLane) -> Sender:
    return sender_of(working.ledger.rpc, lane)


@pytest.fixture
def held(working_plain: Working, plain: PlainNode) -> Working:
    """A ledger on a plain node that mines only when told to."""
    plain.automine(False)
    return working_plain


# ---- on any chain -------------------------------------------------------------------------------


def test_what_is_submitted_is_mined_and_known(working: Working, sender: Sender) -> None:
    assert sender.status("anchor").standing is Standing.UNSENT
    outgoing = sender.submit("anchor", first_anchor(working))
    status = sender.status("anchor")
    assert status.standing is Standing.MINED
    assert status.receipt is not None
    assert status.receipt.transaction == outgoing.hash
    assert working.ledger.logs.head(working.log).size == 5
    assert sender.trouble is None


def test_a_purpose_is_achieved_once(working: Working, sender: Sender, lane: MemoryLane) -> None:
    first = sender.submit("anchor", first_anchor(working))
    assert sender.submit("anchor", first_anchor(working)) == first
    assert len(lane.since(0)) == 1


def test_nonces_follow_one_another(working: Working, sender: Sender) -> None:
    sent = [sender.submit(f"p{key}", named(working, key)) for key in range(3)]
    assert [outgoing.nonce for outgoing in sent] == [0, 1, 2]
    assert sender.resend() == 0


def test_what_the_contract_would_refuse_is_not_stored(
    working: Working, sender: Sender, lane: MemoryLane
) -> None:
    wrong = working.ledger.logs.advance(working.log, 3, 5, b"\x01" * 32, [], bytes(32))
    with pytest.raises(ContractReverted) as caught:
        sender.submit("anchor", wrong)
    assert caught.value.name == "LogsStale"
    assert list(lane.since(0)) == []


def test_it_is_stored_before_it_is_sent(working: Working, lane: MemoryLane) -> None:
    def check(method: str, params: tuple[Any, ...]) -> None:
        if method == "eth_sendRawTransaction":
            assert params[0] in {"0x" + kept.raw.hex() for kept in lane.since(0)}
            seen.append(params[0])

    seen = list[str]()
    sender_of(Watched(working.ledger.rpc, check), lane).submit("a", first_anchor(working))
    assert len(seen) == 1


def test_a_chain_too_dear_gets_nothing(working: Working, lane: MemoryLane) -> None:
    sender = sender_of(working.ledger.rpc, lane, fees=FeeRule(cap=1, tip_cap=1))
    with pytest.raises(FeeTooLow) as caught:
        sender.submit("anchor", first_anchor(working))
    assert caught.value.code == "CHAIN_FEE_ABOVE_CAP"
    assert list(lane.since(0)) == []


def test_what_a_dead_chain_did_not_take_is_sent_later(working: Working, lane: MemoryLane) -> None:
    def down(method: str, _params: tuple[Any, ...]) -> None:
        if method == "eth_sendRawTransaction":
            raise ChainUnreachable("down")

    cut_off = sender_of(Watched(working.ledger.rpc, down), lane)
    outgoing = cut_off.submit("anchor", first_anchor(working))
    assert cut_off.trouble is not None
    assert cut_off.status("anchor").standing is Standing.WAITING
    # As after a restart: only the lane is left.
    back = sender_of(working.ledger.rpc, lane)
    assert back.submit("anchor", first_anchor(working)) == outgoing
    assert back.resend() == 1
    assert back.status("anchor").standing is Standing.MINED
    assert back.resend() == 0


def test_a_chain_that_cannot_be_asked_gets_nothing_stored(
    working: Working, lane: MemoryLane
) -> None:
    sender = sender_of(working.ledger.rpc, lane)

    def down(_method: str, _params: tuple[Any, ...]) -> None:
        raise ChainUnreachable("down")

    sender = Sender(Watched(working.ledger.rpc, down), lane, NODE_KEY, 1)
    with pytest.raises(ChainUnreachable):
        sender.submit("anchor", first_anchor(working))
    with pytest.raises(ChainUnreachable):
        sender.resend()
    assert list(lane.since(0)) == []


def test_a_nonce_that_another_transaction_took_is_given_up(
    working: Working, lane: MemoryLane
) -> None:
    def down(method: str, _params: tuple[Any, ...]) -> None:
        if method == "eth_sendRawTransaction":
            raise ChainUnreachable("down")

    sender_of(Watched(working.ledger.rpc, down), lane).submit("anchor", first_anchor(working))
    # As when an old backup was restored: the key was used without the lane.
    transact(working.ledger.rpc, NODE_KEY, named(working, 7))
    sender = sender_of(working.ledger.rpc, lane)
    assert sender.status("anchor").standing is Standing.UNSENT
    assert sender.submit("anchor", first_anchor(working)).nonce == 1
    assert sender.status("anchor").standing is Standing.MINED


def test_a_raw_transaction_is_read_back(working: Working, sender: Sender) -> None:
    outgoing = sender.submit("anchor", first_anchor(working))
    signed = read_raw(outgoing.raw)
    assert (signed.hash, signed.nonce) == (outgoing.hash, outgoing.nonce)
    assert signed.call == first_anchor(working)


# ---- on a node with a pool and forks ------------------------------------------------------------


def test_a_waiting_transaction_is_waiting(
    held: Working, plain: PlainNode, lane: MemoryLane
) -> None:
    sender = sender_of(plain.rpc, lane)
    sender.submit("anchor", first_anchor(held))
    assert sender.status("anchor").standing is Standing.WAITING
    assert sender.resend() == 1
    assert sender.trouble is None
    plain.mine()
    assert sender.status("anchor").standing is Standing.MINED


def test_a_dropped_transaction_is_sent_again(
    held: Working, plain: PlainNode, lane: MemoryLane
) -> None:
    sender = sender_of(plain.rpc, lane)
    outgoing = sender.submit("anchor", first_anchor(held))
    plain.drop(outgoing.hash)
    plain.mine()
    assert sender.status("anchor").standing is Standing.WAITING
    sender.resend()
    plain.mine()
    status = sender.status("anchor")
    assert status.receipt is not None
    assert status.receipt.transaction == outgoing.hash


def test_a_reorganised_transaction_is_sent_again(
    working_plain: Working, plain: PlainNode, lane: MemoryLane
) -> None:
    sender = sender_of(plain.rpc, lane)
    first, second = (sender.submit(f"p{key}", named(working_plain, key)) for key in range(2))
    assert sender.resend() == 0
    plain.reorg(2)
    assert sender.status("p0").standing is Standing.WAITING
    assert sender.resend() == 2
    for purpose, outgoing in (("p0", first), ("p1", second)):
        receipt = sender.status(purpose).receipt
        assert receipt is not None
        assert receipt.transaction == outgoing.hash
        block = block_at(plain.rpc, receipt.block_number)
        assert block is not None
        assert block.hash == receipt.block_hash


def test_a_transaction_that_fails_in_its_block_is_told_so_and_can_be_tried_anew(
    held: Working, plain: PlainNode, lane: MemoryLane
) -> None:
    sender = sender_of(plain.rpc, lane)
    outgoing = sender.submit("anchor", first_anchor(held))
    plain.drop(outgoing.hash)
    ledger = held.ledger
    retire = ledger.organisations.retire_key(ledger.organisation(), sender.address)
    plain.automine(True)
    transact(plain.rpc, ledger.admin_keys[REGIONS[0]], retire)
    sender.resend()
    assert sender.status("anchor").standing is Standing.FAILED
    assert sender.resend() == 0
    with pytest.raises(ContractReverted) as caught:
        sender.submit("anchor", first_anchor(held))
    assert caught.value.name == "OrganisationsUnauthorised"


def test_a_stuck_transaction_is_replaced_for_a_higher_fee(
    held: Working, plain: PlainNode, lane: MemoryLane
) -> None:
    clock = Clock()
    sender = sender_of(plain.rpc, lane, clock=clock, patience=timedelta(seconds=60))
    first = sender.submit("anchor", first_anchor(held))
    clock.wait(59)
    sender.resend()
    assert len(lane.of("anchor")) == 1
    clock.wait(2)
    sender.resend()
    old, new = lane.of("anchor")
    assert old == first
    assert (new.nonce, new.attempt) == (first.nonce, 1)
    was, offered = read_raw(old.raw), read_raw(new.raw)
    assert offered.call == was.call
    assert offered.fees.max_fee * 10 >= was.fees.max_fee * 11
    assert offered.fees.tip * 10 >= was.fees.tip * 11
    assert sender.trouble is None, "the node took the replacement"
    plain.mine()
    receipt = sender.status("anchor").receipt
    assert receipt is not None
    assert receipt.transaction == new.hash
    assert held.ledger.logs.head(held.log).size == 5


def test_the_first_attempt_counts_when_it_is_the_one_mined(
    held: Working, plain: PlainNode, lane: MemoryLane
) -> None:
    clock = Clock()
    sender = sender_of(plain.rpc, lane, clock=clock)
    sender.submit("anchor", first_anchor(held))
    plain.mine()
    first = lane.of("anchor")[0]
    # A replacement that was stored, and then lost the race.
    lane.store(replace(first, attempt=1, hash=b"\x09" * 32, raw=b"\x02"))
    receipt = sender.status("anchor").receipt
    assert receipt is not None
    assert receipt.transaction == first.hash
    assert sender.resend() == 0


def test_fees_stop_at_the_cap(held: Working, plain: PlainNode, lane: MemoryLane) -> None:
    clock, cap = Clock(), 5 * GWEI
    sender = sender_of(plain.rpc, lane, clock=clock, fees=FeeRule(cap=cap))
    sender.submit("anchor", first_anchor(held))
    for _ in range(20):
        clock.wait(61)
        sender.resend()
    fees = [read_raw(kept.raw).fees for kept in lane.of("anchor")]
    assert fees[-1].max_fee == cap
    assert all(fee.tip <= fee.max_fee <= cap for fee in fees)
    assert len(fees) < 20


def test_a_hole_in_the_lane_is_filled(held: Working, plain: PlainNode, lane: MemoryLane) -> None:
    sender = sender_of(plain.rpc, lane)
    sent = [sender.submit(f"p{key}", named(held, key)) for key in range(3)]
    partial = MemoryLane()
    for outgoing in (sent[0], sent[2]):
        partial.store(outgoing)
    plain.do("anvil_dropAllTransactions")
    restored = sender_of(plain.rpc, partial)
    restored.resend()
    assert restored.submit("p9", named(held, 9)).nonce == 1
    plain.mine()
    assert quantity(plain.do("eth_getTransactionCount", "0x" + sender.address.hex(), "latest")) == 3


def test_a_stalled_node_costs_nothing(held: Working, plain: PlainNode, lane: MemoryLane) -> None:
    sender = sender_of(plain.rpc, lane)
    outgoing = sender.submit("anchor", first_anchor(held))
    hasty = HttpRpc(plain.rpc.url, timeout=0.2)
    impatient = Sender(hasty, lane, NODE_KEY, chain_id(plain.rpc))
    plain.stall()
    until_unreachable(impatient.resend)
    plain.resume()
    sender.resend()
    plain.mine()
    status = sender.status("anchor")
    assert status.receipt is not None
    assert status.receipt.transaction == outgoing.hash
    hasty.close()
