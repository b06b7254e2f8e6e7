"""Fetching a certificate: by number or digest, or with the record itself; now, or once final."""

import time
from dataclasses import dataclass
from pathlib import Path

from registry.cli import files
from registry.cli.node import LONGEST_WAIT_S, Node, malformed, read_listed
from registry.errors import Conflict, InvalidInput, NotAuthorised, RegistryError
from registry.proofs import hexes
from registry.proofs.certificate import Anchor, parse_certificate
from registry.proofs.number import matches, number_of, parse_number
from registry.proofs.record import Digest
from registry.proofs.submission import parse_submission

PAUSE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A certificate as the node gave it, and how far its record has come."""

    data: bytes
    digest: Digest
    anchor: Anchor | None
    state: str

    @property
    def number(self) -> str:
        """The number that people see."""
        return number_of(self.digest)

    @property
    def final(self) -> bool:
        """Whether the chain's anchor stands in the certificate and is final."""
        return self.state == "final" and self.anchor is not None


def fetch(node: Node, name: str, record: Path | None, wait_s: int) -> Fetched:
    """The certificate of a number or digest, as good as it gets within `wait_s` seconds.

    Raises InvalidInput for a name that is none or not that of the record given, and as `Node`.
    """
    wanted = name if name.startswith("0x") else parse_number(name)
    held = None if record is None else parse_submission(files.read(record).rstrip(b"\n"))
    if held is not None and not _names(wanted, held.record.digest):
        raise InvalidInput("RECORD_MISMATCH", f"{record} does not hold the record {wanted}")
    deadline = time.monotonic() + wait_s
    while True:
        left = max(0, int(deadline - time.monotonic()))
        fetched = _once(node, wanted, None if held is None else held.to_bytes(), left)
        if fetched.final or time.monotonic() >= deadline:
            return fetched
        time.sleep(PAUSE_S)


def save(fetched: Fetched, out: Path, *, force: bool) -> None:
    """Write the certificate; replace only an earlier one of the same record, unless `force`.

    Raises Conflict FILE_EXISTS.
    """
    if out.exists() and not force and _digest_of(files.read(out)) != fetched.digest:
        raise Conflict("FILE_EXISTS", f"{out} has other content; --force replaces it")
    files.replace(out, fetched.data)


def describe(fetched: Fetched) -> str:
    """The state in words."""
    anchor = fetched.anchor
    if anchor is None:
        return f"{fetched.state}, no anchor in the certificate yet"
    where = f"block {anchor.block_number} of chain {anchor.chain_id}"
    return f"{fetched.state}, anchored in {where}"


def _once(node: Node, wanted: str, held: bytes | None, wait_s: int) -> Fetched:
    data = _ask(node, wanted, held, min(wait_s, LONGEST_WAIT_S) or None)
    digest, anchor = _read(data)
    if not _names(wanted, digest):
        raise malformed("the certificate of another record")
    return Fetched(data=data, digest=digest, anchor=anchor, state=_state(node, digest))


def _ask(node: Node, wanted: str, held: bytes | None, wait_s: int | None) -> bytes:
    if held is not None:
        return node.certificate_for(held, wait_s)
    try:
        return node.certificate(wanted, wait_s)
    except NotAuthorised as fault:
        if fault.code == "RECORD_SEALED":
            fault.add_note("here that is --record FILE, the record that register kept")
        raise


def _state(node: Node, digest: Digest) -> str:
    for item in node.records(hexes.to_hex(digest)):
        return str(read_listed(item, "state"))
    raise malformed("the certificate of a record that it does not list")


def _read(data: bytes) -> tuple[Digest, Anchor | None]:
    try:
        found = parse_certificate(data)
    except RegistryError as fault:
        raise malformed(f"something that is no certificate ({fault.detail})") from fault
    return found.evidence.record.digest, found.anchor


def _digest_of(data: bytes) -> Digest | None:
    """The record that a file certifies; None where it is no certificate."""
    try:
        return parse_certificate(data).evidence.record.digest
    except RegistryError:
        return None


def _names(wanted: str, digest: Digest) -> bool:
    return wanted == hexes.to_hex(digest) or matches(wanted, digest)
