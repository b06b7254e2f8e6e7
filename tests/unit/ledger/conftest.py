from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operators import Chain, Follow, Operator
from tests.unit.ledger.spine import Spine


@pytest.fixture
def spine(tmp_path: Path) -> Iterator[Spine]:
    opened = Spine(tmp_path).start()
    yield opened
    opened.close()


@pytest.fixture
def chain() -> Chain:
    """Where logs are anchored."""
    return Chain()


@pytest.fixture
def operator(chain: Chain) -> Operator:
    """The operator of a log."""
    return Operator("Singapore", chain)


@pytest.fixture
def follow(operator: Operator, tmp_path: Path) -> Iterator[Follow]:
    """A node that follows it."""
    opened = Follow(tmp_path, [operator])
    yield opened
    opened.close()
