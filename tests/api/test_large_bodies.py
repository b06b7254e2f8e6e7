"""A body of 300 MB is refused before it is read, or while it arrives; it is never held whole."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.client import HTTPResponse
from pathlib import Path

import pytest

from registry.proofs.hexes import to_hex
from tests.api.test_problems import problem_of
from tests.api.test_routes import name, put
from tests.drafts import submission
from tests.serving import HOST, JSON, NDJSON, PATIENCE_S, Answer, Served

MIB = 1 << 20
HUGE = 300 * MIB
PIECE = b"x" * (64 * 1024)
#: What may be held of it: the limits of this node, buffers of sockets, and room to breathe.
HELD = 64 * MIB

PATHS = [
    ("POST", "/api/v1/records", JSON),
    ("POST", "/api/v1/records/batch", NDJSON),
    ("POST", "/api/v1/certificates", JSON),
    ("POST", "/chain", JSON),
]


@contextmanager
def request(served: Served, method: str, path: str, *headers: str) -> Iterator[socket.socket]:
    """A socket over which the head of a request went."""
    with socket.create_connection((HOST, served.port), timeout=PATIENCE_S) as connection:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        yield connection


def answer_of(connection: socket.socket) -> Answer:
    response = HTTPResponse(connection)
    response.begin()
    return Answer(status=response.status, headers=response.headers, body=response.read())


def pour(send: Callable[[bytes], object]) -> None:
    """All of it, from one small buffer; a server that closes has answered before."""
    with suppress(BrokenPipeError, ConnectionResetError):
        for _ in range(HUGE // len(PIECE)):
            send(PIECE)


@contextmanager
def little_memory() -> Iterator[None]:
    """Fails where this process, the server in it, came to hold much more than before."""
    if not Path("/proc/self/clear_refs").exists():
        yield  # other systems do not tell the peak of a moment
        return
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    yield
    assert peak() - before < HELD


def peak() -> int:
    """The most memory that this process held since the mark was cleared, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize(("method", "path", "kind"), PATHS, ids=lambda value: value)
def test_a_stated_length_is_refused_before_the_body(
    served: Served, method: str, path: str, kind: str
) -> None:
    before = served.holdings()
    head = (f"Content-Type: {kind}", f"Content-Length: {HUGE}", "Expect: 100-continue")
    with request(served, method, path, *head) as connection:
        answer = answer_of(connection)
    assert (answer.status, problem_of(answer)["code"]) == (413, "BODY_TOO_LARGE")
    assert served.holdings() == before


@pytest.mark.parametrize(("method", "path", "kind"), PATHS, ids=lambda value: value)
def test_a_body_that_comes_all_the_same_is_not_kept(
    served: Served, method: str, path: str, kind: str
) -> None:
    head = (f"Content-Type: {kind}", f"Content-Length: {HUGE}")
    with little_memory(), request(served, method, path, *head) as connection:
        pour(connection.sendall)
        answer = answer_of(connection)
    assert (answer.status, problem_of(answer)["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(("method", "path", "kind"), PATHS, ids=lambda value: value)
def test_a_body_of_unknown_length_is_cut_off(
    served: Served, method: str, path: str, kind: str
) -> None:
    before = served.holdings()
    head = (f"Content-Type: {kind}", "Transfer-Encoding: chunked")
    with little_memory(), request(served, method, path, *head) as connection:
        pour(lambda piece: connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece)))
        answer = answer_of(connection)
    assert (answer.status, problem_of(answer)["code"]) == (413, "BODY_TOO_LARGE")
    assert served.holdings() == before


@pytest.mark.parametrize("length", ["-1", "many", "1e9"])
def test_a_length_that_is_none_is_refused(served: Served, length: str) -> None:
    head = (f"Content-Type: {JSON}", f"Content-Length: {length}")
    with request(served, "POST", "/api/v1/records", *head) as connection:
        assert answer_of(connection).status == 400


def test_a_document_over_the_limit_leaves_nothing(served: Served) -> None:
    data = b"y" * (5 * MIB)  # this node takes four
    cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
    assert name(served, data, cid).status == 201
    answer = put(served, cid, data)
    assert (answer.status, problem_of(answer)["code"]) == (413, "BODY_TOO_LARGE")
    assert list((served.node.settings.data / "incoming").iterdir()) == []
    assert served.get(f"/api/v1/documents/{cid}").status == 404


def test_who_hangs_up_in_the_middle_leaves_nothing(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    before = served.holdings()
    body = submission(ledger=served.ledger)
    head = (f"Content-Type: {JSON}", f"Content-Length: {len(body)}")
    with request(served, "POST", "/api/v1/records", *head) as connection:
        connection.sendall(body[:-1])
    assert served.submit(body).status == 201
    assert served.holdings()["log"] == before["log"] + 1
    assert caplog.records == [], "nobody has to look because a caller hung up"


def test_the_next_request_is_served_as_ever(served: Served) -> None:
    content = to_hex(sha256(b"nothing of this is registered").digest())
    assert served.get(f"/api/v1/works?content_sha256={content}").json() == {"records": []}
