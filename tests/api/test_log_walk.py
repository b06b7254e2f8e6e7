"""The log over HTTP, walked as a stranger would: checkpoint, tiles, entries, every root again."""

from collections.abc import Iterator

import pytest

from registry.errors import Damaged
from registry.proofs.checkpoint import Checkpoint, open_checkpoint
from registry.proofs.entry import leaf_hash, parse_entry
from registry.proofs.note import parse_vkey
from registry.proofs.receipt import parse_receipt
from registry.proofs.tiles import Tile, check_log, parse_bundle, tile_hashes, tiles_between
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.tree import Tree
from tests.api.test_batches import send, told_of
from tests.drafts import batch, submission
from tests.serving import Served

MEMBERS = 300  # more than one full tile


@pytest.fixture(scope="module")
def filled(served: Served) -> Served:
    """The node, with a log of more than one tile."""
    told = told_of(send(served, *batch(MEMBERS, ledger=served.ledger)))
    assert {line["status"] for line in told} == {201}
    return served


def checkpoint_of(served: Served) -> Checkpoint:
    key = parse_vkey(served.get("/api/v1/ledger").json()["log"]["vkey"])
    checkpoint, _ = open_checkpoint(served.get("/log/checkpoint").body.decode(), key)
    return checkpoint


def fetch(served: Served, path: str) -> bytes:
    answer = served.get(f"/log/{path}")
    assert answer.status == 200, path
    return answer.body


def entries(served: Served, checkpoint: Checkpoint) -> list[bytes]:
    walk = check_log(lambda path: fetch(served, path), checkpoint.size, checkpoint.root)
    return list(walk)


def test_a_stranger_walks_the_whole_log(filled: Served) -> None:
    checkpoint = checkpoint_of(filled)
    found = entries(filled, checkpoint)
    assert len(found) == checkpoint.size > MEMBERS
    first = parse_entry(found[0])
    assert first.type == "organisation.profile"
    assert bytes(first.digest) == filled.node.organisation.id
    types = [parse_entry(entry).type for entry in found]
    assert types.count("work.registration") >= MEMBERS


def test_every_root_that_was_ever_signed_is_that_of_the_entries(filled: Served) -> None:
    """Not only the newest: each receipt's checkpoint is a prefix of the log that is served."""
    receipts = [filled.submit(submission(ledger=filled.ledger)).json() for _ in range(5)]
    checkpoint = checkpoint_of(filled)
    tree = Tree([leaf_hash(entry) for entry in entries(filled, checkpoint)])
    for receipt in receipts:
        stated = parse_proof(parse_receipt(receipt).proof).checkpoint
        assert tree.root(stated.size) == stated.root
    assert tree.root() == checkpoint.root


def tiles(size: int) -> Iterator[Tile]:
    return tiles_between(0, size)


def test_levels_above_are_made_of_the_levels_below(filled: Served) -> None:
    size = checkpoint_of(filled).size
    above = next(tile for tile in tiles(size) if tile.level == 1)
    below = tile_hashes(fetch(filled, "tile/0/000"))
    assert Tree(below).root() == tile_hashes(fetch(filled, above.path))[0]


def test_smaller_partial_tiles_are_served_too(filled: Served) -> None:
    """A client with an older checkpoint asks for the tiles of that size."""
    full = fetch(filled, "tile/entries/000")
    assert parse_bundle(fetch(filled, "tile/entries/000.p/7"), 7) == parse_bundle(full, 256)[:7]
    assert fetch(filled, "tile/0/000.p/7") == fetch(filled, "tile/0/000")[: 7 * 32]


def test_what_is_beyond_the_log_is_not_there(filled: Served) -> None:
    size = checkpoint_of(filled).size
    width = size % 256
    tile = Tile(level=0, index=size // 256, width=width)
    fetch(filled, tile.path)
    beyond = Tile(level=0, index=size // 256, width=width + 1)
    assert filled.get(f"/log/{beyond.path}").status == 404
    assert filled.get(f"/log/tile/entries/{beyond.path.removeprefix('tile/0/')}").status == 404


@pytest.mark.parametrize("prefix", ["tile/entries/000", "tile/0/000", "tile/0/001", "tile/1/000"])
def test_one_wrong_bit_is_found(filled: Served, prefix: str) -> None:
    checkpoint = checkpoint_of(filled)

    def lying(path: str) -> bytes:
        honest = fetch(filled, path)
        if not path.startswith(prefix):
            return honest
        return honest[:7] + bytes((honest[7] ^ 1,)) + honest[8:]

    with pytest.raises(Damaged):
        list(check_log(lying, checkpoint.size, checkpoint.root))
