"""JSON-RPC to a chain's node: one Protocol, and a plain HTTP client that keeps its connections.

Follows the Ethereum JSON-RPC specification (https://ethereum.github.io/execution-apis/). Whatever
goes wrong leaves here as an error of our family: the node is away (`ChainUnreachable`), or it
answered with a refusal, which `refusals.py` reads.
"""

import http.client
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson

from registry.chain.refusals import ChainUnreachable, chain_damaged, refusal
from registry.errors import InvalidInput

ANSWER_LIMIT = 1 << 30  # bytes; a guard against an endless answer, not a budget
# What may be asked again when a kept connection turns out to be closed: asking twice harms nothing
# (a transaction that arrives twice is known).
REPEATABLE = ("eth_", "net_", "web3_")


class Rpc(Protocol):
    """A way to a chain's node."""

    def call(self, method: str, *params: Any) -> Any:
        """The `result` of one JSON-RPC request. Raises ChainUnreachable or a ChainRefused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block's header, as far as anybody here needs it. `time` is in seconds since 1970."""

    number: int
    hash: bytes
    parent: bytes
    time: int
    base_fee: int | None
    gas_limit: int


class HttpRpc:
    """A node behind an `http://` or `https://` URL. Safe for several threads."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        """`timeout` in seconds holds for each step of a request. Raises CHAIN_URL_INVALID."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput("CHAIN_URL_INVALID", "the chain's URL must be http:// or https://")
        self.url = url
        self._secure = parts.scheme == "https"
        self._address = (parts.hostname, parts.port)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout = timeout
        # Connections that nobody uses at the moment, the last used on top.
        self._idle = deque[http.client.HTTPConnection]()
        self._closed = False
        self._ids = count(1)

    def call(self, method: str, *params: Any) -> Any:
        """The `result` of one JSON-RPC request. Raises ChainUnreachable or a ChainRefused."""
        question = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        return result_of(self._exchange(orjson.dumps(question), method.startswith(REPEATABLE)))

    def close(self) -> None:
        """Close every connection, those in use when their answer is there."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _exchange(self, body: bytes, repeatable: bool) -> bytes:
        try:
            kept = self._idle.pop()
        except IndexError:
            return self._post(self._connect(), body)
        try:
            return self._post(kept, body)
        except ChainUnreachable as exc:
            # A server may close a kept connection at any time; a time-out is something else.
            if not repeatable or isinstance(exc.__cause__, TimeoutError):
                raise
            return self._post(self._connect(), body)

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(*self._address, timeout=self._timeout)

    def _post(self, connection: http.client.HTTPConnection, body: bytes) -> bytes:
        try:
            connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read(ANSWER_LIMIT)
            # Several clients send a JSON-RPC error under a 4xx: the body decides when it is JSON.
            if response.status >= 500 or response.status == 429 or not answer.startswith(b"{"):
                raise http.client.HTTPException(f"HTTP {response.status}")
        except (OSError, http.client.HTTPException) as exc:
            connection.close()
            raise self._unreachable() from exc
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    def _unreachable(self) -> ChainUnreachable:
        host, port = self._address
        where = host if port is None else f"{host}:{port}"
        return ChainUnreachable(f"the chain's node at {where} does not answer")


def result_of(answer: bytes) -> Any:
    """The `result` of a JSON-RPC answer. Raises a ChainRefused for its `error`."""
    try:
        fields = orjson.loads(answer)
    except orjson.JSONDecodeError as exc:
        raise ChainUnreachable("the chain's node answers something that is not JSON") from exc
    if not isinstance(fields, dict):
        raise ChainUnreachable("the chain's node answers something that is not JSON-RPC")
    if fields.get("error") is not None:
        raise refusal(fields["error"])
    return fields.get("result")


def quantity(text: Any) -> int:
    """The number that a JSON-RPC quantity (`0x1f`) stands for. Raises CHAIN_ANSWER_MALFORMED."""
    if isinstance(text, str) and text.startswith("0x"):
        with suppress(ValueError):
            return int(text, 16)
    raise chain_damaged("CHAIN_ANSWER_MALFORMED", "the chain's node gave a number that is none")


def octets(text: Any, size: int | None = None) -> bytes:
    """The bytes that JSON-RPC data (`0x…`) stands for. Raises CHAIN_ANSWER_MALFORMED."""
    if isinstance(text, str) and text.startswith("0x"):
        with suppress(ValueError):
            data = bytes.fromhex(text[2:])
            if size is None or len(data) == size:
                return data
    raise chain_damaged("CHAIN_ANSWER_MALFORMED", "the chain's node gave data that is no hex")


def tag(block: int | None) -> str:
    """The name of a block in a question: its number, or the newest."""
    return "latest" if block is None else hex(block)


def chain_id(rpc: Rpc) -> int:
    """The number by which the chain's transactions are bound to it (EIP-155)."""
    return quantity(rpc.call("eth_chainId"))


def head(rpc: Rpc) -> Block:
    """The newest block."""
    found = block_at(rpc, None)
    if found is None:
        raise chain_damaged("CHAIN_ANSWER_MALFORMED", "the chain's node has no newest block")
    return found


def block_at(rpc: Rpc, number: int | None) -> Block | None:
    """The block of that number in the chain as it stands, or None where there is none yet."""
    fields = rpc.call("eth_getBlockByNumber", tag(number), False)
    return None if fields is None else read_block(fields)


def read_block(fields: Any) -> Block:
    """A block of a JSON-RPC answer. Raises CHAIN_ANSWER_MALFORMED."""
    if not isinstance(fields, Mapping):
        raise chain_damaged("CHAIN_ANSWER_MALFORMED", "the chain's node gave a block that is none")
    base_fee = fields.get("baseFeePerGas")
    return Block(
        number=quantity(fields.get("number")),
        hash=octets(fields.get("hash"), 32),
        parent=octets(fields.get("parentHash"), 32),
        time=quantity(fields.get("timestamp")),
        base_fee=None if base_fee is None else quantity(base_fee),
        gas_limit=quantity(fields.get("gasLimit")),
    )
