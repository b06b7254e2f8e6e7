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


def test_own_vectors_are_what_their_script_makes() -> None:
    committed = (make_vectors.VECTORS / "documents.json").read_text(encoding="utf-8")
    assert make_vectors.text(make_vectors.documents()) == committed


def test_every_file_of_vectors_is_known() -> None:
    shipped = {path.name for path in make_vectors.VECTORS.iterdir()}
    assert shipped == set(conformance.FILES)
