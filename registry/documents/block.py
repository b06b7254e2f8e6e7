"""What a block is: bytes under a CID, hashed when they are made and again whenever they are read.

Follows the CID specification in the forms that `registry.proofs.cid` knows: raw bytes and dag-pb
nodes over SHA-256. Other spellings of such a CID are read here in binary; texts at the adapter.
"""

from dataclasses import dataclass
from hashlib import sha256

from registry.errors import Damaged, InvalidInput, TooLarge
from registry.proofs.cid import DAG_PB, RAW, Cid

# Bitswap's limit for one block: Kubo refuses more, and so does every store here.
BLOCK_LIMIT = 2 * 1024 * 1024

_SHA2_256 = b"\x12\x20"


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes with the CID that names them; `Block.of` is the way to make one."""

    cid: Cid
    data: bytes

    @classmethod
    def of(cls, data: bytes, codec: int = RAW) -> "Block":
        """`data` as a block. Raises TooLarge BLOCK_TOO_LARGE above `BLOCK_LIMIT` bytes."""
        if len(data) > BLOCK_LIMIT:
            reason = f"a block has at most {BLOCK_LIMIT} bytes, this one has {len(data)}"
            raise TooLarge("BLOCK_TOO_LARGE", f"{reason}: store it as a file")
        return cls(Cid(codec=codec, digest=sha256(data).digest()), data)

    @classmethod
    def read(cls, cid: Cid, data: bytes) -> "Block":
        """What a store gave for `cid`, hashed. Raises Damaged BLOCK_WRONG for other bytes."""
        if not names(cid, data):
            raise Damaged("BLOCK_WRONG", f"the store gave other bytes for block {cid}")
        return cls(cid, data)


def names(cid: Cid, data: bytes) -> bool:
    """Whether `data` is what `cid` names."""
    return sha256(data).digest() == cid.digest


def multihash(cid: Cid) -> bytes:
    """The hash with its type and length, 34 bytes: what a block is stored under."""
    return _SHA2_256 + cid.digest


def binary(cid: Cid) -> bytes:
    """The CID as it stands in a link and in a CAR, 36 bytes."""
    return bytes((1, cid.codec)) + multihash(cid)


def from_binary(data: bytes) -> Cid:
    """The CID in binary; a CIDv0 (a bare SHA-256 multihash) is the dag-pb node that it names.

    Raises InvalidInput CID_INVALID, also for hashes and codecs that are not in use here.
    """
    if len(data) == 34 and data[:2] == _SHA2_256:
        return Cid(codec=DAG_PB, digest=data[2:])
    if len(data) == 36 and data[0] == 1 and data[1] in (RAW, DAG_PB) and data[2:4] == _SHA2_256:
        return Cid(codec=data[1], digest=data[4:])
    raise InvalidInput("CID_INVALID", "must be raw or dag-pb over sha2-256, in binary")
