"""What each operation costs: equal to the committed snapshot, and under the ceilings.

The figures are `gasUsed` of receipts in the steady state (the storage touched is not zero) unless
the name says first; `verify` is what a transaction costs beyond its own 21,000 and its data.
Hashes, times and addresses are fixed, so every run measures the same to the unit. After a change:
`COMITY_GAS_SNAPSHOT=write pytest tests/contracts/test_gas.py`, and look at the difference.
"""

import json
import os
import random
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import mean

import pytest

from registry.proofs.keccak import keccak256
from tests.contracts.chain import START, Chain, Contract, committed

SNAPSHOT = Path(__file__).resolve().parents[2] / "contracts" / "snapshots" / "gas.json"
SAMPLE = 24
ANCHOR = "0x" + "a1" * 20
LOG_LEAF = sha256(b"\0" + bytes(range(128))).digest()

CEILINGS = {
    "Logs.advance first anchor": 109_000,
    "Logs.advance +1000 at 1k, mean": 90_000,
    "Logs.advance +1000 at 1M, mean": 105_000,
    "Logs.advance +1000 at 100M, mean": 110_000,
    "Logs.advance +1000 below 2^27, worst": 115_000,
    "Logs.advance per registration, 1000 a batch, 1M": 105,
    "Logs.advance per registration, 10000 a batch, 1M": 11,
    "Logs.verify depth 10": 11_200,
    "Logs.verify depth 20": 17_800,
    "Logs.verify depth 30": 24_500,
    "Organisations.propose": 130_000,
    "Organisations.endorse": 70_000,
    "Organisations.addKey": 57_000,
    "Organisations.retireKey": 38_000,
    "Organisations.suspend": 47_000,
}


@cache
def perfect(height: int) -> bytes:
    """Root of 2^height equal leaves: with these a log of any size is at hand at once."""
    if height == 0:
        return LOG_LEAF
    return sha256(b"\1" + perfect(height - 1) * 2).digest()


@cache
def root(size: int) -> bytes:
    if size & (size - 1) == 0:
        return perfect(size.bit_length() - 1)
    k = split(size)
    return sha256(b"\1" + root(k) + root(size - k)).digest()


def split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(index: int, size: int) -> list[bytes]:
    if size == 1:
        return []
    k = split(size)
    if index < k:
        return [*inclusion(index, k), root(size - k)]
    return [*inclusion(index - k, size - k), root(k)]


def consistency(old: int, new: int, whole: bool = True) -> list[bytes]:
    if old == new:
        return [] if whole else [root(old)]
    k = split(new)
    if old <= k:
        return [*consistency(old, k, whole), root(new - k)]
    return [*consistency(old - k, new - k, False), root(k)]


def ident(number: int) -> bytes:
    return sha256(b"organisation %d" % number).digest()


def admin(number: int) -> str:
    return "0x" + sha256(b"admin %d" % number).hexdigest()[:40]


def region(number: int) -> bytes:
    return (b"CN-%d" % (11 + number)).ljust(8, b"\0")


