"""The store of a region that runs IPFS: a Kubo daemon over its RPC, by ipfshttpclient.

The only file that knows that client, and it is loaded when a store is opened. What the client and
the daemon do that nobody would expect, and what is done here about it:

* `connect()` knows no current Kubo: `Client` is opened by itself.
* `add` cuts files by each daemon's settings: blocks are cut here and go by `block/put` and CAR.
* `dag/import` answers 200 although a pin failed: every root must come back with an empty
  `PinErrorMsg`. The client's own method fails on such answers: the request is made by hand.
* A missing block, also below the root of an import, is a search among peers that ends only with
  its time-out: a limit goes with every request that can start one.
* CIDs may come back in base 58: they are read whatever their spelling, and compared as CIDs.
* A daemon may be wrong or broken: whatever it sends is hashed, and cut off above a block's size.
"""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, TypeVar

from registry.documents.block import BLOCK_LIMIT, Block, from_binary
from registry.documents.car import car
from registry.documents.unixfs import bundle_node
from registry.errors import Damaged, InvalidInput, NotFound, RegistryError, Unavailable
from registry.proofs.cid import RAW, Cid, parse_cid

_T = TypeVar("_T")

# One CAR: its blocks are held until it is sent, because its root names them all.
_CAR_BLOCKS = 1024
_CAR_BYTES = 32 * 1024 * 1024
# Bytes that go to the socket at a time; the client's own 8 KiB halve the rate.
_PIECE = 256 * 1024
_NOT_THERE = ("context deadline exceeded", "could not find", "not found")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class KuboDocuments:
    """Documents in the Kubo daemon at `address`, a multiaddr such as `/ip4/127.0.0.1/tcp/5001`."""

    def __init__(
        self, address: str, *, timeout: float = 10.0, pin_timeout: float = 120.0, grace: float = 5.0
    ) -> None:
        """Prepare the client; nothing is sent yet.

        `timeout` and `pin_timeout`: seconds in which a block, a whole tree may be fetched from
        peers; `grace`: seconds more that the daemon may take to say that it could not. Raises
        InvalidInput DOCUMENTS_ADDRESS_INVALID.
        """
        import ipfshttpclient  # late: half a second that most commands do not need
        from ipfshttpclient import multipart

        self._errors = ipfshttpclient.exceptions
        self._stream: Callable[..., Any] = multipart.stream_bytes
        self._timeout = timeout
        self._pin_timeout = pin_timeout
        self._grace = grace
        try:
            self._client = ipfshttpclient.Client(
                address, session=True, chunk_size=_PIECE, timeout=timeout + grace
            )
        except self._errors.AddressError as fault:
            reason = f"{address!r} is not an address such as /ip4/127.0.0.1/tcp/5001"
            raise InvalidInput("DOCUMENTS_ADDRESS_INVALID", reason) from fault
        _tame(self._client._client)

    def put_block(self, data: bytes, *, codec: int = RAW) -> Cid:
        """Store one block; a raw one is pinned with it."""
        block = Block.of(data, codec)
        options = {
            "cid-codec": "raw" if codec == RAW else "dag-pb",
            "mhtype": "sha2-256",
            "pin": "true" if codec == RAW else "false",
        }
        answer = self._ask(lambda: self._client.block.put(BytesIO(data), opts=options))
        if _read_cid(_text(answer, "Key")) != block.cid:
            raise Damaged("BLOCK_WRONG", f"the store took block {block.cid} for another one")
        return block.cid

    def put_blocks(self, blocks: Iterable[Block]) -> None:
        """Store many blocks: a CAR for about a thousand, under one pinned node that links them."""
        for group in _groups(blocks):
            bundle = bundle_node(group)
            _check_import(bundle.cid, self._import(bundle, group))

    def get_block(self, cid: Cid) -> bytes:
        """The bytes that `cid` names, hashed, fetched from peers if they are not here."""
        return Block.read(cid, self._ask(lambda: self._read(cid), cid)).data

    def has(self, cid: Cid) -> bool:
        """Whether the daemon holds the block itself."""
        try:
            answer = self._ask(lambda: self._client.block.stat(str(cid), offline=True), cid)
        except NotFound:
            return False
        return _read_cid(_text(answer, "Key")) == cid

    def pin(self, root: Cid) -> None:
        """Keep `root` and all below it, fetching what is missing from peers."""
        options = {"timeout": _seconds(self._pin_timeout)}
        wait = self._pin_timeout + self._grace
        answer = self._ask(
            lambda: self._client.pin.add(str(root), opts=options, timeout=wait), root
        )
        if root not in _cids(answer, "Pins"):
            raise _unavailable(f"it did not confirm the pin of {root}")

    def pinned(self, root: Cid) -> bool:
        """Whether a pin of the daemon keeps `root`, its own or that of a node above it."""
        return self._ask(lambda: self._kept(root, "recursive") or self._kept(root, "indirect"))

    def health(self) -> None:
        """Return if the daemon answers."""
        _text(self._ask(lambda: self._client.version()), "Version")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, cid: Cid) -> bytes:
        options = {"timeout": _seconds(self._timeout)}
        data = bytearray()
        with self._client.block.get(str(cid), opts=options, stream=True) as pieces:
            for piece in pieces:
                data += piece
                if len(data) > BLOCK_LIMIT:
                    break
        return bytes(data)

    def _import(self, bundle: Block, blocks: list[Block]) -> Any:
        """The daemon's answers to a CAR of `blocks` under the root `bundle`."""
        archive = _gathered(car(bundle.cid, [*blocks, bundle]))
        body, headers = self._stream(archive, chunk_size=_PIECE)
        options = {"pin-roots": "true", "timeout": _seconds(self._pin_timeout)}
        return self._ask(
            lambda: self._client._client.request(
                "/dag/import",
                opts=options,
                decoder="json",
                data=body,
                headers=headers,
                timeout=self._pin_timeout + self._grace,
            )
        )

    def _ask(self, ask: Callable[[], _T], cid: Cid | None = None) -> _T:
        """What the client gives, with its faults in our words; `cid` is what was asked for."""
        try:
            return ask()
        except self._errors.ErrorResponse as fault:
            raise _refusal(str(fault), cid) from fault
        except (self._errors.Error, OSError, AssertionError) as fault:
            # The client asserts what it expects, and lets errors of its sockets through. Their
            # texts name the daemon's address, which is nobody's business.
            raise _unavailable(f"no answer that makes sense ({type(fault).__name__})") from fault

    def _kept(self, root: Cid, kind: str) -> bool:
        """Whether a pin of this kind keeps `root`: the daemon says no by failing."""
        options = {"timeout": _seconds(self._timeout)}
        try:
            answer = self._client.pin.ls(str(root), type=kind, opts=options)
        except self._errors.ErrorResponse as fault:
            if "is not pinned" not in str(fault):
                raise
            return False
        return root in _cids(answer, "Keys")


