"""The checkpoint: what a log says of itself, origin, size and root, signed (C2SP tlog-checkpoint).

The names of logs are here too: a log's id is made of its organisation and a number, its origin
line of its id.
"""

from dataclasses import dataclass
from hashlib import sha256

from registry.errors import InvalidInput
from registry.proofs.base64s import from_base64, to_base64
from registry.proofs.note import Note, NoteSigner, VerifierKey, check_signed_by, parse_note
from registry.proofs.record import LogId, OrganisationId

LARGEST = 2**40 - 1
"""Largest size of a log: what the chain has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The root of the first `size` entries of the log that `origin` names."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def log_id(organisation: OrganisationId, number: int = 0) -> LogId:
    """The id of an organisation's log: 0 is its first."""
    return LogId(sha256(organisation + number.to_bytes(4, "big")).digest())


def origin_of(log: LogId) -> str:
    """The origin line of a log."""
    return f"comity/{log.hex()}"


def log_of(origin: str) -> LogId:
    """The log that an origin line names. Raises InvalidInput CHECKPOINT_MALFORMED."""
    head, _, digits = origin.partition("/")
    try:
        found = LogId(bytes.fromhex(digits))
    except ValueError as fault:
        raise _malformed("has an origin that names no log of Comity") from fault
    if head != "comity" or len(found) != 32 or origin_of(found) != origin:
        raise _malformed("has an origin that names no log of Comity")
    return found


def parse_body(text: str) -> Checkpoint:
    """The checkpoint that a note's text states, three lines and no extension.

    Raises InvalidInput CHECKPOINT_MALFORMED.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise _malformed("must be three lines: origin, size, root")
    origin, size, packed = lines[:3]
    if not (size.isascii() and size.isdigit()) or str(int(size[:14])) != size:
        raise _malformed("has a size that is not a decimal number")
    try:
        root = from_base64(packed)
    except InvalidInput as fault:
        raise _malformed("has a root that is not base 64") from fault
    if len(root) != 32 or int(size) > LARGEST:
        raise _malformed("has a root that is not 32 bytes, or a size beyond the chain's")
    return Checkpoint(origin=origin, size=int(size), root=root)


def parse_checkpoint(text: str) -> tuple[Checkpoint, Note]:
    """The checkpoint of a signed note, and the note; no signature is verified here.

    Raises InvalidInput NOTE_MALFORMED or CHECKPOINT_MALFORMED.
    """
    note = parse_note(text)
    return parse_body(note.text), note


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """The checkpoint as a note signed by the log's key. Deterministic."""
    body = checkpoint.body()
    return body + "\n" + signer.sign_text(body).line


def open_checkpoint(text: str, key: VerifierKey) -> tuple[Checkpoint, Note]:
    """The checkpoint of a note that the log's key signed.

    Raises InvalidInput NOTE_MALFORMED, CHECKPOINT_MALFORMED, or CHECKPOINT_SIGNATURE.
    """
    checkpoint, note = parse_checkpoint(text)
    if checkpoint.origin != key.name or not check_signed_by(note, key):
        raise InvalidInput("CHECKPOINT_SIGNATURE", "the checkpoint is not signed by its log's key")
    return checkpoint, note


def _malformed(reason: str) -> InvalidInput:
    return InvalidInput("CHECKPOINT_MALFORMED", f"the checkpoint {reason}")
