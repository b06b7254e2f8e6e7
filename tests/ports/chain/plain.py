"""A plain anvil as any consortium's node would be met: over HTTP, with pools and reorganisations.

What a test does to it (mine, reorganise, drop, stall, kill) is here; what the code under test sees
of it is an ordinary `HttpRpc`.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from registry.chain.anvil import Anvil, anvil_options
from registry.chain.refusals import ChainUnreachable
from registry.chain.rpc import HttpRpc, quantity

CHAIN_ID = 4242
LAST_ANSWERS = 100
GENESIS = 1_800_000_000
LOOKS, LOOK_AGAIN_S = 100, 0.01


class SettlingRpc(HttpRpc):
    """A client for a node that mines at once, which answers a moment before it has mined."""

    automining = True

    def call(self, method: str, *params: Any) -> Any:
        answer = super().call(method, *params)
        if method == "eth_sendRawTransaction" and self.automining:
            for _ in range(LOOKS):
                if super().call("eth_getTransactionReceipt", answer) is not None:
                    break
                time.sleep(LOOK_AGAIN_S)
        return answer


class PlainNode:
    """An anvil with automining, which a test may switch off."""

    def __init__(self, folder: Path, *, chain_id: int = CHAIN_ID, timeout: float = 5.0) -> None:
        self._node = Anvil.start(folder, anvil_options(chain_id, GENESIS, None))
        self.rpc = SettlingRpc(self._node.rpc.url, timeout)
        self.automine(True)

    def do(self, method: str, *params: Any) -> Any:
        return self._node.rpc.call(method, *params)

    def automine(self, on: bool) -> None:
        self.rpc.automining = on
        self.do("evm_setAutomine", on)

    def fund(self, address: str, wei: int) -> None:
        self.do("anvil_setBalance", address, hex(wei))

    def mine(self) -> int:
        self.do("evm_mine")
        return quantity(self.do("eth_blockNumber"))

    def reorg(self, depth: int) -> None:
        """Replace the last blocks by as many empty ones; their transactions are gone for good."""
        self.do("anvil_reorg", depth, [])

    def drop(self, transaction: bytes) -> None:
        """Lose a waiting transaction."""
        self.do("anvil_dropTransaction", "0x" + transaction.hex())

    def stall(self) -> None:
        os.kill(self._node.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self._node.pid, signal.SIGCONT)

    def close(self) -> None:
        with suppress(ProcessLookupError):
            self.resume()
        self.rpc.close()
        self._node.stop()


def until_unreachable(question: Callable[[], object]) -> None:
    """Ask a stalled node until it does not answer: it stops a moment after the signal."""
    for _ in range(LAST_ANSWERS):
        try:
            question()
        except ChainUnreachable:
            return
    raise AssertionError("the node still answers")
