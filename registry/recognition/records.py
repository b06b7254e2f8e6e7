"""The record types of this room: publication, status, citation, recognition (protocol, 9, 10)."""

from collections.abc import Iterator

from registry.errors import NotAuthorised
from registry.ledger.facts import Facts
from registry.ledger.position import Fact, Position
from registry.ledger.types import RecordType
from registry.proofs.record import Record
from registry.proofs.trust import Scope
from registry.recognition import bodies, repository, tables
from registry.recognition.checks import CHECKS
from registry.recognition.model.fold import fault_of
from registry.recognition.model.numbers import Reference
from registry.recognition.model.publication import Summary
from registry.recognition.model.words import labels_of, of_summary


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


RECORD_TYPES = (
    RecordType(
        name="case.publication",
        scope=Scope.CASES,
        check=CHECKS["case.publication"],
        admit=admit,
        project=project_publication,
    ),
    RecordType(
        name="case.status",
        scope=Scope.CASES,
        check=CHECKS["case.status"],
        admit=admit,
        project=project_status,
    ),
    RecordType(
        name="citation.statement",
        scope=Scope.CASES,
        check=CHECKS["citation.statement"],
        admit=admit,
        project=project_citation,
    ),
    RecordType(
        name="recognition.statement",
        scope=Scope.RECOGNISE,
        check=CHECKS["recognition.statement"],
        admit=admit,
        project=project_recognition,
    ),
)
