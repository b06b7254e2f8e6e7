"""The tree as static tiles: paths, bundles of entries, and a whole walk (C2SP tlog-tiles).

Paths are relative to the log's prefix, without a leading slash: `tile/0/x001/234.p/5`,
`tile/entries/000`. A tile holds 256 hashes of its level, the rightmost one fewer (partial).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from registry.errors import Damaged, InvalidInput
from registry.proofs.entry import leaf_hash
from registry.proofs.tree import EMPTY_ROOT, WIDTH, Tree

FULL = 256

_NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}"
_PATH = re.compile(rf"tile/(entries|0|[1-9][0-9]?)/({_NUMBER})(?:\.p/([1-9][0-9]{{0,2}}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile: `level` None for a bundle of entries; `width` 256 where it is full."""

    level: int | None
    index: int
    width: int = FULL

    @property
    def path(self) -> str:
        """Where the tile is served, below the log's prefix."""
        level = "entries" if self.level is None else str(self.level)
        suffix = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{level}/{_grouped(self.index)}{suffix}"


def parse_path(path: str) -> Tile:
    """The tile that `path` names. Raises InvalidInput TILE_PATH."""
    found = _PATH.fullmatch(path)
    if found:
        level, number, width = found.groups()
        tile = Tile(
            level=None if level == "entries" else int(level),
            index=int(number.replace("x", "").replace("/", "")),
            width=FULL if width is None else int(width),
        )
        if tile.path == path and tile.width <= FULL and (tile.level or 0) < 64:
            return tile
    raise InvalidInput("TILE_PATH", "the path names no tile: see C2SP tlog-tiles")


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a tree of `new` leaves has and one of `old` leaves had not, bundles included.

    Full ones and the partial one of each level, the bundles of entries first.
    """
    yield from _row(None, old, new)
    level = 0
    while new >> (8 * level):
        yield from _row(level, old >> (8 * level), new >> (8 * level))
        level += 1


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """A bundle: each entry behind its length, two bytes big-endian."""
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle. Raises Damaged TILE_INVALID."""
    entries: list[bytes] = []
    place = 0
    while place < len(data) and len(entries) < width:
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        entries.append(data[start:place])
    if place != len(data) or len(entries) != width:
        raise Damaged("TILE_INVALID", f"the bundle does not hold exactly {width} entries")
    return entries


def check_log(fetch: Callable[[str], bytes], size: int, root: bytes) -> Iterator[bytes]:
    """Walk a whole log as a stranger would; yield its entries, in order, and prove them at the end.

    `fetch` answers a path below the log's prefix. Every bundle is hashed again, every tile
    compared, and after the last entry the root: until the iterator ends nothing is proven.
    Raises Damaged TILE_INVALID naming the path, or LOG_ROOT.
    """
    tree = Tree()
    for tile in _row(None, 0, size):
        entries = parse_bundle(fetch(tile.path), tile.width)
        tree.append([leaf_hash(entry) for entry in entries])
        yield from entries
    for tile in tiles_between(0, size):
        if tile.level is not None:
            known = tree.tile(tile.level, tile.index, tile.width)
            if fetch(tile.path) != known:
                raise Damaged("TILE_INVALID", f"{tile.path} is not the hashes of the entries")
    if (tree.root() if size else EMPTY_ROOT) != root:
        raise Damaged("LOG_ROOT", "the entries do not hash to the root of the checkpoint")


def tile_hashes(data: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)]


def _row(level: int | None, old: int, new: int) -> Iterator[Tile]:
    """What is new of one level that grew from `old` to `new` nodes."""
    for index in range(old // FULL, new // FULL):
        yield Tile(level=level, index=index)
    if new % FULL and new != old:
        yield Tile(level=level, index=new // FULL, width=new % FULL)


def _grouped(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))
