"""All statements about published cases, folded in the protocol's order: which count, which do not.

The state of every case is a pure function of what is recorded. A statement that is refused here
changes nothing and is shown with its reason; the door asks the same function before it appends, so
what it refuses is refused again when it comes from another node.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from registry.proofs.record import Digest, OrganisationId
from registry.recognition.model.cases import (
    Case,
    Cases,
    Cited,
    PublishedVersion,
    Recognised,
    Refused,
    Said,
)
from registry.recognition.model.citation import Citation
from registry.recognition.model.faults import Fault
from registry.recognition.model.numbers import Reference, Station
from registry.recognition.model.publication import Summary
from registry.recognition.model.statement import Decision, Statement
from registry.recognition.model.status import Status, StatusChange


def fold(statements: Iterable[Said]) -> Cases:
    """The cases as all statements, in the protocol's order, leave them."""
    folding = _Folding()
    for said in statements:
        folding.take(said)
    return folding.done()


def fault_of(recorded: Iterable[Said], arriving: Said) -> Fault | None:
    """Why `arriving` would not count after all that is recorded; None where it would."""
    refused = fold([*recorded, arriving]).refused.get(arriving.digest)
    return None if refused is None else refused.fault


@dataclass(slots=True)
class _Folding:
    """The state while statements are taken one by one."""

    cases: dict[Digest, Case] = field(default_factory=dict)
    version_of: dict[Digest, Digest] = field(default_factory=dict)
    citations: list[Cited] = field(default_factory=list)
    recognitions: dict[Digest, Recognised] = field(default_factory=dict)
    refused: dict[Digest, Refused] = field(default_factory=dict)
    stations: dict[Station, OrganisationId] = field(default_factory=dict)
    references: set[Reference] = field(default_factory=set)
    stated: dict[tuple[Digest, OrganisationId], Digest] = field(default_factory=dict)
    repeated: set[tuple[object, ...]] = field(default_factory=set)
    unresolved: dict[Digest, Digest] = field(default_factory=dict)
    taken: set[Digest] = field(default_factory=set)
    place: int = 0

    def take(self, said: Said) -> None:
        """Count a statement or refuse it; of equal digests the first decides."""
        if said.digest in self.taken:
            return
        self.taken.add(said.digest)
        self.place += 1
        match said.content:
            case Summary() as summary:
                fault = self._publication(said, summary)
            case StatusChange() as change:
                fault = self._change(said, change)
            case Citation() as citation:
                fault = self._citation(said, citation)
            case Statement() as statement:
                fault = self._recognition(said, statement)
        if fault is not None:
            self.refused[said.digest] = Refused(said=said, fault=fault)

    def done(self) -> Cases:
        """What came of it; a case that was cited too early is told from none at all."""
        for digest, cited in self.unresolved.items():
            if cited in self.cases:
                self.refused[digest] = replace(self.refused[digest], fault=_TOO_EARLY)
        return Cases(
            cases=self.cases,
            version_of=self.version_of,
            citations=self.citations,
            recognitions=self.recognitions,
            refused=self.refused,
        )

    # ---- publications ----------------------------------------------------------------------------

    def _publication(self, said: Said, summary: Summary) -> Fault | None:
        reference = summary.version.reference
        fault = self._reference_fault(said, reference)
        if fault is not None:
            return fault
        if said.subject is None:
            return self._first_version(said, summary)
        case = self.cases.get(said.subject)
        fault = _version_fault(case, said, summary)
        if fault is None and case is not None:
            self._keep(replace(case, versions=(*case.versions, self._version(said, summary))))
        return fault

    def _first_version(self, said: Said, summary: Summary) -> Fault | None:
        reference = summary.version.reference
        if reference in self.references:
            reason = f"{reference} is the reference of another case: take the next serial"
            return Fault("CASE_ID_TAKEN", "body.id", reason)
        self._keep(
            Case(
                digest=said.digest,
                reference=reference,
                organisation=said.organisation,
                region=reference.station.region,
                versions=(self._version(said, summary),),
            )
        )
        self.references.add(reference)
        return None

    def _version(self, said: Said, summary: Summary) -> PublishedVersion:
        return PublishedVersion(said=said, summary=summary, place=self.place)

    def _keep(self, case: Case) -> None:
        self.cases[case.digest] = case
        self.version_of[case.current.digest] = case.digest

    def _reference_fault(self, said: Said, reference: Reference) -> Fault | None:
        """A body speaks from its own region, and from a station that is its own.

        A station is held by the first body that used it, whether or not the rest of what it said
        then counted: who holds it depends on nothing but the order.
        """
        station = reference.station
        if said.region != station.region:
            reason = f"{reference} is of {station.region}, the body's region is {said.region}"
            return Fault("REFERENCE_REGION_WRONG", "body.id", reason)
        if self.stations.setdefault(station, said.organisation) != said.organisation:
            reason = f"the station {station.code} of {station.region} is another body's"
            return Fault("CASE_STATION_TAKEN", "body.id", reason)
        return None

    # ---- status ----------------------------------------------------------------------------------

    def _change(self, said: Said, change: StatusChange) -> Fault | None:
        case = None if said.subject is None else self.cases.get(said.subject)
        if case is None:
            return _CASE_UNKNOWN
        if case.organisation != said.organisation:
            return Fault("CASE_NOT_ISSUER", "signers[0]", "only its issuing body changes it")
        if said.previous != case.latest_change:
            return _not_latest("change of status", case.latest_change)
        self.cases[case.digest] = replace(case, changes=(*case.changes, (said, change)))
        return None

    # ---- citations -------------------------------------------------------------------------------

    def _citation(self, said: Said, citation: Citation) -> Fault | None:
        case = self.cases.get(citation.cited)
        if case is None:
            self.unresolved[said.digest] = citation.cited
            return _UNRESOLVED
        fault = _read_fault(case, citation)
        citing: Case | None = None
        if fault is None and citation.citing is not None:
            citing = self.cases.get(self.version_of.get(citation.citing, citation.citing))
            fault = _citing_fault(case, citing, said, citation)
        if fault is None and case.status is Status.WITHDRAWN:
            fault = Fault("CIT_TARGET_WITHDRAWN", "body.cited", "the case was withdrawn")
        if fault is None and case.status is Status.SEALED:
            fault = Fault("CIT_TARGET_SEALED", "body.cited", "the case was sealed")
        same = _sameness(said, citation, citing)
        if fault is None and same in self.repeated:
            fault = Fault("CIT_DUPLICATE", "body.cited", "is cited there already")
        if fault is None:
            self.repeated.add(same)
            own = None if citing is None else citing.digest
            self.citations.append(Cited(said=said, citation=citation, citing=own))
        return fault

    # ---- recognitions ----------------------------------------------------------------------------

    def _recognition(self, said: Said, statement: Statement) -> Fault | None:
        fault = self._reference_fault(said, statement.reference)
        case = self.cases.get(self.version_of.get(statement.recognised, statement.recognised))
        if fault is None and case is None:
            reason = "names no version of a published case"
            fault = Fault("REC_SUBJECT_UNKNOWN", "body.recognised", reason)
        if fault is not None or case is None:
            return fault
        fault = _subject_fault(case, said, statement) or self._chain_fault(case, said, statement)
        if fault is None:
            self._state(case, said, statement)
        return fault

    def _chain_fault(self, case: Case, said: Said, statement: Statement) -> Fault | None:
        known = self.stated.get((case.digest, said.organisation))
        if said.subject is None:
            if known is not None:
                reason = "the body has stated on this case before: continue that recognition"
                return Fault("REC_ALREADY_STATED", "subject", reason)
            if statement.reference in self.references:
                reason = f"{statement.reference} is the reference of another recognition"
                return Fault("REC_ID_TAKEN", "body.id", reason)
            return None
        before = self.recognitions.get(said.subject)
        if before is None:
            return Fault("REC_UNKNOWN", "subject", "names no recognition that counts")
        if before.organisation != said.organisation:
            return Fault("REC_NOT_OWN", "signers[0]", "only the body that began it continues it")
        if said.subject != known:
            return Fault("REC_UNKNOWN", "subject", "is a recognition of another case")
        if statement.reference != before.current.reference:
            return Fault("REC_ID_TAKEN", "body.id", "a recognition keeps its reference")
        if said.previous != before.latest.digest:
            return _not_latest("statement", before.latest.digest)
        return None

    def _state(self, case: Case, said: Said, statement: Statement) -> None:
        founding = said.digest if said.subject is None else said.subject
        before = self.recognitions.get(founding)
        self.recognitions[founding] = Recognised(
            digest=founding,
            organisation=said.organisation,
            region=statement.reference.station.region,
            case=case.digest,
            statements=(*(() if before is None else before.statements), (said, statement)),
        )
        self.stated[case.digest, said.organisation] = founding
        self.references.add(statement.reference)


