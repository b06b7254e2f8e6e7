"""Whoever has the blocks of a log: silent, slow, lying, gone; one says so, and waits or goes on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from registry.ledger.following.follower import Patience
from tests.operators import PUBLICATION_S, Chain, Follow, Operator, work
from tests.serving import until


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
