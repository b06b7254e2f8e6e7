"""The embedded chain keeps what it acknowledged: killed, torn, restarted, its clock set back."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.chain.contracts import Call
from registry.chain.embedded import EmbeddedChain
from registry.chain.refusals import ChainUnreachable, FundsShort, NonceGap, NotOffered
from registry.chain.rpc import Block, block_at, chain_id, head, quantity
from registry.chain.transactions import Fees, address_of_key, receipt_of, sign
from registry.errors import Conflict, Damaged
from tests.ports.chain.ledgers import private_key

KEY = private_key("payer")
ADDRESS = "0x" + address_of_key(KEY).hex()
LOADER = Path(__file__).with_name("loader.py")
FEES = Fees(max_fee=10**10, tip=10**9)


def raw(nonce: int, key: bytes = KEY) -> bytes:
    return sign(key, 31337, nonce, Call(to=b"\x0f" * 20, data=b""), 21_000, FEES).raw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chain"


@pytest.fixture
def chain(folder: Path) -> Iterator[EmbeddedChain]:
    with EmbeddedChain(folder) as chain:
        chain.fund(ADDRESS, 10**19)
        yield chain


def blocks_of(chain: EmbeddedChain) -> list[Block]:
    blocks = (block_at(chain, number) for number in range(head(chain).number + 1))
    return [block for block in blocks if block is not None]


# ---- blocks -------------------------------------------------------------------------------------


def test_an_answered_transaction_is_mined(chain: EmbeddedChain) -> None:
    before = head(chain).number
    (transaction,) = chain.submit([raw(0)])
    receipt = receipt_of(chain, transaction)
    assert receipt is not None
    assert receipt.block_number == before + 1 == head(chain).number


def test_a_group_shares_one_block(chain: EmbeddedChain) -> None:
    hashes = chain.submit([raw(nonce) for nonce in range(5)])
    receipts = [receipt_of(chain, transaction) for transaction in hashes]
    assert {receipt and receipt.block_number for receipt in receipts} == {head(chain).number}


def test_a_group_is_taken_whole_or_not_at_all(chain: EmbeddedChain) -> None:
    before = head(chain)
    with pytest.raises(FundsShort):
        chain.submit([raw(0), raw(0, private_key("poor"))])
    assert head(chain) == before
    chain.mine()
    assert quantity(chain.call("eth_getTransactionCount", ADDRESS, "latest")) == 0


def test_a_gap_in_the_nonces_is_refused_and_leaves_nothing_waiting(chain: EmbeddedChain) -> None:
    with pytest.raises(NonceGap):
        chain.submit([raw(1)])
    chain.submit([raw(0)])
    assert quantity(chain.call("eth_getTransactionCount", ADDRESS, "latest")) == 1


def test_what_does_not_fit_one_block_goes_into_the_next(chain: EmbeddedChain) -> None:
    from eth_account import Account

    # INVALID as a contract's first instruction uses all the gas that it is given.
    fields = {"chainId": 31337, "value": 0, "data": b"\xfe", "gas": 14_000_000}
    prices = {"maxFeePerGas": FEES.max_fee, "maxPriorityFeePerGas": FEES.tip}
    large = [
        bytes(Account.sign_transaction({**fields, **prices, "nonce": n}, KEY).raw_transaction)
        for n in range(5)
    ]
    before = head(chain).number
    hashes = chain.submit(large)
    assert all(receipt_of(chain, transaction) for transaction in hashes)
    assert head(chain).number > before + 1


def test_an_empty_block_can_be_mined(chain: EmbeddedChain) -> None:
    before = head(chain).number
    assert chain.mine() == before + 1 == head(chain).number


def test_funding_twice_gives_once(chain: EmbeddedChain) -> None:
    before = head(chain)
    chain.fund(ADDRESS, 10**19)
    assert head(chain) == before


@pytest.mark.parametrize(
    "method", ["evm_mine", "anvil_setBalance", "eth_sendTransaction", "debug_traceCall", "miner_x"]
)
def test_nothing_passes_by_the_log(chain: EmbeddedChain, method: str) -> None:
    with pytest.raises(NotOffered):
        chain.call(method)


def test_several_threads_share_it(chain: EmbeddedChain) -> None:
    keys = [private_key(f"thread {number}") for number in range(4)]
    for key in keys:
        chain.fund("0x" + address_of_key(key).hex(), 10**18)

    def work(key: bytes) -> None:
        for nonce in range(5):
            chain.submit([raw(nonce, key)])

    threads = [threading.Thread(target=work, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for key in keys:
        address = "0x" + address_of_key(key).hex()
        assert quantity(chain.call("eth_getTransactionCount", address, "latest")) == 5


# ---- time ---------------------------------------------------------------------------------------


@dataclass
class Clock:
    """A clock that a test moves."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 22, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment


