"""The clock's guard: receipts stop where the clock cannot be trusted, and only there."""

from datetime import UTC, datetime

import pytest

from registry.errors import Unavailable
from registry.ledger.clock import ClockGuard
from tests.drafts import submission
from tests.unit.ledger.spine import BOUND_S, SetClock, Spine


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def guard(clock: SetClock) -> ClockGuard:
    return ClockGuard(clock, BOUND_S)


def present() -> int:
    return int(datetime.now(UTC).timestamp())


def test_without_a_chain_the_clock_is_taken_at_its_word(guard: ClockGuard) -> None:
    assert guard.now().microsecond == 0
    assert guard.difference() == 0


@pytest.mark.parametrize(
    ("block_ahead_s", "fresh", "stops"),
    [
        (BOUND_S + 10, False, True),  # a block from the future: the clock is behind
        (BOUND_S - 10, False, False),
        (-BOUND_S - 10, True, True),  # a block that arrives now is old: the clock is ahead
        (-BOUND_S - 10, False, False),  # an old block of a quiet chain says nothing
        (-BOUND_S + 10, True, False),
    ],
)
def test_it_stops_where_clock_and_chain_differ_by_more_than_the_bound(
    guard: ClockGuard, block_ahead_s: int, fresh: bool, stops: bool
) -> None:
    guard.observe(present() + block_ahead_s, fresh=fresh)
    if not stops:
        guard.now()
        return
    with pytest.raises(Unavailable) as refused:
        guard.now()
    assert refused.value.code == "CLOCK_BEYOND_BOUND"
    assert refused.value.retry_after


def test_it_goes_on_when_they_agree_again(guard: ClockGuard) -> None:
    guard.observe(present() - 10 * BOUND_S, fresh=True)
    guard.observe(present(), fresh=True)
    guard.now()


def test_no_receipt_is_given_meanwhile_and_nothing_changes(spine: Spine) -> None:
    body = submission()
    spine.guard.observe(present() + 10 * BOUND_S, fresh=False)
    with pytest.raises(Unavailable) as refused:
        spine.submit(body)
    assert refused.value.code == "CLOCK_BEYOND_BOUND"
    assert spine.log.size == 0
    spine.guard.observe(present(), fresh=True)
    assert spine.submit(body).receipt.index == 0
