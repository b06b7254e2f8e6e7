"""Following another log: what is proven is kept, a head that is false is named."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from registry.ledger.anchor import MOST_IN_ONE_ANCHOR
from registry.ledger.tables import checkpoints, records
from registry.proofs.note import NoteSigner
from registry.proofs.record import Digest, Visibility
from registry.proofs.submission import parse_submission
from registry.works.tables import works
from tests.drafts import batch, registration, registration_body, signed
from tests.operators import Chain, Follow, Operator, work

# ---- what is in order ----------------------------------------------------------------------------


def test_anchor_after_anchor_to_the_root_on_the_chain(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    for size in (1, 3, 255, 256, 300):
        operator.add(*(work() for _ in range(size - len(operator.entries))))
        operator.anchor()
        follow.follow(chain)
        assert follow.trouble(operator) is None
        assert follow.size(operator) == follow.followed(operator) == size
        assert follow.logs[operator.log].tree.root() == operator.tree.root()
    assert follow.rows(works) == 300
    assert set(follow.faults(operator).values()) == {None}


def test_a_node_that_joins_late_takes_every_anchor(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    for _ in range(40):
        operator.add(work(), work())
        operator.anchor()
    follow.follow(chain)
    assert follow.followed(operator) == 80
    assert follow.rows(checkpoints) == 40


def test_what_was_followed_can_be_had_here(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    """A third party serves a log while its operator is off."""
    operator.add(work(), work())
    operator.anchor()
    follow.follow(chain)
    for block in operator.blocks.values():
        assert follow.holds(block)
    archive = Operator("Archive", chain)
    archive.blocks = dict(operator.blocks)
    operator.away = True
    late = Follow(tmp_path / "late", [operator], others=[archive])
    late.follow(chain)
    assert late.followed(operator) == 2
    late.close()


def test_a_restart_goes_on_where_it_was(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    operator.add(work())
    operator.anchor()
    follow.follow(chain)
    follow.close()
    operator.add(work())
    operator.anchor()
    again = Follow(tmp_path, [operator])
    again.follow(chain)
    assert again.followed(operator) == 2
    assert again.logs[operator.log].tree.root() == operator.tree.root()
    again.close()


def test_what_is_sealed_has_no_record_and_no_fault(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    sealed = registration(registration_body(consent=[]), visibility=Visibility.SEALED)
    operator.add(work(), signed(sealed))
    operator.withhold(sealed.canonical)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: None, 1: None}
    assert follow.rows(records) == 1
    assert not follow.holds(sealed.canonical)


def test_a_batch_signs_what_comes_after_it(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    head, *members = map(parse_submission, batch(5))
    operator.add(head, *members[:3])
    operator.anchor()
    operator.add(*members[3:])
    operator.anchor()
    follow.follow(chain)
    assert set(follow.faults(operator).values()) == {None}
    assert follow.rows(works) == 5


def test_as_many_entries_as_an_anchor_may_add(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    sealed = b"sealed".ljust(64, b"\0")
    operator.add(work())
    operator.enter(
        *(
            sealed + sha256(index.to_bytes(4, "big")).digest() * 2
            for index in range(MOST_IN_ONE_ANCHOR - 2)
        )
    )
    operator.add(work())
    operator.anchor()
    follow.follow(chain)
    assert follow.followed(operator) == MOST_IN_ONE_ANCHOR
    assert follow.logs[operator.log].tree.root() == operator.tree.root()
    assert follow.rows(works) == 2


# ---- heads that are not in order -----------------------------------------------------------------

HEADS: dict[str, Callable[[Operator], object]] = {
    "LOG_ROOT": lambda log: log.anchor(root=b"\x11" * 32),
    "MANIFEST_MISMATCH": lambda log: log.anchor(on_chain={"root": b"\x11" * 32}),
    "MANIFEST_CHAIN": lambda log: log.anchor(previous=Digest(b"\x11" * 32)),
    "MANIFEST_INVALID": lambda log: log.anchor(on_chain={"manifest": log.put(b"{}")}),
    "CHECKPOINT_SIGNATURE": lambda log: log.anchor(
        signer=NoteSigner(log.key.name, sha256(b"another key").digest())
    ),
    "TILE_INVALID": lambda log: log.anchor(wrong={"tile/0/000.p/3": b"\x11" * 96}),
}


@pytest.mark.parametrize("code", HEADS)
def test_a_head_that_is_false_is_named_and_nothing_of_it_kept(
    chain: Chain, operator: Operator, follow: Follow, code: str
) -> None:
    operator.add(work(), work(), work())
    HEADS[code](operator)
    follow.follow(chain)
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == code
    assert operator.log.hex() in trouble.detail
    assert follow.size(operator) == follow.rows(records) == 0


def test_a_head_of_the_wrong_size_with_a_right_root_is_noticed(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    """The contract cannot see it: the proof from nothing is empty, whatever the size."""
    operator.add(work(), work(), work())
    root = operator.tree.root(2)
    operator.anchor(root=root)
    follow.follow(chain)
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "LOG_ROOT"


BUNDLES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "one fewer": lambda entries: entries[:-1],
    "one of another length": lambda entries: [*entries[:-1], entries[-1] + b"\0"],
    "the old ones changed": lambda entries: [entries[1], *entries[1:]],
}


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_that_lies_is_named(
    chain: Chain, operator: Operator, follow: Follow, name: str
) -> None:
    operator.add(work(), work())
    operator.anchor()
    operator.add(work())
    path = "tile/entries/000.p/3"
    lie = b"".join(
        len(entry).to_bytes(2, "big") + entry for entry in BUNDLES[name](operator.entries)
    )
    operator.anchor(wrong={path: lie})
    follow.follow(chain)
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "TILE_INVALID"
    assert follow.size(operator) == 2


def test_a_tile_that_the_manifest_leaves_out_is_named(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    operator.add(work())
    operator.anchor(tiles={})
    follow.follow(chain)
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "TILE_INVALID"


def test_a_false_head_holds_up_no_other_log(chain: Chain, tmp_path: Path) -> None:
    liar, honest = Operator("Liar", chain), Operator("Honest", chain)
    liar.add(work())
    liar.anchor(root=b"\x11" * 32)
    honest.add(work())
    honest.anchor()
    follow = Follow(tmp_path, [liar, honest])
    follow.follow(chain)
    assert follow.trouble(liar) is not None
    assert follow.followed(honest) == 1
    follow.close()