def test_time_never_runs_backwards(folder: Path) -> None:
    clock = Clock()
    with EmbeddedChain(folder, clock=clock) as chain:
        clock.moment += timedelta(hours=1)
        chain.mine()
        clock.moment -= timedelta(days=1)
        chain.mine()
        times = [block.time for block in blocks_of(chain)]
    with EmbeddedChain(folder, clock=clock) as chain:
        chain.mine()
        times.append(head(chain).time)
    assert times == sorted(times)
    assert times[-1] == times[-2]


def test_a_block_has_the_clocks_time(folder: Path) -> None:
    clock = Clock()
    with EmbeddedChain(folder, clock=clock) as chain:
        clock.moment += timedelta(seconds=90)
        chain.mine()
        assert head(chain).time == int(clock.moment.timestamp())


# ---- death and return ---------------------------------------------------------------------------


def test_a_restart_gives_the_same_blocks(folder: Path) -> None:
    with EmbeddedChain(folder) as chain:
        chain.fund(ADDRESS, 10**18)
        for nonce in range(6):
            chain.submit([raw(nonce)])
        before = blocks_of(chain)
    with EmbeddedChain(folder) as chain:
        assert blocks_of(chain) == before
        assert (chain.recovery.replayed, chain.recovery.differing) == (7, ())


def test_a_killed_node_comes_back_as_it_was(chain: EmbeddedChain) -> None:
    chain.submit([raw(0)])
    before = blocks_of(chain)
    os.kill(chain.node_pid, signal.SIGKILL)
    assert blocks_of(chain) == before
    os.kill(chain.node_pid, signal.SIGKILL)
    (transaction,) = chain.submit([raw(1)])
    assert receipt_of(chain, transaction) is not None
    assert blocks_of(chain)[: len(before)] == before


def test_a_node_that_somebody_else_told_to_mine_is_replaced(chain: EmbeddedChain) -> None:
    (first,) = chain.submit([raw(0)])
    before = blocks_of(chain)
    chain._node.rpc.call("evm_mine")  # as any process of this machine could
    (second,) = chain.submit([raw(1)])
    after = blocks_of(chain)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert receipt_of(chain, first) is not None
    assert receipt_of(chain, second) is not None


