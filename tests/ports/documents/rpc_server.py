"""A small RPC server that answers as Kubo 0.43 does, for tests that need no daemon.

Statuses, headers, texts and quirks are those of a real daemon with no peers, written down from its
answers. It shares no code with `registry`: its own multipart, CAR, dag-pb and base 32. `Faults`
turns on what a daemon can do wrong.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

EMPTY_MFS = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"
BIG = (
    "produced block is over 2MiB: big blocks can't be exchanged with other peers. consider using "
    "UnixFS for automatic chunking of bigger files, or pass --allow-big-block to override"
)
LIMIT = 2 * 1024 * 1024
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Refused(Exception):
    """An error of the daemon: status 500 and a message in JSON."""


class BadRequest(Exception):
    """An error in the request: status 400 and a text."""


@dataclass
class Faults:
    """What goes wrong from now on."""

    wrong_bytes: bytes | None = None  # block/get gives these
    wrong_key: bool = False  # block/put names another block
    pin_error: str = ""  # every pin fails with this
    lost_import: bool = False  # dag/import confirms nothing
    base58: bool = False  # CIDs are written in base 58
    cut: bool = False  # the connection ends inside an answer
    silent: bool = False  # no answer before the test ends
    status: int = 0  # this status, with a page of HTML
    body: bytes | None = None  # status 200 and this body, whatever was asked
    refused: str = ""  # status 500 with this message, whatever was asked


@dataclass
class Daemon:
    """The state of the server, open to tests: blocks by multihash, pins by CID."""

    blocks: dict[bytes, bytes] = field(default_factory=dict)
    pins: set[str] = field(default_factory=lambda: {EMPTY_MFS})
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    ended: threading.Event = field(default_factory=threading.Event)

    def find(self, cid: str, options: dict[str, str]) -> bytes:
        """The block, or what a daemon without peers says when it is not there."""
        data = self.blocks.get(decode_cid(cid)[-34:])
        if data is not None:
            return data
        if options.get("offline") == "true":
            message = f"block was not found locally (offline): ipld: could not find {cid}"
            raise Refused(message)
        # Without a limit the search among peers never ends.
        limit = options.get("timeout")
        self.ended.wait(seconds(limit) if limit else None)
        raise Refused("context deadline exceeded")

    def tree(self, cid: str, options: dict[str, str]) -> set[str]:
        """`cid` and all below it."""
        found = {cid}
        data = self.find(cid, options)
        if decode_cid(cid)[:-34] in (b"", b"\x01\x70"):
            for child in links(data):
                found |= self.tree(child, options)
        return found


def argument(query: dict[str, str]) -> str:
    """The CID that a command is about."""
    if "arg" not in query:
        raise BadRequest('argument "cid" is required')
    return query["arg"]


def decode_cid(text: str) -> bytes:
    """A CID in binary."""
    if text.startswith("b"):
        return base64.b32decode(text[1:].upper() + "=" * (-(len(text) - 1) % 8))
    if text.startswith("Qm"):
        number = 0
        for sign in text:
            number = number * 58 + BASE58.index(sign)
        return number.to_bytes(34, "big")
    raise Refused(f'invalid path "{text}": path does not have enough components')


def encode_cid(data: bytes) -> str:
    """A CIDv1 in base 32."""
    return "b" + base64.b32encode(data).decode().lower().rstrip("=")


def base58_cid(data: bytes) -> str:
    """A CIDv1 in base 58, as `cid-base=base58btc` has it."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "z" + text


def seconds(duration: str) -> float:
    """A Go duration of one unit."""
    if duration.endswith("ms"):
        return float(duration[:-2]) / 1000
    return float(duration.removesuffix("s"))


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise Refused("unexpected EOF")
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def links(node: bytes) -> Iterator[str]:
    """The CIDs that a dag-pb node links to."""
    at = 0
    while at < len(node):
        tag, at = read_varint(node, at)
        length, at = read_varint(node, at)
        if at + length > len(node):
            raise Refused("unexpected EOF")
        if tag == 0x12:
            link = node[at : at + length]
            yield encode_cid(link[2 : 2 + link[1]])
        at += length


