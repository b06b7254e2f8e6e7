"""The few lines of protocol buffers that dag-pb and UnixFS need: varints and tagged fields.

Written one way only (shortest varints, fields as the caller orders them), read strictly.
"""

from collections.abc import Iterator

from registry.errors import Damaged

VARINT = 0
BYTES = 2

_LONGEST = 10  # bytes of a 64-bit varint


def varint(value: int) -> bytes:
    """`value`, at least 0, in base 128, least significant group first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """A varint field."""
    return varint(field << 3 | VARINT) + varint(value)


def text(field: int, value: bytes) -> bytes:
    """A length-delimited field: bytes, a string or a message."""
    return varint(field << 3 | BYTES) + varint(len(value)) + value


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Each field of a message in its order: its number, and its varint or its bytes.

    Raises Damaged DOCUMENT_MALFORMED for anything that is cut off or of another wire type.
    """
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        value, at = _varint(data, at)
        if tag & 7 == VARINT:
            yield tag >> 3, value
        elif tag & 7 == BYTES and at + value <= len(data):
            yield tag >> 3, data[at : at + value]
            at += value
        else:
            raise malformed("a field is cut off or of a type that it cannot have")


def malformed(reason: str) -> Damaged:
    """The refusal of a block that is not a node of a file."""
    return Damaged("DOCUMENT_MALFORMED", f"the stored document cannot be read: {reason}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[at : at + _LONGEST]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise malformed("a number is cut off or too long")
