"""What a log sends to a witness, and the size that a witness answers with (C2SP tlog-witness).

A request is the size that the witness is thought to stand at, the consistency proof from there,
an empty line, and the checkpoint:

    old 5
    <base 64 of a hash>

    comity/3ea45446…
    8
    Als8KFJsKcyfp+qJQd8xIhtkTa9BOMHTVtQ46SSgCe0=

    — comity/3ea45446… …
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.proofs.base64s import from_base64, to_base64
from registry.proofs.note import Note, parse_note

LONGEST = 64 * 1024
"""Longest request, in bytes."""
MOST_HASHES = 63
PATH = "/witness/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
"""Media type of an answer that states the size at which the witness stands."""

_DECIMAL = "(?:0|[1-9][0-9]{0,18})"
_OLD = re.compile(f"old ({_DECIMAL})")
_SIZE = re.compile(f"({_DECIMAL})\n".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """A request for a cosignature: `proof` leads from size `old` to the checkpoint of `note`."""

    old: int
    proof: Sequence[bytes]
    note: Note

    @property
    def origin(self) -> str:
        """The first line of the checkpoint: which log it is of."""
        return self.note.text.partition("\n")[0]

    def encode(self) -> bytes:
        """The body of the request."""
        lines = [f"old {self.old}", *map(to_base64, self.proof), ""]
        return ("\n".join(lines) + "\n" + self.note.encode()).encode()


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """The request that `body` states. Raises InvalidInput WITNESS_REQUEST_MALFORMED."""
    try:
        head, _, rest = body.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError as fault:
        raise malformed("it is not UTF-8") from fault
    first, *hashes = head.split("\n")
    old = _OLD.fullmatch(first)
    if len(body) > LONGEST or old is None:
        raise malformed("it does not begin with the old size, or is longer than admitted")
    if len(hashes) > MOST_HASHES:
        raise malformed(f"it has more than {MOST_HASHES} hashes")
    try:
        proof = tuple(from_base64(line) for line in hashes)
        note = parse_note(rest)
    except InvalidInput as fault:
        raise malformed(fault.detail) from fault
    if any(len(node) != 32 for node in proof):
        raise malformed("it has a hash that is not 32 bytes")
    return AddCheckpoint(old=int(old[1]), proof=proof, note=note)


def encode_size(size: int) -> bytes:
    """The body of an answer that states where the witness stands."""
    return b"%d\n" % size


def parse_size(body: bytes) -> int | None:
    """The size that such an answer states, None where it states none."""
    found = _SIZE.fullmatch(body)
    return None if found is None else int(found[1])


def malformed(reason: str) -> InvalidInput:
    """The refusal of a request to a witness that is not one."""
    return InvalidInput("WITNESS_REQUEST_MALFORMED", f"the request cannot be read: {reason}")
