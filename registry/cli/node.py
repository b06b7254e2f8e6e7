"""A node as the commands see it: its HTTP interface, and its refusals as errors of our family.

Plain `http.client`: no redirects, no proxies, time-outs everywhere, answers of bounded length. A
problem document (RFC 9457) becomes the error that the node raised, with the node's own advice.
"""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from registry.cli.files import unreadable
from registry.errors import (
    Conflict,
    Damaged,
    Field,
    InvalidInput,
    NotAuthorised,
    NotFound,
    QuotaExceeded,
    RegistryError,
    TooLarge,
    Unavailable,
)
from registry.proofs import hexes
from registry.proofs.note import VerifierKey, parse_vkey
from registry.proofs.record import LedgerId

MIB = 1 << 20
ANSWER_LIMIT = 256 * MIB
TIMEOUT_S = 30.0
LONGEST_WAIT_S = 60
# Sending the same record again is safe, so a connection that broke is not the caller's trouble.
PAUSES_S = (0.2, 1.0, 3.0)

JSON = "application/json"
NDJSON = "application/x-ndjson"

_FAMILIES: Mapping[int, type[RegistryError]] = {
    401: NotAuthorised,
    403: NotAuthorised,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    429: QuotaExceeded,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a node answered, refusals apart."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises Damaged NODE_ANSWER_MALFORMED."""
        try:
            return json.loads(self.body)
        except ValueError as fault:
            raise malformed("something that is not JSON") from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a node says of its ledger: the id, the name, and the key of the node's own log."""

    id: LedgerId
    name: str
    log_key: VerifierKey


class Node:
    """A node behind an http:// or https:// URL."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        """`timeout_s` holds for each step of a request. Raises InvalidInput NODE_URL_INVALID."""
        self.url = url.rstrip("/")
        try:
            parts = urlsplit(self.url)
            self._address = (parts.hostname or "", parts.port)
        except ValueError as fault:
            raise _url_invalid() from fault
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise _url_invalid()
        self._secure = parts.scheme == "https"
        self._prefix = parts.path
        self._timeout_s = timeout_s

    def ledger(self) -> Ledger:
        """What the node says of its ledger. Raises Damaged NODE_ANSWER_MALFORMED."""
        answer = self.request("GET", "/api/v1/ledger").json()
        try:
            key = parse_vkey(answer["log"]["vkey"])
            ledger = LedgerId(hexes.from_hex(answer["ledger"], size=32))
            if key.name != answer["log"]["origin"]:
                raise malformed("a log key of another log")
            return Ledger(id=ledger, name=str(answer["name"]), log_key=key)
        except (KeyError, TypeError, AttributeError, InvalidInput) as fault:
            raise malformed("something else than a ledger") from fault

    def submit(self, body: bytes) -> Answer:
        """Hand in a submission's canonical bytes: 201 with the receipt, 200 if known already."""
        return self._again(lambda: self.request("POST", "/api/v1/records", body))

    def submit_batch(self, lines: list[bytes]) -> list[dict[str, Any]]:
        """Hand in many submissions; the answers in their order."""
        body = b"".join(line + b"\n" for line in lines)
        answer = self._again(
            lambda: self.request("POST", "/api/v1/records/batch", body, content_type=NDJSON)
        )
        try:
            told = [json.loads(line) for line in answer.body.splitlines() if line]
            if [item["line"] for item in told] != list(range(1, len(lines) + 1)):
                raise malformed("another number of lines than it was sent")
        except (KeyError, TypeError, ValueError) as fault:
            raise malformed("something else than a line for each record") from fault
        return told

    def records(self, name: str) -> list[dict[str, Any]]:
        """The records with this number or digest. Raises NotFound RECORD_UNKNOWN."""
        return _listed(self.request("GET", f"/api/v1/records/{quote(name, safe='')}"))

    def certificate(self, name: str, wait_s: int | None = None) -> bytes:
        """The certificate of a number or digest; the node may hold the answer for `wait_s`."""
        path = f"/api/v1/certificates/{quote(name, safe='')}"
        return self.request("GET", path, wait_s=wait_s).body

    def certificate_for(self, submission: bytes, wait_s: int | None = None) -> bytes:
        """The certificate of a record that the caller holds, as for sealed ones."""
        return self.request("POST", "/api/v1/certificates", submission, wait_s=wait_s).body

    def trust(self) -> bytes:
        """The trust file of the node's ledger."""
        return self.request("GET", "/api/v1/trust").body

    def put_document(self, cid: str, path: Path, size: int) -> None:
        """Hand over a file that a recorded registration names, streamed."""

        def put() -> Answer:
            try:
                with path.open("rb") as stream:
                    length = {"Content-Length": str(size)}
                    return self.request(
                        "PUT",
                        f"/api/v1/documents/{cid}",
                        stream,
                        content_type="application/octet-stream",
                        headers=length,
                    )
            except FileNotFoundError as fault:
                raise unreadable(path, fault) from fault

        self._again(put)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str = JSON,
        wait_s: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request. Raises Unavailable NODE_UNREACHABLE, and what the node refused."""
        sent = {"Accept": "*/*", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = content_type
        if wait_s is not None:
            sent["Prefer"] = f"wait={wait_s}"
        with closing(self._connection(wait_s or 0)) as connection:
            try:
                _send(connection, method, self._prefix + path, body, sent)
                response = connection.getresponse()
                answer = Answer(status=response.status, body=_whole(response))
            except (OSError, http.client.HTTPException) as fault:
                raise self._unreachable(fault) from fault
        if answer.status in (200, 201):
            return answer
        raise _refusal(answer, response.getheader("Retry-After"))

    def _connection(self, wait_s: int) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(*self._address, timeout=self._timeout_s + wait_s)

    def _again(self, call: Callable[[], T]) -> T:
        """`call`, repeated while the connection breaks (nobody there at all is told at once)."""
        for pause in PAUSES_S:
            try:
                return call()
            except Unavailable as fault:
                if not isinstance(fault.__cause__, _BROKEN):
                    raise
                time.sleep(pause)
        return call()

    def _unreachable(self, fault: Exception) -> Unavailable:
        if isinstance(fault, ConnectionRefusedError):
            reason = "no node answers there"
        elif isinstance(fault, TimeoutError):
            reason = "it does not answer in time"
        else:
            reason = str(fault) or type(fault).__name__
        return Unavailable("NODE_UNREACHABLE", f"the node at {self.url} is away: {reason}")


_BROKEN = (ConnectionResetError, BrokenPipeError, http.client.HTTPException)


def _send(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: Any,
    headers: Mapping[str, str],
) -> None:
    try:
        connection.request(method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        # The node may have refused a long body before it read all of it: hear what it says.
        return


def read_listed(item: Mapping[str, Any], name: str) -> Any:
    """A field of a listed record. Raises Damaged NODE_ANSWER_MALFORMED where it is missing."""
    try:
        return item[name]
    except (KeyError, TypeError) as fault:
        raise malformed(f"a record without {name}") from fault


def malformed(what: str) -> Damaged:
    """The refusal of an answer that is not what a node of Comity gives."""
    return Damaged("NODE_ANSWER_MALFORMED", f"the node answered {what}: is it a node of Comity?")


def problem(told: Any, status: int, retry_after: str | None = None) -> RegistryError:
    """The error that a problem document states, of the family that its status stands for."""
    if not isinstance(told, dict) or not isinstance(told.get("code"), str):
        return malformed(f"with status {status} and no reason")
    family = _FAMILIES.get(status, Unavailable if status >= 500 else InvalidInput)
    errors = told.get("errors")
    fault = family(
        told["code"],
        str(told.get("detail") or told.get("title") or "the node refused"),
        fields=[
            Field(str(item.get("path", "")), str(item.get("reason", "")))
            for item in (errors if isinstance(errors, list) else [])
            if isinstance(item, dict)
        ],
        retry_after=int(retry_after) if retry_after and retry_after.isdigit() else None,
    )
    if isinstance(told.get("do"), str):
        fault.add_note(told["do"])
    return fault


def _refusal(answer: Answer, retry_after: str | None) -> RegistryError:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    return problem(told, answer.status, retry_after)


def _listed(answer: Answer) -> list[dict[str, Any]]:
    told = answer.json()
    if not isinstance(told, dict) or not isinstance(told.get("records"), list):
        raise malformed("something else than a list of records")
    return [item for item in told["records"] if isinstance(item, dict)]


def _whole(response: http.client.HTTPResponse) -> bytes:
    body = response.read(ANSWER_LIMIT + 1)
    if len(body) > ANSWER_LIMIT:
        raise http.client.HTTPException("the answer is too long")
    return body


def _url_invalid() -> InvalidInput:
    return InvalidInput("NODE_URL_INVALID", "--node must be like http://localhost:8000")
