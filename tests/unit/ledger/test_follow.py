"""Following another log: what is proven is kept, what is not is named, and nothing else stops."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.bootstrap import RECORD_TYPES
from registry.ledger import repository
from registry.ledger.anchor import MOST_IN_ONE_ANCHOR
from registry.ledger.following.follower import Patience
from registry.ledger.tables import checkpoints, records
from registry.proofs.canonical import encode
from registry.proofs.cid import RAW, Cid
from registry.proofs.note import NoteSigner
from registry.proofs.record import Digest, LedgerId, Record, Visibility
from registry.proofs.submission import Submission, parse_submission
from registry.works.tables import works
from tests.drafts import batch, registration, registration_body, signed
from tests.operators import PUBLICATION_S, Chain, Follow, Operator
from tests.serving import until


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def operator(chain: Chain) -> Operator:
    return Operator("Singapore", chain)


@pytest.fixture
def follow(operator: Operator, tmp_path: Path) -> Iterator[Follow]:
    opened = Follow(tmp_path, [operator])
    yield opened
    opened.close()


def work() -> Submission:
    return signed(registration())


def rows(follow: Follow, table: Any) -> int:
    with follow.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def holds(follow: Follow, data: bytes) -> bool:
    return follow.documents.has(Cid(codec=RAW, digest=sha256(data).digest()))


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
    assert rows(follow, works) == 300
    assert set(follow.faults(operator).values()) == {None}


def test_a_node_that_joins_late_takes_every_anchor(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    for _ in range(40):
        operator.add(work(), work())
        operator.anchor()
    follow.follow(chain)
    assert follow.followed(operator) == 80
    assert rows(follow, checkpoints) == 40


def test_what_was_followed_can_be_had_here(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    """A third party serves a log while its operator is off."""
    operator.add(work(), work())
    operator.anchor()
    follow.follow(chain)
    for block in operator.blocks.values():
        assert holds(follow, block)
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
    assert rows(follow, records) == 1
    assert not holds(follow, sealed.canonical)


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
    assert rows(follow, works) == 5


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
    assert follow.size(operator) == rows(follow, records) == 0


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


# ---- sources that are not in order ---------------------------------------------------------------


def test_what_is_not_published_yet_is_waited_for_without_a_word(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    operator.add(work())
    mined = operator.anchor()
    manifest = operator.blocks.pop(mined.manifest)
    follow.clock.time = datetime.fromtimestamp(mined.time, UTC)
    follow.follow(chain)
    assert follow.trouble(operator) is None
    assert follow.size(operator) == 0
    follow.clock.time += timedelta(seconds=PUBLICATION_S)
    follow.step()
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "LOG_BLOCK_MISSING"
    operator.put(manifest)
    follow.step()
    assert follow.trouble(operator) is None
    assert follow.followed(operator) == 1


def test_a_silent_node_is_named_and_waited_for(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    operator.add(work())
    operator.anchor()
    operator.away = True
    follow.follow(chain)
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "PEER_UNREACHABLE"
    assert operator.url in trouble.detail
    assert operator.asked == 1
    operator.away = False
    follow.step()
    assert follow.followed(operator) == 1


def test_a_node_that_gives_other_bytes_has_nothing(chain: Chain, tmp_path: Path) -> None:
    operator, liar = Operator("Honest", chain), Operator("Liar", chain)
    operator.add(work())
    operator.anchor()
    liar.lying = True
    follow = Follow(tmp_path, [operator], others=[liar])
    follow.follow(chain)
    assert follow.followed(operator) == 1
    operator.add(work())
    operator.anchor()
    operator.lying = True
    follow.follow(chain)
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "LOG_BLOCK_MISSING"
    assert f"{operator.url} gave other bytes" in trouble.detail
    follow.close()


def test_records_that_are_still_to_come_are_not_known_yet(
    chain: Chain, operator: Operator, tmp_path: Path
) -> None:
    """The entries are proven, and who may have the rest is away: nothing is lost by a restart."""
    first, missing = work(), work()
    operator.add(first, missing)
    operator.anchor()
    archive = Operator("Archive", chain)
    archive.blocks = dict(operator.blocks)
    archive.withhold(missing.record.canonical)
    operator.away = True
    before = Follow(tmp_path, [operator], others=[archive])
    before.follow(chain)
    trouble = before.trouble(operator)
    assert trouble is not None
    assert trouble.code == "PEER_UNREACHABLE"
    assert before.size(operator) == 2
    assert before.followed(operator) == 0
    before.close()
    operator.away = False
    again = Follow(tmp_path, [operator])
    again.step()
    assert again.followed(operator) == 2
    assert again.faults(operator) == {0: None, 1: None}
    again.close()


def test_who_is_away_for_too_long_is_waited_for_no_more(
    chain: Chain, operator: Operator, tmp_path: Path
) -> None:
    kept, lost = work(), work()
    operator.add(kept, lost)
    operator.anchor()
    archive = Operator("Archive", chain)
    archive.blocks = dict(operator.blocks)
    archive.withhold(lost.record.canonical)
    operator.away = True
    patience = Patience(publication_s=0, again_s=0, round_s=600)
    follow = Follow(tmp_path, [operator], others=[archive], patience=patience)
    follow.follow(chain)
    assert follow.trouble(operator) is not None
    follow.step()
    assert follow.trouble(operator) is None
    assert follow.faults(operator) == {0: None, 1: "RECORD_WITHHELD"}
    follow.close()


def test_a_slow_node_holds_up_no_other_log(chain: Chain, tmp_path: Path) -> None:
    slow, quick = Operator("Slow", chain), Operator("Quick", chain)
    for operator in (slow, quick):
        operator.add(work())
        operator.anchor()
    slow.waits.clear()
    patience = Patience(publication_s=PUBLICATION_S, again_s=0, round_s=0.01)
    follow = Follow(tmp_path, [slow, quick], patience=patience)
    follow.learn(chain.anchors)
    follow.step()
    until(lambda: follow.followed(quick) == 1 and slow.asked == 1)
    follow.step()
    assert follow.followed(slow) == 0
    assert slow.asked == 1
    slow.waits.set()
    until(lambda: follow.followed(slow) == 1)
    follow.close()


def test_what_can_never_be_proven_is_asked_for_once(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    operator.add(work())
    operator.anchor(root=b"\x11" * 32)
    follow.follow(chain)
    before = operator.asked
    follow.step()
    follow.step()
    assert operator.asked == before
    trouble = follow.trouble(operator)
    assert trouble is not None
    assert trouble.code == "LOG_ROOT"


# ---- records that are not in order ---------------------------------------------------------------


def later(body: dict[str, Any]) -> Submission:
    return signed(registration(registration_body(**body)))


def of_another_ledger() -> Submission:
    return signed(registration(ledger=LedgerId(bytes(32))))


def signed_by_another() -> Submission:
    mine = registration()
    return replace(signed(mine), signatures_bytes=signed(registration()).signatures_bytes)


def of_a_type(name: str) -> Submission:
    return signed(replace(registration(), type=name))


def without_its_batch() -> Submission:
    return parse_submission(batch(2)[1])


RECORDS: dict[str, tuple[Callable[[], Submission], str]] = {
    "another ledger": (of_another_ledger, "WRONG_LEDGER"),
    "another's signature": (signed_by_another, "SIGNATURE_INVALID"),
    "a rule of its type": (lambda: later({"consent": []}), "REGISTRATION_INVALID"),
    "a body that is none": (lambda: later({"title": 3}), "BODY_INVALID"),
    "a newer type": (lambda: of_a_type("work.blessing"), "NEWER_VERSION"),
    "a newer body": (lambda: later({"colour": "blue"}), "NEWER_VERSION"),
    "terms": (lambda: signed(replace(registration(), terms=bytes(32))), "TERMS_WRONG"),
    "no batch": (without_its_batch, "BATCH_UNKNOWN"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_what_no_door_would_take_is_kept_and_counts_for_nothing(
    chain: Chain, operator: Operator, follow: Follow, name: str
) -> None:
    make, code = RECORDS[name]
    faulty, good = make(), work()
    operator.add(faulty, good)
    operator.anchor()
    follow.follow(chain)
    assert follow.trouble(operator) is None
    assert follow.faults(operator) == {0: code, 1: None}
    assert rows(follow, records) == 2
    assert rows(follow, works) == 1
    assert holds(follow, faulty.record.canonical)


def test_a_rule_that_fails_on_a_record_stops_no_log(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    def broken(_record: Record) -> None:
        raise KeyError("a rule that nobody foresaw")

    follow.close()
    operator.add(work())
    operator.anchor()
    kind = replace(RECORD_TYPES["work.registration"], check=broken)
    faulty = Follow(tmp_path, [operator], types={kind.name: kind})
    faulty.follow(chain)
    assert faulty.trouble(operator) is None
    assert faulty.faults(operator) == {0: "NODE_FAILED"}
    faulty.close()
    mended = Follow(tmp_path, [operator])
    mended.step()
    assert mended.faults(operator) == {0: None}
    mended.close()


def test_an_entry_that_tells_otherwise_than_its_record(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    lied_about = work()
    operator.add(lied_about)
    entry = operator.entries.pop()
    operator.entries, operator.tree = [], type(operator.tree)()
    operator.enter(b"work.dispute".ljust(32, b"\0") + entry[32:])
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "ENTRY_MISMATCH"}
    assert rows(follow, works) == 0


def test_an_entry_that_states_nothing(chain: Chain, operator: Operator, follow: Follow) -> None:
    operator.enter(b"\xff" * 128)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "ENTRY_INVALID"}
    assert follow.followed(operator) == 1


def test_bytes_that_are_no_record(chain: Chain, operator: Operator, follow: Follow) -> None:
    digest = operator.put(b"no record")
    operator.enter(b"work.registration".ljust(64, b"\0") + digest + operator.put(b"[]"))
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "MALFORMED_JSON"}
    assert rows(follow, records) == 0
    assert holds(follow, b"no record")


def test_a_record_of_a_later_protocol_is_of_a_newer_version(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    newer = encode({**registration().to_json(), "spec": "comity/2"})
    digest = operator.put(newer)
    operator.enter(b"work.registration".ljust(64, b"\0") + digest + operator.put(b"[]"))
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "NEWER_VERSION"}


def test_a_newer_type_counts_once_it_is_known(
    chain: Chain, operator: Operator, follow: Follow, tmp_path: Path
) -> None:
    follow.close()
    older = {name: kind for name, kind in RECORD_TYPES.items() if name != "work.registration"}
    operator.add(work())
    operator.anchor()
    before = Follow(tmp_path, [operator], types=older)
    before.follow(chain)
    assert before.faults(operator) == {0: "NEWER_VERSION"}
    assert (rows(before, records), rows(before, works)) == (1, 0)
    before.close()
    operator.away = True
    now = Follow(tmp_path, [operator])
    now.step()
    assert now.faults(operator) == {0: None}
    assert (rows(now, records), rows(now, works)) == (1, 1)
    now.close()


def test_what_is_withheld_is_named_and_counts_once_it_is_served(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    withheld, good = work(), work()
    operator.add(withheld, good)
    operator.withhold(withheld.record.canonical)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "RECORD_WITHHELD", 1: None}
    assert follow.followed(operator) == 2
    operator.put(withheld.record.canonical)
    follow.step()
    assert follow.faults(operator) == {0: None, 1: None}
    assert rows(follow, works) == 2


def test_what_was_not_published_with_its_anchor_is_withheld(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    operator.add(work(), work())
    operator.anchor(published=((1, 2),))
    follow.learn(chain.anchors)
    follow.step()
    assert follow.faults(operator)[1] is None
    follow.step()
    # It was served nevertheless: the manifest only says what must be.
    assert follow.faults(operator)[0] is None


def test_members_wait_for_a_batch_that_is_withheld(
    chain: Chain, operator: Operator, follow: Follow
) -> None:
    head, member = map(parse_submission, batch(1))
    operator.add(head, member)
    operator.withhold(head.record.canonical)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {0: "RECORD_WITHHELD", 1: "BATCH_UNKNOWN"}
    operator.put(head.record.canonical)
    follow.step()
    assert follow.faults(operator) == {0: None, 1: None}


def test_a_batch_that_comes_too_late_or_elsewhere_signs_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    """Else it would depend on what arrived first whether the member counts."""
    here, elsewhere = Operator("Here", chain), Operator("Elsewhere", chain)
    head, member = map(parse_submission, batch(1))
    other_head, other_member = map(parse_submission, batch(1))
    here.add(member, head, other_member)
    elsewhere.add(other_head)
    elsewhere.anchor()
    here.anchor()
    follow = Follow(tmp_path, [here, elsewhere])
    follow.follow(chain)
    follow.step()
    assert follow.faults(here) == {0: "BATCH_UNKNOWN", 1: None, 2: "BATCH_UNKNOWN"}
    follow.close()


def test_a_forged_batch_signs_nothing(chain: Chain, operator: Operator, follow: Follow) -> None:
    head, member = map(parse_submission, batch(1))
    forged = replace(head, signatures_bytes=work().signatures_bytes)
    operator.add(forged, member)
    operator.anchor()
    operator.add(member)
    operator.anchor()
    follow.follow(chain)
    assert follow.faults(operator) == {
        0: "SIGNATURE_INVALID",
        1: "BATCH_UNKNOWN",
        2: "BATCH_UNKNOWN",
    }


def test_nobody_hides_a_record_behind_an_entry_that_repeats_its_digest(
    chain: Chain, tmp_path: Path
) -> None:
    """It stands first in the protocol's order, and holds nothing: a look-up shows the other."""
    squatter, honest = Operator("Squatter", chain), Operator("Honest", chain)
    good = work()
    honest.add(good)
    entry = honest.entries[0]
    squatter.enter(entry[:96] + bytes(32))
    squatter.enter(b"sealed".ljust(64, b"\0") + entry[64:96] + bytes(32))
    squatter.anchor()
    honest.anchor()
    follow = Follow(tmp_path, [squatter, honest])
    follow.follow(chain)
    assert follow.faults(squatter) == {0: "RECORD_WITHHELD", 1: None}
    with follow.database.read() as connection:
        found = repository.find(connection, good.record.digest)
    assert found is not None
    assert (found.log, found.fault) == (honest.log, None)
    assert found.canonical == good.record.canonical
    follow.close()


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
    assert rows(follow, works) == 2
