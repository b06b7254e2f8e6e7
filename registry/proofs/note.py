"""Signed notes: text, an empty line, and lines of signatures (C2SP signed-note).

A verifier looks only at signatures whose name and key id belong to a key that it knows; all
others are let pass unread. Ed25519 is the one algorithm here: type 0x01 over the text, and 0x04,
a cosignature, whose message `cosignature.py` builds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.errors import InvalidInput
from registry.proofs.base64s import from_base64, to_base64

ED25519 = 0x01
COSIGNATURE = 0x04

LONGEST = 64 * 1024
"""Longest note, in bytes."""
MOST_SIGNATURES = 128

_MARK = "— "


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line: the key's name and id, and the bytes that follow them."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, newline included."""
        return f"{_MARK}{self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text that ends in a newline, and the signatures under it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> str:
        """The note as it travels."""
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)

    def by(self, key: "VerifierKey") -> list[NoteSignature]:
        """The signatures that carry the name and the id of `key`, verified or not."""
        return [s for s in self.signatures if s.name == key.name and s.key_id == key.key_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key as policies list it (vkey): name, type, 32 bytes."""

    name: str
    type: int
    public: bytes
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Compute the key id. Raises InvalidInput VKEY_INVALID."""
        if not is_key_name(self.name) or self.type not in (ED25519, COSIGNATURE):
            raise _vkey_invalid()
        if len(self.public) != 32:
            raise _vkey_invalid()
        named = self.name.encode() + b"\n" + bytes((self.type,)) + self.public
        object.__setattr__(self, "key_id", sha256(named).digest()[:4])

    def encode(self) -> str:
        """`<name>+<key id>+<base 64 of type and key>`."""
        packed = to_base64(bytes((self.type,)) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{packed}"

    def holds(self, value: bytes, message: bytes) -> bool:
        """Whether `value` (64 bytes) is this key's Ed25519 signature over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class NoteSigner:
    """An Ed25519 private key with the name and the type under which it signs notes."""

    __slots__ = ("_private", "key")

    def __init__(self, name: str, private: bytes, type: int = ED25519) -> None:
        """`private` is the 32-byte seed."""
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        public = self._private.public_key().public_bytes_raw()
        self.key = VerifierKey(name=name, type=type, public=public)

    def __repr__(self) -> str:
        """The public key only."""
        return f"NoteSigner({self.key.encode()})"

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 over `message`."""
        return self._private.sign(message)

    def sign_text(self, text: str) -> NoteSignature:
        """The signature of a note's text by a key of type 0x01."""
        value = self.sign(text.encode())
        return NoteSignature(name=self.key.name, key_id=self.key.key_id, value=value)


def parse_vkey(text: str) -> VerifierKey:
    """The key that `text` lists. Raises InvalidInput VKEY_INVALID."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise _vkey_invalid()
    try:
        packed = from_base64(parts[2])
    except InvalidInput as fault:
        raise _vkey_invalid() from fault
    if not packed:
        raise _vkey_invalid()
    key = VerifierKey(name=parts[0], type=packed[0], public=packed[1:])
    if key.key_id.hex() != parts[1]:
        raise _vkey_invalid()
    return key


def parse_note(text: str) -> Note:
    """The note that `text` states. Raises InvalidInput NOTE_MALFORMED."""
    if len(text.encode()) > LONGEST or any(mark < " " and mark != "\n" for mark in text):
        raise _malformed("is longer than admitted or holds control characters")
    body, found, lines = text.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise _malformed("has no text, no empty line or no signature")
    listed = lines[:-1].split("\n")
    if len(listed) > MOST_SIGNATURES:
        raise _malformed("has more signatures than admitted")
    return Note(text=body + "\n", signatures=tuple(_parse_line(line) for line in listed))


def parse_signature_lines(text: str) -> tuple[NoteSignature, ...]:
    """The signatures of lines without their note (the answer of a witness).

    Raises InvalidInput NOTE_MALFORMED.
    """
    if not text.endswith("\n") or len(text.encode()) > LONGEST:
        raise _malformed("holds no complete signature line")
    return tuple(_parse_line(line) for line in text[:-1].split("\n"))


def check_signed_by(note: Note, key: VerifierKey) -> bool:
    """Whether `key` (type 0x01) signed the note: at least once, and never wrongly."""
    signatures = note.by(key)
    message = note.text.encode()
    return bool(signatures) and all(key.holds(found.value, message) for found in signatures)


def with_signatures(note: Note, added: Sequence[NoteSignature]) -> Note:
    """The note with further signatures under it, each line once."""
    fresh = [signature for signature in added if signature not in note.signatures]
    return Note(text=note.text, signatures=(*note.signatures, *fresh))


def is_key_name(name: str) -> bool:
    """Whether `name` may name a key: not empty, no spaces of any script, no plus."""
    printable = not any(mark.isspace() or mark < " " for mark in name)
    return bool(name) and "+" not in name and printable


def _parse_line(line: str) -> NoteSignature:
    name, _, packed = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not is_key_name(name):
        raise _malformed("has a signature line that is not one")
    try:
        value = from_base64(packed)
    except InvalidInput as fault:
        raise _malformed("has a signature that is not base 64") from fault
    if len(value) < 5:
        raise _malformed("has a signature that is too short")
    return NoteSignature(name=name, key_id=value[:4], value=value[4:])


def _malformed(reason: str) -> InvalidInput:
    return InvalidInput("NOTE_MALFORMED", f"the note {reason}")


def _vkey_invalid() -> InvalidInput:
    return InvalidInput(
        "VKEY_INVALID", "a note key is name+id+base64, its id that of name, type and key"
    )
