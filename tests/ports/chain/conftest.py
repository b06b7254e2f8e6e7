"""The same tests over the embedded chain and over a plain node behind HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.chain.embedded import EmbeddedChain
from tests.ports.chain.ledgers import (
    NODE_KEY,
    Chain,
    Working,
    enrolled,
    found,
    give,
    private_key,
)
from tests.ports.chain.memory import MemoryLane, MemorySightings
from tests.ports.chain.plain import PlainNode


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[PlainNode]:
    node = PlainNode(tmp_path / "plain")
    yield node
    node.close()


@pytest.fixture(params=["embedded", "http"])
def chain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chain]:
    if request.param == "embedded":
        with EmbeddedChain(tmp_path / "embedded") as embedded:
            yield Chain(rpc=embedded, funds=embedded)
    else:
        node: PlainNode = request.getfixturevalue("plain")
        yield Chain(rpc=node.rpc, funds=node)


@pytest.fixture
def working(chain: Chain) -> Working:
    ledger = found(chain.rpc, chain.funds)
    return Working(ledger=ledger, log=enrolled(ledger, chain.funds, NODE_KEY).log)


@pytest.fixture
def working_plain(plain: PlainNode) -> Working:
    ledger = found(plain.rpc, plain)
    return Working(ledger=ledger, log=enrolled(ledger, plain, NODE_KEY).log)


@pytest.fixture
def stranger(chain: Chain) -> bytes:
    """A key that has funds and nothing else."""
    return give(chain.funds, private_key("stranger"))


@pytest.fixture
def lane() -> MemoryLane:
    return MemoryLane()


@pytest.fixture
def sightings() -> MemorySightings:
    return MemorySightings()
