"""What a change of status reaches: the prototype, a chain of a thousand, and both directions."""

from collections import UserDict
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest
from registry.recognition.model.reach import (
    Edge,
    Mark,
    Reach,
    changed_cases,
    indexed,
    marks,
    reach_of,
    reasons,
)
from tests.unit.recognition.stating import (
    GUANGDONG,
    HAINAN,
    SINGAPORE,
    TURNED_AWAY,
    World,
    recognition_body,
)

REVIEW, INDIRECT, TOLD = Mark.REVIEW_REQUIRED, Mark.INDIRECTLY_AFFECTED, Mark.INFORMATION


def node(name: object) -> Digest:
    return Digest(sha256(str(name).encode()).digest())


def edge(relier: object, source: object, relies: bool = True) -> Edge:
    return Edge(relier=node(relier), source=node(source), relies=relies, by=node((relier, source)))


PROTOTYPE = indexed(
    [edge("B", "A"), edge("C", "B"), edge("D", "A", relies=False), edge("E", "B", relies=False)]
)


def test_the_prototype() -> None:
    assert marks(PROTOTYPE, [node("A")]) == {
        node("B"): REVIEW,
        node("C"): INDIRECT,
        node("D"): TOLD,
        node("E"): TOLD,
    }
    assert marks(PROTOTYPE, [node("B")]) == {node("C"): REVIEW, node("E"): TOLD}
    assert marks(PROTOTYPE, []) == {}


def test_the_strongest_mark_holds() -> None:
    ring = indexed([edge("B", "A"), edge("C", "B"), edge("C", "A"), edge("A", "C")])
    assert marks(ring, [node("A")]) == {node("B"): REVIEW, node("C"): REVIEW}
    both = indexed([edge("B", "A"), edge("B", "A", relies=False)])
    assert marks(both, [node("A")]) == {node("B"): REVIEW}


class Counting(UserDict[Digest, Sequence[Edge]]):
    """Edges that count how often they are asked for."""

    asked = 0

    def get(self, key: Digest, default: Any = None) -> Any:
        self.asked += 1
        return super().get(key, default)


def test_a_thousand_cases_are_walked_once_each() -> None:
    edges = [edge(i, i - 1) for i in range(1, 1000)]
    edges += [edge(i, i // 2) for i in range(2, 1000)]
    reach = indexed(edges)
    counting = Counting(reach.of)
    # Each thing asks for its edges once, however many ways lead to it.
    found = marks(Reach(of=counting, on=reach.on), [node(0)])
    assert counting.asked == 1000
    assert len(found) == 999
    assert found == marks(reach, [node(0)])
    assert [mark for mark in found.values() if mark is REVIEW] == [REVIEW]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=30),
    st.sets(st.integers(0, 9), max_size=3),
)
def test_asked_from_either_end_it_is_the_same(
    drawn: list[tuple[int, int, bool]], changed: set[int]
) -> None:
    """A thing is marked by the changed ones together exactly as strongly as by the strongest."""
    reach = indexed(edge(a, b, relies) for a, b, relies in drawn if a != b)
    sources = {node(name) for name in changed}
    together = marks(reach, sources)
    order = [REVIEW, INDIRECT, TOLD]
    for name in range(10):
        single = {s: marks(reach, [s]).get(node(name)) for s in sources - {node(name)}}
        apart = {source: mark for source, mark in single.items() if mark is not None}
        assert reasons(reach, node(name), sources) == apart
        if node(name) not in sources:
            strongest = min(apart.values(), key=order.index, default=None)
            assert together.get(node(name)) == strongest


# ---- from statements -----------------------------------------------------------------------------


def test_what_statements_make_of_it() -> None:
    world = World()
    a = world.publish(1)
    b = world.publish(2, GUANGDONG)
    c = world.publish(3, SINGAPORE)
    world.cite(a, citing=to_hex(b))
    unpublished = world.cite(a, SINGAPORE, treatment="adapted")
    d = world.cite(a, SINGAPORE, **TURNED_AWAY)
    world.tell(
        "citation.statement",
        {**_citing(b), "citing": to_hex(c)},
        SINGAPORE,
    )
    recognition = world.recognise(a)
    deferred = world.recognise(a, GUANGDONG, decision="deferred", scope=[], conditions=[])
    before = marks(reach_of(world.cases), changed_cases(world.cases))
    assert before == {}
    world.change(a)
    found = marks(reach_of(world.cases), changed_cases(world.cases))
    assert found == {
        b: REVIEW,
        unpublished: REVIEW,
        recognition: REVIEW,
        c: INDIRECT,
        d: TOLD,
        deferred: TOLD,
    }
    world.change(a, "active")
    assert changed_cases(world.cases) == []


def _citing(case: Digest) -> dict[str, object]:
    from tests.unit.recognition.stating import citation_body

    return citation_body(case)


def test_a_recognition_that_was_taken_back_relies_no_more() -> None:
    world = World()
    case = world.publish()
    first = world.recognise(case)
    told = recognition_body(
        case, decision="refused", reason_codes=["NOT_FINAL"], scope=[], conditions=[]
    )
    world.tell("recognition.statement", told, SINGAPORE, subject=first, previous=first)
    world.change(case)
    assert marks(reach_of(world.cases), [case]) == {first: TOLD}


@pytest.mark.parametrize("status", ["corrected", "overruled_by_court", "under_challenge"])
def test_every_status_but_active_is_news(status: str) -> None:
    world = World()
    case = world.publish()
    world.change(case, status)
    assert changed_cases(world.cases) == [case]
    assert HAINAN.id == world.cases.cases[case].organisation