def test_a_node_killed_under_load_loses_nothing(chain: EmbeddedChain) -> None:
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.3):
            with suppress(ProcessLookupError):  # dead already, and not yet replaced
                os.kill(chain.node_pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        hashes = [chain.submit([raw(nonce)])[0] for nonce in range(60)]
    finally:
        stop.set()
        killer.join()
    assert all(receipt_of(chain, transaction) for transaction in hashes)
    assert quantity(chain.call("eth_getTransactionCount", ADDRESS, "latest")) == 60


def test_a_snapshot_spares_the_replay(folder: Path) -> None:
    with EmbeddedChain(folder) as chain:
        chain.fund(ADDRESS, 10**18)
        hashes = [chain.submit([raw(nonce)])[0] for nonce in range(5)]
        chain.snapshot()
        hashes += chain.submit([raw(5)])
        before = blocks_of(chain)
    with EmbeddedChain(folder) as chain:
        assert (chain.recovery.base, chain.recovery.replayed) == (6, 1)
        assert blocks_of(chain) == before
        assert all(receipt_of(chain, transaction) for transaction in hashes)


def test_snapshots_come_by_themselves_and_old_ones_go(folder: Path) -> None:
    with EmbeddedChain(folder, snapshot_blocks=5) as chain:
        for _ in range(17):
            chain.mine()
    assert sorted(path.name for path in folder.glob("state-*")) == [
        "state-10.json",
        "state-15.json",
    ]
    assert sorted(path.name for path in folder.glob("blocks-*")) == [
        "blocks-10.wal",
        "blocks-15.wal",
    ]


def test_a_damaged_snapshot_is_replaced_by_the_one_before(folder: Path) -> None:
    with EmbeddedChain(folder, snapshot_blocks=5) as chain:
        for _ in range(17):
            chain.mine()
        before = blocks_of(chain)
    state = folder / "state-15.json"
    state.write_bytes(state.read_bytes()[:-1])
    with EmbeddedChain(folder) as chain:
        assert (chain.recovery.base, chain.recovery.replayed) == (10, 7)
        assert blocks_of(chain) == before


def test_a_crash_between_state_and_log_is_as_if_no_snapshot_was_made(folder: Path) -> None:
    with EmbeddedChain(folder) as chain:
        chain.mine()
        chain.snapshot()
        chain.mine()
        before = blocks_of(chain)
    # The state file is there, the log that would name it is not.
    (folder / "state-2.json").write_bytes(b"{")
    with EmbeddedChain(folder) as chain:
        assert blocks_of(chain) == before


def test_a_log_damaged_in_its_middle_is_refused(folder: Path) -> None:
    with EmbeddedChain(folder) as chain:
        for _ in range(5):
            chain.mine()
    wal = folder / "blocks-0.wal"
    data = bytearray(wal.read_bytes())
    data[len(data) // 2] ^= 1
    wal.write_bytes(data)
    with pytest.raises(Damaged) as caught:
        EmbeddedChain(folder)
    assert caught.value.code == "CHAIN_LOG_DAMAGED"
    assert wal.read_bytes() == data, "nothing was cut"


def test_only_one_process_uses_a_folder(folder: Path, chain: EmbeddedChain) -> None:
    with pytest.raises(Conflict) as caught:
        EmbeddedChain(folder)
    assert caught.value.code == "CHAIN_FOLDER_IN_USE"
    chain.mine()


def test_a_closed_chain_says_so(folder: Path) -> None:
    chain = EmbeddedChain(folder)
    chain.close()
    chain.close()
    with pytest.raises(ChainUnreachable):
        chain.mine()
    with EmbeddedChain(folder) as again:
        assert chain_id(again) == 31337


def test_the_chain_id_is_that_of_the_founding(folder: Path) -> None:
    EmbeddedChain(folder, chain_id=777).close()
    with EmbeddedChain(folder) as chain:
        assert chain_id(chain) == 777


def test_the_node_ends_with_the_process(folder: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from registry.chain.embedded import EmbeddedChain\n"
        "chain = EmbeddedChain(Path(sys.argv[1])); print(chain.node_pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)
    while alive(pid):
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def killed(command: list[str], after: int, pause_s: float) -> list[bytes]:
    """Run the loader, kill it after so many answers and a pause; what it acknowledged."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    lines = [process.stdout.readline() for _ in range(after)]
    time.sleep(pause_s)
    process.kill()
    lines += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return [bytes.fromhex(line) for line in lines if len(line) == 65]


def test_kills_at_any_moment_lose_nothing_that_was_acknowledged(
    folder: Path, tmp_path: Path
) -> None:
    """Six times: load, SIGKILL at some moment, garbage behind the log; then look."""
    rng = random.Random(20261122)
    transactions = tmp_path / "transactions"
    transactions.write_text("\n".join(raw(nonce).hex() for nonce in range(1500)))
    command = [sys.executable, str(LOADER), str(folder), str(transactions), ADDRESS]
    hashes = list[bytes]()
    for _ in range(6):
        hashes += killed(command, rng.randrange(1, 50), rng.uniform(0, 0.02))
        newest = max(folder.glob("blocks-*.wal"), key=lambda path: int(path.stem.split("-")[1]))
        with newest.open("ab") as file:
            file.write(rng.randbytes(rng.randrange(1, 200)))
    with EmbeddedChain(folder) as chain:
        assert chain.recovery.cut > 0
        assert not chain.recovery.differing
        receipts = [receipt_of(chain, transaction) for transaction in hashes]
        assert None not in receipts
        assert len(set(hashes)) == len(hashes) >= 6
        mined = quantity(chain.call("eth_getTransactionCount", ADDRESS, "latest"))
        assert mined >= len(hashes)
        times = [block.time for block in blocks_of(chain)]
        assert times == sorted(times)
