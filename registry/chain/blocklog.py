"""The embedded chain's write-ahead log: which blocks it has promised, in a file that survives.

One file a generation, `blocks-<base>.wal`: a header that names the state file it stands on, then an
item for each block before it is mined (durable: fsync), and one after (what hash it got; not
synced, it only serves to check a replay). Each item is framed as `CBLK`, length, payload, SHA-256
of the payload. A write that a crash tore is an unfinished frame at the very end: it was never
answered, and is cut. A bad frame with good ones behind it is damage, and nothing is cut then.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from registry.durable import write_durably
from registry.errors import Damaged, Unavailable

SPEC = "comity-embedded-chain/1"
MARK = b"CBLK"
LENGTH_BYTES = 4
CHECK_BYTES = 32
OVERHEAD = len(MARK) + LENGTH_BYTES + CHECK_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a generation stands on. `state` is the SHA-256 of the state file, None at genesis."""

    chain_id: int
    genesis_time: int
    base: int
    base_hash: bytes | None
    state: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A block that will be mined: its number and time, balances set first (wei), transactions."""

    number: int
    time: int
    credits: Mapping[str, int] = field(default_factory=dict)
    transactions: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """The hash that a planned block got when it was first mined."""

    number: int
    hash: bytes


Item = Header | Planned | Mined


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A log as read: its header, its items after it, where the good part ends, what was torn."""

    header: Header
    items: tuple[Planned | Mined, ...]
    end: int
    torn: int


class BlockLog:
    """One open log file; append only."""

    def __init__(self, path: Path, end: int) -> None:
        """`end` is where the good part ends: what is behind it is cut off."""
        self.path = path
        self._end = end
        self._file = os.open(path, os.O_RDWR)
        if os.fstat(self._file).st_size > end:
            self._cut()

    @classmethod
    def create(cls, path: Path, header: Header) -> "BlockLog":
        """A new log, durable with its header before it has its name."""
        frame = _frame(header)
        write_durably(path, frame)
        return cls(path, len(frame))

    def append(self, item: Planned | Mined) -> None:
        """Add one item; a planned block is on the disk when this returns.

        Raises Unavailable CHAIN_LOG_UNWRITABLE, and then the log is as it was.
        """
        frame = _frame(item)
        try:
            written = os.pwrite(self._file, frame, self._end)
            if written != len(frame):
                raise OSError("short write")
            if isinstance(item, Planned):
                os.fsync(self._file)
        except OSError as exc:
            with suppress(OSError):
                self._cut()
            raise Unavailable(
                "CHAIN_LOG_UNWRITABLE",
                "the embedded chain could not write its log; make room on the disk",
                retry_after=30,
            ) from exc
        self._end += len(frame)

    def close(self) -> None:
        """Close the file, for good; what was appended is synced first."""
        # The number of a closed file may soon name another one: it must not be written to again.
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.fsync(file)
            os.close(file)

    def _cut(self) -> None:
        os.ftruncate(self._file, self._end)
        os.fsync(self._file)


def read_log(path: Path) -> Contents:
    """A log's contents. Raises Damaged CHAIN_LOG_DAMAGED when more than a torn end is wrong."""
    data = path.read_bytes()
    good = list(_good(data))
    end = good[-1][0] if good else 0
    items = [item for _, item in good]
    if not items or not isinstance(items[0], Header) or _good_later(data, end):
        raise Damaged(
            "CHAIN_LOG_DAMAGED",
            f"{path.name} is damaged before its end; restore the chain's folder from a backup",
        )
    return Contents(
        header=items[0],
        items=tuple(item for item in items[1:] if not isinstance(item, Header)),
        end=end,
        torn=len(data) - end,
    )


def _good(data: bytes) -> Iterator[tuple[int, Item]]:
    """The items from the start up to the first bad frame, each with where it ends."""
    at = 0
    while (found := _read(data, at)) is not None:
        yield found
        at = found[0]


def _good_later(data: bytes, at: int) -> bool:
    """Whether any good frame stands behind the bad one at `at`."""
    while (at := data.find(MARK, at + 1)) >= 0:
        if _read(data, at) is not None:
            return True
    return False


def _frame(item: Item) -> bytes:
    payload = orjson.dumps(_to_json(item))
    length = len(payload).to_bytes(LENGTH_BYTES, "big")
    return MARK + length + payload + sha256(payload).digest()


def _read(data: bytes, at: int) -> tuple[int, Item] | None:
    start = at + len(MARK) + LENGTH_BYTES
    if data[at : at + len(MARK)] != MARK or len(data) < start:
        return None
    stop = start + int.from_bytes(data[at + len(MARK) : start], "big")
    payload = data[start:stop]
    if sha256(payload).digest() != data[stop : stop + CHECK_BYTES]:
        return None
    return stop + CHECK_BYTES, _from_json(orjson.loads(payload))


def _to_json(item: Item) -> dict[str, Any]:
    match item:
        case Header():
            return {
                "spec": SPEC,
                "chain_id": item.chain_id,
                "genesis_time": item.genesis_time,
                "base": item.base,
                "base_hash": None if item.base_hash is None else item.base_hash.hex(),
                "state": None if item.state is None else item.state.hex(),
            }
        case Planned():
            return {
                "number": item.number,
                "time": item.time,
                "credits": {address: str(wei) for address, wei in item.credits.items()},
                "transactions": [raw.hex() for raw in item.transactions],
            }
        case Mined():
            return {"mined": item.number, "hash": item.hash.hex()}


def _from_json(fields: dict[str, Any]) -> Item:
    # What is read here was written above and carries its checksum: it needs no other check.
    if "mined" in fields:
        return Mined(number=fields["mined"], hash=bytes.fromhex(fields["hash"]))
    if "spec" in fields:
        return Header(
            chain_id=fields["chain_id"],
            genesis_time=fields["genesis_time"],
            base=fields["base"],
            base_hash=fields["base_hash"] and bytes.fromhex(fields["base_hash"]),
            state=fields["state"] and bytes.fromhex(fields["state"]),
        )
    return Planned(
        number=fields["number"],
        time=fields["time"],
        credits={address: int(wei) for address, wei in fields["credits"].items()},
        transactions=tuple(bytes.fromhex(raw) for raw in fields["transactions"]),
    )
