from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.ledger.spine import Spine


@pytest.fixture
def spine(tmp_path: Path) -> Iterator[Spine]:
    opened = Spine(tmp_path).start()
    yield opened
    opened.close()
