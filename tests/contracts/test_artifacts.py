"""The committed artifacts are what the sources give, whoever compiles them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from registry.chain import compiler
from registry.errors import RegistryError
from tests.contracts.chain import committed

ROOT = Path(__file__).resolve().parents[2]
# EIP-170 allows 24,576 bytes.
LARGEST = {"Logs": 4_096, "Organisations": 12_288}


def npm_tool(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool that npm installed, with the Node beside this Python before any other."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path, "HARDHAT_DISABLE_TELEMETRY_PROMPT": "true"}
    node = shutil.which("node", path=path)
    assert node is not None, "Node is not here; `make test` installs it"
    script = ROOT / "node_modules" / "hardhat" / "dist" / "src" / "cli.js"
    return subprocess.run(
        [node, str(script), *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_py_solc_x_rebuilds_the_artifacts_byte_for_byte() -> None:
    for name, content in compiler.artifacts().items():
        assert (compiler.ARTIFACTS / f"{name}.json").read_bytes() == content, name


def test_hardhat_rebuilds_the_bytecode_byte_for_byte() -> None:
    built = npm_tool("build", "--no-tests", "--force")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Warning" not in built.stdout + built.stderr
    folder = ROOT / ".cache" / "hardhat" / "artifacts" / "contracts"
    for name in compiler.DEPLOYABLES:
        hardhat = json.loads((folder / f"{name}.sol" / f"{name}.json").read_bytes())
        ours = committed(name)
        for part in ("abi", "bytecode", "deployedBytecode", "immutableReferences"):
            assert hardhat[part] == ours[part], f"{name}: {part}"


@pytest.mark.parametrize("name", compiler.DEPLOYABLES)
def test_an_artifact_names_what_made_it(name: str) -> None:
    artifact = committed(name)
    assert artifact["compiler"].startswith(compiler.COMPILER + "+commit.")
    assert artifact["settings"] == compiler.SETTINGS
    assert f"project/contracts/{name}.sol" in artifact["sources"]
    assert len(artifact["deployedBytecode"]) // 2 - 1 <= LARGEST[name]


def test_a_warning_is_refused() -> None:
    source = compiler.standard_input()
    text = "pragma solidity 0.8.37; contract Unlicensed { uint256 at; }"
    source["sources"]["project/contracts/Unlicensed.sol"] = {"content": text}
    with pytest.raises(RegistryError, match="CONTRACTS_NOT_COMPILED"):
        compiler.compile_sources(source)


def test_an_error_is_refused() -> None:
    source = compiler.standard_input()
    source["sources"]["project/contracts/Broken.sol"] = {"content": "contract {"}
    with pytest.raises(RegistryError, match="CONTRACTS_NOT_COMPILED"):
        compiler.compile_sources(source)
