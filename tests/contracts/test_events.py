"""Invariant 9: the events alone rebuild the state of both contracts.

A random walk of operations, refused ones among them, runs on a real node. `Replica` reads nothing
but the events; then every view is asked, and must answer as the replica does.
"""

import random
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest

from registry.proofs.keccak import keccak256
from registry.proofs.tree import Tree
from tests.contracts.chain import START, Chain, Reverted, committed

STEPS = 400
DAY = 86_400
SUSPENSION = 30 * DAY
ZERO = b"\0" * 32
SCOPES_STOPPED = 0b01111110

Event = tuple[str, dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Replica:
    """The state, from events."""

    organisations: dict[bytes, dict[str, Any]] = field(default_factory=dict)
    keys: dict[tuple[bytes, str], list[int]] = field(default_factory=dict)
    suspensions: dict[bytes, list[tuple[int, int]]] = field(default_factory=dict)
    logs: dict[bytes, tuple[bytes, int, int, bytes]] = field(default_factory=dict)
    proposals: dict[bytes, tuple[bytes, bytes, int, str]] = field(default_factory=dict)
    votes: dict[tuple[bytes, bytes], int] = field(default_factory=dict)
    heads: dict[bytes, tuple[int, int, bytes]] = field(default_factory=dict)
    anchors: dict[tuple[bytes, int], bytes] = field(default_factory=dict)

    def read(self, event: Event) -> None:
        name, values = event
        getattr(self, f"_{name}")(**values)

    def _Proposed(self, proposal: bytes, organisation: bytes, **rest: Any) -> None:  # noqa: N802 -- named as the event
        self.proposals[proposal] = (organisation, rest["region"], rest["kinds"], rest["key"])

    def _Voted(self, motion: bytes, region: bytes, **rest: Any) -> None:  # noqa: N802 -- named as the event
        self.votes[motion, region] = rest["castAt"]

    def _Admitted(self, organisation: bytes, proposal: bytes, **rest: Any) -> None:  # noqa: N802 -- named as the event
        self.proposals.pop(proposal, None)
        self.organisations[organisation] = {
            "region": rest["region"],
            "kinds": rest["kinds"],
            "admittedAt": rest["admittedAt"],
            "suspendedUntil": 0,
            "logs": 0,
            "witness": ZERO,
            "profile": organisation,
        }

    def _Suspended(self, organisation: bytes, until: int, **rest: int) -> None:  # noqa: N802 -- named as the event
        self.suspensions.setdefault(organisation, []).append((rest["from"], until))
        self.organisations[organisation]["suspendedUntil"] = until

    def _KeyAdded(self, organisation: bytes, key: str, **rest: int) -> None:  # noqa: N802 -- named as the event
        self.keys[organisation, key] = [rest["scopes"], rest["from"], rest["until"], 0]

    def _KeyRetired(self, organisation: bytes, key: str, until: int) -> None:  # noqa: N802 -- named as the event
        self.keys[organisation, key][2] = until

    def _KeyReported(self, organisation: bytes, key: str, since: int, **_: Any) -> None:  # noqa: N802 -- named as the event
        self.keys[organisation, key][3] = since

    def _LogOpened(self, organisation: bytes, log: bytes, **rest: Any) -> None:  # noqa: N802 -- named as the event
        self.logs[log] = (organisation, rest["number"], rest["openedAt"], rest["key"])
        self.organisations[organisation]["logs"] += 1

    def _WitnessSet(self, organisation: bytes, key: bytes) -> None:  # noqa: N802 -- named as the event
        self.organisations[organisation]["witness"] = key

    def _ProfileSet(self, organisation: bytes, digest: bytes) -> None:  # noqa: N802 -- named as the event
        self.organisations[organisation]["profile"] = digest

    def _Advanced(self, log: bytes, size: int, root: bytes, time: int, **_: bytes) -> None:  # noqa: N802 -- named as the event
        self.heads[log] = (size, time, root)
        self.anchors[log, size] = keccak256(root + time.to_bytes(32, "big"))

    # What the views derive.

    def regions(self) -> list[bytes]:
        return list(dict.fromkeys(o["region"] for o in self.organisations.values()))

    def members(self, region: bytes) -> list[bytes]:
        return [id_ for id_, o in self.organisations.items() if o["region"] == region]

    def active(self, region: bytes, now: int) -> list[bytes]:
        members = self.members(region)
        return [m for m in members if self.organisations[m]["suspendedUntil"] <= now]

    def authorised(self, holder: bytes, key: str, scope: int, time: int) -> tuple[bool, bool]:
        scopes, start, until, contested = self.keys.get((holder, key), [0, 0, 0, 0])
        inside = start <= time and (until == 0 or time < until)
        stopped = any(a <= time < b for a, b in self.suspensions.get(holder, []))
        return (
            bool(scope and scopes & scope == scope and inside)
            and not (stopped and scope & SCOPES_STOPPED),
            contested != 0 and contested <= time,
        )


class Walk:
    """Random operations of organisations that mostly mean well."""

    def __init__(self, chain: Chain, seed: int) -> None:
        self.chain = chain
        self.dice = random.Random(seed)
        self.now = START
        founders = [(ident(i), region(i), 1 + i, admin(i)) for i in range(4)]
        built = committed("Organisations")
        self.organisations = chain.deploy(built["abi"], built["bytecode"], ident(999), founders)
        built = committed("Logs")
        self.logs = chain.deploy(built["abi"], built["bytecode"], self.organisations.address)
        self.known = 4
        self.admitted = list(range(4))
        self.proposals = list[bytes]()
        self.trees = dict[bytes, Tree]()
        self.done = dict[str, int]()
        for i in range(3):
            arguments = (ident(i), anchor(i), 1, 0, 0)
            self.organisations.send(admin(i), "addKey", *arguments)
            self.organisations.send(admin(i), "openLog", ident(i), ident(i + 50))

    def step(self) -> None:
        self.now += self.dice.choice((1, 60, DAY // 4, DAY // 2))
        self.chain.next_block_at(self.now)
        operations = (
            self.propose,
            self.endorse,
            self.endorse,
            self.suspend,
            self.suspend,
            self.add_key,
            self.retire,
            self.report,
            self.open_log,
            self.name,
            self.advance,
            self.advance,
        )
        operation = self.dice.choice(operations)
        try:
            operation()
        except Reverted:
            self.done["refused"] = self.done.get("refused", 0) + 1
        else:
            self.done[operation.__name__] = self.done.get(operation.__name__, 0) + 1
        last = self.known - 1
        if last not in self.admitted and self.organisations.call("isActive", ident(last)):
            self.admitted.append(last)

    def someone(self) -> int:
        return self.dice.choice(self.admitted)

    def propose(self) -> None:
        if self.known - 1 not in self.admitted and self.dice.random() < 0.8:
            return
        new, by = self.known, self.dice.randrange(4)
        candidate = (ident(new), region(self.dice.randrange(7)), 1 + new % 63, admin(new))
        self.organisations.send(admin(by), "propose", ident(by), *candidate)
        self.proposals.append(keccak256(words(*candidate)))
        self.known += 1

    def endorse(self) -> None:
        if self.proposals:
            by = self.someone()
            proposal = self.dice.choice(self.proposals[-2:])
            self.organisations.send(admin(by), "endorse", ident(by), proposal)

    def suspend(self) -> None:
        by, target = self.someone(), self.dice.choice(self.admitted[2:5])
        self.organisations.send(admin(by), "suspend", ident(by), ident(target))

    def add_key(self) -> None:
        by, scopes = self.someone(), self.dice.choice((1, 2, 84, 255))
        start = self.dice.choice((0, self.now + DAY))
        until = self.dice.choice((0, self.now + 5 * DAY))
        key = "0x" + self.dice.randbytes(1).hex() * 20
        self.organisations.send(admin(by), "addKey", ident(by), key, scopes, start, until)

    def _some_key(self) -> tuple[int, str]:
        by = self.someone()
        added = [v for n, v in self.organisations.events() if n == "KeyAdded"]
        own = [v["key"] for v in added if v["organisation"] == ident(by)]
        return by, self.dice.choice(own or [admin(by)])

    def retire(self) -> None:
        by, key = self._some_key()
        self.organisations.send(admin(by), "retireKey", ident(by), key)

    def report(self) -> None:
        by, key = self._some_key()
        since = self.now - self.dice.randrange(20 * DAY)
        arguments = (ident(by), key, since, ident(7))
        self.organisations.send(admin(by), "reportCompromised", *arguments)

    def open_log(self) -> None:
        by = self.dice.randrange(3)
        if self.dice.random() < 0.3:
            self.organisations.send(admin(by), "openLog", ident(by), ident(by + 50))

    def name(self) -> None:
        by = self.someone()
        verb = self.dice.choice(("setWitness", "setProfile"))
        self.organisations.send(admin(by), verb, ident(by), self.dice.randbytes(32))

    def advance(self) -> None:
        by = self.dice.randrange(3)
        opened = self.organisations.call("organisationOf", ident(by))[4]
        # Now and then a closed log, which is refused.
        log = log_id(by, opened - 1 if self.dice.random() < 0.8 else self.dice.randrange(opened))
        tree = self.trees.setdefault(log, Tree())
        old = tree.size
        leaves = [self.dice.randbytes(32) for _ in range(self.dice.randint(1, 40))]
        grown = Tree([*(tree.leaf(i) for i in range(old)), *leaves])
        proof = grown.consistency_proof(old) if old else []
        arguments = (log, old, grown.size, grown.root(), proof, self.dice.randbytes(32))
        self.logs.send(anchor(by), "advance", *arguments)
        self.trees[log] = grown


def ident(number: int) -> bytes:
    return sha256(number.to_bytes(4, "big")).digest()


def region(number: int) -> bytes:
    return f"R{number}".encode().ljust(8, b"\0")


def admin(number: int) -> str:
    return f"0x{0xA000 + number:040x}"


def anchor(number: int) -> str:
    return f"0x{0xB000 + number:040x}"


def log_id(organisation: int, number: int) -> bytes:
    return sha256(ident(organisation) + number.to_bytes(4, "big")).digest()


def words(id_: bytes, where: bytes, kinds: int, key: str) -> bytes:
    key_word = bytes.fromhex(key[2:]).rjust(32, b"\0")
    return id_ + where.ljust(32, b"\0") + kinds.to_bytes(32, "big") + key_word


@pytest.fixture(scope="module")
def walk(chain: Chain) -> Walk:
    walk = Walk(chain, seed=5)
    for _ in range(STEPS):
        walk.step()
    # Views are asked at a time of their own: that of the newest block.
    chain.next_block_at(walk.now + 1)
    chain.rpc.call("evm_mine")
    walk.now += 1
    return walk


@pytest.fixture(scope="module")
def replica(walk: Walk) -> Replica:
    replica = Replica()
    for event in (*walk.organisations.events(), *walk.logs.events()):
        replica.read(event)
    return replica


def test_the_walk_went_everywhere(walk: Walk, replica: Replica) -> None:
    assert len(walk.done) == 10, walk.done
    assert walk.done["refused"] > STEPS // 20
    assert len(replica.organisations) > 4
    assert replica.suspensions
    assert len(replica.anchors) > len(replica.heads) > 1
    assert any(contested for *_, contested in replica.keys.values())


def test_events_rebuild_organisations(walk: Walk, replica: Replica) -> None:
    for number in range(walk.known):
        state = replica.organisations.get(ident(number))
        expected = tuple(state.values()) if state else (b"\0" * 8, 0, 0, 0, 0, ZERO, ZERO)
        answer = walk.organisations.call("organisationOf", ident(number))
        assert answer == expected
        active = state is not None and state["suspendedUntil"] <= walk.now
        assert walk.organisations.call("isActive", ident(number)) == active


def test_events_rebuild_keys_and_authority_at_all_times(walk: Walk, replica: Replica) -> None:
    times = range(START - DAY, walk.now + DAY, max(1, (walk.now - START) // 12))
    for (holder, key), state in replica.keys.items():
        assert walk.organisations.call("keyOf", holder, key) == tuple(state)
        for time in times:
            for scope in (0, 1, 4, 128):
                answer = walk.organisations.call("wasAuthorised", holder, key, scope, time)
                assert answer == replica.authorised(holder, key, scope, time)


def test_events_rebuild_regions_and_voices(walk: Walk, replica: Replica) -> None:
    regions = replica.regions()
    assert list(walk.organisations.call("regions")) == regions
    active = [r for r in regions if replica.active(r, walk.now)]
    assert walk.organisations.call("activeRegions") == len(active)
    for where in (*regions, b"nowhere\0"):
        members, in_force = replica.members(where), replica.active(where, walk.now)
        assert list(walk.organisations.call("organisationsIn", where)) == members
        assert walk.organisations.call("activeIn", where) == len(in_force)
        assert walk.organisations.call("voiceOf", where) == (in_force or [ZERO])[0]


def test_events_rebuild_proposals_and_votes(walk: Walk, replica: Replica) -> None:
    nothing = (ZERO, b"\0" * 8, 0, "0x" + "00" * 20)
    motions = [walk.organisations.call("suspensionOf", ident(n)) for n in range(walk.known)]
    assert motions == [keccak256(ident(n)) for n in range(walk.known)]
    for proposal in walk.proposals:
        answer = walk.organisations.call("proposalOf", proposal)
        assert answer == replica.proposals.get(proposal, nothing)
    for motion in (*walk.proposals, *motions):
        for where in replica.regions():
            answer = walk.organisations.call("votedAt", motion, where)
            assert answer == replica.votes.get((motion, where), 0)


def test_events_rebuild_logs(walk: Walk, replica: Replica) -> None:
    for log, (holder, number, opened_at, key) in replica.logs.items():
        closed = number + 1 != replica.organisations[holder]["logs"]
        answer = walk.organisations.call("logOf", log)
        assert answer == (holder, number, opened_at, closed, key)
        assert walk.organisations.call("holderOf", log) == (holder, closed)
        assert walk.organisations.call("logIdOf", holder, number) == log


def test_events_rebuild_heads_and_anchors(walk: Walk, replica: Replica) -> None:
    for log in replica.logs:
        assert walk.logs.call("head", log) == replica.heads.get(log, (0, 0, ZERO))
        anchored = {size for other, size in replica.anchors if other == log}
        for size in anchored | set(range(64)):
            answer = walk.logs.call("anchorOf", log, size)
            assert answer == replica.anchors.get((log, size), ZERO)


def test_invariant_1_every_anchor_is_a_prefix_of_the_last(walk: Walk) -> None:
    advanced = [values for _, values in walk.logs.events()]
    for log in {values["log"] for values in advanced}:
        own = [values for values in advanced if values["log"] == log]
        sizes = [values["size"] for values in own]
        assert sizes == sorted(set(sizes))
        assert [values["root"] for values in own] == [walk.trees[log].root(n) for n in sizes]
