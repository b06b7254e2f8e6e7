"""An anchor of as many entries as the contract takes: its tiles, its manifest, and the rest."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from registry.documents.block import BLOCK_LIMIT
from registry.ledger.anchor import MOST_IN_ONE_ANCHOR
from registry.proofs.hexes import to_hex
from registry.proofs.manifest import LIMIT, Manifest, parse_manifest
from registry.proofs.record import Digest
from registry.proofs.tiles import tiles_between
from tests.unit.ledger.spine import Spine
from tests.unit.ledger.test_anchor import Chain, advanced, anchorer, newest, seen

ENTRIES = MOST_IN_ONE_ANCHOR + 3
PUBLIC = b"work.registration".ljust(32, b"\0")
SEALED = b"sealed".ljust(32, b"\0")


def fill(spine: Spine) -> None:
    """Put entries into the log with next to nothing behind them, every other one sealed."""
    rows = []
    for index in range(ENTRIES):
        digest = sha256(index.to_bytes(8, "big")).digest()
        entry = (SEALED if index % 2 else PUBLIC) + bytes(32) + digest + bytes(32)
        rows.append((spine.log.log_id, index, entry, digest, 1, ENTRIES))
    with spine.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO entries (log, position, entry, digest, received_at, receipt_size) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Spine]:
    spine = Spine(tmp_path)
    fill(spine)
    yield spine.start()
    spine.close()


def test_no_more_than_the_contract_takes_and_the_rest_next(filled: Spine) -> None:
    chain = Chain()
    step = anchorer(filled, chain, entries=1).step
    assert filled.log.size == ENTRIES
    step()
    first = newest(filled)
    assert first is not None
    assert (first.old_size, first.size) == (0, MOST_IN_ONE_ANCHOR)
    assert len(first.manifest) < LIMIT < BLOCK_LIMIT
    manifest = parse_manifest(first.manifest)
    assert len(manifest.published) == MOST_IN_ONE_ANCHOR // 2
    assert set(manifest.tiles) == {tile.path for tile in tiles_between(0, MOST_IN_ONE_ANCHOR)}
    assert "tile/2/000.p/1" in manifest.tiles
    for path in ("tile/entries/255", "tile/0/255", "tile/1/000", "tile/2/000.p/1"):
        assert sha256(filled.reading.tile(path)).digest() == manifest.tiles[path]
    seen(filled, mined=(advanced(filled, MOST_IN_ONE_ANCHOR),))
    step()
    second = newest(filled)
    assert second is not None
    assert (second.old_size, second.size) == (MOST_IN_ONE_ANCHOR, ENTRIES)
    assert parse_manifest(second.manifest).published == ((65_536, 65_537), (65_538, 65_539))


def test_the_worst_manifest_of_a_log_of_ten_milliards_is_one_block(tmp_path: Path) -> None:
    """Nothing in the form of a manifest grows with the log but the digits of its numbers."""
    spine = Spine(tmp_path)
    old = 10**10 + 1
    size = old + MOST_IN_ONE_ANCHOR
    root = bytes(32)
    checkpoint = spine.log.signer
    body = f"{checkpoint.key.name}\n{size}\n{'A' * 43}=\n"
    manifest = Manifest(
        log=spine.log.log_id,
        size=size,
        root=root,
        checkpoint=body + "\n" + checkpoint.sign_text(body).line,
        previous=Digest(root),
        tiles={tile.path: Digest(root) for tile in tiles_between(old, size)},
        published=tuple((at, at + 1) for at in range(old, size, 2)),
    )
    data = manifest.canonical()
    assert len(data) < LIMIT
    assert to_hex(parse_manifest(data).digest()) == to_hex(manifest.digest())
    spine.start().close()
