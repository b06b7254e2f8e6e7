"""Files of the caller: read within bounds, written whole or not at all, never lost silently."""

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from registry.errors import Conflict, InvalidInput

MIB = 1 << 20
PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A file's SHA-256, its size in bytes and, where asked for, its CID."""

    sha256: bytes
    size: int
    cid: str | None = None


def read(path: Path, *, limit: int = 64 * MIB) -> bytes:
    """The bytes of a file. Raises InvalidInput FILE_UNREADABLE, also beyond `limit` bytes."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as fault:
        raise unreadable(path, fault) from fault
    if len(data) > limit:
        raise InvalidInput("FILE_UNREADABLE", f"{path} is longer than the {limit} bytes read here")
    return data


def fingerprint(
    path: Path, *, with_cid: bool = False, progress: Callable[[int], Any] | None = None
) -> Fingerprint:
    """Hash a file in one pass, a piece at a time; `progress` is told the bytes of each piece.

    Raises InvalidInput FILE_UNREADABLE.
    """
    try:
        with path.open("rb") as stream:
            reader = _Hashing(stream, progress)
            cid = _cid(reader) if with_cid else None
            while reader.read(PIECE):
                pass
    except OSError as fault:
        raise unreadable(path, fault) from fault
    return Fingerprint(sha256=reader.hash.digest(), size=reader.size, cid=cid)


def write_new(path: Path, data: bytes, *, code: str = "FILE_EXISTS", mode: int = 0o666) -> None:
    """Write a file that must not be there yet, durably. Raises Conflict `code`, FILE_UNWRITABLE."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as fault:
        raise Conflict(code, f"{path} is there already and is not overwritten") from fault
    except OSError as fault:
        raise unwritable(path, fault) from fault
    with os.fdopen(descriptor, "wb") as stream:
        _write_through(stream, data)


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader sees the old one or the new one. FILE_UNWRITABLE.

    Who may read it does not change.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("xb") as stream:
            if path.exists():
                os.fchmod(stream.fileno(), stat.S_IMODE(path.stat().st_mode))
            _write_through(stream, data)
        fresh.replace(path)
    except OSError as fault:
        fresh.unlink(missing_ok=True)
        raise unwritable(path, fault) from fault


def unreadable(path: Path, fault: OSError) -> InvalidInput:
    """The refusal of a file that cannot be read."""
    return InvalidInput("FILE_UNREADABLE", f"{path} cannot be read: {fault.strerror}")


def unwritable(path: Path, fault: OSError) -> InvalidInput:
    """The refusal of a path that cannot be written."""
    return InvalidInput("FILE_UNWRITABLE", f"{path} cannot be written: {fault.strerror}")


class _Hashing:
    """A stream that hashes and counts what is read from it."""

    def __init__(self, stream: BinaryIO, progress: Callable[[int], Any] | None) -> None:
        self._stream = stream
        self._progress = progress
        self.hash = sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.hash.update(piece)
        self.size += len(piece)
        if self._progress is not None and piece:
            self._progress(len(piece))
        return piece


def _cid(stream: Any) -> str:
    from registry.documents.unixfs import file_blocks

    root = None
    for block in file_blocks(stream):
        root = block.cid
    return str(root)


def _write_through(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
    stream.flush()
    os.fsync(stream.fileno())
