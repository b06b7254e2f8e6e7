"""Base 64 with one text per byte string (RFC 4648 section 4, padding and unused bits included).

Python's decoder forgives stray characters and unused bits; a format whose every bit counts cannot.
"""

import base64
import binascii

from registry.errors import InvalidInput


def to_base64(data: bytes) -> str:
    """`data` in the standard alphabet with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, *, path: str = "value") -> bytes:
    """The bytes that `text` names. Raises InvalidInput BASE64_INVALID naming `path`."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise InvalidInput("BASE64_INVALID", f"{path} is not base 64") from fault
    if to_base64(data) != text:
        raise InvalidInput("BASE64_INVALID", f"{path} is not the one base 64 text of its bytes")
    return data
