"""The organisations of a ledger as the contract's events alone state them.

The fold of the events of `IOrganisations.sol`, in their order, gives the contract's state at any
block, also where a node has dropped that block's state. It is pure; `read_organisations` feeds it
from the chain, the ledger may feed it from what the watcher kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry.chain.contracts import read_events
from registry.chain.deployments import Deployment
from registry.chain.events import (
    Admitted,
    Content,
    KeyAdded,
    KeyReported,
    KeyRetired,
    LogOpened,
    ProfileSet,
    Suspended,
    WitnessSet,
)
from registry.chain.refusals import HistoryPruned
from registry.chain.rpc import Block, Rpc, block_at, head


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A key (20-byte address) with its scopes and window; `valid_until` 0: no end.

    What it signed from `contested_since` on is contested, as reported at `reported_at`; 0: nothing.
    """

    address: bytes
    scopes: int
    valid_from: int
    valid_until: int
    contested_since: int = 0
    reported_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """A log: its id, its number in the organisation, its Ed25519 key. Only the last one is open."""

    id: bytes
    number: int
    key: bytes
    opened_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationState:
    """An organisation. `witness` is None until it is set; `suspensions` are [from, until) each."""

    id: bytes
    region: bytes
    kinds: int
    admitted_at: int
    profile: bytes
    witness: bytes | None = None
    suspensions: tuple[tuple[int, int], ...] = ()
    keys: tuple[KeyState, ...] = ()
    logs: tuple[LogState, ...] = ()

    def suspended_at(self, time: int) -> bool:
        """Whether a suspension was in force at `time`."""
        return any(start <= time < end for start, end in self.suspensions)

    def authorised(self, address: bytes, scope: int, time: int) -> tuple[bool, bool]:
        """Whether the key could act within `scope` at `time`, and whether that is contested.

        As the contract's `wasAuthorised`.
        """
        key = next((key for key in self.keys if key.address == address), None)
        if key is None:
            return False, False
        in_window = key.valid_from <= time and (not key.valid_until or time < key.valid_until)
        stopped = bool(scope & SUSPENDABLE) and self.suspended_at(time)
        covered = scope != 0 and key.scopes & scope == scope
        contested = bool(key.contested_since) and time >= key.contested_since
        return covered and in_window and not stopped, contested


#: Scopes that a suspension stops: all but anchoring (1) and administration (128).
SUSPENDABLE = 2 | 4 | 8 | 16 | 32 | 64


def fold(events: Iterable[Content]) -> dict[bytes, OrganisationState]:
    """The organisations by id, in order of admission, after these events."""
    known: dict[bytes, OrganisationState] = {}
    for content in events:
        _apply(known, content)
    return known


def read_organisations(
    rpc: Rpc, deployment: Deployment, block: int | None = None
) -> tuple[Block, tuple[OrganisationState, ...]]:
    """The organisations in order of admission as at the end of `block`, and that block's header.

    None: the newest block. Raises HistoryPruned when there is no such block.
    """
    at = head(rpc) if block is None else block_at(rpc, block)
    if at is None:
        raise HistoryPruned("CHAIN_HISTORY_PRUNED", f"the chain's node has no block {block}")
    address = deployment.organisations.address
    events = read_events(rpc, [address], deployment.block, at.number)
    return at, tuple(fold(event.content for event in events).values())


def _apply(known: dict[bytes, OrganisationState], content: Content) -> None:
    match content:
        case Admitted():
            known[content.organisation] = OrganisationState(
                id=content.organisation,
                region=content.region,
                kinds=content.kinds,
                admitted_at=content.admitted_at,
                profile=content.organisation,
            )
        case Suspended() | KeyAdded() | KeyRetired() | KeyReported() | LogOpened():
            known[content.organisation] = _changed(known[content.organisation], content)
        case WitnessSet():
            known[content.organisation] = replace(known[content.organisation], witness=content.key)
        case ProfileSet():
            known[content.organisation] = replace(
                known[content.organisation], profile=content.digest
            )
        case _:
            pass  # votes and proposals change no organisation


def _changed(
    state: OrganisationState, content: Suspended | KeyAdded | KeyRetired | KeyReported | LogOpened
) -> OrganisationState:
    match content:
        case Suspended():
            window = (content.valid_from, content.valid_until)
            return replace(state, suspensions=(*state.suspensions, window))
        case KeyAdded():
            key = KeyState(
                address=content.key,
                scopes=content.scopes,
                valid_from=content.valid_from,
                valid_until=content.valid_until,
            )
            return replace(state, keys=(*state.keys, key))
        case KeyRetired():
            return _with_key(state, content.key, valid_until=content.valid_until)
        case KeyReported():
            return _with_key(
                state,
                content.key,
                contested_since=content.since,
                reported_at=content.reported_at,
            )
        case LogOpened():
            opened = LogState(
                id=content.log,
                number=content.number,
                key=content.key,
                opened_at=content.opened_at,
            )
            return replace(state, logs=(*state.logs, opened))


def _with_key(state: OrganisationState, address: bytes, **changes: int) -> OrganisationState:
    keys = (
        replace(key, **changes) if key.address == address else key  # type: ignore[arg-type] # ints
        for key in state.keys
    )
    return replace(state, keys=tuple(keys))