def read_car(data: bytes) -> tuple[list[bytes], list[tuple[bytes, bytes]]]:
    """The roots and the blocks of a CAR; each block is checked as the daemon does."""
    length, at = read_varint(data, 0)
    header, at = data[at : at + length], at + length
    if not header.startswith(b"\xa2\x65roots") or not header.endswith(b"\x67version\x01"):
        raise Refused("unexpected EOF")
    roots = [part[1:37] for part in header.split(b"\xd8\x2a\x58\x25")[1:]]
    blocks: list[tuple[bytes, bytes]] = []
    while at < len(data):
        length, at = read_varint(data, at)
        section, at = data[at : at + length], at + length
        after = f'import failed after block "{encode_cid(blocks[-1][0])}": ' if blocks else ""
        if len(section) < length:
            raise Refused(after + "unexpected EOF")
        cid, block = section[:36], section[36:]
        if hashlib.sha256(block).digest() != cid[4:]:
            raise Refused(after + f"mismatch in content integrity, expected: {encode_cid(cid)}")
        if len(block) > LIMIT:
            raise Refused(f'import failed at block "{encode_cid(cid)}": {BIG}')
        blocks.append((cid, block))
    return roots, blocks


class Handler(BaseHTTPRequestHandler):
    """The commands that the documents room uses, under /api/v0."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    daemon: Daemon

    def do_GET(self) -> None:
        self.send_text(405, "405 - Method Not Allowed", {"Allow": "OPTIONS, POST"})

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        command = url.path.removeprefix("/api/v0")
        body = self.read_body()
        self.daemon.requests.append((command, query))
        if self.headers.get("User-Agent", "").startswith("Mozilla"):
            self.send_text(403, "403 - Forbidden")
            return
        if self.misbehave():
            return
        answer = COMMANDS.get(command)
        if answer is None:
            self.send_text(404, "404 page not found")
            return
        try:
            reply = answer(self, query, body)
        except Refused as fault:
            self.send_json([{"Message": str(fault), "Code": 0, "Type": "error"}], status=500)
        except BadRequest as fault:
            self.send_text(400, str(fault))
        else:
            if isinstance(reply, bytes):
                self.send(200, "application/vnd.ipld.raw", reply)
            else:
                self.send_json(reply)

    def misbehave(self) -> bool:
        """Answer wrongly if the faults say so."""
        faults = self.daemon.faults
        if faults.silent:
            self.daemon.ended.wait()
            self.close_connection = True
        elif faults.cut:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nshort")
            self.close_connection = True
        elif faults.status:
            self.send_text(faults.status, "<html>the proxy in front of it is unwell</html>")
        elif faults.body is not None:
            self.send(200, "application/json", faults.body)
        elif faults.refused:
            message = {"Message": faults.refused, "Code": 0, "Type": "error"}
            self.send_json([message], status=500)
        else:
            return False
        return True

    def block_put(self, query: dict[str, str], body: bytes) -> list[Any]:
        codec = {"raw": 0x55, "dag-pb": 0x70}.get(query.get("cid-codec", "raw"))
        if codec is None:
            raise Refused(f'unknown multicodec: "{query["cid-codec"]}"')
        data = self.read_file(body)
        if len(data) > LIMIT:
            raise Refused(BIG)
        multihash = b"\x12\x20" + hashlib.sha256(data).digest()
        self.daemon.blocks[multihash] = data
        cid = bytes((1, codec)) + multihash
        if query.get("pin") == "true":
            if self.daemon.faults.pin_error:
                raise Refused(self.daemon.faults.pin_error)
            self.daemon.pins.add(encode_cid(cid))
        if self.daemon.faults.wrong_key:
            cid = cid[:-1] + bytes((cid[-1] ^ 1,))
        return [{"Key": self.write_cid(cid), "Size": len(data)}]

    def block_get(self, query: dict[str, str], _body: bytes) -> bytes:
        data = self.daemon.find(argument(query), query)
        wrong = self.daemon.faults.wrong_bytes
        return data if wrong is None else wrong

    def block_stat(self, query: dict[str, str], _body: bytes) -> list[Any]:
        cid = argument(query)
        size = len(self.daemon.find(cid, query))
        return [{"Key": self.write_cid(decode_cid(cid)), "Size": size}]

    def dag_import(self, query: dict[str, str], body: bytes) -> list[Any]:
        roots, blocks = read_car(self.read_file(body))
        for cid, data in blocks:
            self.daemon.blocks[cid[2:]] = data
        if query.get("pin-roots") == "false" or self.daemon.faults.lost_import:
            return []
        return [
            {"Root": {"Cid": {"/": self.write_cid(root)}, "PinErrorMsg": self.try_pin(root, query)}}
            for root in roots
        ]

    def try_pin(self, root: bytes, query: dict[str, str]) -> str:
        """The import succeeds whatever becomes of the pin."""
        if self.daemon.faults.pin_error:
            return self.daemon.faults.pin_error
        if root[2:] not in self.daemon.blocks:
            return f"ipld: could not find {encode_cid(root)}"
        try:
            self.daemon.tree(encode_cid(root), query)
        except Refused as fault:
            return str(fault)
        self.daemon.pins.add(encode_cid(root))
        return ""

    def pin_add(self, query: dict[str, str], _body: bytes) -> list[Any]:
        cid = argument(query)
        try:
            self.daemon.tree(cid, query)
        except Refused as fault:
            raise Refused(f"pin: {fault}") from fault
        if self.daemon.faults.pin_error:
            raise Refused(f"pin: {self.daemon.faults.pin_error}")
        self.daemon.pins.add(cid)
        return [{"Pins": [self.write_cid(decode_cid(cid))]}]

    def pin_ls(self, query: dict[str, str], _body: bytes) -> list[Any]:
        kind, cid = query.get("type", "all"), query.get("arg")
        if cid is None:
            return [{"Keys": {pin: {"Type": "recursive", "Name": ""} for pin in self.daemon.pins}}]
        if cid in self.daemon.pins and kind in ("all", "recursive"):
            return [{"Keys": {cid: {"Type": "recursive", "Name": ""}}}]
        for pin in self.daemon.pins - {EMPTY_MFS, cid}:
            if kind in ("all", "indirect") and cid in self.daemon.tree(pin, {"offline": "true"}):
                return [{"Keys": {cid: {"Type": f"indirect through {pin}", "Name": ""}}}]
        raise Refused(f"path '{cid}' is not pinned")

    def version(self, _query: dict[str, str], _body: bytes) -> list[Any]:
        return [{"Version": "0.43.0", "Commit": "", "Repo": "18", "System": "amd64/linux"}]

    def write_cid(self, cid: bytes) -> str:
        return base58_cid(cid) if self.daemon.faults.base58 else encode_cid(cid)

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def read_file(self, body: bytes) -> bytes:
        """The one file of a multipart form."""
        kind = self.headers.get("Content-Type", "")
        if "boundary=" not in kind:
            raise BadRequest("file argument 'data' is required")
        mark = b"--" + kind.split("boundary=")[1].strip('"').encode()
        part = body.split(mark)[1]
        return part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")

    def send_json(self, answers: list[Any], status: int = 200) -> None:
        body = "".join(json.dumps(answer, separators=(",", ":")) + "\n" for answer in answers)
        self.send(status, "application/json", body.encode())

    def send_text(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        body = text.encode() + b"\n"
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send(self, status: int, kind: str, body: bytes) -> None:
        """In chunks, with the trailer that the daemon announces."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Server", "kubo/0.43.0")
        self.send_header("Trailer", "X-Stream-Error")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        self.wfile.write(chunk + b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


COMMANDS: dict[str, Any] = {
    "/block/put": Handler.block_put,
    "/block/get": Handler.block_get,
    "/block/stat": Handler.block_stat,
    "/dag/import": Handler.dag_import,
    "/pin/add": Handler.pin_add,
    "/pin/ls": Handler.pin_ls,
    "/version": Handler.version,
}


class RpcServer:
    """The daemon on a port of 127.0.0.1, for as long as the context lasts."""

    def __init__(self) -> None:
        self.daemon = Daemon()
        handler = type("BoundHandler", (Handler,), {"daemon": self.daemon})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.port = self._server.server_address[1]
        self.address = f"/ip4/127.0.0.1/tcp/{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.daemon.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
