"""`python -m benchmarks [names…]`: measure, print the tables, renew the document if asked to."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmarks import door, gas, log, pieces, programs
from benchmarks.limits import Limits, measure_limits
from benchmarks.machine import machine, today
from benchmarks.results import Group, markdown, show
from benchmarks.timing import FULL, USUAL, Scale

DOCUMENT = Path("docs/performance.md")
BEGIN, END = "<!-- figures: begin (make bench ARGS=--write) -->", "<!-- figures: end -->"

Measure = Callable[[Path, Scale, Limits], Group]
GROUPS: dict[str, Measure] = {
    "door": door.measure,
    "pieces": pieces.measure,
    "tree": lambda _folder, scale, limits: log.measure(scale, limits),
    "programs": programs.measure,
    "gas": lambda _folder, _scale, _limits: gas.costs(),
    "field": lambda _folder, _scale, _limits: gas.field(),
}


def main(arguments: Sequence[str]) -> None:
    asked = _parser().parse_args(arguments)
    scale = FULL if asked.full else USUAL
    console, started = Console(width=max(Console().width, 110)), perf_counter()
    console.print(f"{today()}; {machine()}\n")
    with tempfile.TemporaryDirectory(prefix="comity-benchmarks-") as name:
        folder = Path(name)
        limits = measure_limits(folder, scale)
        groups = [limits.group()]
        show(groups[0], console)
        for one in asked.names or GROUPS:
            (folder / one).mkdir()
            groups.append(GROUPS[one](folder / one, scale, limits))
            show(groups[-1], console)
    console.print(f"{perf_counter() - started:.0f} s in all")
    if asked.write:
        write(DOCUMENT, f"Measured {today()} on {machine()}.", groups)
        console.print(f"renewed {DOCUMENT}")


def write(document: Path, heading: str, groups: Sequence[Group]) -> None:
    """Put the tables between the document's marks, in place of those that are there."""
    text = document.read_text(encoding="utf-8")
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise SystemExit(f"{document} has no place for figures between {BEGIN} and {END}")
    figures = f"{BEGIN}\n\n{heading}\n\n{markdown(groups)}\n{END}"
    document.write_text(before + figures + after, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*GROUPS, []], help=", ".join(GROUPS))
    parser.add_argument("--full", action="store_true", help="a tree of 1M, longer loads")
    parser.add_argument("--write", action="store_true", help=f"renew the tables of {DOCUMENT}")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
