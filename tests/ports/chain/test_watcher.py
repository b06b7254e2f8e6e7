"""The watcher: mined, final, taken back; and never silent about a chain that broke its word."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from registry.chain.deployments import Deployment
from registry.chain.events import Advanced, Event, LogOpened, WitnessSet
from registry.chain.rpc import Rpc, block_at, head
from registry.chain.sender import Sender
from registry.chain.transactions import transact
from registry.chain.watcher import Changes, Sightings, Watcher
from registry.errors import Damaged, Unavailable
from tests.ports.chain.ledgers import NODE_KEY, REGIONS, Chain, Working
from tests.ports.chain.memory import MemoryLane, MemorySightings
from tests.ports.chain.plain import PlainNode


def with_confirmations(deployment: Deployment, confirmations: int) -> Deployment:
    rules = replace(deployment.founding.rules, confirmations=confirmations)
    return replace(deployment, founding=replace(deployment.founding, rules=rules))


def watcher_of(
    working: Working, sightings: Sightings, confirmations: int = 1, range_blocks: int = 2000
) -> Watcher:
    deployment = with_confirmations(working.ledger.deployment, confirmations)
    return Watcher(working.ledger.rpc, deployment, sightings, range_blocks=range_blocks)


def anchors(events: Sequence[Event]) -> list[int]:
    return [event.content.size for event in events if isinstance(event.content, Advanced)]


def anchor(working: Working, size: int = 5) -> None:
    """The first anchor of the log."""
    call = working.ledger.logs.advance(working.log, 0, size, b"\x01" * 32, [], b"\x02" * 32)
    transact(working.ledger.rpc, NODE_KEY, call)


def note(working: Working, key: int) -> None:
    """Some event of an organisation, in a block of its own."""
    call = working.ledger.organisations.set_witness(
        working.ledger.organisation(), bytes((key,)) * 32
    )
    transact(working.ledger.rpc, working.ledger.admin_keys[REGIONS[0]], call)


# ---- on any chain -------------------------------------------------------------------------------


def test_the_first_look_tells_everything_since_the_founding(
    working: Working, sightings: MemorySightings
) -> None:
    changes = watcher_of(working, sightings).poll()
    kinds = [type(event.content).__name__ for event in changes.final]
    assert kinds[:2] == ["Admitted", "KeyAdded"]
    assert {"LogOpened", "WitnessSet"} <= set(kinds)
    assert changes.mined == changes.final
    assert not changes.reorged
    assert not changes.behind


def test_with_one_confirmation_an_anchor_is_final_at_once(
    working: Working, sightings: MemorySightings
) -> None:
    watcher = watcher_of(working, sightings)
    watcher.poll()
    anchor(working)
    changes = watcher.poll()
    assert anchors(changes.mined) == anchors(changes.final) == [5]
    (event,) = changes.final
    block = block_at(working.ledger.rpc, event.raw.block_number)
    assert block is not None
    assert (event.raw.block_hash, changes.times) == (block.hash, {block.number: block.time})
    assert isinstance(event.content, Advanced)
    assert event.content.time == block.time


def test_what_was_told_is_not_told_again(working: Working, sightings: MemorySightings) -> None:
    anchor(working)
    watcher_of(working, sightings).poll()
    # A new watcher, as after a restart, knows only what was kept.
    changes = watcher_of(working, sightings).poll()
    assert not changes.mined
    assert not changes.final


def test_an_anchor_is_final_with_its_last_confirmation(
    working: Working, sightings: MemorySightings
) -> None:
    watcher = watcher_of(working, sightings, confirmations=3)
    anchor(working)
    assert anchors(watcher.poll().mined) == [5]
    note(working, 1)
    changes = watcher.poll()
    assert (anchors(changes.mined), anchors(changes.final)) == ([], [])
    note(working, 2)
    assert anchors(watcher.poll().final) == [5]
    note(working, 3)
    assert anchors(watcher.poll().final) == []


def test_a_long_way_is_gone_in_steps(working: Working, sightings: MemorySightings) -> None:
    anchor(working)
    for key in range(1, 6):
        note(working, key)
    whole = watcher_of(working, MemorySightings()).poll()
    watcher = watcher_of(working, sightings, range_blocks=2)
    told = list[Event]()
    while (changes := watcher.poll()).behind:
        told += changes.final
    told += changes.final
    assert tuple(told) == whole.final
    assert changes.head == head(working.ledger.rpc)


def test_a_crash_before_the_changes_are_kept_loses_nothing(
    working: Working, sightings: MemorySightings
) -> None:
    class Broken(MemorySightings):
        def apply(self, changes: Changes) -> None:  # noqa: ARG002 (the disk is full whatever comes)
            raise Unavailable("DATABASE_UNAVAILABLE", "down")

    anchor(working)
    with pytest.raises(Unavailable):
        watcher_of(working, Broken()).poll()
    assert anchors(watcher_of(working, sightings).poll().final) == [5]


def test_other_contracts_events_are_not_ours(
    working: Working, chain: Chain, sightings: MemorySightings
) -> None:
    from tests.ports.chain.ledgers import found

    watcher = watcher_of(working, sightings)
    watcher.poll()
    found(chain.rpc, chain.funds, [REGIONS[1]])
    assert not watcher.poll().mined


@dataclass
class Stopwatch:
    """A monotonic clock that a test moves."""

    at: float = field(default=100.0)

    def __call__(self) -> float:
        return self.at


def test_only_a_block_seen_to_arrive_says_something_about_the_clock(
    working: Working, sightings: MemorySightings
) -> None:
    stopwatch = Stopwatch()
    watcher = Watcher(working.ledger.rpc, working.ledger.deployment, sightings, monotonic=stopwatch)
    assert not watcher.poll().fresh, "nobody knows when it came"
    assert not watcher.poll().fresh, "it is the same block"
    stopwatch.at += 1
    note(working, 1)
    assert watcher.poll().fresh
    note(working, 2)
    stopwatch.at += 3600
    assert not watcher.poll().fresh, "it may have come an hour ago"


# ---- on a node that reorganises -----------------------------------------------------------------


def settled(rpc: Rpc, lane: MemoryLane) -> Sender:
    from registry.chain.rpc import chain_id

    return Sender(rpc, lane, NODE_KEY, chain_id(rpc))


def test_a_reorganised_anchor_is_taken_back_and_comes_again(
    working_plain: Working, plain: PlainNode, sightings: MemorySightings, lane: MemoryLane
) -> None:
    watcher = watcher_of(working_plain, sightings, confirmations=3)
    sender = settled(plain.rpc, lane)
    call = working_plain.ledger.logs.advance(
        working_plain.log, 0, 5, b"\x01" * 32, [], b"\x02" * 32
    )
    sender.submit("anchor", call)
    (first,) = (event for event in watcher.poll().mined if isinstance(event.content, Advanced))
    plain.reorg(1)
    changes = watcher.poll()
    assert changes.reorged == (first.raw,)
    assert not changes.final
    assert first.raw not in sightings.unconfirmed()
    sender.resend()
    (again,) = watcher.poll().mined
    assert isinstance(again.content, Advanced)
    assert again.raw.transaction == first.raw.transaction
    assert again.raw.block_hash != first.raw.block_hash
    plain.mine()
    plain.mine()
    assert anchors(watcher.poll().final) == [5]


def test_an_anchor_that_moved_between_two_looks_is_taken_back_and_told_at_once(
    working_plain: Working, plain: PlainNode, sightings: MemorySightings, lane: MemoryLane
) -> None:
    watcher = watcher_of(working_plain, sightings, confirmations=3)
    sender = settled(plain.rpc, lane)
    call = working_plain.ledger.logs.advance(
        working_plain.log, 0, 5, b"\x01" * 32, [], b"\x02" * 32
    )
    sender.submit("anchor", call)
    watcher.poll()
    plain.reorg(1)
    sender.resend()
    changes = watcher.poll()
    assert len(changes.reorged) == 1
    assert anchors(changes.mined) == [5]
    assert [raw.place for raw in sightings.unconfirmed()] == [changes.mined[0].raw.place]


def test_an_events_that_a_reorganisation_leaves_alone_stay(
    working_plain: Working, plain: PlainNode, sightings: MemorySightings
) -> None:
    watcher = watcher_of(working_plain, sightings, confirmations=5)
    note(working_plain, 1)
    note(working_plain, 2)
    watcher.poll()
    kept = list(sightings.unconfirmed())
    plain.reorg(1)
    changes = watcher.poll()
    assert changes.reorged == (kept[-1],)
    assert list(sightings.unconfirmed()) == kept[:-1]


def test_a_reorganisation_below_what_was_final_is_damage(
    working_plain: Working, plain: PlainNode, sightings: MemorySightings
) -> None:
    watcher = watcher_of(working_plain, sightings)
    note(working_plain, 1)
    before = watcher.poll().position
    plain.reorg(1)
    with pytest.raises(Damaged) as caught:
        watcher.poll()
    assert caught.value.code == "CHAIN_REORG_TOO_DEEP"
    assert sightings.position() == before


def test_a_node_that_lost_blocks_is_behind(
    working: Working, plain: PlainNode, sightings: MemorySightings
) -> None:
    watcher_of(working, sightings).poll()
    other = Watcher(plain.rpc, working.ledger.deployment, sightings)
    if working.ledger.rpc is plain.rpc:
        plain.do("anvil_rollback", 1)
    with pytest.raises(Unavailable) as caught:
        other.poll()
    assert caught.value.code == "CHAIN_BEHIND"


def test_the_events_of_an_enrolment_are_all_told(
    working_plain: Working, sightings: MemorySightings
) -> None:
    told = [event.content for event in watcher_of(working_plain, sightings).poll().final]
    assert any(isinstance(content, LogOpened) for content in told)
    assert any(isinstance(content, WitnessSet) for content in told)
