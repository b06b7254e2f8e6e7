"""The embedded chain: a node of our own behind a write-ahead log, for one operator.

It answers JSON-RPC like any chain. A transaction is mined, alone or with its group, before its
sender gets an answer, and what was answered survives a killed node, a killed process and a torn
write: each block is written to `blocklog.py`'s file before it is mined, and mined again from there
with the same time and order, which gives the same hashes. From time to time the node's whole state
becomes a file, and a new log starts from it.

In the folder: `blocks-<n>.wal` the log of the blocks after n, `state-<n>.json` the state at n,
`lock` which keeps a second process out, `node/` the node's own home.
"""

import fcntl
import gzip
import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, TypeVar

from registry.chain.anvil import Anvil, anvil_options
from registry.chain.blocklog import (
    BlockLog,
    Contents,
    Header,
    Mined,
    Planned,
    read_log,
)
from registry.chain.refusals import (
    AlreadyKnown,
    ChainRefused,
    ChainUnreachable,
    NonceGap,
    NotOffered,
)
from registry.chain.rpc import Block, head, octets, quantity
from registry.durable import write_durably
from registry.errors import Conflict, Damaged, Unavailable

CHAIN_ID = 31337
SNAPSHOT_BLOCKS = 1000
# A snapshot costs time in proportion to the chain, a replay to the blocks since: keep them in step.
SNAPSHOT_SHARE = 8
READ_PREFIXES = ("eth_", "net_", "web3_")
UNLOGGED = frozenset(
    {"eth_sendTransaction", "eth_sendUnsignedTransaction", "eth_sendRawTransactionSync"}
)

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def utc_now() -> datetime:
    """The time of this machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What the last start found: the block of the state file, blocks mined again, bytes cut.

    `differing` names the blocks that did not come out as they were (another release of the node):
    whoever keeps block hashes will see them change, as in a reorganisation.
    """

    base: int
    replayed: int
    cut: int
    differing: tuple[int, ...] = ()


