"""A chain of the tests' own: anvil with Cancun's rules, free gas, any sender, a clock by hand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi.abi import decode, encode

from registry.chain.anvil import Anvil
from registry.chain.refusals import ContractReverted
from registry.chain.rpc import HttpRpc
from registry.proofs.keccak import keccak256

OPTIONS = ("--hardfork", "cancun", "--no-mining", "--base-fee", "0", "--accounts", "0")
DEPLOYER = "0x" + "d0" * 20
START = 1_800_000_000
GAS_LIMIT = hex(16_000_000)


class Reverted(Exception):
    """A transaction or call was refused; `data` are the bytes of the contract's error."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data.hex())
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    rpc: HttpRpc

    @classmethod
    def on(cls, node: Anvil) -> "Chain":
        node.rpc.call("anvil_autoImpersonateAccount", True)
        chain = cls(rpc=node.rpc)
        chain.next_block_at(START)
        return chain

    def next_block_at(self, time: int) -> None:
        self.rpc.call("evm_setNextBlockTimestamp", time)

    def transact(self, sender: str, to: str | None, data: bytes) -> dict[str, Any]:
        """The receipt of a transaction that succeeded."""
        request = {"from": sender, "data": "0x" + data.hex(), "gas": GAS_LIMIT, "gasPrice": "0x0"}
        if to is not None:
            request["to"] = to
        transaction = self.rpc.call("eth_sendTransaction", request)
        self.rpc.call("evm_mine")
        receipt: dict[str, Any] = self.rpc.call("eth_getTransactionReceipt", transaction)
        if int(receipt["status"], 16) != 1:
            self._refusal({**request, "gas": hex(30_000_000)})
        return receipt

    def _refusal(self, request: dict[str, str]) -> None:
        self.call_raw(request)
        raise AssertionError("a transaction failed and its repetition did not")

    def call_raw(self, request: dict[str, str]) -> bytes:
        try:
            answer: str = self.rpc.call("eth_call", request, "latest")
        except ContractReverted as exc:
            raise Reverted(exc.data) from exc
        return bytes.fromhex(answer[2:])

    def deploy(self, abi: list[Any], code: str, *arguments: Any) -> "Contract":
        constructor: dict[str, Any] = next(
            (e for e in abi if e["type"] == "constructor"), {"inputs": []}
        )
        data = bytes.fromhex(code.removeprefix("0x"))
        data += encode([_type(p) for p in constructor["inputs"]], arguments)
        receipt = self.transact(DEPLOYER, None, data)
        return Contract(chain=self, address=receipt["contractAddress"], abi=abi, receipt=receipt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    chain: Chain
    address: str
    abi: list[Any]
    receipt: dict[str, Any]

    def data(self, name: str, *arguments: Any) -> bytes:
        entry = self._entry("function", name)
        return _hash(entry)[:4] + encode([_type(p) for p in entry["inputs"]], arguments)

    def send(self, sender: str, name: str, *arguments: Any) -> dict[str, Any]:
        return self.chain.transact(sender, self.address, self.data(name, *arguments))

    def call(self, name: str, *arguments: Any) -> Any:
        """The answer: one value, or a tuple of several."""
        data = self.data(name, *arguments)
        answer = self.chain.call_raw({"to": self.address, "data": "0x" + data.hex()})
        outputs = self._entry("function", name)["outputs"]
        values = decode([_type(p) for p in outputs], answer)
        return values[0] if len(values) == 1 else values

    def error(self, refusal: Reverted) -> tuple[str, tuple[Any, ...]]:
        """Name and values of one of this contract's errors."""
        for entry in self.abi:
            if entry["type"] == "error" and _hash(entry)[:4] == refusal.data[:4]:
                return entry["name"], decode([_type(p) for p in entry["inputs"]], refusal.data[4:])
        raise AssertionError(f"not an error of this contract: {refusal.data.hex()}")

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Every event so far, in order, by name; nothing but what the logs themselves hold."""
        query = {"address": self.address, "fromBlock": "0x0", "toBlock": "latest"}
        return [self._event(log) for log in self.chain.rpc.call("eth_getLogs", query)]

    def _event(self, log: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        topic = bytes.fromhex(log["topics"][0][2:])
        entry = next(e for e in self.abi if e["type"] == "event" and _hash(e) == topic)
        indexed = [p for p in entry["inputs"] if p["indexed"]]
        plain = [p for p in entry["inputs"] if not p["indexed"]]
        words = b"".join(bytes.fromhex(t[2:]) for t in log["topics"][1:])
        values = dict(zip((p["name"] for p in indexed), _decode(indexed, words), strict=True))
        data = bytes.fromhex(log["data"][2:])
        return entry["name"], values | dict(
            zip((p["name"] for p in plain), _decode(plain, data), strict=True)
        )

    def _entry(self, kind: str, name: str) -> Any:
        return next(e for e in self.abi if e["type"] == kind and e["name"] == name)


def committed(name: str) -> dict[str, Any]:
    """The committed artifact of a contract."""
    folder = Path(__file__).resolve().parents[2] / "registry" / "chain" / "artifacts"
    content: dict[str, Any] = json.loads((folder / f"{name}.json").read_bytes())
    return content


def _hash(entry: dict[str, Any]) -> bytes:
    return keccak256(f"{entry['name']}({','.join(map(_type, entry['inputs']))})".encode())


def _type(parameter: dict[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(_type, parameter['components']))}){kind.removeprefix('tuple')}"


def _decode(parameters: Sequence[dict[str, Any]], data: bytes) -> tuple[Any, ...]:
    return tuple(decode([_type(p) for p in parameters], data))
