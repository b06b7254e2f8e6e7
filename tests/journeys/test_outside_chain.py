"""A ledger of two founders on a chain of its own: founded, a node enrolled, a certificate valid."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.chain.anvil import Anvil, anvil_options
from registry.cli import keystore
from registry.proofs.hexes import to_hex
from registry.proofs.keys import eth_address
from registry.proofs.signature import key_of
from tests.drafts import CONTENT
from tests.running import COMITY, ROOT, NodeProcess

CHAIN_ID = 4243
WEALTH = hex(10**20)
PASSWORD = "a password for tests"
KEYS = {name: name.encode().ljust(32, b"!") for name in ("hainan", "centre", "payer", "creator")}


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Anvil]:
    options = anvil_options(CHAIN_ID, int(time.time()) - 60, None)
    node = Anvil.start(tmp_path / "chain", options)
    node.rpc.call("evm_setIntervalMining", 1)
    for key in KEYS.values():
        node.rpc.call("anvil_setBalance", to_hex(eth_address(key_of(key)) or b""), WEALTH)
    yield node
    node.stop()


class Desk:
    """A folder in which people of both organisations work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, key in KEYS.items():
            kept = keystore.encrypt(key, PASSWORD, n=1 << 4)
            (folder / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")

    def comity(self, *arguments: str) -> str:
        done = subprocess.run(
            [*COMITY, *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COMITY_KEY_PASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def test_two_founders_one_chain_and_a_valid_certificate(chain: Anvil, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rpc = ("--rpc", chain.rpc.url)
    desk.comity(
        *("chain", "draft", "--name", "Two shores", "--confirmations", "2"),
        *("--founder", f"CN-46:海南站@zh:mediation_body:{key_of(KEYS['hainan'])}"),
        *("--founder", f"SG:Centre B:society:{key_of(KEYS['centre'])}"),
        *("--out", "founding.json"),
    )
    desk.comity("chain", "sign", "founding.json", "--key", "hainan.json")
    desk.comity("chain", "sign", "founding.json", "--key", "centre.json")
    desk.comity("chain", "deploy", "founding.json", *rpc, "--key", "payer.json")
    deployment = f"deployments/{CHAIN_ID}.json"
    desk.comity("chain", "node-keys", "--data", "node", "--out", "node-keys.json")
    address = json.loads((tmp_path / "node-keys.json").read_text(encoding="utf-8"))["chain"]
    chain.rpc.call("anvil_setBalance", address.removeprefix("eth:"), WEALTH)
    desk.comity(
        *("chain", "enrol", "--deployment", deployment, *rpc),
        *("--key", "hainan.json", "--node-keys", "node-keys.json"),
    )
    (tmp_path / "song.txt").write_bytes(CONTENT)
    with NodeProcess(
        tmp_path / "node", chain_url=chain.rpc.url, deployment=str(tmp_path / deployment)
    ) as node:
        to = ("--node", node.url)
        desk.comity("submit", f"deployments/{CHAIN_ID}.profiles.ndjson", *to)
        registered = desk.comity(
            *("register", "song.txt", "--key", "creator.json", "--title", "夜航"),
            *("--category", "music", "--author", "林梅", "--json", *to),
        )
        number = json.loads(registered)["number"]
        desk.comity("certificate", number, "--out", "certificate.json", "--wait", "60", *to)
        desk.comity("trust", "export", "--out", "trust.json", *to)
        told = desk.comity(
            *("verify", "certificate.json", "song.txt", "--trust", "trust.json"),
            *("--chain", chain.rpc.url, "--json", *to),
        )
    answer = json.loads(told)
    # Two regions founded it, one has a witness so far: still a single operator, on a real chain.
    assert answer["verdict"] == "valid"
    outcomes = [check["outcome"] for check in answer["checks"]]
    assert outcomes == ["passed"] * 7 + ["could-not-check", "passed"]
