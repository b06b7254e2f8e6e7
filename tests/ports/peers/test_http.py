"""What a peer can do wrong over a real socket, and what comes of it here."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from registry.errors import Damaged, NotFound, RegistryError, Unavailable
from registry.peers.http import BLOCK_LIMIT, Peer
from registry.proofs.cid import DAG_PB, RAW, Cid
from tests.ports.peers.answering import HOST, Answering, Script, says, writes

DATA = b"the bytes of a record"
CID = Cid(codec=RAW, digest=sha256(DATA).digest())
BLOCK = "application/vnd.ipld.raw"
QUICK_S = 0.3
PATIENCE_S = 20.0


def peer_of(server: Answering, *, timeout_s: float = PATIENCE_S) -> Peer:
    return Peer(server.url, loopback=True, timeout_s=timeout_s)


def fault_of(
    script: Script, code: str, kind: type[RegistryError], *, timeout_s: float = PATIENCE_S
) -> RegistryError:
    """What `get` raises when a peer answers so."""
    with Answering(script) as server:
        peer = peer_of(server, timeout_s=timeout_s)
        with pytest.raises(kind) as fault:
            peer.get("/x", 100)
        assert fault.value.code == code
        peer.close()
    return fault.value


# ---- what is asked and answered -----------------------------------------------------------------


def test_what_is_there_is_given() -> None:
    with Answering(says(DATA)) as server:
        peer = peer_of(server)
        assert peer.get("/log/checkpoint", 100) == DATA
        peer.close()
    (request,) = server.requests
    assert request.startswith(b"GET /log/checkpoint HTTP/1.1\r\n")
    assert f"Host: {HOST}:{server.port}\r\n".encode() in request
    assert b"Accept-Encoding: identity\r\n" in request


def test_a_path_of_the_url_goes_before() -> None:
    with Answering(says(DATA)) as server:
        peer = Peer(f"{server.url}/comity/", loopback=True)
        peer.get("/log/checkpoint", 100)
        peer.close()
    assert server.requests[0].startswith(b"GET /comity/log/checkpoint HTTP/1.1\r\n")


@pytest.mark.parametrize("status", [200, 302, 404, 409, 429, 500])
def test_a_post_is_answered_whatever_the_status(status: int) -> None:
    kind = "text/x.tlog.size; charset=utf-8"
    with Answering(says(b"7\n", f"{status} Whatever", kind)) as server:
        peer = peer_of(server)
        assert peer.post("/witness/add-checkpoint", b"old 0\n", 100) == (
            status,
            "text/x.tlog.size",
            b"7\n",
        )
        peer.close()
    assert server.requests[0].endswith(b"\r\n\r\nold 0\n")


def test_a_connection_is_used_again() -> None:
    with Answering(says(DATA)) as server:
        peer = peer_of(server)
        for _ in range(3):
            assert peer.get("/x", 100) == DATA
        assert peer.post("/x", b"", 100)[2] == DATA
        peer.close()
    assert (server.connections, len(server.requests)) == (1, 4)


def test_many_threads_may_ask_at_once() -> None:
    def echo(line: socket.socket, request: bytes) -> bool:
        path = request.split()[1]
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(path), path))
        return True

    paths = [f"/{number}" for number in range(60)]
    with Answering(echo) as server:
        peer = peer_of(server)
        with ThreadPoolExecutor(6) as callers:
            answers = list(callers.map(lambda path: peer.get(path, 100), paths))
        peer.close()
    assert answers == [path.encode() for path in paths]
    assert server.connections <= 6


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced() -> None:
    with Answering(writes(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as server:
        peer = peer_of(server)
        for _ in range(3):
            assert peer.get("/x", 100) == b"ok"
        peer.close()
    assert server.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
    ],
)
def test_answers_of_other_forms_are_read(answer: bytes) -> None:
    with Answering(writes(answer)) as server:
        peer = peer_of(server)
        assert peer.get("/x", 2) == b"ok"
        assert peer.get("/x", 2) == b"ok"
        peer.close()


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Answering(says(DATA)) as server:
        peer = peer_of(server)
        assert peer.get("/x", 100) == DATA
        peer.close()


# ---- blocks -------------------------------------------------------------------------------------


def test_a_block_is_asked_for_as_gateways_give_it() -> None:
    with Answering(says(DATA, kind=BLOCK)) as server:
        peer = peer_of(server)
        assert peer.block(CID) == DATA
        peer.close()
    (request,) = server.requests
    assert request.startswith(f"GET /ipfs/{CID}?format=raw HTTP/1.1\r\n".encode())
    assert f"Accept: {BLOCK}\r\n".encode() in request


def test_a_block_of_another_codec_is_the_same_to_hash() -> None:
    with Answering(says(DATA, kind=BLOCK)) as server:
        peer = peer_of(server)
        assert peer.block(Cid(codec=DAG_PB, digest=CID.digest)) == DATA
        peer.close()


@pytest.mark.parametrize("lie", [b"", b"other bytes", DATA + b"\0", DATA[:-1]])
def test_a_lying_block_is_caught(lie: bytes) -> None:
    with Answering(says(lie, kind=BLOCK)) as server:
        peer = peer_of(server)
        with pytest.raises(Damaged) as fault:
            peer.block(CID)
        peer.close()
    assert fault.value.code == "BLOCK_WRONG"


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "451 Unavailable"])
def test_a_block_that_is_not_there(status: str) -> None:
    with Answering(says(b"no", status)) as server:
        peer = peer_of(server)
        with pytest.raises(NotFound) as fault:
            peer.block(CID)
        peer.close()
    assert fault.value.code == "BLOCK_MISSING"


def test_a_block_beyond_the_size_of_blocks_is_cut_off() -> None:
    with Answering(says(bytes(BLOCK_LIMIT + 1), kind=BLOCK)) as server:
        peer = peer_of(server)
        with pytest.raises(Damaged) as fault:
            peer.block(CID)
        peer.close()
    assert fault.value.code == "PEER_ANSWER_MALFORMED"


# ---- wrong answers ------------------------------------------------------------------------------


def test_what_is_not_there_is_told() -> None:
    fault_of(says(b"no", "404 Not Found"), "PEER_LACKS_PATH", NotFound)


@pytest.mark.parametrize("status", ["429 Too Many", "500 Failed", "502 Bad", "503 Away"])
def test_a_peer_that_cannot_now(status: str) -> None:
    fault_of(says(b"no", status), "PEER_UNREACHABLE", Unavailable)


def test_a_redirect_is_not_followed() -> None:
    with Answering(says(DATA)) as other:
        there = says(b"", "302 Found", "text/html", f"Location: {other.url}/x")
        fault_of(there, "PEER_ANSWER_MALFORMED", Damaged)
    assert other.connections == 0


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "206 Partial", "400 Bad"])
def test_another_status_is_no_answer(status: str) -> None:
    fault_of(says(b"", status), "PEER_ANSWER_MALFORMED", Damaged)


ENDLESS = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"10\r\n0123456789abcdef\r\n" * 7
)


@pytest.mark.parametrize(
    "script",
    [
        says(b"x" * 101),
        says(b"", length=10**12),
        writes(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 101),
        writes(ENDLESS),
    ],
    ids=["stated", "stated and not sent", "until the end", "in chunks"],
)
def test_too_much_is_cut_off(script: Script) -> None:
    fault_of(script, "PEER_ANSWER_MALFORMED", Damaged)


def test_as_much_as_admitted_is_not() -> None:
    with Answering(says(b"x" * 100)) as server:
        peer = peer_of(server)
        assert len(peer.get("/x", 100)) == 100
        peer.close()


@pytest.mark.parametrize(
    "script",
    [
        writes(b""),
        writes(b"nonsense\r\n\r\n"),
        writes(b"HTTP/1.1 20"),
        says(b"short", length=6),
        writes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        writes(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"),
        writes(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
    ],
    ids=["closed", "no HTTP", "half a head", "cut off", "no chunk", "long line", "many lines"],
)
def test_what_is_no_answer_is_a_peer_that_is_away(script: Script) -> None:
    fault_of(script, "PEER_UNREACHABLE", Unavailable)


def test_after_a_wrong_answer_the_connection_is_not_used_again() -> None:
    with Answering(says(b"x" * 101)) as server:
        peer = peer_of(server)
        for _ in range(2):
            with pytest.raises(Damaged):
                peer.get("/x", 100)
        peer.close()
    assert server.connections == 2


# ---- time ---------------------------------------------------------------------------------------


def test_a_silent_peer_is_waited_for_no_longer_than_set() -> None:
    silent = threading.Event()

    def script(_line: socket.socket, _request: bytes) -> bool:
        silent.wait()
        return False

    fault = None
    with Answering(script) as server:
        peer = peer_of(server, timeout_s=QUICK_S)
        with pytest.raises(Unavailable) as raised:
            peer.get("/x", 100)
        fault = raised.value
        silent.set()
        peer.close()
    assert fault.code == "PEER_UNREACHABLE"
    assert "in time" in fault.detail
    assert server.connections == 1, "who was silent once is not asked again at once"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
def test_a_peer_that_drips_is_not_waited_for(head: bytes) -> None:
    """Every byte comes in time, all of them together do not."""

    def script(line: socket.socket, _request: bytes) -> bool:
        line.sendall(head)
        while not server.over.wait(QUICK_S / 10):
            line.sendall(b"x")
        return False

    with Answering(script) as server:
        peer = peer_of(server, timeout_s=QUICK_S)
        with pytest.raises(Unavailable) as fault:
            peer.get("/x", 100)
        assert "in time" in fault.value.detail
        peer.close()


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        url = f"http://{HOST}:{free.getsockname()[1]}"
    peer = Peer(url, loopback=True)
    with pytest.raises(Unavailable) as fault:
        peer.get("/x", 100)
    assert fault.value.code == "PEER_UNREACHABLE"
