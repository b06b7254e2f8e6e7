"""A stated tree is the tree that comes to be: roots, tiles, and nothing of the known one moves."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registry.errors import InvalidInput
from registry.proofs.candidate import Candidate
from registry.proofs.tiles import tiles_between
from registry.proofs.tree import EMPTY_ROOT, Tree

LEAVES = [sha256(bytes((at & 255, at >> 8))).digest() for at in range(1200)]


@given(old=some.integers(0, 600), added=some.integers(0, 600))
def test_it_is_the_tree_that_comes_to_be(old: int, added: int) -> None:
    known = Tree(LEAVES[:old])
    stated = Candidate(known, LEAVES[old : old + added])
    grown = Tree(LEAVES[: old + added])
    assert stated.size == grown.size
    assert stated.root() == grown.root()
    assert known.size == old
    for tile in tiles_between(old, old + added):
        if tile.level is not None:
            place = (tile.level, tile.index, tile.width)
            assert stated.tile(*place) == grown.tile(*place)


def test_nothing_and_nothing_more_is_the_empty_tree() -> None:
    assert Candidate(Tree(), []).root() == EMPTY_ROOT


@pytest.mark.parametrize("place", [(0, 0, 8), (1, 0, 1), (0, 1, 1), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_is_not_there_is_refused(place: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInput) as refused:
        Candidate(Tree(LEAVES[:3]), LEAVES[3:7]).tile(*place)
    assert refused.value.code == "TREE_RANGE"