_UNRESOLVED = Fault("CIT_UNRESOLVED", "body.cited", "names no case that is published")
_TOO_EARLY = Fault("CIT_FUTURE", "body.cited", "was published after it was cited")
_CASE_UNKNOWN = Fault("CASE_UNKNOWN", "subject", "names no case that is published")


def _not_latest(what: str, latest: Digest) -> Fault:
    reason = f"another {what} came first; the latest is 0x{latest.hex()}"
    return Fault("PREVIOUS_NOT_LATEST", "previous", reason)


def _version_fault(case: Case | None, said: Said, summary: Summary) -> Fault | None:
    if case is None:
        return _CASE_UNKNOWN
    if case.organisation != said.organisation:
        return Fault("CASE_NOT_ISSUER", "signers[0]", "only the issuing body corrects its case")
    if summary.version.reference != case.reference:
        return Fault("CASE_VERSION_WRONG", "body.id", f"the case remains {case.reference}")
    if said.previous != case.current.digest:
        return _not_latest("version", case.current.digest)
    following = case.current.summary.version.number + 1
    if summary.version.number != following:
        return Fault("CASE_VERSION_WRONG", "body.id", f"the next version is @{following}")
    if case.closed:
        return Fault("CASE_WITHDRAWN", "subject", f"the case is {case.status}")
    return None


