"""The proof that an entry is in a log, as text that stands alone (C2SP tlog-proof).

The entry's index, its inclusion path, and the checkpoint with its signatures. No `extra` line.
"""

from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.proofs.base64s import from_base64, to_base64
from registry.proofs.checkpoint import Checkpoint, parse_checkpoint
from registry.proofs.note import Note
from registry.proofs.tree import root_from_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_PATH = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """Entry `index`, its path (the leaf's sibling first), and the checkpoint note."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note

    def encode(self) -> str:
        """The proof as text."""
        return encode_proof(self.index, self.path, self.note.encode())

    def includes(self, leaf: bytes) -> bool:
        """Whether the leaf hash stands at `index` under the checkpoint's root."""
        size, root = self.checkpoint.size, self.checkpoint.root
        return root_from_inclusion(leaf, self.index, size, self.path) == root


def encode_proof(index: int, path: "list[bytes] | tuple[bytes, ...]", checkpoint: str) -> str:
    """The text of a proof from its parts; `checkpoint` is the note as it travels."""
    hashes = "".join([to_base64(node) + "\n" for node in path])
    return f"{HEADER}\nindex {index}\n{hashes}\n{checkpoint}"


def parse_proof(text: str) -> TlogProof:
    """The proof that `text` states; nothing is verified here.

    Raises InvalidInput PROOF_MALFORMED, NOTE_MALFORMED or CHECKPOINT_MALFORMED.
    """
    head, found, rest = text.partition("\n\n")
    lines = head.split("\n")
    if not found or lines[0] != HEADER or len(lines) < 2:
        raise _malformed(f"must begin with {HEADER}, and end with a checkpoint")
    word, _, index = lines[1].partition(" ")
    if word != "index" or not (index.isascii() and index.isdigit()):
        raise _malformed("must name an index in its second line, and nothing before it")
    if str(int(index[:14])) != index or len(lines) - 2 > LONGEST_PATH:
        raise _malformed("has an index with leading zeros, or too long a path")
    checkpoint, note = parse_checkpoint(rest)
    return TlogProof(
        index=int(index),
        path=tuple(_hash(line) for line in lines[2:]),
        checkpoint=checkpoint,
        note=note,
    )


def _hash(line: str) -> bytes:
    try:
        node = from_base64(line)
    except InvalidInput as fault:
        raise _malformed("has a path that is not base 64") from fault
    if len(node) != 32:
        raise _malformed("has a path whose hashes are not 32 bytes")
    return node


def _malformed(reason: str) -> InvalidInput:
    return InvalidInput("PROOF_MALFORMED", f"the proof {reason}")
