"""Publication: what may travel, once it is final, and nothing else."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from registry.documents.block import Block
from registry.documents.embedded import EmbeddedDocuments
from registry.errors import Damaged, NotFound, Unavailable
from registry.ledger import checkpoints
from registry.ledger.publish import Publisher
from registry.proofs.cid import RAW, Cid
from registry.proofs.manifest import parse_manifest
from registry.proofs.record import Visibility
from tests.drafts import registration, registration_body, signed
from tests.unit.ledger.spine import Spine
from tests.unit.ledger.test_anchor import Chain, advanced, anchorer, newest, seen


class Store(EmbeddedDocuments):
    """The embedded store, which may be away, or lie."""

    away = False
    lying = False

    def put_blocks(self, blocks: Iterable[Block]) -> None:
        if self.away:
            raise Unavailable("DOCUMENTS_UNAVAILABLE", "the store is away")
        super().put_blocks(blocks)

    def get_block(self, cid: Cid) -> bytes:
        if self.lying:
            raise Damaged("BLOCK_WRONG", "the store gave other bytes")
        return super().get_block(cid)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "documents")


@pytest.fixture
def publisher(spine: Spine, store: Store) -> Publisher:
    return Publisher(spine.database, spine.log, store)


PUBLIC = signed(registration())
SEALED = signed(registration(registration_body(consent=[]), visibility=Visibility.SEALED))


def anchored(spine: Spine, *, final: bool = True) -> None:
    for each in (PUBLIC, SEALED):
        spine.submit(each.to_bytes())
    anchorer(spine, Chain(), entries=1).step()
    event = advanced(spine, 2)
    seen(spine, mined=(event,), final=(event,) if final else ())


def has(store: Store, data: bytes) -> bool:
    try:
        return store.get_block(Cid(codec=RAW, digest=sha256(data).digest())) == data
    except NotFound:
        return False


def test_public_records_signatures_tiles_and_manifest_are_blocks(
    spine: Spine, store: Store, publisher: Publisher
) -> None:
    anchored(spine)
    publisher.step()
    kept = newest(spine)
    assert kept is not None
    assert kept.published
    assert has(store, PUBLIC.record.canonical)
    assert has(store, PUBLIC.signatures_bytes)
    assert has(store, kept.manifest)
    for path in parse_manifest(kept.manifest).tiles:
        assert has(store, spine.reading.tile(path))


def test_what_is_sealed_never_leaves(spine: Spine, store: Store, publisher: Publisher) -> None:
    anchored(spine)
    publisher.step()
    assert not has(store, SEALED.record.canonical)
    assert not has(store, SEALED.signatures_bytes)


def test_nothing_is_published_before_it_is_final(
    spine: Spine, store: Store, publisher: Publisher
) -> None:
    anchored(spine, final=False)
    publisher.step()
    assert not has(store, PUBLIC.record.canonical)


def test_a_store_that_was_away_gets_it_later(
    spine: Spine, store: Store, publisher: Publisher
) -> None:
    anchored(spine)
    store.away = True
    with pytest.raises(Unavailable):
        publisher.step()
    store.away = False
    publisher.step()
    assert has(store, PUBLIC.record.canonical)


def test_a_store_that_lies_is_named_and_the_anchor_stays_unpublished(
    spine: Spine, store: Store, publisher: Publisher
) -> None:
    anchored(spine)
    store.lying = True
    with pytest.raises(Damaged) as refused:
        publisher.step()
    assert refused.value.code == "BLOCK_WRONG"
    with spine.database.read() as connection:
        assert checkpoints.unpublished(connection, spine.log.log_id)
