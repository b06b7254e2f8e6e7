"""The chain as check 7 asks for it: four questions over plain JSON-RPC, coded by hand.

A verifier needs a way to ask and nothing else: no Ethereum library, no ABI file. Whatever the other
end does wrong is "could not check", never "failed": a wrong URL says nothing about a certificate.
So the first question is whether the chain there is this ledger's at all.
"""

from typing import Any

from registry.chain.rpc import Rpc, block_at, chain_id, octets, quantity
from registry.errors import RegistryError, Unavailable
from registry.proofs.keccak import keccak256
from registry.proofs.record import LogId
from registry.proofs.trust import Trust

WORD = 32
ANCHOR_OF = keccak256(b"anchorOf(bytes32,uint40)")[:4]
LEDGER = keccak256(b"ledger()")[:4]

_NONE = bytes(WORD)


class AskedChain:
    """A chain that is asked by JSON-RPC. Every method raises Unavailable where it cannot answer."""

    def __init__(self, rpc: Rpc, trust: Trust) -> None:
        """`trust` names the contracts."""
        self._rpc = rpc
        self._trust = trust
        self._known_as_ours = False

    def chain_id(self) -> int:
        """The id of the chain."""
        try:
            return chain_id(self._rpc)
        except RegistryError as fault:
            raise _unavailable(fault) from fault

    def head(self) -> int:
        """The number of its newest block."""
        try:
            return quantity(self._rpc.call("eth_blockNumber"))
        except RegistryError as fault:
            raise _unavailable(fault) from fault

    def block(self, number: int) -> tuple[bytes, int] | None:
        """Hash and timestamp (seconds) of a block; None where the chain has none."""
        try:
            found = block_at(self._rpc, number)
        except RegistryError as fault:
            raise _unavailable(fault) from fault
        return None if found is None else (found.hash, found.time)

    def anchor_of(self, contract: bytes, log: LogId, size: int) -> bytes | None:
        """What the contract stores of an anchor; None where it has none."""
        self._require_our_ledger()
        stored = self._word(contract, ANCHOR_OF + log + size.to_bytes(WORD, "big"))
        return None if stored == _NONE else stored

    def _require_our_ledger(self) -> None:
        contracts = {name.lower(): at for name, at in self._trust.contracts.items()}
        organisations = contracts.get("organisations")
        if self._known_as_ours or organisations is None:
            return
        if self._word(organisations, LEDGER) != self._trust.ledger:
            raise Unavailable("CHAIN_UNREACHABLE", "the chain there is of another ledger")
        self._known_as_ours = True

    def _word(self, contract: bytes, data: bytes) -> bytes:
        call: dict[str, Any] = {"to": "0x" + contract.hex(), "data": "0x" + data.hex()}
        try:
            answer = octets(self._rpc.call("eth_call", call, "latest"))
        except RegistryError as fault:
            raise _unavailable(fault) from fault
        if len(answer) != WORD:
            raise Unavailable(
                "CHAIN_UNREACHABLE", "the chain there has no such contract: it is another, or reset"
            )
        return answer


def _unavailable(fault: RegistryError) -> Unavailable:
    return Unavailable("CHAIN_UNREACHABLE", fault.detail)
