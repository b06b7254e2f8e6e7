"""Published cases as the statements that count leave them, and the statements that do not count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.proofs.record import Digest, OrganisationId
from registry.recognition.model.citation import Citation
from registry.recognition.model.faults import Fault
from registry.recognition.model.numbers import Reference
from registry.recognition.model.publication import Summary
from registry.recognition.model.statement import Statement
from registry.recognition.model.status import CLOSED, Status, StatusChange

Content = Summary | StatusChange | Citation | Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement as it was recorded: by whom, in which place, about what.

    `region` is that of the organisation on the chain; `recorded_at` (seconds since 1970) is None
    while no final anchor covers the record.
    """

    digest: Digest
    number: str
    organisation: OrganisationId
    region: str | None
    subject: Digest | None
    previous: Digest | None
    recorded_at: int | None
    issued_on: date
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """A version of a case; `place` is its place in the order of all that counts."""

    said: Said
    summary: Summary
    place: int

    @property
    def digest(self) -> Digest:
        """The digest of the version's record."""
        return self.said.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A published case: its versions in order, and what its body said of its standing."""

    digest: Digest
    reference: Reference
    organisation: OrganisationId
    region: str
    versions: tuple[PublishedVersion, ...]
    changes: tuple[tuple[Said, StatusChange], ...] = ()

    @property
    def current(self) -> PublishedVersion:
        """The newest version."""
        return self.versions[-1]

    @property
    def status(self) -> Status:
        """How the case stands: as its body said last, and active before it said anything."""
        return Status(self.changes[-1][1].status) if self.changes else Status.ACTIVE

    @property
    def latest_change(self) -> Digest:
        """What a change of status names as previous."""
        return self.changes[-1][0].digest if self.changes else self.digest

    @property
    def closed(self) -> bool:
        """Whether it is neither cited nor recognised any more."""
        return self.status in CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation that counts; `citing` is the own case, None while that is not published."""

    said: Said
    citation: Citation
    citing: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What one body states about one case, in order; the last statement is the one in force."""

    digest: Digest
    organisation: OrganisationId
    region: str
    case: Digest
    statements: tuple[tuple[Said, Statement], ...]

    @property
    def current(self) -> Statement:
        """The statement in force."""
        return self.statements[-1][1]

    @property
    def latest(self) -> Said:
        """The record of the statement in force."""
        return self.statements[-1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A statement that is recorded and does not count, and why."""

    said: Said
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Everything that counts, and beside it what does not."""

    cases: Mapping[Digest, Case]
    version_of: Mapping[Digest, Digest]
    citations: Sequence[Cited]
    recognitions: Mapping[Digest, Recognised]
    refused: Mapping[Digest, Refused]
