"""The store that needs nothing but a folder: one file a block, in the layout of Kubo's flatfs.

`blocks/` can be copied into a Kubo repository as it stands: sharded by `next-to-last/2`, named by
the upper-case base 32 of the multihash, with its SHARDING file. A block is written to `.temp/`,
synced, renamed into place and its folder synced, so that a crash leaves it whole or absent; many
blocks share those steps. Nothing is ever collected: everything that is here is kept.
"""

import base64
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from registry.documents.block import Block, multihash
from registry.documents.durable import sync_files
from registry.documents.unixfs import children
from registry.durable import sync
from registry.errors import NotFound, Unavailable
from registry.proofs.cid import DAG_PB, RAW, Cid

_SHARDING = "/repo/flatfs/shard/v1/next-to-last/2\n"
# Blocks that share one durable step: bounds what a crash loses and how long a step takes.
_GROUP = 1024
# A temporary file this old (seconds) was left by a process that died.
_ABANDONED = 3600
# Below this much room (bytes) the store says that it is full, before writes begin to fail.
_LEAST_ROOM = 64 * 1024 * 1024


class EmbeddedDocuments:
    """Documents in `folder`/blocks. Several threads and processes may share the folder."""

    def __init__(self, folder: Path) -> None:
        """Open the store, made if absent. Raises Unavailable DOCUMENTS_UNAVAILABLE."""
        self._blocks = folder / "blocks"
        self._temp = self._blocks / ".temp"
        self._mark = self._blocks / "SHARDING"
        self._durable: set[Path] = set()
        with _faults():
            self._temp.mkdir(parents=True, exist_ok=True)
            self._sweep()
            if not self._mark.exists():
                self._make_mark()
            sync(folder)
        self._check_mark()

    def put_block(self, data: bytes, *, codec: int = RAW) -> Cid:
        """Store one block durably."""
        block = Block.of(data, codec)
        self.put_blocks((block,))
        return block.cid

    def put_blocks(self, blocks: Iterable[Block]) -> None:
        """Store many blocks, about a thousand to a durable step."""
        remaining = iter(blocks)
        while self._put_group(islice(remaining, _GROUP)):
            pass

    def get_block(self, cid: Cid) -> bytes:
        """The bytes that `cid` names, hashed."""
        with _faults():
            try:
                data = self._path(cid).read_bytes()
            except FileNotFoundError as fault:
                # A disk that is not mounted must not look like a block that is not there.
                self._check_mark()
                raise missing(cid) from fault
        return Block.read(cid, data).data

    def has(self, cid: Cid) -> bool:
        """Whether the block is here."""
        with _faults():
            return self._path(cid).is_file()

    def pin(self, root: Cid) -> None:
        """Make sure that `root` and all that it links to is here; here it is kept."""
        for cid in self._tree(root):
            if not self.has(cid):
                raise missing(cid)

    def pinned(self, root: Cid) -> bool:
        """Whether `root` and all that it links to is here."""
        try:
            self.pin(root)
        except NotFound:
            return False
        return True

    def health(self) -> None:
        """Return if the folder is there, may be written, and has room."""
        self._check_mark()
        with _faults():
            space = os.statvfs(self._blocks)
        if not os.access(self._temp, os.W_OK):
            raise _unavailable("its folder may not be written")
        if space.f_bavail * space.f_frsize < _LEAST_ROOM:
            raise _unavailable("its disk is nearly full")

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, cid: Cid) -> Path:
        key = base64.b32encode(multihash(cid)).decode("ascii").rstrip("=")
        return self._blocks / key[-3:-1] / f"{key}.data"

    def _tree(self, root: Cid) -> Iterator[Cid]:
        """`root` and everything below it, each once."""
        seen = {root}
        waiting = [root]
        while waiting:
            cid = waiting.pop()
            yield cid
            if cid.codec == DAG_PB:
                below = set(children(Block(cid, self.get_block(cid)))) - seen
                seen |= below
                waiting.extend(below)

    def _put_group(self, blocks: Iterable[Block]) -> int:
        """Store `blocks` in one durable step; how many there were."""
        number = 0
        staged: dict[Path, Path] = {}
        shards: set[Path] = set()
        try:
            for block in blocks:  # what their source raises is not ours to name
                number += 1
                with _faults():
                    self._stage(block, staged)
                shards.add(self._path(block.cid).parent)
            with _faults():
                self._settle(staged, shards)
        finally:
            for left in staged.values():
                with suppress(OSError):  # swept later
                    left.unlink()
        return number

    def _stage(self, block: Block, staged: dict[Path, Path]) -> None:
        """Write a block beside its place, unless it is there and sound."""
        path = self._path(block.cid)
        if path not in staged and not _holds(path, block.data):
            staged[path] = self._temp / secrets.token_hex(12)
            staged[path].write_bytes(block.data)

    def _settle(self, staged: dict[Path, Path], shards: set[Path]) -> None:
        """Bring what is staged into place, durable before and after."""
        sync_files(staged.values())
        self._make(shards - self._durable)
        for path in list(staged):
            staged[path].rename(path)
            del staged[path]
        # Also for blocks that were there already: who put them may not have come this far.
        sync_files(shards)

    def _make(self, shards: set[Path]) -> None:
        """Have these folders on the disk; synced once, as they never go away."""
        if shards:
            for shard in shards:
                shard.mkdir(exist_ok=True)
            sync(self._blocks)
            self._durable |= shards

    def _make_mark(self) -> None:
        staged = self._temp / secrets.token_hex(12)
        staged.write_text(_SHARDING, encoding="ascii")
        sync(staged)
        staged.rename(self._mark)
        sync(self._blocks)

    def _sweep(self) -> None:
        oldest = time.time() - _ABANDONED
        for path in self._temp.iterdir():
            with suppress(FileNotFoundError):  # another process sweeps too
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _check_mark(self) -> None:
        with _faults():
            if self._mark.read_text(encoding="ascii") != _SHARDING:
                raise _unavailable("its SHARDING names another layout than next-to-last/2")


def missing(cid: Cid) -> NotFound:
    """The answer for a block that cannot be had."""
    return NotFound("BLOCK_MISSING", f"block {cid} is not in the document store")


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file is there and sound: one that a disk has spoilt is written again."""
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False


def _unavailable(reason: str) -> Unavailable:
    return Unavailable("DOCUMENTS_UNAVAILABLE", f"the document store cannot be used: {reason}")


@contextmanager
def _faults() -> Iterator[None]:
    """What the operating system refuses is a store that cannot serve now; its paths stay inside."""
    try:
        yield
    except OSError as fault:
        raise _unavailable(str(fault.strerror)) from fault
