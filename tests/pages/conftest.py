"""Nodes with something to show: two societies with an agreement, and bodies with cases."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from registry.proofs.hexes import to_hex
from registry.proofs.submission import Submission
from tests.api.test_cases import World as Bodies
from tests.api.test_routes import fresh, hexed
from tests.drafts import registration_body
from tests.serving import Served, copied
from tests.societies import World as Societies

SONG = b"a song that was registered\n" * 500


@pytest.fixture(scope="session")
def societies(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Societies]:
    folder = copied(founded, tmp_path_factory.mktemp("societies with a page") / "node")
    with Served(folder) as served:
        yield Societies(served)


@pytest.fixture(scope="session")
def bodies(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bodies]:
    """One case that Singapore recognised, and one that nobody spoke of yet."""
    folder = copied(founded, tmp_path_factory.mktemp("bodies with a page") / "node")
    with Served(folder) as served:
        world = Bodies(served)
        case = world.publish(1)
        world.publish(2, world.singapore)
        recognition = world.recognition(case, 1, world.singapore)
        world.court.tell("recognition.statement", recognition, world.singapore)
        served.settle()
        yield world


@pytest.fixture(scope="session")
def song(served: Served) -> Submission:
    """The registration of `SONG`, final."""
    body = registration_body()
    body["title"] = [{"text": "夜航", "lang": "zh"}, {"text": "Night <i>Flight</i>", "lang": "en"}]
    body["content"] = {**body["content"], "sha256": to_hex(sha256(SONG).digest())}
    submission = fresh(served, body)
    answer = served.submit(submission.to_bytes(), Prefer="wait=30")
    assert answer.status == 201
    assert served.record(hexed(submission))["state"] == "final"
    return submission
