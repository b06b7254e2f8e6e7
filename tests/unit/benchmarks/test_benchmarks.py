"""The measurements themselves, at the smallest sizes: well formed, whole; never how fast."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import __main__ as program
from benchmarks import door, gas, load, log, pieces, programs, results
from benchmarks.limits import Limits, measure_limits
from benchmarks.results import Figure, Group
from benchmarks.timing import SMALLEST, percentile, rate
from tests.contracts.test_gas import CEILINGS

LIMITS = Limits(
    fsyncs=1, commits=2, rows=3, recoveries=4, signs=5, verifies=6, hashes=7, exchanges=8, start=9
)
GROUP = Group(
    title="Some figures",
    figures=[
        Figure(what="half", value=1500.0, unit="/s", limit=3000.0, limited_by="the disk"),
        Figure(what="alone", value=0.1234, unit="ms"),
        Figure(what="much", value=25.0, unit="µs", limit=10.0),
    ],
    remarks=("what is to be kept in mind",),
)


def well_formed(group: Group, rows: int) -> None:
    assert len(group.figures) == rows
    assert len({figure.what for figure in group.figures}) == rows
    for figure in group.figures:
        assert figure.value > 0, figure
        assert figure.limit is None or figure.limit > 0, figure


def test_every_limit_is_measured(tmp_path: Path) -> None:
    well_formed(measure_limits(tmp_path, SMALLEST).group(), rows=9)


def test_the_tree_is_measured() -> None:
    group = log.measure(SMALLEST, LIMITS)
    well_formed(group, rows=4)
    assert all(figure.ratio for figure in group.figures)


def test_the_pieces_of_a_submission_are_measured(tmp_path: Path) -> None:
    well_formed(pieces.measure(tmp_path, SMALLEST, LIMITS), rows=8)


def test_the_programs_are_measured(tmp_path: Path) -> None:
    well_formed(programs.measure(tmp_path, SMALLEST, LIMITS), rows=2)


@pytest.mark.real
def test_the_door_is_measured(tmp_path: Path) -> None:
    group = door.measure(tmp_path, SMALLEST, LIMITS)
    rates = [figure for figure in group.figures if figure.unit == "/s"]
    assert [figure.what.partition(",")[0].partition(":")[0] for figure in rates] == [
        "submissions",
        "submissions",
        "bulk",
        "certificates by number",
        door.NOTHING,
    ]
    well_formed(group, rows=len(group.figures))


def test_gas_stands_beside_the_ceilings_that_the_contracts_are_held_to() -> None:
    assert gas.figures_of("ceilings") == CEILINGS
    costs = {figure.what: figure.limit for figure in gas.costs().figures}
    assert {what: limit for what, limit in costs.items() if limit is not None} == CEILINGS
    well_formed(gas.field(), rows=len(gas.figures_of("field")))


def test_a_table_has_every_row_and_its_ratio() -> None:
    written = io.StringIO()
    results.show(GROUP, Console(file=written, width=120))
    for text in (written.getvalue(), results.markdown([GROUP])):
        rows = {row[0]: row[1:] for row in cells(text)}
        assert rows["half"] == ["1,500 /s", "3,000 /s (the disk)", "50%"]
        assert rows["alone"] == ["0.123 ms", "–", "–"]
        assert rows["much"] == ["25 µs", "10 µs", "2.5 ×"]
        assert GROUP.title in text
        assert GROUP.remarks[0] in text


def cells(text: str) -> Iterator[list[str]]:
    for line in text.replace("│", "|").splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_document_is_renewed_between_its_marks_only(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{program.BEGIN}\nold\n{program.END}\nafter\n", encoding="utf-8")
    program.write(document, "A machine.", [GROUP])
    program.write(document, "Another machine.", [GROUP])
    text = document.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{program.BEGIN}\n")
    assert text.endswith(f"{program.END}\nafter\n")
    assert text.count("### Some figures") == text.count("Another machine.") == 1
    assert "old" not in text


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("nothing to renew\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no place for figures"):
        program.write(document, "A machine.", [GROUP])
    assert document.read_text(encoding="utf-8") == "nothing to renew\n"


@pytest.mark.parametrize("arguments", [["trees"], ["tree", "--write"]])
def test_what_cannot_be_measured_is_refused_before_the_clock_runs(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        program.main(arguments)


def test_the_committed_document_can_be_renewed() -> None:
    text = program.DOCUMENT.read_text(encoding="utf-8")
    assert text.index(program.BEGIN) < text.index(program.END)


@pytest.mark.parametrize("message", [load.request("POST", b"{}"), load.request("GET", b"/log")])
def test_a_message_is_whole_when_its_last_byte_is_there(message: bytes) -> None:
    assert load.whole(message)
    assert not any(load.whole(message[:cut]) for cut in range(len(message)))


def test_rates_and_percentiles() -> None:
    steps = iter(range(100))
    assert rate(lambda: next(steps), per=10, seconds=0.0, repeats=3) > 0
    assert next(steps) == 3
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert percentile([5.0, 1.0, 3.0], 0.99) == 5.0
