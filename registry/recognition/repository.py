"""The queries of this room: statements in the protocol's order, and cases that a search matches."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from registry.ledger.facts import Facts, Recorded
from registry.ledger.tables import records
from registry.proofs.record import Digest, OrganisationId
from registry.recognition import bodies
from registry.recognition.model.cases import Content, Said
from registry.recognition.model.citation import Citation
from registry.recognition.model.numbers import Reference, Station
from registry.recognition.model.publication import Summary
from registry.recognition.model.statement import Statement
from registry.recognition.tables import (
    ALL,
    case_citations,
    case_fields,
    case_publications,
    case_statuses,
    case_words,
    recognitions,
)


def everything(facts: Facts) -> list[Said]:
    """All statements of this room that count by who signed them, in order."""
    return _said(facts, [recorded for table in ALL for recorded in facts.where(table)])


def how_many(facts: Facts) -> tuple[int, ...]:
    """The rows of each table: tells whether anything came that the stand does not tell."""
    return tuple(
        facts.connection.scalar(select(func.count()).select_from(table)) or 0 for table in ALL
    )


def concerning(facts: Facts, arriving: Said) -> list[Said]:
    """All that can decide whether `arriving` counts, in order.

    That is: the cases it speaks of with what was said of them, whoever has the same reference, and,
    where several bodies used its station, everything from that station.
    """
    found = [*_recognitions(facts, arriving)]
    cases = _cases_of(facts, arriving, found)
    publications = facts.where(case_publications, case_publications.c.case.in_(cases))
    references = _references_of([arriving.content, *_contents(publications)])
    found += facts.where(
        case_publications,
        or_(case_publications.c.case.in_(cases), case_publications.c.reference.in_(references)),
    )
    found += facts.where(case_statuses, case_statuses.c.case.in_(cases))
    if isinstance(arriving.content, Citation):
        same = case_citations.c.organisation == arriving.organisation
        found += facts.where(case_citations, same, case_citations.c.cited.in_(cases))
    for station in _stations_of([arriving.content, *_contents(found)]):
        found += _from_shared_station(facts, station, arriving.organisation)
    return _said(facts, found)


def matching(
    facts: Facts,
    *,
    fields: Mapping[str, str],
    words: Sequence[str],
    region: str | None,
    organisation: OrganisationId | None,
) -> set[Digest]:
    """The publications that have all these codes and words; none asked for: all."""
    wanted = [_has(case_fields, field=name, value=value) for name, value in fields.items()]
    wanted += [_has(case_words, word=word) for word in words]
    if region is not None:
        wanted.append(case_publications.c.region == region)
    if organisation is not None:
        wanted.append(case_publications.c.organisation == organisation)
    query = (
        select(records.c.digest)
        .join(case_publications, _same_place(case_publications, records))
        .where(*wanted)
    )
    return {Digest(digest) for digest in facts.connection.scalars(query)}


def _has(table: Table, **row: str) -> ColumnElement[bool]:
    """Whether the publication has such a row."""
    same = (table.c[name] == value for name, value in row.items())
    return select(table.c.log).where(_same_place(table, case_publications), *same).exists()


def _same_place(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.log == other.c.log, one.c.position == other.c.position)


def _recognitions(facts: Facts, arriving: Said) -> list[Recorded]:
    """What a recognition continues, and whatever else has its reference or is of its case.

    Whether one of those counts may hang on a further one of the same reference or case, so this is
    repeated until nothing is added; where everything is in order the first time is enough.
    """
    statement = arriving.content
    if not isinstance(statement, Statement):
        return []
    references, cases = {str(statement.reference)}, {_case_of(facts, statement.recognised)}
    begun = recognitions.c.recognition == (arriving.subject or arriving.digest)
    while True:
        versions = facts.where(case_publications, case_publications.c.case.in_(cases))
        own = and_(
            recognitions.c.organisation == arriving.organisation,
            recognitions.c.recognised.in_([one.record.digest for one in versions]),
        )
        found = facts.where(recognitions, or_(begun, own, recognitions.c.reference.in_(references)))
        stated = [bodies.statement_of(one.record) for one in found]
        more_references = references | {str(one.reference) for one in stated}
        more_cases = cases | {_case_of(facts, one.recognised) for one in stated}
        if (references, cases) == (more_references, more_cases):
            return found
        references, cases = more_references, more_cases


def _cases_of(facts: Facts, arriving: Said, recognised: Iterable[Recorded]) -> set[Digest]:
    """The cases that a statement speaks of, by the digest of a version of each or their own."""
    named = {arriving.subject} if not isinstance(arriving.content, Statement) else set()
    if isinstance(arriving.content, Citation):
        named |= {arriving.content.cited, arriving.content.citing}
    if isinstance(arriving.content, Statement):
        named |= {arriving.content.recognised}
    named |= {bodies.statement_of(one.record).recognised for one in recognised}
    return {_case_of(facts, digest) for digest in named if digest is not None}


def _case_of(facts: Facts, version: Digest) -> Digest:
    """The case of a version; the digest itself where it is none that is known."""
    found = facts.find(version)
    return version if found is None else found.record.founds


def _contents(found: Iterable[Recorded]) -> list[Content]:
    return [bodies.content_of(one.record) for one in found]


def _references_of(contents: Iterable[Content]) -> set[str]:
    """The references of the cases among these."""
    return {str(each.version.reference) for each in contents if isinstance(each, Summary)}


def _stations_of(contents: Iterable[Content]) -> set[Station]:
    references = (_reference_of(content) for content in contents)
    return {reference.station for reference in references if reference is not None}


def _reference_of(content: Content) -> Reference | None:
    match content:
        case Summary() as summary:
            return summary.version.reference
        case Statement() as statement:
            return statement.reference
        case _:
            return None


def _from_shared_station(
    facts: Facts, station: Station, organisation: OrganisationId
) -> list[Recorded]:
    """All from a station that several bodies used; nothing where the one that asks is alone."""
    found: list[Recorded] = []
    users: set[bytes] = {organisation}
    for table in (case_publications, recognitions):
        users.update(
            facts.connection.scalars(
                select(table.c.organisation)
                .where(table.c.station == station.code, table.c.region == station.region)
                .distinct()
            )
        )
    if len(users) > 1:
        for table in (case_publications, recognitions):
            here = (table.c.station == station.code, table.c.region == station.region)
            found += facts.where(table, *here)
    return found


def _said(facts: Facts, found: Iterable[Recorded]) -> list[Said]:
    """Records of several tables in the one order of all, each once."""
    once = {one.record.digest: one for one in found}
    return [
        bodies.said(
            one.record, facts.authority.region_of(bodies.speaker(one.record)), one.recorded_at
        )
        for one in sorted(once.values(), key=_order)
    ]


def _order(one: Recorded) -> tuple[bool, int, bytes, int]:
    later = one.recorded_at is None
    return later, one.recorded_at or 0, one.position.log, one.position.index
