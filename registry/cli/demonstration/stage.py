"""What the acts of the story share: the regions, what was recorded so far, and how it is proven."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from registry.cli.demonstration.playground import Playground, Region, wait_for
from registry.cli.recognition.stating import Speaking
from registry.cli.submitting import Accepted
from registry.errors import Damaged
from registry.proofs import hexes, shape
from registry.proofs.entry import entry_of, leaf_hash
from registry.proofs.submission import parse_submission
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.trust import Trust, parse_trust

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A record that is final: its number, its digest as nodes write it, its recorded time."""

    number: str
    digest: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Told:
    """What a step tells: sentences for people, and the same for programs."""

    said: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)

    def record(self, name: str, found: Recorded) -> None:
        """Name a record that came of the step."""
        self.numbers[name] = found.number
        self.digests[name] = found.digest
        self.times[name] = shape.time_text(found.at)


class Stage:
    """The playground, and the records of the story by the names that the acts give them."""

    def __init__(self, opening: Callable[[], Playground]) -> None:
        """`opening` is called when the playground is first looked at."""
        self._opening = opening
        self.records: dict[str, Recorded] = {}

    @cached_property
    def ground(self) -> Playground:
        """The running regions."""
        return self._opening()

    @property
    def hainan(self) -> Region:
        """The region where the story begins."""
        return self.ground.regions[0]

    @property
    def singapore(self) -> Region:
        """The other region."""
        return self.ground.regions[1]

    def speaking(self, region: Region, door: Region | None = None) -> Speaking:
        """The region's body, with its daily key, at its own node or at another `door`."""
        return Speaking((door or region).url, region.desk.daily, None, None)

    def accepted(self, name: str, region: Region, accepted: Accepted) -> Recorded:
        """As `recorded`, of the record that a receipt is for."""
        return self.recorded(name, region, hexes.to_hex(accepted.receipt.digest))

    def recorded(self, name: str, region: Region, digest: str) -> Recorded:
        """Wait until the record is final and proven in both regions, and remember it."""
        found = self.final(region, digest)
        for reader in self.ground.regions:
            self.require_proven(reader, digest)
        self.records[name] = found
        return found

    def final(self, region: Region, digest: str) -> Recorded:
        """The record, once the region shows it as final."""
        what = f"{digest} is final in {region.place.en}"
        return self.wait_for(lambda: _final(region, digest), what)

    def require_proven(self, reader: Region, digest: str, *, by_all: bool = True) -> None:
        """Wait until `reader` shows the record with a proof; `by_all`: that both regions signed."""
        trust = parse_trust(reader.node.trust())
        what = f"{reader.place.en} shows {digest} with a proof that holds"
        self.wait_for(lambda: _proven(reader, digest, trust, by_all), what)

    def wait_for(self, look: Callable[[], T | None], what: str) -> T:
        """What `look` finds, while all nodes live. Raises as `playground.wait_for`."""
        return wait_for(look, what, self.ground.regions)


def require(holds: bool, what: str) -> None:
    """Raise Damaged DEMO_NOT_AS_TOLD unless it holds."""
    if not holds:
        raise Damaged("DEMO_NOT_AS_TOLD", what)


def asked(region: Region, path: str) -> Any:
    """What a region's node answers to a question."""
    return region.node.request("GET", path).json()


def name_in(path: str) -> str:
    """A name as it stands in a path or a query."""
    return quote(path, safe="")


def _final(region: Region, digest: str) -> Recorded | None:
    (found,) = region.node.records(digest)
    if found["recorded_at"] is None:
        return None
    at = shape.time(found["recorded_at"], "recorded_at")
    return Recorded(number=found["number"], digest=found["digest"], at=at)


def _proven(reader: Region, digest: str, trust: Trust, by_all: bool) -> bool:
    """Whether the record, as the node gives it, stands in the log of a checkpoint that is signed.

    Nothing is believed: signatures, place in the log and cosignatures are computed here.
    """
    from registry.proofs import canonical
    from registry.proofs.signature import verify_signatures

    (found,) = reader.node.records(digest)
    if found["record"] is None or found["recorded_at"] is None:
        return False
    stated = {"record": found["record"], "signatures": found["signatures"]}
    submission = parse_submission(canonical.encode(stated, depth=canonical.DEPTH + 1))
    record = submission.record
    if hexes.to_hex(record.digest) != digest:
        return False
    verify_signatures(record, submission.signatures)
    proof = parse_proof(found["proof"])
    if not proof.includes(leaf_hash(entry_of(record, submission.signatures_digest))):
        return False
    judged = trust.policy.judge(proof.note, proof.checkpoint.origin)
    return judged.signed and (judged.enough or not by_all) and not trust.policy.single_operator
