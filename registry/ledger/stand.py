"""What an answer stands on: a time, a block of the chain, and how much of each log is known.

Protocol section 6: a result names the chain block and the size of each log that it stands on; a log
that is not followed so far gives unknown, not no. Every node that knows the same chain names the
same stand for the same recorded time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from registry.ledger import checkpoints, repository
from registry.proofs.hexes import to_hex
from registry.proofs.record import LogId, OrganisationId
from registry.proofs.shape import seconds_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStand:
    """A log: its size as anchored until the time, and how much of that is here and verified."""

    log: LogId
    organisation: OrganisationId
    anchored: int
    followed: int

    @property
    def complete(self) -> bool:
        """Everything that the chain has of the log is here."""
        return self.followed == self.anchored


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What was recorded until `known_at` (seconds since 1970), as of `block` of the chain."""

    known_at: int
    block: int
    logs: tuple[LogStand, ...]

    @property
    def complete(self) -> bool:
        """No log is known less far than the chain has it."""
        return all(log.complete for log in self.logs)

    def to_json(self) -> dict[str, Any]:
        """The stand as answers carry it."""
        return {
            "known_at": seconds_text(self.known_at),
            "block": self.block,
            "logs": [
                {
                    "log": to_hex(each.log),
                    "organisation": to_hex(each.organisation),
                    "anchored": each.anchored,
                    "followed": each.followed,
                }
                for each in self.logs
            ],
        }


def stand_at(connection: Connection, logs: Mapping[LogId, OrganisationId], known_at: int) -> Stand:
    """The stand at a recorded time, of every log that was anchored until then, by id.

    A log without an anchor adds nothing to any answer; leaving it out, a node that heard of a log
    opened later names the same stand as one that did not.
    """
    block = 0
    known = []
    for log in sorted(logs):
        anchor = checkpoints.newest_final(connection, log, known_at)
        if anchor is None:
            continue
        block = max(block, anchor.block_number)
        here = repository.followed_size(connection, log)
        known.append(
            LogStand(
                log=log,
                organisation=logs[log],
                anchored=anchor.size,
                followed=min(here, anchor.size),
            )
        )
    return Stand(known_at=known_at, block=block, logs=tuple(known))


def newest(connection: Connection, logs: Mapping[LogId, OrganisationId], changed_at: int) -> int:
    """The time of the newest final event known here: what a question is answered as of."""
    finals = (checkpoints.newest_final(connection, log) for log in logs)
    return max([changed_at, *(anchor.time for anchor in finals if anchor is not None)])
