"""What the spine asks of the chain's decisions about organisations, and how it hands them on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from registry.errors import NotAuthorised
from registry.proofs.keys import SignerKey
from registry.proofs.record import LogId, OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainNews:
    """One final event of the chain; `place` is its index among the logs of its block."""

    block: int
    place: int
    time: int
    name: str
    arguments: Mapping[str, Any]


class Authority(Protocol):
    """What the chain decided about organisations, as far as its events are final here."""

    def refusal(
        self, organisation: OrganisationId, key: SignerKey, scope: int, time: int
    ) -> NotAuthorised | None:
        """Why `key` may not use `scope` for `organisation` at `time`; None where it may."""
        ...

    def region_of(self, organisation: OrganisationId) -> str | None:
        """The ISO 3166 region of an organisation; None for one that is not on the chain."""
        ...

    def kinds_of(self, organisation: OrganisationId) -> tuple[str, ...]:
        """What the regions admitted an organisation as; nothing for one not on the chain."""
        ...

    def logs(self) -> Mapping[LogId, OrganisationId]:
        """Every log that was opened, with its organisation."""
        ...

    def changed_at(self) -> int:
        """The block time of the newest event that is known; 0 before the first."""
        ...