def _read_fault(case: Case, citation: Citation) -> Fault | None:
    if citation.read == case.current.digest:
        return None
    if any(version.digest == citation.read for version in case.versions):
        newest = case.current.summary.version
        return Fault("CIT_VERSION_OUTDATED", "body.read", f"read {newest}, which replaced it")
    return Fault("CIT_UNRESOLVED", "body.read", "is no version of the case that is cited")


def _citing_fault(case: Case, citing: Case | None, said: Said, citation: Citation) -> Fault | None:
    version = None if citing is None else _version(citing, citation.citing)
    if citing is None or version is None:
        return Fault("CIT_UNRESOLVED", "body.citing", "names no publication that counts")
    if citing.organisation != said.organisation:
        return Fault("CIT_CITING_NOT_OWN", "body.citing", "is another body's case")
    if citing.digest == case.digest:
        return Fault("CIT_SELF", "body.citing", "is the case that is cited")
    if case.versions[0].place > version.place:
        reason = "was published before the case that it cites"
        return Fault("CIT_FUTURE", "body.citing", reason)
    return None


def _version(case: Case, digest: Digest | None) -> PublishedVersion | None:
    return next((version for version in case.versions if version.digest == digest), None)


def _sameness(said: Said, citation: Citation, citing: Case | None) -> tuple[object, ...]:
    """What makes two citations one: of a published case, its passage; else all that was said."""
    where = (said.organisation, citation.read, frozenset(citation.pinpoint))
    if citing is not None:
        return (*where, citing.digest)
    return (*where, citation.treatment, tuple(citation.reason), tuple(citation.differences))


def _subject_fault(case: Case, said: Said, statement: Statement) -> Fault | None:
    if said.region == case.region:
        return Fault("REC_SELF", "signers[0]", f"the case is of the own region {case.region}")
    if statement.recognised != case.current.digest:
        newest = case.current.summary.version
        return Fault("REC_SUBJECT_VERSION_STALE", "body.recognised", f"look at {newest}")
    if case.closed and statement.decision != Decision.REFUSED:
        reason = f"the case is {case.status}: it can only be refused"
        return Fault("REC_SUBJECT_WITHDRAWN", "body.recognised", reason)
    return None
