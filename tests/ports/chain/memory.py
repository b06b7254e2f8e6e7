"""The chain room's persistence in memory: fakes that pass the suites in `suites.py`."""

from collections.abc import Sequence

from registry.chain.events import RawLog
from registry.chain.sender import Outgoing
from registry.chain.watcher import Changes, Position


class MemoryLane:
    """A `Lane` that lasts as long as the test."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], Outgoing] = {}

    def store(self, outgoing: Outgoing) -> None:
        self._kept.setdefault((outgoing.nonce, outgoing.attempt), outgoing)

    def since(self, nonce: int) -> Sequence[Outgoing]:
        return [kept for key, kept in sorted(self._kept.items()) if key[0] >= nonce]

    def of(self, purpose: str) -> Sequence[Outgoing]:
        return [kept for _, kept in sorted(self._kept.items()) if kept.purpose == purpose]


class MemorySightings:
    """`Sightings` that last as long as the test."""

    def __init__(self) -> None:
        self._position: Position | None = None
        self._unconfirmed: dict[tuple[bytes, int], RawLog] = {}

    def position(self) -> Position | None:
        return self._position

    def unconfirmed(self) -> Sequence[RawLog]:
        return sorted(self._unconfirmed.values(), key=lambda raw: raw.order)

    def apply(self, changes: Changes) -> None:
        for raw in changes.reorged:
            self._unconfirmed.pop(raw.place, None)
        for event in changes.mined:
            self._unconfirmed[event.raw.place] = event.raw
        for event in changes.final:
            self._unconfirmed.pop(event.raw.place, None)
        self._position = changes.position
