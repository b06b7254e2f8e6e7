"""Who an organisation is and who may act for it at a given time, from the chain's events alone.

The chain decides on admission, keys, logs and suspension; this module folds its final events, in
their order, into a register and answers from it. Scopes and kinds are bits of the protocol, section
8. Every window is half-open, `[start, end)`, in seconds since 1970.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from registry.proofs.hexes import from_hex
from registry.proofs.keys import SignerKey, eth_key
from registry.proofs.record import Digest, LogId, OrganisationId
from registry.proofs.trust import KINDS, Scope

# A suspended organisation writes nothing new, but never loses its anchors or its administration.
STOPPED_BY_SUSPENSION = Scope(2 | 4 | 8 | 16 | 32 | 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWindow:
    """A key's scopes and the time in which it may use them; None for an open end or no contest."""

    scopes: Scope
    start: int
    end: int | None = None
    contested_since: int | None = None

    def holds(self, time: int) -> bool:
        """Whether `time` lies in the window."""
        return self.start <= time and (self.end is None or time < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLog:
    """A log of an organisation and the Ed25519 key that signs its checkpoints."""

    log: LogId
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An admitted organisation; the last of its `logs` is open, `witness` is an Ed25519 key."""

    id: OrganisationId
    region: str
    kinds: tuple[str, ...]
    profile: Digest
    keys: Mapping[SignerKey, KeyWindow]
    logs: tuple[OpenedLog, ...] = ()
    witness: bytes | None = None
    suspensions: tuple[tuple[int, int], ...] = ()

    def suspended(self, time: int) -> bool:
        """Whether a suspension is in force at `time`."""
        return any(start <= time < end for start, end in self.suspensions)


Register = Mapping[OrganisationId, Organisation]


def fold(events: Iterable[tuple[str, Mapping[str, Any]]]) -> Register:
    """The organisations in order of admission, as events (name, arguments) of the chain leave them.

    Names and arguments are those of `contracts/interfaces/IOrganisations.sol`, bytes in hex. Events
    that change no organisation (votes, proposals, anchors) are passed over.
    """
    register: dict[OrganisationId, Organisation] = {}
    for name, arguments in events:
        if name == "Admitted":
            admitted = _admitted(arguments)
            register[admitted.id] = admitted
        elif name in _CHANGES:
            organisation = OrganisationId(from_hex(arguments["organisation"], size=32))
            register[organisation] = _changed(register[organisation], name, arguments)
    return register


_CHANGES = frozenset(
    ("KeyAdded", "KeyRetired", "KeyReported", "LogOpened", "WitnessSet", "ProfileSet", "Suspended")
)


def _admitted(arguments: Mapping[str, Any]) -> Organisation:
    organisation = from_hex(arguments["organisation"], size=32)
    return Organisation(
        id=OrganisationId(organisation),
        region=from_hex(arguments["region"], size=8).rstrip(b"\0").decode("ascii"),
        kinds=tuple(kind for bit, kind in enumerate(KINDS) if arguments["kinds"] >> bit & 1),
        profile=Digest(organisation),
        keys={},
    )


def _changed(before: Organisation, name: str, arguments: Mapping[str, Any]) -> Organisation:
    match name:
        case "LogOpened":
            opened = OpenedLog(
                log=LogId(from_hex(arguments["log"], size=32)),
                key=from_hex(arguments["key"], size=32),
            )
            return replace(before, logs=(*before.logs, opened))
        case "WitnessSet":
            return replace(before, witness=from_hex(arguments["key"], size=32))
        case "ProfileSet":
            return replace(before, profile=Digest(from_hex(arguments["digest"], size=32)))
        case "Suspended":
            span = (arguments["valid_from"], arguments["valid_until"])
            return replace(before, suspensions=(*before.suspensions, span))
        case _:
            key = eth_key(from_hex(arguments["key"], size=20))
            window = _window(before.keys.get(key), name, arguments)
            return replace(before, keys={**before.keys, key: window})


def _window(before: KeyWindow | None, name: str, arguments: Mapping[str, Any]) -> KeyWindow:
    if before is None or name == "KeyAdded":
        return KeyWindow(
            scopes=Scope(arguments["scopes"]),
            start=arguments["valid_from"],
            end=arguments["valid_until"] or None,
        )
    if name == "KeyRetired":
        return replace(before, end=arguments["valid_until"])
    return replace(before, contested_since=arguments["since"])


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a key may not act: a stable code and the sentence that explains it."""

    code: str
    reason: str


def refusal(
    register: Register, organisation: OrganisationId, key: SignerKey, scope: Scope, time: int
) -> Refusal | None:
    """Why `key` may not use `scope` for `organisation` at `time`; None where it may."""
    known = register.get(organisation)
    if known is None:
        return Refusal("ORGANISATION_UNKNOWN", "the organisation is not on the chain")
    window = known.keys.get(key)
    if window is None:
        return Refusal("KEY_NOT_OF_ORGANISATION", f"{key} is no key of the organisation")
    if not window.holds(time):
        return Refusal("KEY_OUTSIDE_WINDOW", f"{key} is not valid at that time")
    if scope not in window.scopes:
        return Refusal("KEY_OUTSIDE_SCOPE", f"{key} lacks the scope {scope.name}")
    if scope & STOPPED_BY_SUSPENSION and known.suspended(time):
        return Refusal("ORGANISATION_SUSPENDED", "the organisation is suspended")
    return None


def voices(register: Register, time: int) -> Mapping[str, OrganisationId]:
    """Who speaks for each region at `time`: its first active organisation, in order of admission.

    A region without an active organisation has no voice.
    """
    speaking: dict[str, OrganisationId] = {}
    for known in register.values():
        if not known.suspended(time):
            speaking.setdefault(known.region, known.id)
    return speaking
