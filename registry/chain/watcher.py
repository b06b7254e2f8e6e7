"""The watcher: what the contracts said, since when it can be relied on, and what was taken back.

Follows the events of Logs and Organisations. An event is *mined* when it is first seen, *final*
when its block and those above it are as many as the founders' rule `confirmations`, *reorged* when
the chain no longer has it. What is not final is read anew at every look and compared by block hash
and log index, so that a reorganisation needs no case of its own. Up to `Position` everything is
final and handed over; a chain that contradicts its hash broke the rule and is reported as damaged.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from registry.chain.contracts import RANGE_BLOCKS, read_events
from registry.chain.deployments import Deployment
from registry.chain.events import Event, RawLog
from registry.chain.refusals import ChainUnreachable
from registry.chain.rpc import Block, Rpc, block_at, head
from registry.errors import Damaged, Unavailable

#: A new head says something about the clock only when the look before it was this short ago.
FRESH_S = 10.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A block up to which, itself included, every event is final and was handed over."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one look found; apply `reorged`, then `mined`, then `final`, and keep `position`.

    An event may be in `mined` and `final` at once. `times` gives the time (seconds since 1970) of
    the blocks of final events by block number. `fresh`: `head` arrived just now, so its time can be
    held against the clock. `behind`: there is more to read, look again at once.
    """

    head: Block
    fresh: bool
    reorged: tuple[RawLog, ...] = ()
    mined: tuple[Event, ...] = ()
    final: tuple[Event, ...] = ()
    times: Mapping[int, int] = field(default_factory=dict)
    position: Position | None = None
    behind: bool = False


class Sightings(Protocol):
    """What was seen of the chain, kept durably."""

    def position(self) -> Position | None:
        """The last position kept; None before the first."""
        ...

    def unconfirmed(self) -> Sequence[RawLog]:
        """The logs that were mined and are neither final nor reorged."""
        ...

    def apply(self, changes: Changes) -> None:
        """Keep the changes, all or none, and draw what follows from them in the same step."""
        ...


class Watcher:
    """Looks at one ledger's contracts. One thread at a time."""

    def __init__(
        self,
        rpc: Rpc,
        deployment: Deployment,
        sightings: Sightings,
        *,
        range_blocks: int = RANGE_BLOCKS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`confirmations` is the founders' rule in the deployment."""
        self._rpc = rpc
        self._addresses = (deployment.organisations.address, deployment.logs.address)
        self._before = deployment.block - 1
        self._confirmations = deployment.founding.rules.confirmations
        self._sightings = sightings
        self._range = range_blocks
        self._monotonic = monotonic
        self._last_look: tuple[float, bytes] | None = None

    def poll(self) -> Changes:
        """Look at the chain, keep what changed, and return it.

        Raises ChainUnreachable, Unavailable CHAIN_BEHIND, Damaged CHAIN_REORG_TOO_DEEP.
        """
        changes = self._look()
        self._sightings.apply(changes)
        return changes

    def _look(self) -> Changes:
        kept = self._sightings.position()
        for _ in range(ATTEMPTS):
            newest = head(self._rpc)
            self._check(kept, newest)
            start = (self._before if kept is None else kept.number) + 1
            last = min(newest.number, start + self._range - 1)
            events = list(read_events(self._rpc, self._addresses, start, last, self._range))
            upto = min(newest.number - self._confirmations + 1, last)
            blocks = self._blocks(events, upto, kept)
            if blocks is not None:
                return self._changes(newest, last, events, upto, blocks, kept)
        raise ChainUnreachable("the chain changes faster than it can be read; look again")

    def _check(self, kept: Position | None, newest: Block) -> None:
        if kept is None:
            return
        if newest.number < kept.number:
            raise Unavailable(
                "CHAIN_BEHIND",
                f"the chain's node is at block {newest.number}, below {kept.number} which was "
                "final: it is still catching up, or the chain was reset",
                retry_after=30,
            )
        block = block_at(self._rpc, kept.number)
        if block is None or block.hash != kept.hash:
            raise Damaged(
                "CHAIN_REORG_TOO_DEEP",
                f"block {kept.number} was final and is another one now: the chain was reset, or "
                "reorganised deeper than the ledger's rule allows",
            )

    def _blocks(
        self, events: Sequence[Event], upto: int, kept: Position | None
    ) -> dict[int, Block] | None:
        """The blocks of the events that are final, and the one at `upto`; None to read again.

        They are asked for after the events: an event whose block is no longer there is not final.
        """
        blocks = dict[int, Block]()
        wanted = {event.raw.block_number for event in events if event.raw.block_number <= upto}
        if upto > (self._before if kept is None else kept.number):
            wanted.add(upto)
        for number in wanted:
            block = block_at(self._rpc, number)
            if block is None:
                return None
            blocks[number] = block
        sound = all(
            event.raw.block_hash == blocks[event.raw.block_number].hash
            for event in events
            if event.raw.block_number in blocks
        )
        return blocks if sound else None

    def _changes(
        self,
        newest: Block,
        last: int,
        events: Sequence[Event],
        upto: int,
        blocks: Mapping[int, Block],
        kept: Position | None,
    ) -> Changes:
        known = {raw.place: raw for raw in self._sightings.unconfirmed()}
        found = {event.raw.place for event in events}
        gone = (raw for place, raw in known.items() if place not in found)
        final = tuple(event for event in events if event.raw.block_number <= upto)
        return Changes(
            head=newest,
            fresh=self._is_fresh(newest),
            reorged=tuple(raw for raw in gone if raw.block_number <= last or last == newest.number),
            mined=tuple(event for event in events if event.raw.place not in known),
            final=final,
            times={event.raw.block_number: blocks[event.raw.block_number].time for event in final},
            position=Position(number=upto, hash=blocks[upto].hash) if upto in blocks else kept,
            behind=last < newest.number,
        )

    def _is_fresh(self, newest: Block) -> bool:
        now, before = self._monotonic(), self._last_look
        self._last_look = (now, newest.hash)
        return before is not None and before[1] != newest.hash and now - before[0] <= FRESH_S
