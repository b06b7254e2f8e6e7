"""All published cases as they stand in one view of the facts, ready to be asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from registry.errors import InvalidInput, NotFound
from registry.proofs.hexes import from_hex
from registry.proofs.number import parse_number
from registry.proofs.record import Digest
from registry.recognition.model.cases import (
    Case,
    Cases,
    Cited,
    PublishedVersion,
    Recognised,
    Refused,
)
from registry.recognition.model.citation import Citation
from registry.recognition.model.numbers import Kind, parse_reference, parse_version
from registry.recognition.model.publication import Summary
from registry.recognition.model.reach import Mark, Reach, changed_cases, marks, reach_of, reasons
from registry.recognition.model.statement import Statement

T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """The cases with everything that is looked up by: built once, then only read."""

    cases: Cases

    @cached_property
    def newest_first(self) -> Sequence[Case]:
        """The cases, the one that was recorded last first; a new version moves nothing."""
        return sorted(self.cases.cases.values(), key=lambda case: -case.versions[0].place)

    @cached_property
    def reach(self) -> Reach:
        """Who relies on whom."""
        return reach_of(self.cases)

    @cached_property
    def changed(self) -> frozenset[Digest]:
        """The cases that no longer stand as they were published."""
        return frozenset(changed_cases(self.cases))

    @cached_property
    def marks(self) -> Mapping[Digest, Mark]:
        """What the changed cases reach, all together."""
        return marks(self.reach, self.changed)

    @cached_property
    def received(self) -> Mapping[Digest, Sequence[Cited]]:
        """The citations of each case."""
        return _by((one.citation.cited, one) for one in self.cases.citations)

    @cached_property
    def made(self) -> Mapping[Digest, Sequence[Cited]]:
        """The citations that each case makes."""
        return _by((one.citing, one) for one in self.cases.citations if one.citing is not None)

    @cached_property
    def recognised(self) -> Mapping[Digest, Sequence[Recognised]]:
        """The recognitions of each case."""
        return _by((one.case, one) for one in self.cases.recognitions.values())

    @cached_property
    def refused(self) -> Mapping[Digest, Sequence[Refused]]:
        """What was said of each case and does not count."""
        return _by((self._about(one), one) for one in self.cases.refused.values())

    @cached_property
    def _by_reference(self) -> Mapping[str, Case]:
        return {str(case.reference): case for case in self.cases.cases.values()}

    def find(self, name: str) -> tuple[Case, PublishedVersion]:
        """The case and version of a reference (MCR:…, perhaps with @version), number or digest.

        Without a version the newest. Raises NotFound CASE_UNKNOWN, InvalidInput NUMBER_AMBIGUOUS,
        and as the parsers of references, numbers and digests.
        """
        if name.upper().startswith(f"{Kind.CASE}:"):
            return self._of_reference(name.upper())
        found = self._named(name)
        if len(found) > 1:
            raise InvalidInput(
                "NUMBER_AMBIGUOUS", "several records have this number; ask by digest"
            )
        if not found:
            raise self._unknown(name)
        case = self.cases.cases[self.cases.version_of[found[0]]]
        return case, next(version for version in case.versions if version.digest == found[0])

    def version(self, digest: Digest) -> PublishedVersion:
        """A version of a case that counts, by its digest."""
        case = self.cases.cases[self.cases.version_of[digest]]
        return next(version for version in case.versions if version.digest == digest)

    def reasons(self, item: Digest) -> Mapping[Digest, Mark]:
        """Which changed cases reach a case, a recognition or a citation, and how."""
        return reasons(self.reach, item, self.changed)

    def reached(self, case: Case) -> Mapping[Digest, Mark]:
        """Whom the state of this case reaches; nobody while it stands as it was published."""
        return marks(self.reach, [case.digest]) if case.digest in self.changed else {}

    def _of_reference(self, name: str) -> tuple[Case, PublishedVersion]:
        if "@" in name:
            wanted = parse_version(name, "reference")
            case = self._by_reference.get(str(wanted.reference))
            if case is None or wanted.number > len(case.versions):
                raise self._unknown(name)
            return case, case.versions[wanted.number - 1]
        reference = parse_reference(Kind.CASE, name, "reference")
        case = self._by_reference.get(str(reference))
        if case is None:
            raise self._unknown(name)
        return case, case.current

    def _named(self, name: str) -> list[Digest]:
        if name.startswith("0x"):
            digest = Digest(from_hex(name, size=32))
            return [digest] if digest in self.cases.version_of else []
        number = parse_number(name)
        return [one for one in self.cases.version_of if self.version(one).said.number == number]

    def _unknown(self, name: str) -> NotFound:
        for one in self.cases.refused.values():
            if name in (one.said.number, f"0x{one.said.digest.hex()}"):
                reason = f"{name} is recorded and does not count: {one.fault.reason}"
                return NotFound("CASE_UNKNOWN", f"{reason} ({one.fault.code})")
        return NotFound("CASE_UNKNOWN", f"no published case that is final here is named {name}")

    def _about(self, refused: Refused) -> Digest:
        """The case that a refused statement was about, as far as it is known."""
        match refused.said.content:
            case Citation() as citation:
                return citation.cited
            case Statement() as statement:
                return self.cases.version_of.get(statement.recognised, statement.recognised)
            case Summary() as summary if refused.said.subject is None:
                same = self._by_reference.get(str(summary.version.reference))
                return refused.said.digest if same is None else same.digest
            case _:
                return refused.said.subject or refused.said.digest


def _by(pairs: Iterable[tuple[Digest, T]]) -> dict[Digest, list[T]]:
    found: dict[Digest, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
