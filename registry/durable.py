"""Files that survive a power cut: whole or not at all, and on the disk when the call returns."""

import os
from pathlib import Path


def write_durably(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Put `data` at `path`, whatever happens meanwhile; `mode` as for open(2). Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when the file's content, or the folder's entries, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
