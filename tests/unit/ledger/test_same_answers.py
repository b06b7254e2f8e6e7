"""State is a function of the facts in the protocol's order: whatever arrived first, one answer."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.unit.ledger.two_logs import Answers, two_logs


class Reference:
    """What a node answers that took everything at once."""

    def __init__(self, folder: Path) -> None:
        self.world = two_logs()
        self.empty = folder / "empty"
        Answers(self.empty, self.world).close()
        node = Answers(folder / "reference", self.world)
        node.catch_up()
        self.times = sorted({one.time for one in self.world.news})
        self.told = {time: node.told(time) for time in self.times}
        self.shown = node.shown()
        node.close()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference(tmp_path_factory.mktemp("same"))


@pytest.fixture(scope="module")
def nodes(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Makes nodes that know nothing yet."""
    folder = tmp_path_factory.mktemp("nodes")
    numbers = count()

    def made() -> Answers:
        fresh = folder / str(next(numbers))
        shutil.copytree(reference.empty, fresh)
        return Answers(fresh, reference.world)

    return iter(made, None)


def test_the_world_holds_conflicts(reference: Reference) -> None:
    """Else the rest would show nothing."""
    newest = reference.told[reference.times[-1]]
    assert newest["names"][0] == (("Hainan, answered there", "en"),)
    assert {each["answer"] for each in newest["agreement"]} > {"YES"}
    assert len(reference.shown["agreements"]) == 2
    told = orjson.dumps(reference.shown).decode()
    for refusal in ("CASE_ID_TAKEN", '"corrected"'):
        assert refusal in told
    at_home = [one["fault"] for one in reference.shown["records"]]
    assert at_home == [None] * len(at_home)


# ---- whatever arrives first ----------------------------------------------------------------------

MOVES = some.one_of(
    some.tuples(some.just("hear"), some.integers(1, 6)),
    some.tuples(some.sampled_from(["away", "back"]), some.integers(0, 1)),
    some.tuples(some.sampled_from(["lose", "serve"]), some.integers(0, 400)),
    some.tuples(some.just("step"), some.just(0)),
)


def move(node: Answers, kind: str, number: int) -> None:
    """The chain says more, an operator goes or comes, a block is lost or served, a round."""
    operators = node.world.operators
    if kind == "hear":
        node.hear(number)
    elif kind in ("away", "back"):
        operators[number].away = kind == "away"
    elif kind == "step":
        node.step()
    else:
        for operator in operators:
            known = sorted(operator.blocks | operator.lost)
            digest = known[number % len(known)]
            (operator.lose if kind == "lose" else operator.find)(digest)


def alike(one: Any, other: Any) -> bool:
    return orjson.dumps(one) == orjson.dumps(other)


@given(moves=some.lists(MOVES, max_size=40), asked=some.integers(0, 400))
@settings(max_examples=8)
def test_every_order_of_arrival_ends_in_the_same_answers(
    reference: Reference, nodes: Iterator[Answers], moves: list[tuple[str, int]], asked: int
) -> None:
    node = next(nodes)
    try:
        for kind, number in moves:
            move(node, kind, number)
        node.catch_up()
        before = reference.times[asked % len(reference.times)]
        assert alike(node.told(before), reference.told[before])
        assert alike(node.told(), reference.told[reference.times[-1]])
        assert alike(node.shown(), reference.shown)
    finally:
        node.close()


@given(
    steps=some.lists(
        some.tuples(some.integers(1, 6), some.sets(some.integers(0, 1)), some.integers(0, 40)),
        min_size=2,
        max_size=6,
    )
)
@settings(max_examples=8)
def test_whatever_is_known_completely_is_answered_as_ever_after(
    reference: Reference, nodes: Iterator[Answers], steps: list[tuple[int, set[int], int]]
) -> None:
    """On the way, too: as of a time up to which all logs are here, the answer does not change."""
    node = next(nodes)
    try:
        for news, away, asked in steps:
            for place, operator in enumerate(node.world.operators):
                operator.away = place in away
            node.hear(news)
            node.step()
            for place in (node.known - 1, asked % node.known):
                time = node.world.news[place].time
                if node.stands_whole(time):
                    assert alike(node.told(time), reference.told[time])
    finally:
        node.close()
