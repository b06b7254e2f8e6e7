"""A node with two societies and an agreement, for all who ask about representation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Served, copied
from tests.societies import World


@pytest.fixture(scope="session")
def world(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A test may record further agreements; it names other rights or territories then."""
    folder = copied(founded, tmp_path_factory.mktemp("two societies") / "node")
    with Served(folder) as served:
        yield World(served)
