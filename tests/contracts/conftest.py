"""One chain a module of tests; the harness of the tree, compiled once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.chain.anvil import Anvil
from registry.chain.compiler import compile_sources, standard_input
from tests.contracts.chain import OPTIONS, Chain, Contract


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    node = Anvil.start(tmp_path_factory.mktemp("anvil"), OPTIONS)
    yield Chain.on(node)
    node.stop()


@pytest.fixture(scope="session")
def harness_artifact() -> dict[str, Any]:
    source = standard_input()
    path = Path(__file__).with_name("TreeHarness.sol")
    name = "project/tests/contracts/TreeHarness.sol"
    source["sources"][name] = {"content": path.read_text(encoding="utf-8")}
    artifact: dict[str, Any] = compile_sources(source)["contracts"][name]["TreeHarness"]
    return artifact


@pytest.fixture(scope="module")
def tree(chain: Chain, harness_artifact: dict[str, Any]) -> Contract:
    code = harness_artifact["evm"]["bytecode"]["object"]
    return chain.deploy(harness_artifact["abi"], code)
