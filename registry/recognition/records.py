"""The record types of this room: publication, status, citation, recognition (protocol, 9, 10)."""

from collections.abc import Iterator

from registry.errors import NotAuthorised
from registry.ledger.facts import Facts
from registry.ledger.types import Fact, Position, RecordType
from registry.proofs.record import Record, Visibility
from registry.proofs.trust import Scope
from registry.recognition import bodies, repository, tables
from registry.recognition.model import citation, publication, statement, status
from registry.recognition.model.faults import Fault, raise_any
from registry.recognition.model.fold import fault_of
from registry.recognition.model.numbers import Reference
from registry.recognition.model.publication import Summary
from registry.recognition.model.words import labels_of, of_summary


def check_publication(record: Record) -> None:
    """The rules of `case.publication`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "CASE_INVALID"))
    raise_any(_continues(record, "CASE_INVALID"))
    summary = bodies.summary_of(record)
    raise_any(_version_faults(record, summary))
    raise_any(publication.faults(summary, bodies.issued_on(record)))


def check_status(record: Record) -> None:
    """The rules of `case.status`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "CASE_INVALID"))
    for name in ("subject", "previous"):
        if getattr(record, name) is None:
            reason = "names the case, and what was said of it last"
            raise Fault("CASE_INVALID", name, reason).error()
    raise_any(status.faults(bodies.change_of(record), bodies.issued_on(record)))


def check_citation(record: Record) -> None:
    """The rules of `citation.statement`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "CIT_INVALID"))
    for name in ("subject", "previous"):
        if getattr(record, name) is not None:
            raise Fault("CIT_INVALID", name, f"is null in a {record.type}").error()
    raise_any(citation.faults(bodies.citation_of(record)))


def check_recognition(record: Record) -> None:
    """The rules of `recognition.statement`. Raises the error of the first rule that it breaks."""
    raise_any(_envelope(record, "REC_INVALID"))
    raise_any(_continues(record, "REC_INVALID"))
    raise_any(statement.faults(bodies.statement_of(record), bodies.issued_on(record)))


def admit(facts: Facts, record: Record) -> None:
    """The fold decides, as it will for every node. Raises the error of the rule that is broken."""
    organisation = bodies.speaker(record)
    region = facts.authority.region_of(organisation)
    if region is None:
        raise NotAuthorised("ORGANISATION_UNKNOWN", "the organisation is not on the chain")
    arriving = bodies.said(record, region, None)
    fault = fault_of(repository.concerning(facts, arriving), arriving)
    if fault is not None:
        raise fault.error()


def project_publication(record: Record, position: Position) -> Iterator[Fact]:
    """The version with its case, each of its codes, each of its words."""
    summary = bodies.summary_of(record)
    place = {"log": position.log, "position": position.index}
    row = place | {"case": record.founds, "organisation": bodies.speaker(record)}
    yield Fact(table=tables.case_publications, row=row | _reference(summary.version.reference))
    for field, value in fields_of(summary):
        yield Fact(table=tables.case_fields, row=place | {"field": field, "value": value})
    for word in of_summary(summary):
        yield Fact(table=tables.case_words, row=place | {"word": word})


def project_status(record: Record, position: Position) -> Iterator[Fact]:
    """The change, found by its case."""
    row = {"log": position.log, "position": position.index, "case": record.founds}
    yield Fact(table=tables.case_statuses, row=row)


def project_citation(record: Record, position: Position) -> Iterator[Fact]:
    """The citation, found by the case that it cites."""
    row = {
        "log": position.log,
        "position": position.index,
        "cited": bodies.citation_of(record).cited,
        "organisation": bodies.speaker(record),
    }
    yield Fact(table=tables.case_citations, row=row)


def project_recognition(record: Record, position: Position) -> Iterator[Fact]:
    """The statement, found by its recognition and by what it recognises."""
    stated = bodies.statement_of(record)
    row = {
        "log": position.log,
        "position": position.index,
        "recognition": record.founds,
        "recognised": stated.recognised,
        "organisation": bodies.speaker(record),
    }
    yield Fact(table=tables.recognitions, row=row | _reference(stated.reference))


def fields_of(summary: Summary) -> Iterator[tuple[str, str]]:
    """What a search may ask for by field; each pair once."""
    found = [("standard", summary.standard)] if summary.standard is not None else []
    found += [(name, code) for name, code, _ in labels_of(summary)]
    yield from dict.fromkeys(found)


def _reference(reference: Reference) -> dict[str, str]:
    station = reference.station
    return {"reference": str(reference), "region": station.region, "station": station.code}


def _envelope(record: Record, code: str) -> Iterator[Fault]:
    if record.visibility is not Visibility.PUBLIC:
        yield Fault(code, "visibility", f"a {record.type} is public")
    if len(record.signers) != 1 or record.signers[0].organisation is None:
        yield Fault(code, "signers", "one organisation signs, and nobody beside it")


def _continues(record: Record, code: str) -> Iterator[Fault]:
    if (record.subject is None) != (record.previous is None):
        reason = "is null in the first statement, and names the one before in a later"
        yield Fault(code, "previous", reason)


def _version_faults(record: Record, summary: Summary) -> Iterator[Fault]:
    if (summary.version.number == 1) != (record.subject is None):
        reason = "is @1 in a first publication, and counts up in those that correct it"
        yield Fault("CASE_VERSION_WRONG", "body.id", reason)


RECORD_TYPES = (
    RecordType(
        name="case.publication",
        scope=Scope.CASES,
        check=check_publication,
        admit=admit,
        project=project_publication,
    ),
    RecordType(
        name="case.status",
        scope=Scope.CASES,
        check=check_status,
        admit=admit,
        project=project_status,
    ),
    RecordType(
        name="citation.statement",
        scope=Scope.CASES,
        check=check_citation,
        admit=admit,
        project=project_citation,
    ),
    RecordType(
        name="recognition.statement",
        scope=Scope.RECOGNISE,
        check=check_recognition,
        admit=admit,
        project=project_recognition,
    ),
)
