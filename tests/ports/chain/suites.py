"""What every `Lane` and every `Sightings` must do. Subclass, give the fixture, and run.

The fakes in memory and the ledger's tables pass the same tests.
"""

from datetime import UTC, datetime

from registry.chain.events import Event, RawLog, WitnessSet
from registry.chain.rpc import Block
from registry.chain.sender import Lane, Outgoing
from registry.chain.watcher import Changes, Position, Sightings

MOMENT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def outgoing(nonce: int, attempt: int = 0, purpose: str = "a") -> Outgoing:
    return Outgoing(
        nonce=nonce,
        attempt=attempt,
        hash=bytes((nonce, attempt)) * 16,
        raw=bytes((2, nonce, attempt)),
        purpose=purpose,
        created_at=MOMENT,
    )


def raw_log(number: int, index: int = 0, fork: int = 0) -> RawLog:
    return RawLog(
        contract=b"\x0c" * 20,
        topics=(b"\x01" * 32, b"\x02" * 32),
        data=b"\x03" * 64,
        block_number=number,
        block_hash=bytes((number, fork)) * 16,
        transaction=bytes((number, index)) * 16,
        index=index,
    )


def event(number: int, index: int = 0, fork: int = 0) -> Event:
    content = WitnessSet(organisation=b"\x04" * 32, key=b"\x05" * 32)
    return Event(raw=raw_log(number, index, fork), content=content)


def changes(
    *,
    reorged: tuple[RawLog, ...] = (),
    mined: tuple[Event, ...] = (),
    final: tuple[Event, ...] = (),
    at: int = 1,
) -> Changes:
    newest = Block(
        number=at + 1, hash=b"\x09" * 32, parent=bytes(32), time=1, base_fee=1, gas_limit=1
    )
    return Changes(
        head=newest,
        fresh=False,
        reorged=reorged,
        mined=mined,
        final=final,
        times={happened.raw.block_number: 1000 + happened.raw.block_number for happened in final},
        position=Position(number=at, hash=bytes((at,)) * 32),
    )


class LaneSuite:
    """A subclass defines the fixture `lane`: an empty one."""

    def test_starts_empty(self, lane: Lane) -> None:
        assert list(lane.since(0)) == []
        assert list(lane.of("a")) == []

    def test_gives_back_what_it_keeps(self, lane: Lane) -> None:
        lane.store(outgoing(3))
        assert list(lane.since(0)) == [outgoing(3)]

    def test_storing_the_same_again_changes_nothing(self, lane: Lane) -> None:
        lane.store(outgoing(3))
        lane.store(outgoing(3))
        assert list(lane.since(0)) == [outgoing(3)]

    def test_orders_by_nonce_then_attempt(self, lane: Lane) -> None:
        for kept in (outgoing(5), outgoing(4, 1), outgoing(4, 0), outgoing(10)):
            lane.store(kept)
        assert [(kept.nonce, kept.attempt) for kept in lane.since(0)] == [
            (4, 0),
            (4, 1),
            (5, 0),
            (10, 0),
        ]

    def test_since_includes_its_nonce(self, lane: Lane) -> None:
        for nonce in (1, 2, 3):
            lane.store(outgoing(nonce))
        assert [kept.nonce for kept in lane.since(2)] == [2, 3]

    def test_tells_purposes_apart(self, lane: Lane) -> None:
        lane.store(outgoing(1, purpose="a"))
        lane.store(outgoing(2, purpose="b"))
        lane.store(outgoing(1, 1, purpose="a"))
        assert [(kept.nonce, kept.attempt) for kept in lane.of("a")] == [(1, 0), (1, 1)]
        assert list(lane.of("c")) == []


def kept(sightings: Sightings) -> list[RawLog]:
    return sorted(sightings.unconfirmed(), key=lambda raw: (raw.order, raw.block_hash))


class SightingsSuite:
    """A subclass defines the fixture `sightings`: empty ones."""

    def test_start_empty(self, sightings: Sightings) -> None:
        assert sightings.position() is None
        assert kept(sightings) == []

    def test_keep_the_position(self, sightings: Sightings) -> None:
        sightings.apply(changes(at=7))
        assert sightings.position() == Position(number=7, hash=b"\x07" * 32)

    def test_keep_what_is_mined_whole(self, sightings: Sightings) -> None:
        sightings.apply(changes(mined=(event(3), event(3, 1))))
        assert kept(sightings) == [raw_log(3), raw_log(3, 1)]

    def test_let_go_of_what_is_final(self, sightings: Sightings) -> None:
        sightings.apply(changes(mined=(event(3), event(4))))
        sightings.apply(changes(final=(event(3),), at=3))
        assert kept(sightings) == [raw_log(4)]

    def test_what_is_mined_and_final_at_once_is_not_unconfirmed(self, sightings: Sightings) -> None:
        sightings.apply(changes(mined=(event(3),), final=(event(3),), at=3))
        assert kept(sightings) == []

    def test_let_go_of_what_is_reorged(self, sightings: Sightings) -> None:
        sightings.apply(changes(mined=(event(3), event(4))))
        sightings.apply(changes(reorged=(raw_log(4),)))
        assert kept(sightings) == [raw_log(3)]

    def test_take_the_same_event_back_on_another_branch(self, sightings: Sightings) -> None:
        sightings.apply(changes(mined=(event(3),)))
        sightings.apply(changes(reorged=(raw_log(3),), mined=(event(3, fork=1),)))
        assert kept(sightings) == [raw_log(3, fork=1)]
