"""Whose word makes a checkpoint good: logs, witnesses, groups, one quorum (C2SP tlog-policy).

Comity's own policies have one group a region and ask for k = ⌊(n − 1)/2⌋ + 2 of n regions, the
log's own counting; a ledger of one region asks for none and is shown as "single operator".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from registry.errors import InvalidInput
from registry.proofs.cosignature import cosigned_at
from registry.proofs.note import COSIGNATURE, ED25519, Note, VerifierKey, parse_vkey

NONE = "none"
LONGEST = 1024 * 1024

_SPACE = re.compile(r"[ \t]+")
_DECIMAL = re.compile(r"[1-9][0-9]{0,5}")
_QUORUM_GROUP = "regions"


class Operator(Protocol):
    """What a policy needs to know of an organisation."""

    @property
    def region(self) -> str:
        """ISO 3166 code."""
        ...

    @property
    def logs(self) -> Sequence[VerifierKey]:
        """The keys of its logs, type 0x01."""
        ...

    @property
    def witness(self) -> VerifierKey | None:
        """The key of its witness, type 0x04."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """At least `threshold` of `members` must have witnessed; a member is a witness or a group."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a policy says of one checkpoint."""

    listed: bool
    """The policy names a log of this origin."""
    signed: bool
    """A key of that log signed the note, and no signature by one is wrong."""
    cosigned: Mapping[str, datetime]
    """Witnesses (by their names in the policy) with the time of their valid cosignature."""
    quorum_at: datetime | None
    """When the quorum was complete; None where it is missing, or asks for nothing."""
    enough: bool
    """The quorum is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Logs, witnesses by name, groups by name, and the name of the quorum (`none` for none)."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str
    text: str = field(repr=False)

    @property
    def single_operator(self) -> bool:
        """Nobody but the log's operator vouches for it: `quorum none`."""
        return self.quorum == NONE

    def log_keys(self, origin: str) -> list[VerifierKey]:
        """The keys that are listed for the log of an origin line."""
        return [key for key in self.logs if key.name == origin]

    def judge(self, note: Note, origin: str) -> Judgement:
        """Verify the log's signature and every known cosignature of a checkpoint."""
        keys = self.log_keys(origin)
        cosigned = {
            name: time
            for name, key in self.witnesses.items()
            if (time := cosigned_at(note, key)) is not None
        }
        at = self._quorum_at(cosigned)
        return Judgement(
            listed=bool(keys),
            signed=_signed_by_one(note, keys),
            cosigned=cosigned,
            quorum_at=at,
            enough=self.single_operator or at is not None,
        )

    def group_of(self, witness: str) -> str:
        """The group that a witness belongs to (its region), or its own name."""
        for name, group in self.groups.items():
            if witness in group.members:
                return name
        return witness

    def _quorum_at(self, cosigned: Mapping[str, datetime]) -> datetime | None:
        """The earliest time at which those who had cosigned were enough."""
        if self.single_operator:
            return None
        present: set[str] = set()
        for name, time in sorted(cosigned.items(), key=lambda item: (item[1], item[0])):
            present.add(name)
            if self._witnessed(self.quorum, present):
                return time
        return None

    def _witnessed(self, name: str, present: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in present
        count = sum(self._witnessed(member, present) for member in group.members)
        return count >= group.threshold


def parse_policy(text: str) -> Policy:
    """The policy that `text` states. Raises InvalidInput POLICY_MALFORMED naming the line."""
    if len(text) > LONGEST or any(mark < " " and mark not in "\t\n" for mark in text):
        raise _malformed(0, "is longer than admitted or holds control characters")
    if "\x7f" in text or not text.endswith("\n"):
        raise _malformed(0, "must be lines that end in a newline")
    reader = _Reader()
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        items = _SPACE.split(line.strip(" \t"))
        if items[0] and not items[0].startswith("#"):
            reader.read(number, items)
    if reader.quorum is None:
        raise _malformed(0, "must have one quorum line")
    return Policy(
        logs=tuple(reader.logs),
        witnesses=reader.witnesses,
        groups=reader.groups,
        quorum=reader.quorum,
        text=text,
    )


def quorum_of(regions: int) -> int | None:
    """How many of n regions must cosign: ⌊(n − 1)/2⌋ + 2; None where there is but one."""
    return (regions - 1) // 2 + 2 if regions > 1 else None


def build_policy(organisations: Sequence[Operator]) -> str:
    """The policy of a ledger's organisations, in their order, as text.

    Regions are those with a witness; witnesses are named A to Z in order, W27 and so on after.
    """
    return "".join(line + "\n" for line in _lines(organisations))


def _lines(organisations: Sequence[Operator]) -> Iterator[str]:
    for organisation in organisations:
        for key in organisation.logs:
            yield f"log {key.encode()}"
    regions: dict[str, list[str]] = {}
    for organisation in organisations:
        if organisation.witness is not None:
            name = _letter(sum(map(len, regions.values())))
            regions.setdefault(organisation.region, []).append(name)
            yield f"witness {name} {organisation.witness.encode()}"
    for region, names in regions.items():
        yield f"group {region} any {' '.join(names)}"
    wanted = quorum_of(len(regions))
    if wanted is None:
        yield f"quorum {NONE}"
    else:
        yield f"group {_QUORUM_GROUP} {wanted} {' '.join(regions)}"
        yield f"quorum {_QUORUM_GROUP}"


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"W{place + 1}"


def _signed_by_one(note: Note, keys: Sequence[VerifierKey]) -> bool:
    message = note.text.encode()
    held = [key.holds(line.value, message) for key in keys for line in note.by(key)]
    return bool(held) and all(held)


class _Reader:
    """Collects the lines of a policy; every name must be defined before it is used."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._grouped: set[str] = set()

    def read(self, number: int, items: list[str]) -> None:
        word, *rest = items
        if word == "log" and 1 <= len(rest) <= 2:
            self._log(number, rest[0])
        elif word == "witness" and 2 <= len(rest) <= 3:
            self._witness(number, rest[0], rest[1])
        elif word == "group" and len(rest) >= 3:
            self._group(number, rest[0], rest[1], tuple(rest[2:]))
        elif word == "quorum" and len(rest) == 1:
            self._quorum(number, rest[0])
        else:
            raise _malformed(number, "is not a log, witness, group or quorum line")

    def _log(self, number: int, text: str) -> None:
        key = _vkey(number, text, ED25519)
        if any(known.public == key.public for known in self.logs):
            raise _malformed(number, "repeats a log's key")
        self.logs.append(key)

    def _witness(self, number: int, name: str, text: str) -> None:
        key = _vkey(number, text, COSIGNATURE)
        if any(known.public == key.public for known in self.witnesses.values()):
            raise _malformed(number, "repeats a witness's key")
        self._new(number, name)
        self.witnesses[name] = key

    def _group(self, number: int, name: str, count: str, members: tuple[str, ...]) -> None:
        for member in members:
            self._known(number, member)
            if member in self._grouped:
                raise _malformed(number, f"lists {member}, which is a member already")
            self._grouped.add(member)
        named = {"any": 1, "all": len(members)}.get(count)
        if named is None and not _DECIMAL.fullmatch(count):
            raise _malformed(number, "needs any, all or a number")
        threshold = int(count) if named is None else named
        if threshold > len(members):
            raise _malformed(number, "asks for more members than it has")
        self._new(number, name)
        self.groups[name] = Group(threshold=threshold, members=members)

    def _quorum(self, number: int, name: str) -> None:
        if self.quorum is not None:
            raise _malformed(number, "is a second quorum line")
        if name != NONE:
            self._known(number, name)
        self.quorum = name

    def _new(self, number: int, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise _malformed(number, f"defines {name}, which is taken")

    def _known(self, number: int, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise _malformed(number, f"uses {name}, which no line before it defines")


def _vkey(number: int, text: str, type: int) -> VerifierKey:
    try:
        key = parse_vkey(text)
    except InvalidInput as fault:
        raise _malformed(number, "has a key that is not one") from fault
    if key.type != type:
        raise _malformed(number, "has a key of another type than its use")
    return key


def _malformed(number: int, reason: str) -> InvalidInput:
    place = f"line {number}" if number else "it"
    return InvalidInput("POLICY_MALFORMED", f"the policy is not one: {place} {reason}")
