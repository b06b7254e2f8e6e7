"""The tree against RFC 9162's own recursive definitions, and the tiles against a walk."""

from hashlib import sha256

import pytest

from registry.errors import Damaged, InvalidInput
from registry.proofs import tree
from registry.proofs.entry import entry_of, leaf_hash, node_hash, parse_entry
from registry.proofs.record import Visibility
from registry.proofs.tiles import (
    Tile,
    check_log,
    encode_bundle,
    parse_bundle,
    parse_path,
    tile_hashes,
    tiles_between,
)
from registry.proofs.tree import Tree, verify_consistency, verify_inclusion
from tests.unit.proofs.world import World

LEAVES = [leaf_hash(place.to_bytes(4, "big")) for place in range(70)]


def split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def mth(leaves: list[bytes]) -> bytes:
    """Section 2.1.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Section 2.1.3.1, word by word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), mth(leaves[k:])]
    return [*path(index - k, leaves[k:]), mth(leaves[:k])]


def subproof(old: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """Section 2.1.4.1, word by word."""
    if old == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*subproof(old, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(old - k, leaves[k:], False), mth(leaves[:k])]


def test_roots_and_proofs_are_those_of_the_definitions() -> None:
    grown = Tree(LEAVES)
    for size in range(len(LEAVES) + 1):
        assert grown.root(size) == mth(LEAVES[:size])
        for index in range(size):
            proof = grown.inclusion_proof(index, size)
            assert proof == path(index, LEAVES[:size])
            assert verify_inclusion(LEAVES[index], index, size, proof, grown.root(size))
        assert grown.inclusion_proofs(0, size, size) == [
            path(index, LEAVES[:size]) for index in range(size)
        ]
        for old in range(1, size):
            proof = grown.consistency_proof(old, size)
            assert proof == subproof(old, LEAVES[:size], True)
            assert verify_consistency(old, size, grown.root(old), grown.root(size), proof)


def test_growing_by_groups_is_growing_at_once() -> None:
    grown = Tree()
    for start, stop in ((0, 1), (1, 1), (1, 7), (7, 8), (8, 64), (64, 70)):
        assert grown.append(b"".join(LEAVES[start:stop])) == stop
        assert grown.root() == mth(LEAVES[:stop])
    assert [grown.leaf(index) for index in range(70)] == LEAVES


def test_the_ends_of_consistency() -> None:
    grown = Tree(LEAVES[:3])
    root = grown.root()
    assert grown.consistency_proof(0) == grown.consistency_proof(3) == []
    assert verify_consistency(0, 3, tree.EMPTY_ROOT, root, [])
    assert verify_consistency(3, 3, root, root, [])
    assert not verify_consistency(0, 3, root, root, [])
    assert not verify_consistency(0, 3, tree.EMPTY_ROOT, root, [root])
    assert not verify_consistency(3, 3, root, tree.EMPTY_ROOT, [])
    assert not verify_consistency(0, 0, root, root, [])
    assert not verify_consistency(3, 2, root, root, [])
    assert not verify_consistency(2, 3, root, root, [])
    assert not verify_consistency(3, 4, root, root, [])


def test_proofs_of_wrong_length_or_place_are_refused() -> None:
    grown = Tree(LEAVES)
    root, size = grown.root(), grown.size
    proof = grown.inclusion_proof(5)
    assert not verify_inclusion(LEAVES[5], 5, size, proof[:-1], root)
    assert not verify_inclusion(LEAVES[5], 5, size, [*proof, root], root)
    assert not verify_inclusion(LEAVES[5], 5, size, [*proof[:-1], b"short"], root)
    assert not verify_inclusion(LEAVES[5], 4, size, proof, root)
    assert not verify_inclusion(LEAVES[5], size, size, proof, root)
    assert not verify_inclusion(LEAVES[5], -1, size, proof, root)
    whole = grown.consistency_proof(5)
    assert not verify_consistency(5, size, grown.root(5), root, whole[:-1])
    assert not verify_consistency(5, size, grown.root(5), root, [*whole, root])
    assert not verify_consistency(6, size, grown.root(5), root, whole)


def test_what_the_tree_does_not_have_is_refused() -> None:
    grown = Tree(LEAVES)
    for ask in (
        lambda: grown.root(71),
        lambda: grown.leaf(70),
        lambda: grown.leaf(-1),
        lambda: grown.inclusion_proof(70),
        lambda: grown.inclusion_proof(5, 5),
        lambda: grown.inclusion_proof(5, 71),
        lambda: grown.inclusion_proofs(3, 71),
        lambda: grown.consistency_proof(5, 71),
        lambda: grown.consistency_proof(6, 5),
        lambda: grown.tile(0, 0, 71),
        lambda: grown.tile(0, 1, 1),
        lambda: grown.tile(1, 0, 1),
        lambda: grown.tile(0, 0, 0),
        lambda: grown.append(b"short"),
    ):
        with pytest.raises(InvalidInput, match="TREE_RANGE"):
            ask()
    assert grown.root() == mth(LEAVES)


PATHS = {
    "tile/0/000": Tile(level=0, index=0),
    "tile/0/000.p/1": Tile(level=0, index=0, width=1),
    "tile/63/x001/x234/067": Tile(level=63, index=1234067),
    "tile/entries/x001/000.p/255": Tile(level=None, index=1000, width=255),
}


@pytest.mark.parametrize(("written", "tile"), PATHS.items())
def test_paths_go_both_ways(written: str, tile: Tile) -> None:
    assert tile.path == written
    assert parse_path(written) == tile


@pytest.mark.parametrize(
    "written",
    [
        "/tile/0/000",
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/entry/000",
        "tile/0/000\n",
        "",
    ],
)
def test_other_paths_name_no_tile(written: str) -> None:
    with pytest.raises(InvalidInput, match="TILE_PATH"):
        parse_path(written)


def test_the_specifications_example_of_70000_entries() -> None:
    tiles = list(tiles_between(0, 70_000))
    widths = {
        level: [tile.width for tile in tiles if tile.level == level] for level in (None, 0, 1, 2)
    }
    assert widths[None] == widths[0] == [256] * 273 + [112]
    assert widths[1] == [256, 17]
    assert widths[2] == [1]
    assert {tile.level for tile in tiles} == {None, 0, 1, 2}


def test_256_entries_are_a_full_tile_and_a_partial_one_above() -> None:
    paths = [tile.path for tile in tiles_between(0, 256)]
    assert paths == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


def test_what_is_new_between_two_sizes() -> None:
    assert [tile.path for tile in tiles_between(255, 257)] == [
        "tile/entries/000",
        "tile/entries/001.p/1",
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
    ]
    assert [tile.path for tile in tiles_between(256, 258)] == [
        "tile/entries/001.p/2",
        "tile/0/001.p/2",
    ]
    assert list(tiles_between(7, 7)) == []


class TestWholeLog:
    """A stranger's walk over a log of 600 entries."""

    def setup_method(self) -> None:
        self.entries = [place.to_bytes(128, "big") for place in range(600)]
        self.tree = Tree(leaf_hash(entry) for entry in self.entries)
        self.files = {tile.path: self.bytes_of(tile) for tile in tiles_between(0, 600)}

    def bytes_of(self, tile: Tile) -> bytes:
        if tile.level is None:
            start = 256 * tile.index
            return encode_bundle(self.entries[start : start + tile.width])
        return self.tree.tile(tile.level, tile.index, tile.width)

    def test_the_walk_gives_every_entry(self) -> None:
        walked = list(check_log(self.files.__getitem__, 600, self.tree.root()))
        assert walked == self.entries
        assert list(check_log(self.files.__getitem__, 0, tree.EMPTY_ROOT)) == []

    def test_a_change_in_any_file_or_in_the_root_is_noticed(self) -> None:
        for path_of, data in self.files.items():
            for place in (0, 5, len(data) - 1):
                changed = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
                files = self.files | {path_of: changed}
                with pytest.raises(Damaged):
                    list(check_log(files.__getitem__, 600, self.tree.root()))
        with pytest.raises(Damaged, match="LOG_ROOT"):
            list(check_log(self.files.__getitem__, 600, bytes(32)))

    def test_bundles_hold_exactly_their_entries(self) -> None:
        data = encode_bundle(self.entries[:3])
        assert parse_bundle(data, 3) == self.entries[:3]
        for wrong, width in ((data, 2), (data, 4), (data[:-1], 3), (data + b"\0", 3), (b"\0", 1)):
            with pytest.raises(Damaged, match="TILE_INVALID"):
                parse_bundle(wrong, width)

    def test_tile_hashes_come_apart(self) -> None:
        assert tile_hashes(self.files["tile/0/002.p/88"])[87] == self.tree.leaf(599)


@pytest.mark.parametrize(
    "entry",
    [
        b"work.batch".ljust(127, b"\0"),
        b"work.batch".ljust(129, b"\0"),
        bytes(128),
        b"Work".ljust(128, b"\0"),
        b"a\0b".ljust(128, b"\0"),
        b"\xff".ljust(128, b"\0"),
        b"x" * 32 + bytes(96),
        b"sealed".ljust(32, b"\0") + b"\1" * 96,
    ],
)
def test_other_bytes_are_no_entry(entry: bytes) -> None:
    with pytest.raises(InvalidInput, match="ENTRY_INVALID"):
        parse_entry(entry)


def test_a_sealed_entry_tells_two_digests_and_nothing_else() -> None:
    world = World()
    subject = world.registration().digest
    record = world.registration(subject=subject, visibility=Visibility.SEALED)
    entry = parse_entry(entry_of(record, b"\7" * 32))
    assert entry.sealed
    assert (entry.subject, entry.digest) == (None, record.digest)
    public = parse_entry(entry_of(world.registration(subject=subject), b"\7" * 32))
    assert (public.type, public.subject, public.sealed) == ("work.registration", subject, False)
