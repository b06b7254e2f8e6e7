"""Conformance: every vector that ships with the package, recomputed.

`python -m registry.proofs.conformance` prints what does not hold. Another implementation of the
protocol reproduces the same values from `registry/proofs/vectors/`; each file says in `about` what
it holds, and in `source` or `made` who computed it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from registry.errors import RegistryError
from registry.proofs.conformance import others, own
from registry.proofs.conformance.loading import Vectors, load

__all__ = ["FILES", "Result", "load", "main", "run"]

_CHECKS: Mapping[str, Callable[[Vectors], Iterator[tuple[str, bool]]]] = {
    "founding.json": own.check_founding,
    "records.json": own.check_records,
    "bodies.json": own.check_records,
    "log.json": own.check_log,
    "certificate.json": own.check_certificate,
    "documents.json": own.check_documents,
    "statements.json": others.check_statements,
    "webauthn.json": others.check_webauthn,
    "notes.json": others.check_notes,
    "cids.json": others.check_cids,
    "tree.json": others.check_tree,
}

FILES = tuple(_CHECKS)
"""The files that `run` knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One value compared: `file` and `name` say which; `holds` is the answer."""

    file: str
    name: str
    holds: bool


def run() -> Iterator[Result]:
    """Recompute every vector of every file."""
    for file, check in _CHECKS.items():
        vectors = load(file)
        try:
            for name, holds in check(vectors):
                yield Result(file=file, name=name, holds=holds)
        except RegistryError as fault:
            yield Result(file=file, name=str(fault), holds=False)


def main() -> int:
    """Print what does not hold, and a count; 1 if anything does not."""
    results = list(run())
    for result in results:
        if not result.holds:
            print(f"{result.file}: {result.name}: does not hold")
    print(f"{sum(result.holds for result in results)} of {len(results)} values hold")
    return 0 if all(result.holds for result in results) else 1
