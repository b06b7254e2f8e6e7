"""A node of Comity without a database or a chain: one log in memory behind the same HTTP paths.

It admits by the real rules and issues real receipts and certificates, so what the commands send is
judged as it will be. What goes wrong on purpose is a switch: `falsify`, `break_after`, `busy`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from registry.bootstrap.types import RECORD_TYPES
from registry.errors import Field, InvalidInput, NotAuthorised, NotFound, RegistryError
from registry.proofs import hexes
from registry.proofs.certificate import Anchor
from registry.proofs.checkpoint import log_of
from registry.proofs.keccak import keccak256
from registry.proofs.number import number_of
from registry.proofs.receipt import Receipt
from registry.proofs.record import Digest, Record, Visibility
from registry.proofs.signature import BatchSignature, verify_signatures
from registry.proofs.submission import Submission, parse_submission
from registry.proofs.tlog_proof import encode_proof
from tests.unit.proofs.world import START, FakeChain, World, to_bytes

ORGANISATIONS = b"\x06" * 20
LOGS = b"\x07" * 20
RULES = {kind.name: kind.check for kind in RECORD_TYPES.values()}
ALREADY, NEW, REFUSED = 200, 201, 422

Answer = tuple[int, Any]


class FakeNode:
    """What stands behind the HTTP interface; `url` once it is served."""

    def __init__(self) -> None:
        self.world = World()
        self.world.trust_json["contracts"]["Organisations"] = hexes.to_hex(ORGANISATIONS)
        self.chain = FakeChain()
        self.url = ""
        self.receipts: dict[Digest, dict[str, Any]] = {}
        self.documents: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.waits: list[str] = []
        self.later: list[Record] = []
        self.organisations: list[dict[str, Any]] = []
        self.logs: Any = {"logs": []}
        self.anchored = False
        self.anchor: Anchor | None = None
        self.final_after = 0
        self.falsify: Callable[[dict[str, Any]], Any] = lambda receipt: receipt
        self.break_after = 0
        self.busy = 0
        self.refuse: set[str] = set()
        self.chain_ledger = bytes(self.world.ledger)

    # ---- the door -------------------------------------------------------------------------------

    def submit(self, body: bytes) -> Answer:
        submission = parse_submission(body)
        record = submission.record
        if record.digest in self.receipts:
            return ALREADY, self.falsify(self.receipts[record.digest])
        if record.ledger != self.world.ledger:
            raise InvalidInput("WRONG_LEDGER", "the record is for another ledger")
        RULES[record.type](record)
        verify_signatures(record, submission.signatures, batches=self._batch)
        titles = record.body.get("title", [])
        if self.refuse & {title["text"] for title in titles}:
            field = Field("record.body.title", "is refused here")
            raise InvalidInput("TITLE_REFUSED", "this node does not like the title", fields=[field])
        self.world.enter(submission)
        receipt = self._receipt(submission)
        self.receipts[record.digest] = receipt
        return NEW, self.falsify(receipt)

    def submit_batch(self, body: bytes) -> list[dict[str, Any]]:
        told = []
        for place, line in enumerate(body.splitlines(), 1):
            if self.busy:
                self.busy -= 1
                told.append({"line": place, "status": 503, "problem": {"code": "QUEUE_FULL"}})
                continue
            try:
                status, receipt = self.submit(line)
                told.append({"line": place, "status": status, "receipt": receipt})
            except RegistryError as fault:
                told.append({"line": place, "status": REFUSED, "problem": problem(fault, REFUSED)})
        return told

    def _batch(self, digest: Digest) -> Record | None:
        return next((s.record for s in self.world.entries if s.record.digest == digest), None)

    def _receipt(self, submission: Submission) -> dict[str, Any]:
        index = self.world.tree.size - 1
        proof = encode_proof(index, self.world.tree.inclusion_proof(index), self.world.note())
        return Receipt(
            digest=submission.record.digest,
            log=log_of(self.world.log.key.name),
            index=index,
            received_at=START + timedelta(seconds=5),
            proof=proof,
        ).to_json()

    # ---- asking ---------------------------------------------------------------------------------

    def ledger(self) -> dict[str, Any]:
        key = self.world.log.key
        return {
            "spec": "comity/1",
            "ledger": hexes.to_hex(self.world.ledger),
            "name": "Fake ledger",
            "log": {"id": "0x", "origin": key.name, "vkey": key.encode()},
        }

    def found(self, reference: str) -> Record:
        for submission in self.world.entries:
            digest = submission.record.digest
            if reference in (hexes.to_hex(digest), number_of(digest)):
                return submission.record
        raise NotFound("RECORD_UNKNOWN", "no record here has that number or digest")

    def look_up(self, reference: str) -> dict[str, Any]:
        record = self.found(reference)
        sealed = record.visibility is Visibility.SEALED
        described = {
            "number": number_of(record.digest),
            "digest": hexes.to_hex(record.digest),
            "type": "sealed" if sealed else record.type,
            "state": "final" if self.anchored else "received",
        }
        return {"records": [described]}

    def organisation(self, name: str) -> dict[str, Any]:
        for told in self.organisations:
            known_as = [f"{each['scheme']}:{each['value']}" for each in told["identifiers"]]
            if name in (told["id"], *known_as):
                return told
        raise NotFound("ORGANISATION_UNKNOWN", f"the chain knows no organisation {name}")

    def certificate(self, record: Record) -> Any:
        # Each request is a moment later: after so many the anchor is final.
        self.anchored = self.anchored or self.final_after == 1
        self.final_after = max(0, self.final_after - 1)
        submission = next(s for s in self.world.entries if s.record == record)
        batches = [self._batch(s.batch) for s in submission.signatures if type(s) is BatchSignature]
        related = [one for one in batches if one is not None] + self.later
        if self.anchored and self.anchor is None:
            self.anchor = self.world.anchor(self.chain)
        anchor = self.anchor
        return json.loads(to_bytes(self.world.certificate(record, related=related, anchor=anchor)))

    def ask_chain(self, question: Mapping[str, Any]) -> Any:
        method, params = question["method"], question["params"]
        if method == "eth_chainId":
            return hex(self.chain.chain_id())
        if method == "eth_blockNumber":
            return hex(self.chain.head())
        if method == "eth_getBlockByNumber":
            return self._block(int(params[0], 16))
        to, data = (bytes.fromhex(params[0][name][2:]) for name in ("to", "data"))
        if to == ORGANISATIONS and data == keccak256(b"ledger()")[:4]:
            return hexes.to_hex(self.chain_ledger)
        if to == LOGS and data[:4] == keccak256(b"anchorOf(bytes32,uint40)")[:4]:
            log, size = log_of(self.world.log.key.name), int.from_bytes(data[36:], "big")
            assert data[4:36] == log
            return hexes.to_hex(self.chain.anchor_of(to, log, size) or bytes(32))
        return "0x"

    def _block(self, number: int) -> dict[str, Any] | None:
        found = self.chain.block(number)
        if found is None:
            return None
        return {
            "number": hex(number),
            "hash": hexes.to_hex(found[0]),
            "parentHash": hexes.to_hex(bytes(32)),
            "timestamp": hex(found[1]),
            "gasLimit": "0x1",
        }


def problem(fault: RegistryError, status: int) -> dict[str, Any]:
    """The problem document of an error."""
    return {
        "type": f"/problems/{fault.code}",
        "status": status,
        "detail": fault.detail,
        "code": fault.code,
        "do": f"what the node advises for {fault.code}",
        "errors": [{"path": field.path, "reason": field.reason} for field in fault.fields],
    }


@contextmanager
def serving(node: FakeNode) -> Iterator[FakeNode]:
    """Serve `node` on a loopback port."""

    class Handler(_Handler):
        fake = node

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    node.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    fake: FakeNode

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    do_PUT = do_POST  # noqa: N815 (the name that the standard library looks for)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the tests' output."""

    def _answer(self, body: bytes) -> None:
        fake = self.fake
        fake.requests.append((self.command, self.path))
        if wait := self.headers["Prefer"]:
            fake.waits.append(wait)
        try:
            status, told = self._route(body)
        except RegistryError as fault:
            family = {NotFound: 404, NotAuthorised: 403}
            status = family.get(type(fault), REFUSED)
            told = problem(fault, status)
        if self.command == "POST" and fake.break_after:
            fake.break_after -= 1
            self.close_connection = True
            return
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _route(self, body: bytes) -> Answer:
        fake, path = self.fake, self.path
        tail = path.rpartition("/")[2]
        if path == "/api/v1/ledger":
            return 200, fake.ledger()
        if path == "/api/v1/logs":
            return 200, fake.logs
        if path == "/api/v1/trust":
            return 200, fake.world.trust_json
        if path == "/api/v1/records" and self.command == "POST":
            return fake.submit(body)
        if path == "/api/v1/records/batch":
            assert self.headers["Content-Type"] == "application/x-ndjson"
            lines = fake.submit_batch(body)
            return 200, b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        if path.startswith("/api/v1/records/"):
            return 200, fake.look_up(tail)
        if path == "/api/v1/certificates":
            return 200, fake.certificate(parse_submission(body).record)
        if path.startswith("/api/v1/certificates/"):
            record = fake.found(tail)
            if record.visibility is Visibility.SEALED:
                raise NotAuthorised("RECORD_SEALED", "the record is sealed")
            return 200, fake.certificate(record)
        if path == "/api/v1/organisations":
            return 200, {"organisations": fake.organisations}
        if path.startswith("/api/v1/organisations/"):
            return 200, fake.organisation(unquote(tail))
        if path.startswith("/api/v1/documents/"):
            fake.documents[tail] = body
            return NEW, {"cid": tail, "size": len(body)}
        if path == "/chain":
            question = json.loads(body)
            result = fake.ask_chain(question)
            return 200, {"jsonrpc": "2.0", "id": question["id"], "result": result}
        raise NotFound("PATH_UNKNOWN", f"there is nothing at {path}")
