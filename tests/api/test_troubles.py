"""What is wrong with the node is told with its code; nothing is lost, and it heals by itself."""

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from registry.documents.block import Block
from registry.ledger.checkpoints import newest_checkpoint
from registry.proofs.hexes import to_hex
from registry.proofs.manifest import parse_manifest
from tests.api.test_problems import problem_of
from tests.api.test_routes import fresh, hexed
from tests.drafts import submission
from tests.serving import Served, copied, until


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    """The folder of a node that was founded and stopped, to be used up."""
    return copied(founded, tmp_path / "node")


def part(served: Served, name: str) -> Any:
    return served.get("/readyz").json()["parts"][name]


# ---- the document store is away -----------------------------------------------------------------


def test_records_are_taken_while_the_document_store_is_away_and_published_later(
    folder: Path,
) -> None:
    blocks, hidden = folder / "documents/blocks", folder / "documents/not-mounted"
    with Served(folder) as node:
        blocks.rename(hidden)
        record = fresh(node)
        assert node.submit(record.to_bytes()).status == 201
        until(lambda: not part(node, "publication")["ok"])
        assert part(node, "documents")["code"] == "DOCUMENTS_UNAVAILABLE"
        answer = node.get("/readyz")
        assert (answer.status, answer.json()["ready"]) == (200, True), "it still takes records"
        until(lambda: bool(node.record(hexed(record))["state"] == "final"))
        assert node.submit(fresh(node).to_bytes()).status == 201
        hidden.rename(blocks)
        node.settle()
        until(lambda: bool(part(node, "publication")["ok"]))
        assert node.node.documents.get_block(Block.of(record.record.canonical).cid)


def test_what_was_published_can_be_found_from_the_chain_alone(folder: Path) -> None:
    """The manifest's digest is on the chain; from it every tile, and each names its bytes."""
    with Served(folder) as node:
        node.submit(fresh(node).to_bytes())
        node.settle()
        with node.node.database.read() as connection:
            anchor = newest_checkpoint(connection, node.node.log.log_id)
        assert anchor is not None
        documents = node.node.documents
        manifest = parse_manifest(documents.get_block(Block.of(anchor.manifest).cid))
        assert manifest.root == anchor.root
        for path, digest in manifest.tiles.items():
            served = node.get(f"/log/{path}").body
            block = Block.of(served)
            assert to_hex(block.cid.digest) == to_hex(digest)
            assert documents.get_block(block.cid) == served


# ---- the chain is away --------------------------------------------------------------------------


def test_the_embedded_chain_survives_the_death_of_its_process(folder: Path) -> None:
    from registry.chain.embedded import EmbeddedChain

    with Served(folder) as node:
        chain = node.node.chain
        assert isinstance(chain, EmbeddedChain)
        for _ in range(2):
            os.kill(chain.node_pid, signal.SIGKILL)
            answer = node.submit(fresh(node).to_bytes(), Prefer="wait=20")
            assert answer.status == 201
            assert node.record(answer.json()["digest"])["state"] == "final"


# ---- too much at once ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quota", "code"),
    [("key_quota", "KEY_QUOTA_EXCEEDED"), ("prefix_quota", "PREFIX_QUOTA_EXCEEDED")],
)
def test_a_quota_is_told_with_the_time_to_wait(folder: Path, quota: str, code: str) -> None:
    settings: dict[str, Any] = {quota: 2}
    with Served(folder, loopback_quota=True, **settings) as node:
        for _ in range(2):
            assert node.submit(fresh(node).to_bytes()).status == 201
        before = node.holdings()
        answer = node.submit(fresh(node).to_bytes())
        assert (answer.status, problem_of(answer)["code"]) == (429, code)
        assert 0 < int(answer.headers["Retry-After"]) <= 86_400
        assert node.holdings() == before


def test_from_loopback_there_is_no_quota_unless_it_is_wanted(folder: Path) -> None:
    with Served(folder, key_quota=1, prefix_quota=1) as node:
        assert [node.submit(fresh(node).to_bytes()).status for _ in range(3)] == [201] * 3


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Somebody else writes to the database: the node's writer has to wait."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_full_queue_is_told_and_what_waits_is_answered(folder: Path) -> None:
    with Served(folder, queue_limit=3, group_limit=1) as node:
        node.settle()
        before = node.node.log.size
        bodies = [submission(ledger=node.ledger) for _ in range(12)]
        enough = threading.Event()

        def send(body: bytes) -> tuple[int, str | None, str | None]:
            answer = node.submit(body)
            if answer.status == 503:
                enough.set()
            code = None if answer.status == 201 else problem_of(answer)["code"]
            return answer.status, code, answer.headers["Retry-After"]

        with ThreadPoolExecutor(12) as clients:
            with locked(folder / "comity.sqlite3"):
                waiting = [clients.submit(send, body) for body in bodies]
                assert enough.wait(20)
            answers = [each.result() for each in waiting]
        taken = [answer for answer in answers if answer[0] == 201]
        refused = [answer for answer in answers if answer[0] != 201]
        assert len(taken) >= 3
        assert set(refused) == {(503, "QUEUE_FULL", "1")}
        assert node.node.log.size == before + len(taken)


def test_a_node_that_is_stopping_says_so(folder: Path) -> None:
    with Served(folder) as node:
        node.node.appender.stop()
        answer = node.submit(fresh(node).to_bytes())
        assert (answer.status, problem_of(answer)["code"]) == (503, "NODE_STOPPING")
        assert answer.headers["Retry-After"] == "10"


# ---- the database -------------------------------------------------------------------------------


def test_a_database_that_is_gone_is_told_and_heals(folder: Path) -> None:
    from sqlalchemy import event

    from registry.errors import Unavailable

    with Served(folder) as node:
        node.settle()
        away = True

        def fail(*_: object) -> None:
            if away:
                raise Unavailable("DATABASE_UNAVAILABLE", "the disk is full", retry_after=5)

        event.listen(node.node.database.engine, "begin", fail)
        body = fresh(node).to_bytes()
        for answer in (node.submit(body), node.get("/readyz")):
            assert answer.status == 503
        assert problem_of(node.submit(body))["code"] == "DATABASE_UNAVAILABLE"
        assert part(node, "database")["code"] == "DATABASE_UNAVAILABLE"
        assert node.get("/healthz").status == 200
        away = False
        assert node.submit(body).status == 201
        assert node.get("/readyz").status == 200
