"""Typed bindings to Organisations and Logs over any `Rpc`: views, calls to send, events.

The words are those of `contracts/interfaces/`. Ids and digests are 32 bytes, addresses 20, times
seconds since 1970 (0: never, or no end). `block` names the block a view is asked at, None the
newest; an old block's views may be pruned, its events are not. No web3 objects here: these are the
hot paths.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from registry.chain.abi import functions
from registry.chain.events import Event, event_of, read_log_entry
from registry.chain.refusals import RangeTooWide
from registry.chain.rpc import Rpc, octets, tag
from registry.errors import Damaged

RANGE_BLOCKS = 2000
SCOPE_ANCHOR = 1
SCOPE_ADMINISTRATION = 128
ZERO = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A transaction to be sent: what to tell which contract."""

    to: bytes
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was last anchored of a log; size 0 before the first anchor."""

    size: int
    time: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An admitted organisation; `admitted_at` 0 for an unknown one."""

    region: bytes
    kinds: int
    admitted_at: int
    suspended_until: int
    logs: int
    witness: bytes
    profile: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key's scopes and window; `scopes` 0 for an unknown key."""

    scopes: int
    valid_from: int
    valid_until: int
    contested_since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLog:
    """A log of an organisation; `organisation` zero for an unknown log."""

    organisation: bytes
    number: int
    opened_at: int
    closed: bool
    key: bytes


class Contract:
    """One contract of the ledger at its address."""

    name: str

    def __init__(self, rpc: Rpc, address: bytes) -> None:
        """`address` is 20 bytes."""
        self._rpc = rpc
        self.address = address

    def _view(self, function: str, *values: Any, block: int | None = None) -> tuple[Any, ...]:
        return functions(self.name)[function].answer(self._ask(function, values, block))

    def _struct(self, function: str, *values: Any, block: int | None = None) -> dict[str, Any]:
        return functions(self.name)[function].named_answer(self._ask(function, values, block))

    def _ask(self, function: str, values: Sequence[Any], block: int | None) -> bytes:
        shape = functions(self.name)[function]
        question = {
            "to": "0x" + self.address.hex(),
            "data": "0x" + shape.call(*values).hex(),
        }
        answer = octets(self._rpc.call("eth_call", question, tag(block)))
        if not answer and shape.outputs:
            raise Damaged(
                "CHAIN_CONTRACTS_MISSING",
                f"there is no {self.name} contract at its address; is this the ledger's chain?",
            )
        return answer

    def _call(self, function: str, *values: Any) -> Call:
        return Call(to=self.address, data=functions(self.name)[function].call(*values))


class Logs(Contract):
    """The anchored heads of the organisations' logs."""

    name = "Logs"

    def organisations(self) -> bytes:
        """The address of the Organisations contract that it asks."""
        address: bytes = self._view("organisations")[0]
        return address

    def head(self, log: bytes, *, block: int | None = None) -> Head:
        """What was last anchored of `log`."""
        return Head(**self._struct("head", log, block=block))

    def anchor_of(self, log: bytes, size: int, *, block: int | None = None) -> bytes | None:
        """keccak256(root ‖ time as a word) of the anchor at `size`; None if there is none."""
        anchor: bytes = self._view("anchorOf", log, size, block=block)[0]
        return None if anchor == ZERO else anchor

    def verify(
        self,
        log: bytes,
        size: int,
        root: bytes,
        time: int,
        entry: bytes,
        index: int,
        proof: Sequence[bytes],
    ) -> bool:
        """Whether that anchor stands and its tree holds `entry` at `index`."""
        proven: bool = self._view("verify", log, size, root, time, entry, index, proof)[0]
        return proven

    def advance(
        self,
        log: bytes,
        old_size: int,
        new_size: int,
        new_root: bytes,
        proof: Sequence[bytes],
        manifest: bytes,
    ) -> Call:
        """Anchor a larger head of `log`; `proof` is the RFC 9162 consistency proof."""
        return self._call("advance", log, old_size, new_size, new_root, proof, manifest)


