"""The witness over HTTP: every answer of C2SP tlog-witness, and nodes that cosign one another."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.server import server_over
from registry.ledger.cosigning import Cosigners
from registry.ledger.witness import Witness
from registry.peers.http import Peer
from registry.proofs.checkpoint import parse_checkpoint
from registry.proofs.cosignature import cosigned_at, verify_line
from registry.proofs.note import (
    Note,
    NoteSigner,
    VerifierKey,
    check_signed_by,
    parse_note,
    parse_signature_lines,
    with_signatures,
)
from registry.proofs.witness_request import LONGEST, PATH, AddCheckpoint, parse_size
from tests.serving import HOST, Served
from tests.witnesses import START, SampleLog, Watching, witness_of

LOG = SampleLog()
FORK = SampleLog(fork=5)
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class WitnessAlone:
    """Stands where the routes have their node: the witness is all that is asked of it."""

    witness: Witness


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    opened = Watching(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def client(watching: Watching) -> TestClient:
    return TestClient(create_app(WitnessAlone(watching.witness)))


def ask(client: TestClient, body: bytes, status: int, code: str | None = None) -> Any:
    answer = client.post(PATH, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if code is not None:
        assert answer.headers["Content-Type"] == PROBLEM
        assert answer.json()["code"] == code
        assert answer.json()["status"] == status
    return answer


def stands(client: TestClient, body: bytes, size: int) -> None:
    answer = ask(client, body, 409)
    assert answer.headers["Content-Type"] == "text/x.tlog.size", "to the letter"
    assert answer.content == b"%d\n" % size


# ---- every answer -------------------------------------------------------------------------------


def test_200_is_a_cosignature_line(client: TestClient, watching: Watching) -> None:
    answer = ask(client, LOG.asks(0, 8), 200)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    (line,) = parse_signature_lines(answer.text)
    assert verify_line(LOG.note(8).text, watching.key, line) == START


def test_200_to_what_adds_it_to_the_note(client: TestClient, watching: Watching) -> None:
    """The way that the specification names: the answer behind the checkpoint is a signed note."""
    answer = ask(client, LOG.asks(0, 8), 200)
    note = parse_note(LOG.note(8).encode() + answer.text)
    assert cosigned_at(note, watching.key) == START
    assert check_signed_by(note, LOG.key)


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "x/y", ""])
def test_200_whatever_the_media_type(client: TestClient, kind: str) -> None:
    answer = client.post(PATH, content=LOG.asks(0, 8), headers={"Content-Type": kind})
    assert answer.status_code == 200


WELL = LOG.asks(5, 8)
MALFORMED = {
    "nothing": b"",
    "json": b"{}",
    "no old size": WELL.partition(b"\n")[2],
    "leading zero": WELL.replace(b"old 5", b"old 05"),
    "negative size": WELL.replace(b"old 5", b"old -5"),
    "no empty line": WELL.replace(b"\n\n", b"\n", 1),
    "no base 64": WELL.replace(b"old 5\n", b"old 5\n***\n"),
    "base 64 of another alphabet": WELL.replace(b"old 5\n", b"old 5\n" + b"-" * 43 + b"=\n"),
    "short hash": WELL.replace(b"old 5\n", b"old 5\nAAAA\n"),
    "64 hashes": WELL.replace(b"old 5\n", b"old 5\n" + (b"A" * 43 + b"=\n") * 62),
    "no signature": WELL[: WELL.rindex(b"\n\n") + 2],
    "no last newline": WELL[:-1],
    "not UTF-8": b"\xff" + WELL,
    "back": LOG.asks(8, 5),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=list(MALFORMED))
def test_400_for_what_is_no_request(client: TestClient, body: bytes) -> None:
    ask(client, body, 400, "WITNESS_REQUEST_MALFORMED")


@pytest.mark.parametrize(
    "text",
    [
        f"{LOG.key.name}\n",
        f"{LOG.key.name}\n8\n",
        f"{LOG.key.name}\n08\n{'A' * 43}=\n",
        f"{LOG.key.name}\neight\n{'A' * 43}=\n",
        f"{LOG.key.name}\n8\nAAAA\n",
        f"{LOG.key.name}\n8\n{'A' * 43}=\nan extension\n",
        f"{LOG.key.name}\n{2**41}\n{'A' * 43}=\n",
    ],
)
def test_400_for_what_is_no_checkpoint_though_signed(client: TestClient, text: str) -> None:
    note = Note(text=text, signatures=(LOG.signer.sign_text(text),))
    ask(client, LOG.asks(0, 8, note=note), 400, "WITNESS_REQUEST_MALFORMED")


def test_403_without_a_signature_of_the_log(client: TestClient) -> None:
    thief = NoteSigner(LOG.key.name, sha256(b"a thief's key").digest())
    ask(client, LOG.asks(0, 8, note=LOG.note(8, thief)), 403, "CHECKPOINT_SIGNATURE")
    forged = Note(text=LOG.note(8).text, signatures=LOG.note(7).signatures)
    ask(client, LOG.asks(0, 8, note=forged), 403, "CHECKPOINT_SIGNATURE")


@pytest.mark.parametrize("name", ["nobody", "comity"])
def test_404_for_a_log_that_is_not_on_the_chain(client: TestClient, name: str) -> None:
    ask(client, SampleLog(name).asks(0, 8), 404, "LOG_UNKNOWN")


def test_404_comes_before_403(client: TestClient) -> None:
    """An origin of no log of Comity, under an unknown key, with an extension line."""
    text = f"example.com/behind-the-sofa\n8\n{'A' * 43}=\nan extension\n"
    note = Note(text=text, signatures=(LOG.signer.sign_text(text),))
    ask(client, LOG.asks(0, 8, note=note), 404, "LOG_UNKNOWN")


def test_409_states_where_the_log_stands(client: TestClient, watching: Watching) -> None:
    stands(client, LOG.asks(5, 8), 0)
    ask(client, LOG.asks(0, 8), 200)
    for old, size in [(0, 8), (0, 9), (7, 9), (9, 10)]:
        stands(client, LOG.asks(old, size), 8)
    watching.anchored(LOG, 20)
    stands(client, LOG.asks(8, 30), 20)


def test_409_for_another_root_of_the_size(client: TestClient) -> None:
    ask(client, LOG.asks(0, 8), 200)
    stands(client, FORK.asks(8, 8), 8)


def test_409_for_a_head_that_contradicts_the_chain(client: TestClient, watching: Watching) -> None:
    watching.anchored(LOG, 8)
    stands(client, FORK.asks(8, 8), 8)
    ask(client, FORK.asks(8, 9), 422, "CONSISTENCY_FALSE")


def test_413_for_more_than_is_ever_needed(client: TestClient) -> None:
    note = with_signatures(LOG.note(8), [LOG.signer.sign_text("x" * n) for n in range(100)])
    longest = LOG.asks(0, 8, note=note)
    assert len(longest) < LONGEST
    ask(client, longest, 403, "CHECKPOINT_SIGNATURE")  # read, and found wanting
    ask(client, longest + b"x" * LONGEST, 413, "BODY_TOO_LARGE")


def test_422_for_a_proof_that_fails(client: TestClient, watching: Watching) -> None:
    ask(client, LOG.asks(0, 8, proof=[bytes(32)]), 422, "CONSISTENCY_FALSE")
    ask(client, LOG.asks(0, 8), 200)
    watching.clock.tick()
    for proof in ([], [bytes(32)], LOG.tree.consistency_proof(7, 20)):
        ask(client, LOG.asks(8, 20, proof=proof), 422, "CONSISTENCY_FALSE")
    ask(client, FORK.asks(8, 20), 422, "CONSISTENCY_FALSE")
    ask(client, LOG.asks(8, 8, proof=[bytes(32)]), 422, "CONSISTENCY_FALSE")


def test_429_for_two_heads_a_second(client: TestClient, watching: Watching) -> None:
    ask(client, LOG.asks(0, 8), 200)
    answer = ask(client, LOG.asks(8, 9), 429, "WITNESS_TOO_OFTEN")
    assert answer.headers["Retry-After"] == "1"
    ask(client, LOG.asks(8, 8), 200)
    watching.clock.tick()
    ask(client, LOG.asks(8, 9), 200)


def test_503_while_the_clock_cannot_be_trusted(client: TestClient, watching: Watching) -> None:
    watching.guard.observe(int((START + timedelta(hours=1)).timestamp()), fresh=True)
    answer = ask(client, LOG.asks(0, 8), 503, "CLOCK_BEYOND_BOUND")
    assert answer.headers["Retry-After"] == "60"


def test_other_methods_are_not_offered(client: TestClient) -> None:
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


# ---- over sockets -------------------------------------------------------------------------------


class WitnessNode:
    """A witness behind a port of its own."""

    def __init__(self, folder: Path, name: str, logs: list[SampleLog]) -> None:
        folder.mkdir()
        self.watching = Watching(folder, name=name, logs=logs)
        self._listener = socket.create_server((HOST, 0), backlog=128)
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        node: Any = WitnessAlone(self.watching.witness)
        self._server = server_over(node)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()

    @property
    def listed(self) -> tuple[VerifierKey, list[str]]:
        return self.watching.key, [self.url]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.watching.close()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def over_http(url: str) -> Peer:
    return Peer(url, loopback=True, timeout_s=20)


def test_of_many_requests_at_once_one_branch_is_cosigned(tmp_path: Path) -> None:
    logs = [SampleLog(f"region {number}") for number in range(5)]
    forks = [SampleLog(f"region {number}", fork=3) for number in range(5)]
    with WitnessNode(tmp_path / "node", "Macau", logs) as node, closing(over_http(node.url)) as way:
        for log, fork in zip(logs, forks, strict=True):
            asked = [log, fork] * 6
            bodies = [each.asks(0, 8) for each in asked]
            with ThreadPoolExecutor(6) as callers:
                answers = list(callers.map(lambda body: way.post(PATH, body, 1000), bodies))
            winners = {
                each.tree.root(8)
                for each, (status, _, _) in zip(asked, answers, strict=True)
                if status == 200
            }
            assert len(winners) == 1
            assert {status for status, _, _ in answers} == {200, 409}
            sizes = {parse_size(body) for status, _, body in answers if status == 409}
            assert sizes == {8}


def test_three_regions_cosign_a_fourth_though_one_goes_away(tmp_path: Path) -> None:
    with ExitStack() as open_:
        nodes = [
            open_.enter_context(WitnessNode(tmp_path / name, name, [LOG]))
            for name in ("Macau", "Singapore", "Japan")
        ]
        cosigners = Cosigners(
            LOG.tree, lambda: [node.listed for node in nodes], over_http, wait_s=20
        )
        open_.callback(cosigners.close)
        first = cosigners.ask(LOG.note(8), 8)
        assert all(cosigned_at(first, node.watching.key) for node in nodes)
        for node in nodes:
            node.watching.clock.tick()
        nodes[1].stop()
        second = cosigners.ask(LOG.note(20), 20)
        assert [cosigned_at(second, node.watching.key) is None for node in nodes] == [
            False,
            True,
            False,
        ]
        away = nodes[1].watching.key.name
        assert {name: fault.code for name, fault in cosigners.troubles.items()} == {
            away: "PEER_UNREACHABLE"
        }


def test_a_witness_with_the_key_of_another_does_not_count(tmp_path: Path) -> None:
    with WitnessNode(tmp_path / "node", "Macau", [LOG]) as node:
        stolen = witness_of("Singapore").key
        cosigners = Cosigners(LOG.tree, lambda: [(stolen, [node.url])], over_http, wait_s=20)
        assert cosigners.ask(LOG.note(8), 8) == LOG.note(8)
        assert cosigners.troubles[stolen.name].code == "COSIGNATURE_FALSE"
        cosigners.close()


# ---- a node as it runs --------------------------------------------------------------------------


def test_a_node_witnesses_the_logs_of_its_register(served: Served) -> None:
    served.settle()
    own = served.node.log
    _, note = parse_checkpoint(own.checkpoint(own.size))
    with closing(over_http(served.url)) as way:
        status, _, told = way.post(PATH, AddCheckpoint(old=0, proof=[], note=note).encode(), 1000)
        old = parse_size(told)
        assert status == 409
        assert old is not None
        assert old > 0, "the chain has an anchor of it"
        proof = own.tree.consistency_proof(old, own.size)
        body = AddCheckpoint(old=old, proof=proof, note=note).encode()
        status, _, line = way.post(PATH, body, 1000)
    assert status == 200
    (trusted,) = served.get("/api/v1/trust").json()["organisations"]
    assert parse_signature_lines(line.decode())[0].name in trusted["witness"]
