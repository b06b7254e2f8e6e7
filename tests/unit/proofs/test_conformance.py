"""The vectors that ship with the package hold, and the project's own are made by their script."""

import pytest

from registry.proofs import conformance
from tests.unit.proofs import make_vectors


def test_every_vector_holds() -> None:
    results = list(conformance.run())
    assert [result for result in results if not result.holds] == []
    assert {result.file for result in results} == set(conformance.FILES)


def test_the_self_test_counts_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert conformance.main() == 0
    count = len(list(conformance.run()))
    assert capsys.readouterr().out == f"{count} of {count} values hold\n"


@pytest.mark.parametrize("name", ["passkey", "documents"])
def test_own_vectors_are_what_their_script_makes(name: str) -> None:
    committed = (make_vectors.VECTORS / f"{name}.json").read_text(encoding="utf-8")
    assert make_vectors.text(getattr(make_vectors, name)()) == committed
