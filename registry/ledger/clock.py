"""The node's clock, and the guard that stops receipts when it cannot be trusted.

A receipt states when the node received a record. Where the clock and the chain differ by more than
the bound that the founders signed, that statement would be worthless, so none is made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from registry.errors import Unavailable


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        return datetime.now(UTC)


class ClockGuard:
    """Remembers how far the clock was from the newest block that the node saw arrive."""

    def __init__(self, clock: Clock, bound_s: int) -> None:
        """`bound_s` is the rule `clock_bound_s` of the founding statement."""
        self._clock = clock
        self._bound = bound_s
        self._chain_time: int | None = None
        self._behind = 0

    def observe(self, block_time: int, *, fresh: bool) -> None:
        """Note the newest block's time (seconds since 1970).

        A block from the future shows a clock that is behind, whenever it is seen. An old block says
        nothing, unless it is `fresh`: seen to arrive just now, and still old.
        """
        self._chain_time = block_time
        if fresh:
            self._behind = max(0, int(self._clock.now().timestamp()) - block_time)

    def difference(self) -> int:
        """Seconds between clock and chain as far as they are known, 0 or more."""
        if self._chain_time is None:
            return 0
        return max(self._behind, self._chain_time - int(self._clock.now().timestamp()))

    def now(self) -> datetime:
        """The present moment in whole seconds, or `Unavailable` CLOCK_BEYOND_BOUND."""
        difference = self.difference()
        if difference > self._bound:
            raise Unavailable(
                "CLOCK_BEYOND_BOUND",
                f"the node's clock and the chain differ by {difference} s, more than the "
                f"{self._bound} s that this ledger allows; no receipts until they agree",
                retry_after=60,
            )
        return self._clock.now().replace(microsecond=0)
