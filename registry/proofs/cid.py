"""Content identifiers of one block: CIDv1, sha2-256, base 32 in lower case with the prefix `b`.

A record's digest is the hash in its CID, so the two name the same bytes.
"""

import base64
from dataclasses import dataclass

from registry.errors import InvalidInput

RAW = 0x55
DAG_PB = 0x70

_SHA2_256 = b"\x12\x20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cid:
    """A CIDv1 over SHA-256: the codec of the block and its 32-byte hash."""

    codec: int
    digest: bytes

    def __str__(self) -> str:
        """The identifier as text."""
        return cid_of_digest(self.digest, self.codec)


def cid_of_digest(digest: bytes, codec: int = RAW) -> str:
    """The text of the CID whose block hashes to `digest` (32 bytes)."""
    packed = bytes((1, codec)) + _SHA2_256 + digest
    return "b" + base64.b32encode(packed).decode("ascii").lower().rstrip("=")


def parse_cid(text: str) -> Cid:
    """The CID that `text` names. Raises InvalidInput CID_INVALID for any other version or form."""
    try:
        packed = base64.b32decode(text[1:].upper() + "=" * (-(len(text) - 1) % 8))
    except ValueError:
        packed = b""
    if len(packed) == 36 and packed[0] == 1 and packed[2:4] == _SHA2_256:
        found = Cid(codec=packed[1], digest=packed[4:])
        if packed[1] in (RAW, DAG_PB) and str(found) == text:
            return found
    raise InvalidInput(
        "CID_INVALID", "must be a CID of version 1, raw or dag-pb, over sha2-256, in base 32"
    )
