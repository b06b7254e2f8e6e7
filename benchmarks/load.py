"""A load generator in a process of its own: so many connections, each asks again when answered.

It does as little as it can (no HTTP library, no parsing of answers while the clock runs), since it
shares the machine with the node that it measures. Called as a module it is the process:
`python -m benchmarks.load PORT CONNECTIONS METHOD REQUESTS ANSWERS`, where the file REQUESTS holds
a body (POST) or a path (GET) a line and ANSWERS gets a status and a body a line.
"""

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import orjson

RECORDS = "/api/v1/records"
HOST = "127.0.0.1"
LONGEST_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it: seconds in all, seconds of each exchange, answers in no order."""

    seconds: float
    latencies: Sequence[float]
    answers: Sequence[tuple[int, bytes]]

    @property
    def rate(self) -> float:
        """Exchanges a second."""
        return len(self.latencies) / self.seconds


def post(folder: Path, port: int, connections: int, bodies: Sequence[bytes]) -> Load:
    """Send every body to the door for records."""
    return _generate(folder, port, connections, "POST", bodies)


def get(folder: Path, port: int, connections: int, paths: Sequence[str]) -> Load:
    """Read every path."""
    return _generate(folder, port, connections, "GET", [path.encode() for path in paths])


def bare_exchange(folder: Path, *, connections: int, exchanges: int) -> float:
    """Exchanges a second with a server that reads a request and sends 1 kB, in its own process."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load", "serve"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        return post(folder, port, connections, [bytes(1024).hex().encode()] * exchanges).rate
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _generate(
    folder: Path, port: int, connections: int, method: str, requests: Sequence[bytes]
) -> Load:
    asked, answered = folder / "requests", folder / "answers"
    asked.write_bytes(b"\n".join(requests))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.load"),
            *(str(port), str(connections), method, str(asked), str(answered)),
        ],
        check=True,
        stdout=subprocess.PIPE,
        timeout=LONGEST_S,
    )
    told = orjson.loads(done.stdout)
    lines = answered.read_bytes().splitlines()
    answers = [(int(line[:3]), line[4:]) for line in lines]
    return Load(seconds=told["seconds"], latencies=told["latencies"], answers=answers)


# ---- the process --------------------------------------------------------------------------------


class Connection(asyncio.Protocol):
    """One connection that is kept: it sends the next request when the last one is answered."""

    def __init__(self, requests: Iterator[bytes], measured: Callable[[float, bytes], None]) -> None:
        """`requests` is shared by all connections; `measured` takes seconds and an answer."""
        self._requests = requests
        self._measured = measured
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for `begin`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that hangs up in between spoils the measurement."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def begin(self) -> None:
        """Send the next request, or end where there is none."""
        request = next(self._requests, None)
        assert self._transport is not None
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer; when it is whole, go on."""
        self._buffer += data
        if whole(self._buffer):
            answer, self._buffer = self._buffer, b""
            self._measured(perf_counter() - self._sent, answer)
            self.begin()


class Idle(asyncio.Protocol):
    """The server that does nothing: any whole request gets the same kilobyte."""

    ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 1024\r\n\r\n" + b"x" * 1024

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer when the request is whole."""
        self._buffer += data
        if whole(self._buffer):
            self._buffer = b""
            self._transport.write(self.ANSWER)


def whole(message: bytes) -> bool:
    """Whether an HTTP message with a Content-Length is complete."""
    head, found, body = message.partition(b"\r\n\r\n")
    if not found:
        return False
    _, named, rest = head.lower().partition(b"\r\ncontent-length:")
    return len(body) >= (int(rest.partition(b"\r\n")[0]) if named else 0)


def request(method: str, line: bytes) -> bytes:
    """The bytes of one request: a body to the door, or the reading of a path."""
    if method == "GET":
        return b"GET %b HTTP/1.1\r\nhost: localhost\r\n\r\n" % line
    head = (
        f"POST {RECORDS} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"content-length: {len(line)}\r\n\r\n"
    )
    return head.encode() + line


async def generate(
    port: int, connections: int, requests: Sequence[bytes]
) -> tuple[float, list[float], list[bytes]]:
    """Send all requests over so many connections: seconds in all, seconds of each, answers."""
    latencies: list[float] = []
    answers: list[bytes] = []

    def measured(seconds: float, answer: bytes) -> None:
        latencies.append(seconds)
        answers.append(answer)

    loop = asyncio.get_running_loop()
    remaining = iter(requests)
    opened = [
        (await loop.create_connection(lambda: Connection(remaining, measured), HOST, port))[1]
        for _ in range(connections)
    ]
    gc.collect()
    gc.disable()
    start = perf_counter()
    for connection in opened:
        connection.begin()
    await asyncio.gather(*(connection.done for connection in opened))
    return perf_counter() - start, latencies, answers


async def serve() -> None:
    """Run the idle server for ever; its port is the first line of output."""
    server = await asyncio.get_running_loop().create_server(Idle, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(arguments: Sequence[str]) -> None:
    if list(arguments) == ["serve"]:
        asyncio.run(serve())
        return
    port, connections, method, asked, answered = arguments
    requests = [request(method, line) for line in Path(asked).read_bytes().split(b"\n")]
    seconds, latencies, answers = asyncio.run(generate(int(port), int(connections), requests))
    with Path(answered).open("wb") as file:
        for answer in answers:
            head, _, body = answer.partition(b"\r\n\r\n")
            file.write(head[9:12] + b" " + body + b"\n")
    sys.stdout.buffer.write(orjson.dumps({"seconds": seconds, "latencies": latencies}))


if __name__ == "__main__":
    main(sys.argv[1:])