class Organisations(Contract):
    """Who may act in a ledger."""

    name = "Organisations"

    def ledger(self) -> bytes:
        """The ledger's id."""
        ledger: bytes = self._view("ledger")[0]
        return ledger

    def organisation_of(self, organisation: bytes, *, block: int | None = None) -> Organisation:
        """The organisation as it stands."""
        return Organisation(**self._struct("organisationOf", organisation, block=block))

    def key_of(self, organisation: bytes, key: bytes, *, block: int | None = None) -> Key:
        """A key (address) of the organisation as it stands."""
        return Key(**self._struct("keyOf", organisation, key, block=block))

    def log_of(self, log: bytes, *, block: int | None = None) -> OpenedLog:
        """A log as it stands."""
        return OpenedLog(**self._struct("logOf", log, block=block))

    def is_active(self, organisation: bytes, *, block: int | None = None) -> bool:
        """Whether it was admitted and no suspension of it is in force."""
        active: bool = self._view("isActive", organisation, block=block)[0]
        return active

    def was_authorised(
        self, organisation: bytes, key: bytes, scope: int, time: int, *, block: int | None = None
    ) -> tuple[bool, bool]:
        """Whether `key` could act within `scope` at `time`; whether that is contested."""
        authorised, contested = self._view(
            "wasAuthorised", organisation, key, scope, time, block=block
        )
        return authorised, contested

    def regions(self, *, block: int | None = None) -> tuple[bytes, ...]:
        """All regions, in order of their first admission; 8 bytes each."""
        return tuple(self._view("regions", block=block)[0])

    def organisations_in(self, region: bytes, *, block: int | None = None) -> tuple[bytes, ...]:
        """The organisations of a region, in order of admission."""
        return tuple(self._view("organisationsIn", region, block=block)[0])

    def voice_of(self, region: bytes, *, block: int | None = None) -> bytes | None:
        """The organisation that speaks for `region`; None if none does."""
        voice: bytes = self._view("voiceOf", region, block=block)[0]
        return None if voice == ZERO else voice

    def propose(self, voice: bytes, candidate: "Candidate") -> Call:
        """Put a candidate to the vote, with the vote of the voice's region."""
        return self._call(
            "propose", voice, candidate.id, candidate.region, candidate.kinds, candidate.key
        )

    def endorse(self, voice: bytes, proposal: bytes) -> Call:
        """Vote for a proposal."""
        return self._call("endorse", voice, proposal)

    def suspend(self, voice: bytes, organisation: bytes) -> Call:
        """Vote for suspending an organisation."""
        return self._call("suspend", voice, organisation)

    def add_key(
        self,
        organisation: bytes,
        key: bytes,
        scopes: int,
        valid_from: int = 0,
        valid_until: int = 0,
    ) -> Call:
        """Give the organisation a further key; 0 for from now, and for no end."""
        return self._call("addKey", organisation, key, scopes, valid_from, valid_until)

    def retire_key(self, organisation: bytes, key: bytes) -> Call:
        """End the window of a key now."""
        return self._call("retireKey", organisation, key)

    def report_compromised(
        self, organisation: bytes, key: bytes, since: int, reason: bytes
    ) -> Call:
        """Say that a key was in other hands from `since` on."""
        return self._call("reportCompromised", organisation, key, since, reason)

    def open_log(self, organisation: bytes, log_key: bytes) -> Call:
        """Open the organisation's next log, and close the one before for good."""
        return self._call("openLog", organisation, log_key)

    def set_witness(self, organisation: bytes, key: bytes) -> Call:
        """Name the witness's Ed25519 key."""
        return self._call("setWitness", organisation, key)

    def set_profile(self, organisation: bytes, digest: bytes) -> Call:
        """Name the current profile record."""
        return self._call("setProfile", organisation, digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Who is to be admitted: a founder, or the subject of a proposal. `region` is 8 bytes."""

    id: bytes
    region: bytes
    kinds: int
    key: bytes


def read_events(
    rpc: Rpc, addresses: Sequence[bytes], first: int, last: int, step: int = RANGE_BLOCKS
) -> Iterator[Event]:
    """The contracts' events of the blocks `first` to `last`, both included, in order.

    Asks for at most `step` blocks at a time, and for fewer when the node wants that.
    """
    while first <= last:
        stop = min(first + step - 1, last)
        try:
            found = _logs(rpc, addresses, first, stop)
        except RangeTooWide:
            if step == 1:
                raise
            step = max(step // 4, 1)
            continue
        yield from found
        first = stop + 1


def _logs(rpc: Rpc, addresses: Sequence[bytes], first: int, last: int) -> list[Event]:
    question = {
        "address": ["0x" + address.hex() for address in addresses],
        "fromBlock": hex(first),
        "toBlock": hex(last),
    }
    answer = rpc.call("eth_getLogs", question)
    if not isinstance(answer, list):
        raise Damaged("CHAIN_ANSWER_MALFORMED", "the chain's node gave a list of logs that is none")
    raws = [read_log_entry(fields) for fields in answer if not fields.get("removed")]
    events = (event_of(raw) for raw in sorted(raws, key=lambda raw: raw.order))
    return [event for event in events if event is not None]
