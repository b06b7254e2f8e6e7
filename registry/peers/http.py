"""A peer behind its URL: bounded answers in bounded time, no redirects, no proxies.

What a peer may be is decided in `addresses.py`. Whatever it answers is read up to a limit, and a
request as a whole has a deadline, so that a peer that drips bytes holds nobody up. Blocks are asked
for as trustless gateways give them (https://specs.ipfs.tech/http-gateways/trustless-gateway/) and
hashed: a lying peer is caught here.
"""

import http.client
import io
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from registry.errors import Damaged, NotFound, RegistryError, Unavailable
from registry.peers.addresses import Place, addresses_of, read_url
from registry.proofs.cid import Cid

BLOCK_LIMIT = 2 * 1024 * 1024
TIMEOUT_S = 10.0

_PIECE = 64 * 1024
_OCTETS = "application/octet-stream"
_RAW_BLOCK = "application/vnd.ipld.raw"
_LACKS = (404, 410, 451)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    content_type: str
    body: bytes


class Peer:
    """A node at `https://…`. Safe for several threads; connections are kept and used again.

    A request may be sent twice when a kept connection turns out to be closed: what is posted must
    be safe to repeat.
    """

    def __init__(
        self,
        url: str,
        *,
        loopback: bool,
        timeout_s: float = TIMEOUT_S,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`loopback` admits this machine's own addresses, by http too; `timeout_s` is for a whole
        request; `tls` says whose certificates are trusted, the system's list where None.

        Raises InvalidInput PEER_URL_REFUSED.
        """
        self.url = url
        self._place: Place = read_url(url, loopback=loopback)
        self._loopback = loopback
        self._timeout_s = timeout_s
        self._tls = tls
        # Connections that nobody uses at the moment, the last used on top.
        self._idle = deque[_Connection]()
        self._closed = False

    def get(self, path: str, limit: int) -> bytes:
        """What the peer has at `path`, of `limit` bytes at most.

        Raises NotFound PEER_LACKS_PATH, Unavailable PEER_UNREACHABLE, Damaged
        PEER_ANSWER_MALFORMED, InvalidInput PEER_URL_REFUSED.
        """
        return self._body("GET", path, limit, "*/*")

    def post(self, path: str, body: bytes, limit: int) -> tuple[int, str, bytes]:
        """Status, media type and body of the answer, whatever the status; as `get` otherwise."""
        headers = {"Content-Type": _OCTETS, "Accept": "*/*"}
        answer = self._ask("POST", path, body, headers, limit)
        return answer.status, answer.content_type, answer.body

    def block(self, cid: Cid) -> bytes:
        """The raw bytes that `cid` names, hashed.

        Raises NotFound BLOCK_MISSING, Damaged BLOCK_WRONG, and what `get` raises.
        """
        try:
            data = self._body("GET", f"/ipfs/{cid}?format=raw", BLOCK_LIMIT, _RAW_BLOCK)
        except NotFound as fault:
            raise NotFound("BLOCK_MISSING", f"{self.url} does not have the block {cid}") from fault
        if sha256(data).digest() != cid.digest:
            raise Damaged("BLOCK_WRONG", f"{self.url} gave other bytes for the block {cid}")
        return data

    def close(self) -> None:
        """Close every connection, those in use when their answer is there."""
        self._closed = True
        while self._idle:
            self._idle.pop().hang_up()

    # ---- one request ------------------------------------------------------------------------

    def _body(self, method: str, path: str, limit: int, accept: str) -> bytes:
        answer = self._ask(method, path, None, {"Accept": accept}, limit)
        if answer.status in _LACKS:
            raise NotFound("PEER_LACKS_PATH", f"{self.url} has nothing at {path}")
        if answer.status == 429 or answer.status >= 500:
            raise self._away(f"it answers {answer.status}")
        if answer.status != 200:
            raise self._malformed(f"{answer.status} where 200 or 404 was due")
        return answer.body

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], limit: int
    ) -> _Answer:
        deadline = time.monotonic() + self._timeout_s
        request = (method, self._place.prefix + path, body, headers)
        try:
            kept = self._idle.pop()
        except IndexError:
            return self._exchange(self._connected(deadline), request, limit, deadline)
        try:
            return self._exchange(kept, request, limit, deadline)
        except Unavailable as fault:
            # A server may close a kept connection at any time; a time-out is something else.
            if isinstance(fault.__cause__, TimeoutError):
                raise
            return self._exchange(self._connected(deadline), request, limit, deadline)

    def _exchange(
        self, connection: "_Connection", request: Any, limit: int, deadline: float
    ) -> _Answer:
        try:
            connection.deadline = deadline
            connection.http.request(*request)
            answer = self._read(connection.http.getresponse(), limit)
        except (OSError, http.client.HTTPException) as fault:
            connection.hang_up()
            raise self._away(_reason(fault)) from fault
        except BaseException:
            connection.hang_up()
            raise
        if self._closed or connection.ended:
            connection.hang_up()
        else:
            self._idle.append(connection)
        return answer

    def _read(self, response: http.client.HTTPResponse, limit: int) -> _Answer:
        if response.length is not None and response.length > limit:
            raise self._malformed(f"more than {limit} bytes")
        body = bytearray()
        while piece := response.read(min(_PIECE, limit + 1 - len(body))):
            body += piece
            if len(body) > limit:
                raise self._malformed(f"more than {limit} bytes")
        if response.length:
            raise http.client.IncompleteRead(bytes(body), response.length)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return _Answer(status=response.status, content_type=kind, body=bytes(body))

    # ---- connecting -------------------------------------------------------------------------

    def _connected(self, deadline: float) -> "_Connection":
        fault = OSError()
        for address in addresses_of(
            self._place, loopback=self._loopback, timeout_s=self._timeout_s
        ):
            try:
                return _Connection(self._place, self._line(address, deadline))
            except OSError as exc:
                fault = exc
        raise self._away(_reason(fault)) from fault

    def _line(self, address: str, deadline: float) -> socket.socket:
        """A socket to an address that was looked at; over TLS it must show the name's key."""
        line = socket.create_connection((address, self._place.port), _left(deadline))
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self._place.secure:
                return line
            if self._tls is None:
                self._tls = ssl.create_default_context()
            line.settimeout(_left(deadline))
            return self._tls.wrap_socket(line, server_hostname=self._place.host)
        except BaseException:
            line.close()
            raise

    def _away(self, reason: str) -> Unavailable:
        return Unavailable("PEER_UNREACHABLE", f"the peer {self.url} is away: {reason}")

    def _malformed(self, what: str) -> RegistryError:
        return Damaged("PEER_ANSWER_MALFORMED", f"the peer {self.url} answers {what}")


class _Connection:
    """A connection whose socket keeps to `deadline`, a moment of the monotonic clock."""

    def __init__(self, place: Place, line: socket.socket) -> None:
        self.deadline = 0.0
        self.ended = False
        self._line = line
        kind = _Https if place.secure else http.client.HTTPConnection
        self.http = kind(place.host, place.port)
        self.http.sock = self
        self.http.auto_open = 0  # never to an address that nobody looked at

    def hang_up(self) -> None:
        """Close the socket."""
        self._line.close()

    # What `http.client` wants of a socket.

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            self._line.settimeout(_left(self.deadline))
            rest = rest[self._line.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What comes from the peer."""
        return io.BufferedReader(_Coming(self))

    def receive(self, buffer: memoryview) -> int:
        """Read what has come, or wait for it."""
        self._line.settimeout(_left(self.deadline))
        return self._line.recv_into(buffer)

    def close(self) -> None:
        """The peer ends the connection with this answer, which may still have to be read."""
        self.ended = True


class _Https(http.client.HTTPConnection):
    """Names the host as one does over TLS; the TLS itself is the socket's."""

    default_port = http.client.HTTPS_PORT


class _Coming(io.RawIOBase):
    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.receive(memoryview(buffer))


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises TimeoutError when it is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for the request is over")
    return left


def _reason(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return "it does not answer in time"
    if isinstance(fault, ConnectionRefusedError):
        return "no node answers there"
    return type(fault).__name__