class Bench:
    """A ledger of five regions, and what its operations cost."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.gas = dict[str, int]()
        self.now = START
        built = committed("Organisations")
        founders = [(ident(i), region(i), 1, admin(i)) for i in range(5)]
        self.organisations = chain.deploy(built["abi"], built["bytecode"], ident(99), founders)
        built = committed("Logs")
        self.logs = chain.deploy(built["abi"], built["bytecode"], self.organisations.address)
        self.log = sha256(ident(0) + bytes(4)).digest()

    def send(self, contract: Contract, sender: str, name: str, *arguments: object) -> int:
        self.now += 100
        self.chain.next_block_at(self.now)
        return int(contract.send(sender, name, *arguments)["gasUsed"], 16)

    def organisation(self, by: int, name: str, *arguments: object) -> int:
        return self.send(self.organisations, admin(by), name, ident(by), *arguments)

    def place_head(self, size: int) -> None:
        """Let the log stand at `size` leaves, as if it had been anchored there step by step."""
        slot = int.from_bytes(keccak256(self.log + bytes(32)), "big")
        packed = self.now << 40 | size
        for offset, value in ((0, packed.to_bytes(32, "big")), (1, root(size))):
            place = "0x" + (slot + offset).to_bytes(32, "big").hex()
            self.chain.rpc.call("anvil_setStorageAt", self.logs.address, place, "0x" + value.hex())
        assert self.logs.call("head", self.log) == (size, self.now, root(size))

    def advance(self, old: int, growth: int) -> int:
        new = old + growth
        proof = consistency(old, new) if old else []
        manifest = sha256(b"manifest").digest()
        arguments = (self.log, old, new, root(new), proof, manifest)
        return self.send(self.logs, ANCHOR, "advance", *arguments)


def measure_organisations(bench: Bench) -> Iterator[tuple[str, int]]:
    key = "0x" + "c3" * 20
    reason = sha256(b"reason").digest()
    candidate = (ident(20), region(20), 1, admin(20))
    proposal = keccak256(
        candidate[0]
        + candidate[1].ljust(32, b"\0")
        + (1).to_bytes(32, "big")
        + bytes.fromhex(admin(20)[2:]).rjust(32, b"\0")
    )
    yield "Organisations.propose", bench.organisation(0, "propose", *candidate)
    yield "Organisations.endorse", bench.organisation(1, "endorse", proposal)
    yield "Organisations.endorse, admitting", bench.organisation(2, "endorse", proposal)
    yield "Organisations.suspend, first vote", bench.organisation(0, "suspend", ident(4))
    yield "Organisations.suspend", bench.organisation(1, "suspend", ident(4))
    bench.organisation(2, "suspend", ident(4))
    yield "Organisations.suspend, suspending", bench.organisation(3, "suspend", ident(4))
    yield "Organisations.addKey", bench.organisation(0, "addKey", key, 255, 0, 0)
    yield (
        "Organisations.reportCompromised",
        bench.organisation(0, "reportCompromised", key, bench.now, reason),
    )
    yield "Organisations.retireKey", bench.organisation(0, "retireKey", key)
    yield "Organisations.openLog", bench.organisation(0, "openLog", reason)
    bench.organisation(0, "setWitness", ident(7))
    yield "Organisations.setWitness", bench.organisation(0, "setWitness", ident(8))
    bench.organisation(0, "setProfile", ident(7))
    yield "Organisations.setProfile", bench.organisation(0, "setProfile", ident(8))


def measure_advance(bench: Bench) -> Iterator[tuple[str, int]]:
    bench.organisation(0, "addKey", ANCHOR, 1, 0, 0)
    yield "Logs.advance first anchor", bench.advance(0, 1000)
    dice = random.Random(1)
    for name, size in (("1k", 1_000), ("1M", 1_000_000), ("100M", 100_000_000)):
        gas = []
        for _ in range(SAMPLE):
            old = dice.randint(size, size + size // 10)
            bench.place_head(old)
            gas.append(bench.advance(old, 1000))
        yield f"Logs.advance +1000 at {name}, mean", round(mean(gas))
        if name == "1M":
            yield "Logs.advance per registration, 1000 a batch, 1M", round(mean(gas) / 1000)
    yield "Logs.advance +1000 below 2^27, worst", max(worst(bench))
    gas = []
    for _ in range(SAMPLE):
        old = dice.randint(1_000_000, 1_100_000)
        bench.place_head(old)
        gas.append(bench.advance(old, 10_000))
    yield "Logs.advance per registration, 10000 a batch, 1M", round(mean(gas) / 10_000)


def worst(bench: Bench) -> Iterator[int]:
    """The sizes whose proofs are longest and hash most on both sides: all bits set but the last."""
    below = (1 << 27) - 1001
    candidates = sorted(
        range(below - 2048, below),
        key=lambda old: (len(consistency(old, old + 1000)), old.bit_count()),
    )
    for old in candidates[-SAMPLE:]:
        bench.place_head(old)
        yield bench.advance(old, 1000)


def measure_verify(bench: Bench) -> Iterator[tuple[str, int]]:
    for depth in (10, 20, 30):
        size = 1 << depth
        bench.place_head(size)
        time = START - 1
        anchor = keccak256(root(size) + time.to_bytes(32, "big"))
        inner = keccak256(self_slot(bench.log, 1))
        slot = keccak256(size.to_bytes(32, "big") + inner)
        bench.chain.rpc.call(
            "anvil_setStorageAt", bench.logs.address, "0x" + slot.hex(), "0x" + anchor.hex()
        )
        index = (2 * size) // 3
        entry = bytes(range(128))
        arguments = (bench.log, size, root(size), time, entry, index, inclusion(index, size))
        assert bench.logs.call("verify", *arguments) is True
        data = bench.logs.data("verify", *arguments)
        intrinsic = 21_000 + sum(16 if byte else 4 for byte in data)
        yield (
            f"Logs.verify depth {depth}",
            bench.send(bench.logs, ANCHOR, "verify", *arguments) - intrinsic,
        )


def self_slot(key: bytes, slot: int) -> bytes:
    return key + slot.to_bytes(32, "big")


@pytest.fixture(scope="module")
def gas(chain: Chain) -> dict[str, int]:
    bench = Bench(chain)
    measured = dict(measure_organisations(bench))
    measured |= measure_advance(bench)
    measured |= measure_verify(bench)
    if os.environ.get("COMITY_GAS_SNAPSHOT") == "write":
        SNAPSHOT.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    return measured


def test_gas_is_as_in_the_snapshot(gas: dict[str, int]) -> None:
    assert gas == json.loads(SNAPSHOT.read_bytes())


def test_every_ceiling_is_measured(gas: dict[str, int]) -> None:
    assert gas.keys() >= CEILINGS.keys()


@pytest.mark.parametrize("operation", CEILINGS)
def test_gas_is_under_the_ceiling(operation: str, gas: dict[str, int]) -> None:
    assert gas[operation] <= CEILINGS[operation]
