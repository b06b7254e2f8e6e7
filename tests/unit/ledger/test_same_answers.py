"""State is a function of the facts in the protocol's order: whatever arrived first, one answer."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.unit.ledger.two_logs import Answers, World, two_logs

Move = Callable[[Answers], object]


@dataclass
class Reference:
    """What a node answers that took everything at once."""

    world: World
    empty: Path
    times: list[int]
    told: dict[int, dict[str, Any]]
    shown: dict[str, Any]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("same")
    world = two_logs()
    Answers(folder / "empty", world).close()
    node = Answers(folder / "reference", world)
    node.catch_up()
    times = sorted({one.time for one in world.news})
    told = {time: node.told(time) for time in times}
    shown = node.shown()
    node.close()
    return Reference(
        world=world, empty=folder / "empty", times=times, told=told, shown=shown
    )


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
    import json
    for each in newest["agreement"]: print(each["answer"], each["reasons"])
    for t in reference.times: print(t, [a["answer"] for a in reference.told[t]["agreement"]], reference.told[t]["stand"]["logs"])
    print(newest["facts"])
    for c in reference.shown["cases"]: print(json.dumps(c)[:3000])
    print(reference.shown["search"]["total"])
    assert 0
