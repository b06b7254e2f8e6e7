"""What a change of status reaches: who relies on the case, directly or through others.

Nothing that was settled becomes invalid by it: a mark asks a body to look again. A citation that
turned away or only mentioned is told and no more. One walk over the edges, however long the chain.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from registry.proofs.record import Digest
from registry.recognition.model.cases import Cases
from registry.recognition.model.status import Status


class Mark(StrEnum):
    """How far the change concerns somebody, the strongest first."""

    REVIEW_REQUIRED = "review_required"
    INDIRECTLY_AFFECTED = "indirectly_affected"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`relier` said something of `source`; `relies` where it builds on it, `by` is the statement.

    A relier is a case, a recognition, or a citation whose own case is not published.
    """

    relier: Digest
    source: Digest
    relies: bool
    by: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The edges of all that counts, by source and by relier."""

    of: Mapping[Digest, Sequence[Edge]] = field(default_factory=dict)
    on: Mapping[Digest, Sequence[Edge]] = field(default_factory=dict)


def reach_of(cases: Cases) -> Reach:
    """The edges between all cases, citations and recognitions that count."""
    edges = [
        Edge(
            relier=cited.citing or cited.said.digest,
            source=cited.citation.cited,
            relies=cited.citation.relies,
            by=cited.said.digest,
        )
        for cited in cases.citations
    ]
    edges += [
        Edge(relier=one.digest, source=one.case, relies=one.current.relies, by=one.latest.digest)
        for one in cases.recognitions.values()
    ]
    return indexed(edges)


def indexed(edges: Iterable[Edge]) -> Reach:
    """The edges by both of their ends."""
    of: dict[Digest, list[Edge]] = {}
    on: dict[Digest, list[Edge]] = {}
    for edge in edges:
        of.setdefault(edge.source, []).append(edge)
        on.setdefault(edge.relier, []).append(edge)
    return Reach(of=of, on=on)


def marks(reach: Reach, changed: Iterable[Digest]) -> Mapping[Digest, Mark]:
    """Whom a change of these things reaches and how; those that changed are not among them."""
    sources = dict.fromkeys(changed)
    found: dict[Digest, Mark] = {}
    informed: list[Digest] = []
    waiting = deque(sources)
    seen = set(sources)
    while waiting:
        source = waiting.popleft()
        mark = Mark.REVIEW_REQUIRED if source in sources else Mark.INDIRECTLY_AFFECTED
        for edge in reach.of.get(source, ()):
            if not edge.relies:
                informed.append(edge.relier)
            elif edge.relier not in seen:
                seen.add(edge.relier)
                waiting.append(edge.relier)
                found[edge.relier] = mark
    for relier in informed:
        if relier not in seen:
            found.setdefault(relier, Mark.INFORMATION)
    return found


def changed_cases(cases: Cases) -> list[Digest]:
    """The cases that no longer stand as they were published."""
    return [case.digest for case in cases.cases.values() if case.status is not Status.ACTIVE]


def reasons(reach: Reach, item: Digest, changed: Iterable[Digest]) -> Mapping[Digest, Mark]:
    """The changed things that reach `item`, and how: `marks`, asked from the other end."""
    concerning = set(changed) - {item}
    relied = [edge.source for edge in reach.on.get(item, ()) if edge.relies]
    others = [edge.source for edge in reach.on.get(item, ()) if not edge.relies]
    found = dict.fromkeys((s for s in relied if s in concerning), Mark.REVIEW_REQUIRED)
    for source in _grounds(reach, relied, item):
        if source in concerning:
            found.setdefault(source, Mark.INDIRECTLY_AFFECTED)
    for source in _grounds(reach, others, item):
        if source in concerning:
            found.setdefault(source, Mark.INFORMATION)
    return found


def _grounds(reach: Reach, starts: Iterable[Digest], item: Digest) -> list[Digest]:
    """The starts and all that they rely on, each once."""
    seen = dict.fromkeys(starts)
    waiting = deque(seen)
    while waiting:
        for edge in reach.on.get(waiting.popleft(), ()):
            if edge.relies and edge.source not in seen and edge.source != item:
                seen[edge.source] = None
                waiting.append(edge.source)
    return list(seen)
