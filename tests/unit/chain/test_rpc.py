"""The HTTP client: kept connections, and everything that can go wrong on the way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from registry.chain.refusals import ChainUnreachable, NonceUsed
from registry.chain.rpc import HttpRpc, octets, quantity, read_block
from registry.errors import Damaged, InvalidInput

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


def result(value: Any) -> tuple[int, bytes]:
    return 200, orjson.dumps({"jsonrpc": "2.0", "id": 1, "result": value})


class Server(ThreadingHTTPServer):
    """Answers each request as `answer` says, and counts connections."""

    daemon_threads = False
    answer: Answer
    connections = 0
    hang_up = False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_POST(self) -> None:
        body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.server.answer(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        # Closed without a word, as a server does with a connection that was idle for long.
        self.close_connection = self.server.hang_up

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(answer: Answer, *, hang_up: bool = False) -> Iterator[tuple[Server, HttpRpc]]:
    server = Server(("127.0.0.1", 0), Handler)
    server.answer, server.hang_up = answer, hang_up
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    rpc = HttpRpc(f"http://127.0.0.1:{server.server_port}/path?key=1", timeout=5)
    try:
        yield server, rpc
    finally:
        rpc.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_connection_is_kept() -> None:
    with serving(lambda body: result(body["method"])) as (server, rpc):
        assert [rpc.call("eth_chainId") for _ in range(5)] == ["eth_chainId"] * 5
        assert server.connections == 1


def test_parameters_arrive_as_they_are() -> None:
    with serving(lambda body: result(body["params"])) as (_, rpc):
        assert rpc.call("eth_call", {"to": "0x"}, "latest") == [{"to": "0x"}, "latest"]


def test_several_threads_ask_at_once() -> None:
    answers = list[Any]()
    with serving(lambda body: result(body["params"][0])) as (_, rpc):

        def ask(number: int) -> None:
            answers.extend(rpc.call("eth_x", number) for _ in range(10))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == sorted([*range(4)] * 10)


def test_a_kept_connection_that_the_server_closed_is_replaced() -> None:
    with serving(lambda _: result("0x1"), hang_up=True) as (server, rpc):
        assert [rpc.call("eth_blockNumber") for _ in range(3)] == ["0x1"] * 3
        assert server.connections == 3


def test_a_question_that_changes_the_node_is_not_asked_twice() -> None:
    with serving(lambda _: result("0x1"), hang_up=True) as (_, rpc):
        rpc.call("evm_mine")
        with pytest.raises(ChainUnreachable):
            rpc.call("evm_mine")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, b"<html>"),
        (503, b"{}"),
        (429, b"{}"),
        (200, b"hello"),
        (200, b"{"),
        (200, b"[]"),
        (404, b""),
    ],
)
def test_what_is_no_answer_is_a_node_that_is_away(status: int, body: bytes) -> None:
    with serving(lambda _: (status, body)) as (_, rpc), pytest.raises(ChainUnreachable) as caught:
        rpc.call("eth_chainId")
    assert "key=1" not in caught.value.detail


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_is_read_whatever_the_status(status: int) -> None:
    body = orjson.dumps({"id": 1, "error": {"code": -32000, "message": "nonce too low"}})
    with serving(lambda _: (status, body)) as (_, rpc), pytest.raises(NonceUsed):
        rpc.call("eth_sendRawTransaction", "0x")


def test_nobody_there() -> None:
    with pytest.raises(ChainUnreachable):
        HttpRpc("http://127.0.0.1:1").call("eth_chainId")


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", "ws://localhost", "file:///x", "http://"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        HttpRpc(url)
    assert caught.value.code == "CHAIN_URL_INVALID"


@pytest.mark.parametrize("value", [None, 5, "", "12", "0x", "0xg", []])
def test_a_number_that_is_none(value: Any) -> None:
    with pytest.raises(Damaged):
        quantity(value)


@pytest.mark.parametrize("value", [None, 5, "", "12", "0x1", "0xgg", "0x" + "00" * 31])
def test_data_that_is_none(value: Any) -> None:
    with pytest.raises(Damaged):
        octets(value, 32)


@pytest.mark.parametrize("value", [[], "block", {}, {"number": "0x1"}])
def test_a_block_that_is_none(value: Any) -> None:
    with pytest.raises(Damaged):
        read_block(value)
