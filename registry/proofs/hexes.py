"""Hexadecimal at the edges: `0x` and lower-case digits, bytes inside (protocol, record).

One byte string has one text: upper-case digits, a missing prefix or an odd digit are refused.
"""

from typing import Any

from registry.errors import Field, InvalidInput


def to_hex(data: bytes) -> str:
    """`data` as `0x` and lower-case digits."""
    return "0x" + data.hex()


def from_hex(text: Any, *, size: int | None = None, path: str = "") -> bytes:
    """The bytes that `text` names; `size` is their exact number, None for any.

    Raises InvalidInput HEX_INVALID naming `path`.
    """
    if type(text) is str and text[:2] == "0x":
        try:
            data = bytes.fromhex(text[2:])
        except ValueError:
            data = b""
        # The way back catches upper case and the spaces that fromhex skips.
        if data.hex() == text[2:] and (size is None or len(data) == size):
            return data
    wanted = "an even number of" if size is None else str(2 * size)
    reason = f"must be 0x and {wanted} lower-case hexadecimal digits"
    raise InvalidInput("HEX_INVALID", f"{path or 'value'} {reason}", fields=[Field(path, reason)])
