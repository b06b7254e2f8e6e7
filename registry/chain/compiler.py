"""How the contracts become the committed artifacts, byte for byte.

`python -m registry.chain.compiler` compiles `contracts/` by py-solc-x and rewrites
`registry/chain/artifacts/`; `--check` only compares. The compiler is a native solc that py-solc-x
has installed or, without a download, the one of the npm package, which a shim of a few lines
(`solc.cjs`) dresses as a native one. Hardhat gives the same bytes because both use its names for
the sources (`project/contracts/…`), which the metadata at the end of the bytecode commits to.

A node that runs needs none of this: it reads the artifacts.
"""

import argparse
import json
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from registry.errors import Damaged, InvalidInput, Unavailable

COMPILER = "0.8.37"
SETTINGS: Mapping[str, Any] = {
    "evmVersion": "cancun",
    "optimizer": {"enabled": True, "runs": 10000},
    "viaIR": False,
}
DEPLOYABLES = ("Logs", "Organisations")

_HERE = Path(__file__).resolve().parent
ARTIFACTS = _HERE / "artifacts"
CHECKOUT = _HERE.parent.parent
_OUTPUTS = ("abi", "evm.bytecode.object", "evm.deployedBytecode", "metadata")


def standard_input(folders: tuple[str, ...] = ("contracts",)) -> dict[str, Any]:
    """The compiler's input: every source below `folders` of the checkout, by Hardhat's name."""
    sources = {
        f"project/{path.relative_to(CHECKOUT).as_posix()}": {
            "content": path.read_text(encoding="utf-8")
        }
        for folder in folders
        for path in sorted((CHECKOUT / folder).rglob("*.sol"))
    }
    if not sources:
        raise Unavailable(
            "SOURCES_MISSING", f"There are no contracts in {CHECKOUT}; compile in a checkout."
        )
    outputs = {"*": {"*": list(_OUTPUTS)}}
    settings = {**SETTINGS, "outputSelection": outputs}
    return {"language": "Solidity", "sources": sources, "settings": settings}


def compile_sources(source: Mapping[str, Any], solc: Path | None = None) -> dict[str, Any]:
    """The compiler's output; `solc` names a native compiler, else one is found.

    Raises `CONTRACTS_NOT_COMPILED` on any error and on any warning.
    """
    import solcx
    from solcx.exceptions import SolcError

    with _found(solc) as binary:
        try:
            output: dict[str, Any] = solcx.compile_standard(dict(source), solc_binary=binary)
        except SolcError as exc:
            raise InvalidInput("CONTRACTS_NOT_COMPILED", exc.message) from exc
    complaints = [error["formattedMessage"] for error in output.get("errors", ())]
    if complaints:
        raise InvalidInput("CONTRACTS_NOT_COMPILED", "\n".join(complaints))
    return output


@contextmanager
def _found(solc: Path | None) -> Iterator[Path]:
    package = CHECKOUT / "node_modules" / "solc"
    if solc is not None:
        yield solc
    elif package.is_dir():
        with tempfile.TemporaryDirectory(prefix="comity-solc-") as folder:
            yield _shim(Path(folder), package)
    else:
        yield _installed()


def _installed() -> Path:
    import solcx
    from solcx.exceptions import SolcNotInstalled

    try:
        return Path(solcx.install.get_executable(version=COMPILER))
    except SolcNotInstalled as exc:
        raise Unavailable(
            "COMPILER_MISSING",
            f"solc {COMPILER} is not here; run `npm ci`, or let py-solc-x install it.",
        ) from exc


def _shim(folder: Path, package: Path) -> Path:
    """A program in `folder` that answers like a native solc, by the npm package's compiler."""
    beside_python = Path(sys.executable).parent / "node"
    node = str(beside_python) if beside_python.is_file() else shutil.which("node")
    if node is None:
        raise Unavailable("COMPILER_MISSING", "Node is not here; run `make test`, or install it.")
    shim = folder / "solc"
    words = " ".join(shlex.quote(word) for word in (node, str(_HERE / "solc.cjs"), str(package)))
    shim.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    shim.chmod(0o700)
    return shim


def artifact(name: str, output: Mapping[str, Any]) -> bytes:
    """The artifact of one contract: compact JSON with sorted keys and a final newline."""
    contract = output["contracts"][f"project/contracts/{name}.sol"][name]
    metadata = json.loads(contract["metadata"])
    deployed = contract["evm"]["deployedBytecode"]
    content = {
        "contract": name,
        "compiler": metadata["compiler"]["version"],
        "settings": SETTINGS,
        "sources": sorted(metadata["sources"]),
        "abi": contract["abi"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + deployed["object"],
        "immutableReferences": deployed["immutableReferences"],
    }
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return text.encode() + b"\n"


def artifacts(solc: Path | None = None) -> dict[str, bytes]:
    """The artifact of every deployable contract, by its name, compiled now."""
    output = compile_sources(standard_input(), solc)
    return {name: artifact(name, output) for name in DEPLOYABLES}


def _write(name: str, content: bytes) -> None:
    """Replace the artifact in one step: a reader sees the old one or the new one."""
    ARTIFACTS.mkdir(exist_ok=True)
    target = ARTIFACTS / f"{name}.json"
    partial = target.with_suffix(".partial")
    partial.write_bytes(content)
    os.replace(partial, target)


def main() -> None:
    """Rewrite the artifacts or, with `--check`, fail where they differ from the sources."""
    parser = argparse.ArgumentParser(description="Compile the contracts into their artifacts.")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("--solc", type=Path, help="a native solc; else one is found")
    options = parser.parse_args()
    for name, content in artifacts(options.solc).items():
        path = ARTIFACTS / f"{name}.json"
        same = path.is_file() and path.read_bytes() == content
        if options.check and not same:
            raise Damaged("ARTIFACT_DIFFERS", f"{path.name} is not what the sources give.")
        if not same:
            _write(name, content)
        size = len(json.loads(content)["deployedBytecode"]) // 2 - 1
        print(f"{name}: {size} bytes, {'unchanged' if same else 'written'}")


if __name__ == "__main__":
    main()
