"""A node for all who only ask, and a founded folder for those who need a node of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.serving import Served
    from tests.two_nodes import Template, TwoNodes

MIB = 1 << 20
# What answers soonest comes first; what starts nodes and kills them comes last.
ORDER = (
    "unit",
    "properties",
    "ports",
    "api",
    "pages",
    "stranger",
    "contracts",
    "docs",
    "journeys",
    "faults",
)

settings.register_profile("comity", deadline=None)
settings.load_profile("comity")  # how long an example takes is nobody's business here


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    items.sort(key=lambda item: ORDER.index(item.path.relative_to(tests).parts[0]))


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node that was founded, stood still and was stopped; copy it, never use it."""
    from tests.serving import Served

    folder = tmp_path_factory.mktemp("founded") / "node"
    with Served(folder) as node:
        node.settle()
    return folder


@pytest.fixture(scope="session")
def served(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Served"]:
    """One node for the whole session. A test may append to its log; nothing else of it changes."""
    from tests.serving import Served, copied

    folder = copied(founded, tmp_path_factory.mktemp("served") / "node")
    with Served(folder, batch_limit=2 * MIB, document_limit=4 * MIB) as node:
        yield node


@pytest.fixture(scope="session")
def founded_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Template"]:
    """Two nodes that were founded together, followed each other and were stopped; never use it."""
    from tests.two_nodes import found_two

    template = found_two(tmp_path_factory.mktemp("founded-two"))
    yield template
    template.ports.close()


@pytest.fixture
def two_nodes(founded_two: "Template", tmp_path: Path) -> Iterator["TwoNodes"]:
    """Two nodes that follow each other, for one test alone."""
    from tests.two_nodes import TwoNodes

    with TwoNodes.copied(founded_two, tmp_path) as both:
        yield both