def _tame(http: Any) -> None:
    """Keep a proxy of the environment out of the way to the daemon, and an option out of urllib3
    that its second version warns of and its third refuses."""
    http._request_proxies = {"no_proxy": "*"}
    for adapter in http._session.adapters.values():
        adapter.poolmanager.connection_pool_kw.pop("strict", None)


def _groups(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """`blocks` in lists that fit a CAR each."""
    group: list[Block] = []
    size = 0
    for block in blocks:
        if len(group) == _CAR_BLOCKS or (group and size + len(block.data) > _CAR_BYTES):
            yield group
            group, size = [], 0
        group.append(block)
        size += len(block.data)
    if group:
        yield group


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth a packet: the client sends each piece by itself."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) >= _PIECE:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def _check_import(root: Cid, answers: Any) -> None:
    """Raise unless the daemon confirms the import and the pin of `root`."""
    for answer in answers:
        found = _member(answer, "Root")
        if found is not None and _read_cid(_text(_member(found, "Cid"), "/")) == root:
            fault = _text(found, "PinErrorMsg")
            if fault:
                raise _refusal(fault, root)
            return
    raise _unavailable(f"it did not confirm the import under {root}")


def _refusal(message: str, cid: Cid | None) -> RegistryError:
    """The daemon's own error: not there, if it was asked for something; else it cannot serve."""
    if cid is not None and any(sign in message for sign in _NOT_THERE):
        return NotFound("BLOCK_MISSING", f"{cid}, or a block below it, cannot be had: {message}")
    return _unavailable(message)


def _unavailable(reason: str) -> Unavailable:
    return Unavailable("DOCUMENTS_UNAVAILABLE", f"the IPFS daemon cannot be used: {reason}")


def _member(answer: Any, name: str) -> object:
    """A member of an answer, None if there is none: an answer comes from outside."""
    plain = answer.as_json() if hasattr(answer, "as_json") else answer
    return plain.get(name) if isinstance(plain, dict) else None


def _text(answer: Any, name: str) -> str:
    """A text of an answer."""
    value = _member(answer, name)
    if not isinstance(value, str):
        raise _unavailable(f"its answer has no {name}")
    return value


def _cids(answer: Any, name: str) -> list[Cid]:
    """The CIDs of an answer: in a list, or as the names of members."""
    value = _member(answer, name)
    if not isinstance(value, list | dict):
        raise _unavailable(f"its answer has no {name}")
    return [_read_cid(str(text)) for text in value]


def _read_cid(text: str) -> Cid:
    """A CID in base 32, or in base 58 as older daemons and CIDv0 have it."""
    try:
        if text.startswith("b"):
            return parse_cid(text)
        return from_binary(_base58(text.removeprefix("z")))
    except InvalidInput as fault:
        raise _unavailable(f"it answered with {text[:100]!r} for a CID") from fault


def _base58(text: str) -> bytes:
    """The bytes that `text` writes in base 58 of Bitcoin's alphabet; a CID begins with no zero."""
    number = 0
    for sign in text[:100]:
        digit = _BASE58.find(sign)
        if digit < 0:
            return b""
        number = number * 58 + digit
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _seconds(time: float) -> str:
    """A duration as Go reads it."""
    return f"{time * 1000:.0f}ms"
