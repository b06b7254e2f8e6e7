"""A chain outside of the node: away, slow, ahead. Records are taken, and anchored later."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.chain.anvil import Anvil, anvil_options
from registry.chain.deployments import write_deployment
from registry.chain.rpc import head
from registry.chain.transactions import address_of_key
from registry.durable import write_durably
from registry.errors import NotFound
from registry.ledger.keys import node_keys
from registry.organisations.founding import Applicant, found_alone
from tests.api.test_problems import problem_of
from tests.api.test_routes import fresh, hexed
from tests.serving import Served, until

CHAIN_ID = 4242
WEALTH = hex(10**21)
ADMINISTRATION = b"\x61" * 32
BOUND_S = 120


class Outside:
    """A chain of its own, and the folder of a node that stands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "node"
        self.anvil = Anvil.start(
            folder / "chain", anvil_options(CHAIN_ID, int(time.time()) - 60, None)
        )
        self.anvil.rpc.call("evm_setAutomine", True)
        keys = node_keys(self.folder / "keys")
        for key in (keys.chain, ADMINISTRATION):
            address = "0x" + address_of_key(key).hex()
            self.anvil.rpc.call("anvil_setBalance", address, WEALTH)
        deployment, profile = found_alone(
            self.anvil.rpc,
            name="A ledger on a chain outside",
            applicant=Applicant(name="Society", lang="en", region="SG", kinds=("society",)),
            administration=ADMINISTRATION,
            keys=keys,
            at=datetime.now(UTC),
        )
        write_deployment(deployment, self.folder / "deployment.json")
        (self.folder / "founder").mkdir()
        write_durably(self.folder / "founder/profile.json", profile.to_bytes(), mode=0o600)

    def open(self) -> Served:
        return Served(self.folder, chain_url=self.anvil.rpc.url)

    def stall(self) -> None:
        os.kill(self.anvil.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.anvil.pid, signal.SIGCONT)

    def mine(self, ahead_s: int = 0) -> None:
        self.anvil.rpc.call("evm_setNextBlockTimestamp", int(time.time()) + ahead_s)
        self.anvil.rpc.call("evm_mine")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    made = Outside(tmp_path)
    yield made
    with suppress(ProcessLookupError):
        made.resume()
    made.anvil.stop()


def final(node: Served, reference: str) -> bool:
    return bool(node.record(reference)["state"] == "final")


def test_records_are_taken_while_the_chain_is_away_and_anchored_later(outside: Outside) -> None:
    with outside.open() as node:
        node.settle()
        outside.anvil.stop()
        records = [fresh(node) for _ in range(3)]
        for record in records:
            assert node.submit(record.to_bytes()).status == 201
        until(lambda: node.node.condition()["chain"] is not None)
        answer = node.get("/readyz")
        assert (answer.status, answer.json()["ready"]) == (200, True)
        assert answer.json()["parts"]["chain"]["code"] == "CHAIN_UNREACHABLE"
        waited = node.get(f"/api/v1/certificates/{hexed(records[0])}", Prefer="wait=1")
        assert (waited.status, waited.json()["anchor"]) == (200, None)
        assert node.record(hexed(records[0]))["state"] == "received"


def test_a_chain_that_comes_back_anchors_what_waited(outside: Outside) -> None:
    with outside.open() as node:
        node.settle()
        outside.stall()
        record = fresh(node)
        assert node.submit(record.to_bytes()).status == 201
        outside.resume()
        until(lambda: final(node, hexed(record)))


def test_a_node_starts_without_its_chain_from_what_it_kept(outside: Outside) -> None:
    with outside.open() as node:
        node.settle()
        before = node.get("/api/v1/trust").json()
    outside.anvil.stop()
    with outside.open() as node:
        record = fresh(node)
        assert node.submit(record.to_bytes()).status == 201
        assert node.get("/api/v1/trust").json() == before
        assert node.get("/readyz").json()["ready"]


def test_a_chain_outside_is_not_relayed(outside: Outside) -> None:
    with outside.open() as node:
        answer = node.post("/chain", b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}')
        assert (answer.status, problem_of(answer)["code"]) == (404, "CHAIN_IS_OUTSIDE")


def test_without_a_deployment_file_a_node_does_not_guess(outside: Outside) -> None:
    (outside.folder / "deployment.json").unlink()
    with pytest.raises(NotFound) as refused:
        outside.open()
    assert refused.value.code == "DEPLOYMENT_MISSING"


def test_a_clock_beyond_the_bound_gives_no_receipts(outside: Outside) -> None:
    """The chain is an hour ahead: the node's clock is behind, whatever else is in order."""
    with outside.open() as node:
        outside.mine()
        node.settle()
        known = fresh(node).to_bytes()
        assert node.submit(known).status == 201
        node.settle()
        before = node.holdings()
        outside.mine(ahead_s=3600)
        until(lambda: node.node.guard.difference() > BOUND_S)
        answer = node.submit(fresh(node).to_bytes())
        assert (answer.status, problem_of(answer)["code"]) == (503, "CLOCK_BEYOND_BOUND")
        assert answer.headers["Retry-After"] == "60"
        ready = node.get("/readyz")
        assert (ready.status, ready.json()["ready"]) == (503, False)
        assert ready.json()["parts"]["clock"]["code"] == "CLOCK_BEYOND_BOUND"
        assert node.get("/log/checkpoint").status == 200, "what is there is served as ever"
        assert node.node.log.size == before["log"]
    with outside.open() as node:
        assert node.get("/log/checkpoint").status == 200, "also after a restart"
        assert problem_of(node.submit(fresh(node).to_bytes()))["code"] == "CLOCK_BEYOND_BOUND"
        assert head(outside.anvil.rpc).time > time.time() + BOUND_S
