"""The stores that keep the promises of the port: the embedded one, and a daemon over its RPC."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.documents.embedded import EmbeddedDocuments
from registry.documents.kubo import KuboDocuments
from registry.documents.port import Documents
from tests.ports.documents.rpc_server import RpcServer


@pytest.fixture
def server() -> Iterator[RpcServer]:
    with RpcServer() as running:
        yield running


@pytest.fixture
def kubo(server: RpcServer) -> Iterator[KuboDocuments]:
    # Short limits: a search for a block that is not there lasts as long as they say.
    store = KuboDocuments(server.address, timeout=0.05, pin_timeout=0.05)
    yield store
    store.close()


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedDocuments:
    return EmbeddedDocuments(tmp_path / "documents")


@pytest.fixture(params=["embedded", "kubo"])
def documents(request: pytest.FixtureRequest) -> Documents:
    store: Documents = request.getfixturevalue(request.param)
    return store
