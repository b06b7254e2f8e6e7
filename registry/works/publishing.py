"""Publishing the file of a registered work: what arrives is compared before anything is stored."""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from registry.documents.port import Documents, add_file
from registry.documents.unixfs import file_blocks
from registry.errors import InvalidInput, Unavailable


class Upload:
    """A file on its way in, on disk and not in memory; gone when the block is left."""

    def __init__(self, expected: Collection[bytes], folder: Path) -> None:
        """`expected`: every SHA-256 that a registration states. Raises as `write`."""
        self._expected = expected
        with _room():
            folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 closed by __exit__
        self._hash = sha256()
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Take the next bytes. Raises Unavailable DOCUMENTS_UNAVAILABLE where there is no room."""
        with _room():
            self._file.write(piece)
        self._hash.update(piece)
        self._size += len(piece)

    def store(self, documents: Documents, cid: str) -> int:
        """Store what arrived as the file that the registration names; its size in bytes.

        Raises InvalidInput DOCUMENT_DIFFERS where hash or CID are not those of the registration.
        """
        if self._hash.digest() not in self._expected:
            raise InvalidInput(
                "DOCUMENT_DIFFERS", "these bytes are not the file whose hash was registered"
            )
        self._file.seek(0)
        root = None
        for block in file_blocks(self._file):
            root = block.cid
        if str(root) != cid:
            raise InvalidInput("DOCUMENT_DIFFERS", f"this file has the CID {root}, not {cid}")
        self._file.seek(0)
        add_file(documents, self._file)
        return self._size


@contextmanager
def _room() -> Iterator[None]:
    """What the operating system refuses is a node that cannot take the file now."""
    try:
        yield
    except OSError as exc:
        raise Unavailable(
            "DOCUMENTS_UNAVAILABLE", "the node has no room for a file now; send it again later"
        ) from exc