class EmbeddedChain:
    """A durable chain in a folder. Implements `Rpc`; safe for several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        chain_id: int = CHAIN_ID,
        clock: Callable[[], datetime] = utc_now,
        binary: Path | None = None,
        snapshot_blocks: int = SNAPSHOT_BLOCKS,
    ) -> None:
        """Open the chain in `folder`, or found one there with `chain_id`.

        Raises Conflict CHAIN_FOLDER_IN_USE, Damaged CHAIN_LOG_DAMAGED, Unavailable.
        """
        self._folder = folder
        self._clock = clock
        self._binary = binary
        self._snapshot_blocks = snapshot_blocks
        self._lock = threading.RLock()
        self._closed = False
        self._header: Header
        folder.mkdir(parents=True, exist_ok=True)
        self._guard = _only_one(folder / "lock")
        try:
            self._found(chain_id)
            self._node, self._log, self._head, self.recovery = self._recover()
        except BaseException:
            os.close(self._guard)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def node_pid(self) -> int:
        """The process id of the node that answers now."""
        return self._node.pid

    def call(self, method: str, *params: Any) -> Any:
        """One JSON-RPC request; only what reads, and `eth_sendRawTransaction`."""
        if method == "eth_sendRawTransaction":
            return "0x" + self.submit([octets(params[0])])[0].hex()
        if method in UNLOGGED or not method.startswith(READ_PREFIXES):
            raise NotOffered("CHAIN_METHOD_MISSING", f"the embedded chain does not offer {method}")
        return self._asked(lambda node: node.rpc.call(method, *params))

    def submit(self, raws: Sequence[bytes]) -> list[bytes]:
        """Mine signed transactions as one block, all or none; returns their hashes.

        Durable when it returns. Raises a ChainRefused for the first that the chain refuses.
        """
        with self._lock:
            hashes = self._asked(lambda node: _offer(node, raws))
            self._seal(transactions=tuple(raws))
            # What a full block left over goes into the next ones.
            while self._asked(lambda node: quantity(node.rpc.call("txpool_status")["pending"])):
                self._seal()
            self._snapshot_if_due()
            return hashes

    def mine(self) -> int:
        """Mine an empty block, durably; returns its number."""
        with self._lock:
            self._seal()
            self._snapshot_if_due()
            return self._head.number

    def fund(self, address: str, wei: int) -> None:
        """Fill the balance of `address` up to `wei` when less than half of that is left."""
        with self._lock:
            if 2 * quantity(self.call("eth_getBalance", address, "latest")) < wei:
                self._seal(credits={address: wei})

    def snapshot(self) -> None:
        """Write the whole state as a file and start a new log from it."""
        with self._lock:
            state = gzip.decompress(
                octets(self._asked(lambda node: node.rpc.call("anvil_dumpState")))
            )
            block = self._head
            write_durably(self._state(block.number), state)
            header = Header(
                chain_id=self._header.chain_id,
                genesis_time=self._header.genesis_time,
                base=block.number,
                base_hash=block.hash,
                state=sha256(state).digest(),
            )
            fresh = BlockLog.create(self._wal(block.number), header)
            previous, self._header = self._header, header
            self._log.close()
            self._log = fresh
            self._forget_before(previous.base)

    def close(self) -> None:
        """Stop the node and leave the folder to others."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._node.stop()
            self._log.close()
            os.close(self._guard)

    # ---- blocks ---------------------------------------------------------------------------------

    def _seal(
        self, *, transactions: tuple[bytes, ...] = (), credits: Mapping[str, int] | None = None
    ) -> None:
        """Promise the next block, then mine it; the transactions are in the node's pool already."""
        self._check_open()
        planned = Planned(
            number=self._head.number + 1,
            time=max(int(self._clock().timestamp()), self._head.time),
            credits=credits or {},
            transactions=transactions,
        )
        try:
            self._log.append(planned)
        except Unavailable:
            with suppress(ChainUnreachable):
                self._node.rpc.call("anvil_dropAllTransactions")
            raise
        try:
            self._head = _mine(self._node, planned)
        except (ChainUnreachable, Damaged):
            self._restart()  # which mines it from the log
        else:
            with suppress(Unavailable):  # it only serves to check a replay
                self._log.append(Mined(number=planned.number, hash=self._head.hash))

    def _check_open(self) -> None:
        if self._closed:
            raise ChainUnreachable("the embedded chain is closed")

    def _asked(self, question: Callable[[Anvil], Answer]) -> Answer:
        """Ask the node; when it is gone, bring it back as it was and ask again."""
        self._check_open()
        node = self._node
        try:
            return question(node)
        except ChainUnreachable:
            with self._lock:
                if self._closed:
                    raise
                if node is self._node:
                    self._restart()
                return question(self._node)

    def _restart(self) -> None:
        self._node.stop()
        self._log.close()
        self._node, self._log, self._head, self.recovery = self._recover()

    # ---- generations ----------------------------------------------------------------------------

    def _wal(self, base: int) -> Path:
        return self._folder / f"blocks-{base}.wal"

    def _state(self, base: int) -> Path:
        return self._folder / f"state-{base}.json"

    def _bases(self) -> list[int]:
        return sorted(int(path.stem.split("-")[1]) for path in self._folder.glob("blocks-*.wal"))

    def _found(self, chain_id: int) -> None:
        if not self._bases():
            now = int(self._clock().timestamp())
            header = Header(chain_id=chain_id, genesis_time=now, base=0, base_hash=None, state=None)
            BlockLog.create(self._wal(0), header).close()

    def _recover(self) -> tuple[Anvil, BlockLog, Block, Recovery]:
        """The chain as promised: the newest sound state, and every block in the logs after it."""
        bases = self._bases()
        logs = [read_log(self._wal(base)) for base in bases]
        if any(contents.torn for contents in logs[:-1]):
            raise Damaged(
                "CHAIN_LOG_DAMAGED",
                "an older log of the embedded chain is torn; restore its folder from a backup",
            )
        first = next(
            (i for i in reversed(range(len(logs))) if self._sound(logs[i].header)),
            None,
        )
        if first is None:
            raise Damaged(
                "CHAIN_LOG_DAMAGED",
                "no state of the embedded chain is whole; restore its folder from a backup",
            )
        self._header = logs[-1].header
        node = self._start(logs[first].header)
        try:
            block, recovery = _replay(node, logs[first:])
        except BaseException:
            node.stop()
            raise
        return node, BlockLog(self._wal(bases[-1]), logs[-1].end), block, recovery

    def _sound(self, header: Header) -> bool:
        if header.state is None:
            return True
        path = self._state(header.base)
        whole = path.is_file() and sha256(path.read_bytes()).digest() == header.state
        if not whole:
            log.warning("the state file %s is damaged; an older one is used", path.name)
        return whole

    def _start(self, header: Header) -> Anvil:
        state = None if header.state is None else self._state(header.base).resolve()
        options = anvil_options(header.chain_id, header.genesis_time, state)
        return Anvil.start((self._folder / "node").resolve(), options, self._binary)

    def _snapshot_if_due(self) -> None:
        since = self._head.number - self._header.base
        if since >= max(self._snapshot_blocks, self._head.number // SNAPSHOT_SHARE):
            try:
                self.snapshot()
            except OSError:
                log.warning("no room for a state file; the chain's log grows on", exc_info=True)

    def _forget_before(self, base: int) -> None:
        """Remove the generations before `base`: the newest one and the one before it stay."""
        for old in self._bases():
            if old < base:
                self._wal(old).unlink()
                self._state(old).unlink(missing_ok=True)


def _only_one(path: Path) -> int:
    guard = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        os.close(guard)
        raise Conflict(
            "CHAIN_FOLDER_IN_USE",
            f"another process runs the embedded chain in {path.parent}; stop it first",
        ) from exc
    return guard


def _offer(node: Anvil, raws: Sequence[bytes]) -> list[bytes]:
    """Put transactions into the node's pool, in order; none stays there when one is refused."""
    try:
        hashes = [_send(node, raw) for raw in raws]
        if quantity(node.rpc.call("txpool_status")["queued"]):
            raise NonceGap("CHAIN_NONCE_GAP", "an earlier transaction of this key is missing")
    except ChainRefused:
        node.rpc.call("anvil_dropAllTransactions")
        raise
    return hashes


def _send(node: Anvil, raw: bytes) -> bytes:
    from registry.proofs.keccak import keccak256

    try:
        return octets(node.rpc.call("eth_sendRawTransaction", "0x" + raw.hex()), 32)
    except AlreadyKnown:
        return keccak256(raw)


def _mine(node: Anvil, planned: Planned) -> Block:
    for address, wei in planned.credits.items():
        node.rpc.call("anvil_setBalance", address, hex(wei))
    node.rpc.call("evm_setNextBlockTimestamp", planned.time)
    node.rpc.call("evm_mine")
    block = head(node.rpc)
    if (block.number, block.time) != (planned.number, planned.time):
        raise Damaged(
            "CHAIN_NODE_DIVERGED",
            f"the embedded chain's node mined block {block.number} instead of {planned.number}",
        )
    return block


def _replay(node: Anvil, logs: Sequence[Contents]) -> tuple[Block, Recovery]:
    """Mine again what the logs promise; returns the newest block and what was found."""
    base = logs[0].header
    block = head(node.rpc)
    differing = list[int]()
    if block.number != base.base or (base.base_hash or block.hash) != block.hash:
        differing.append(base.base)
    replayed = 0
    for item in (item for contents in logs for item in contents.items):
        match item:
            case Planned():
                block, replayed = _mine_again(node, item), replayed + 1
            case Mined() if item.number == block.number and item.hash != block.hash:
                differing.append(item.number)
    if differing:
        log.warning("replay gave other hashes from block %d on", differing[0])
    recovery = Recovery(
        base=base.base, replayed=replayed, cut=logs[-1].torn, differing=tuple(differing)
    )
    return block, recovery


def _mine_again(node: Anvil, planned: Planned) -> Block:
    for raw in planned.transactions:
        try:
            _send(node, raw)
        except ChainRefused as exc:
            log.warning("block %d: a transaction is refused now: %s", planned.number, exc.said)
    return _mine(node, planned)
