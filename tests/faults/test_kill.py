"""Killed five times under load: what was acknowledged is there, and no size has two roots."""

import json
import random
import socket
import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from registry.chain.contracts import read_events
from registry.chain.events import Advanced
from registry.chain.rpc import HttpRpc, head
from registry.proofs.checkpoint import parse_checkpoint
from registry.proofs.entry import leaf_hash, parse_entry
from registry.proofs.hexes import from_hex
from registry.proofs.record import LedgerId
from registry.proofs.tiles import check_log
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.tree import Tree
from registry.proofs.trust import parse_trust
from registry.proofs.verify import Outcome, verify
from tests.drafts import submission
from tests.running import NodeProcess

KILLS = 5
CLIENTS = 6
SEED = 20261122


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def request(
    url: str, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": kind} if body else {})
        with connection.getresponse() as answer:
            return answer.status, answer.read()
    finally:
        connection.close()


@dataclass
class Load:
    """Clients that submit until the node is gone, and remember what they were promised."""

    url: str
    ledger: LedgerId
    acknowledged: dict[bytes, bytes]
    checkpoints: list[bytes]
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]
        self.threads.append(threading.Thread(target=self._watch))
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _run(self) -> None:
        while not self.stopping.is_set():
            body = submission(ledger=self.ledger)
            try:
                status, answer = request(self.url, "POST", "/api/v1/records", body)
            except (OSError, HTTPException):
                continue  # killed: nothing was promised
            assert status == 201, answer
            self.acknowledged[body] = answer

    def _watch(self) -> None:
        """Somebody who only reads, and keeps every checkpoint that was ever signed for anybody."""
        while not self.stopping.is_set():
            with suppress(OSError, HTTPException):
                self.checkpoints.append(request(self.url, "GET", "/log/checkpoint")[1])


def ledger_of(url: str) -> LedgerId:
    _, answer = request(url, "GET", "/api/v1/ledger")
    return LedgerId(from_hex(json.loads(answer)["ledger"], size=32))


def one_root_a_size(receipts: list[bytes], checkpoints: list[bytes]) -> None:
    roots: dict[int, set[bytes]] = {}
    promised = [parse_proof(json.loads(receipt)["proof"]).checkpoint for receipt in receipts]
    for stated in [*promised, *(parse_checkpoint(note.decode())[0] for note in checkpoints)]:
        roots.setdefault(stated.size, set()).add(stated.root)
    assert {size: len(found) for size, found in roots.items() if len(found) > 1} == {}


def walked_tree(url: str) -> Tree:
    """The tree as a stranger rebuilds it from the tiles; no record stands in it twice."""
    stated, _ = parse_checkpoint(request(url, "GET", "/log/checkpoint")[1].decode())
    walk = check_log(lambda path: request(url, "GET", f"/log/{path}")[1], stated.size, stated.root)
    entries = list(walk)
    assert len({parse_entry(entry).digest for entry in entries}) == len(entries)
    return Tree(leaf_hash(entry) for entry in entries)


def database_and_chain_agree(url: str, database: Path, tree: Tree) -> None:
    contracts = json.loads(request(url, "GET", "/api/v1/ledger")[1])["chain"]["contracts"]
    with closing(HttpRpc(f"{url}/chain")) as rpc:
        address = from_hex(contracts["Logs"])
        events = [event.content for event in read_events(rpc, [address], 0, head(rpc).number)]
    anchored = {event.size: event.root for event in events if isinstance(event, Advanced)}
    assert anchored
    assert all(tree.root(size) == root for size, root in anchored.items())
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("select size, root from anchors where final").fetchall()
    assert dict(rows) == anchored


def every_promise_is_kept(
    url: str, acknowledged: dict[bytes, bytes], chance: random.Random
) -> None:
    """Each record sent again gets its first receipt; of some the very bytes are compared."""
    lines = b"\n".join(acknowledged)
    status, answer = request(url, "POST", "/api/v1/records/batch", lines, "application/x-ndjson")
    assert status == 200
    for line, receipt in zip(answer.splitlines(), acknowledged.values(), strict=True):
        told = json.loads(line)
        assert (told["status"], told["receipt"]) == (200, json.loads(receipt))
    for body in chance.sample(list(acknowledged), 50):
        assert request(url, "POST", "/api/v1/records", body) == (200, acknowledged[body])


def certificate_verifies(url: str, digest: str) -> None:
    status, certificate = request(url, "GET", f"/api/v1/certificates/{digest}")
    assert status == 200
    trust = parse_trust(request(url, "GET", "/api/v1/trust")[1])
    report = verify(certificate, content=None, trust=trust, chain=None, status=None)
    assert [check.number for check in report.checks if check.outcome is Outcome.FAILED] == []


def until_all_final(url: str, digest: str) -> None:
    for _ in range(60):
        _, answer = request(url, "GET", f"/api/v1/records/{digest}")
        if json.loads(answer)["records"][0]["state"] == "final":
            return
        time.sleep(0.5)
    raise AssertionError("the last entry was never anchored")


def test_killed_under_load_it_keeps_every_promise(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    port = free_port()
    acknowledged: dict[bytes, bytes] = {}
    checkpoints: list[bytes] = []
    for _ in range(KILLS):
        node = NodeProcess(tmp_path, port=port)
        load = Load(node.url, ledger_of(node.url), acknowledged, checkpoints)
        load.start()
        time.sleep(chance.uniform(0.3, 2.0))
        node.kill()
        load.stop()
    assert len(acknowledged) > KILLS * CLIENTS
    with NodeProcess(tmp_path, port=port) as node:
        every_promise_is_kept(node.url, acknowledged, chance)
        status, last = request(
            node.url, "POST", "/api/v1/records", submission(ledger=ledger_of(node.url))
        )
        assert status == 201
        until_all_final(node.url, json.loads(last)["digest"])
        checkpoints.append(request(node.url, "GET", "/log/checkpoint")[1])
        one_root_a_size([*acknowledged.values(), last], checkpoints)
        tree = walked_tree(node.url)
        database_and_chain_agree(node.url, tmp_path / "comity.sqlite3", tree)
        receipt = chance.choice(list(acknowledged.values()))
        certificate_verifies(node.url, json.loads(receipt)["digest"])
