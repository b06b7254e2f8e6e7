"""The contracts' events as frozen dataclasses, each with its place in the chain.

`RawLog` is what a node gives and what is worth storing; `event_of` reads it. The names are those of
`IOrganisations.sol` and `ILogs.sol`; times are seconds since 1970, `valid_until` 0 means no end,
addresses are 20 bytes. The place is named by the block's hash, so that a log of an abandoned block
is never taken for one of the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.chain.abi import events_by_hash
from registry.chain.refusals import chain_damaged
from registry.chain.rpc import octets, quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLog:
    """One log of a block, as the node gave it."""

    contract: bytes
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: bytes
    transaction: bytes
    index: int

    @property
    def place(self) -> tuple[bytes, int]:
        """What tells this log from every other one, abandoned blocks included."""
        return self.block_hash, self.index

    @property
    def order(self) -> tuple[int, int]:
        """Its place in the order of events."""
        return self.block_number, self.index


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """`log` was anchored at `size`; `time` is the block's."""

    log: bytes
    size: int
    root: bytes
    time: int
    manifest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A candidate was put to the vote."""

    proposal: bytes
    organisation: bytes
    region: bytes
    kinds: int
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """`voice` cast or renewed its region's vote for a motion: a proposal or a suspension."""

    motion: bytes
    region: bytes
    voice: bytes
    cast_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """An organisation was admitted, by founding (`proposal` zero) or by vote."""

    organisation: bytes
    region: bytes
    proposal: bytes
    kinds: int
    admitted_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """`organisation` is suspended in [valid_from, valid_until)."""

    organisation: bytes
    valid_from: int
    valid_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAdded:
    """`key` may act for `organisation` within `scopes` in [valid_from, valid_until)."""

    organisation: bytes
    key: bytes
    scopes: int
    valid_from: int
    valid_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRetired:
    """The window of `key` ends at `valid_until`."""

    organisation: bytes
    key: bytes
    valid_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReported:
    """What `key` signed from `since` on is contested."""

    organisation: bytes
    key: bytes
    since: int
    reported_at: int
    reason: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOpened:
    """`organisation` opened `log`, its `number`-th from zero; `key` is Ed25519."""

    organisation: bytes
    log: bytes
    number: int
    opened_at: int
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessSet:
    """The witness of `organisation` cosigns with the Ed25519 `key` from now on."""

    organisation: bytes
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSet:
    """The current profile record of `organisation` has this digest."""

    organisation: bytes
    digest: bytes


OrganisationEvent = (
    Proposed
    | Voted
    | Admitted
    | Suspended
    | KeyAdded
    | KeyRetired
    | KeyReported
    | LogOpened
    | WitnessSet
    | ProfileSet
)
Content = Advanced | OrganisationEvent

KINDS: Mapping[str, type[Content]] = {
    kind.__name__: kind
    for kind in (
        Advanced,
        Proposed,
        Voted,
        Admitted,
        Suspended,
        KeyAdded,
        KeyRetired,
        KeyReported,
        LogOpened,
        WitnessSet,
        ProfileSet,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, and the log that says so."""

    raw: RawLog
    content: Content


def event_of(raw: RawLog) -> Event | None:
    """The event that a log of our contracts states; None for one that this release does not know.

    Raises Damaged CHAIN_ANSWER_MALFORMED.
    """
    for contract in ("Logs", "Organisations"):
        shape = events_by_hash(contract).get(raw.topics[0]) if raw.topics else None
        if shape is not None:
            content = KINDS[shape.name](**shape.event(raw.topics, raw.data))
            return Event(raw=raw, content=content)
    return None


def read_log_entry(fields: Any) -> RawLog:
    """A log of a JSON-RPC answer. Raises Damaged CHAIN_ANSWER_MALFORMED."""
    if not isinstance(fields, Mapping) or not isinstance(fields.get("topics"), list):
        raise chain_damaged("CHAIN_ANSWER_MALFORMED", "the chain's node gave a log that is none")
    return RawLog(
        contract=octets(fields.get("address"), 20),
        topics=tuple(octets(topic, 32) for topic in fields["topics"]),
        data=octets(fields.get("data")),
        block_number=quantity(fields.get("blockNumber")),
        block_hash=octets(fields.get("blockHash"), 32),
        transaction=octets(fields.get("transactionHash"), 32),
        index=quantity(fields.get("logIndex")),
    )
