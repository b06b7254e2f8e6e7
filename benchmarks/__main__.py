"""`python -m benchmarks [names…]`: measure, print the tables, renew the document if asked to."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmarks import door, gas, log, pieces, programs
from benchmarks.limits import Limits, measure_limits
from benchmarks.machine import Measuring
from benchmarks.results import Group, markdown, show
from benchmarks.timing import FULL, USUAL, Scale

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
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
    """Measure what `arguments` name, all groups where they name none."""
    asked = _asked(arguments)
    scale = FULL if asked.full else USUAL
    # Tables need some width where the output is no terminal.
    console, started = Console(width=max(Console().width, 110)), perf_counter()
    measuring = Measuring()
    with tempfile.TemporaryDirectory(prefix="comity-benchmarks-") as name:
        groups = list(measured(asked.names or list(GROUPS), Path(name), scale, console))
    heading = measuring.told()
    console.print(f"{heading}\n{perf_counter() - started:.0f} s in all")
    if asked.write:
        write(DOCUMENT, heading, groups)
        console.print(f"renewed {DOCUMENT}")


def measured(names: Sequence[str], folder: Path, scale: Scale, console: Console) -> Iterator[Group]:
    """The limits of the machine, then each group that is named, shown as it comes."""
    limits = measure_limits(folder, scale)
    show(limits.group(), console)
    yield limits.group()
    for name in names:
        (folder / name).mkdir()
        group = GROUPS[name](folder / name, scale, limits)
        show(group, console)
        yield group


def write(document: Path, heading: str, groups: Sequence[Group]) -> None:
    """Put the tables between the document's marks, in place of those that are there."""
    before, after = around(document)
    figures = f"{BEGIN}\n\n{heading}\n\n{markdown(groups)}\n{END}"
    document.write_text(before + figures + after, encoding="utf-8")


def around(document: Path) -> tuple[str, str]:
    """What stands before and after the figures of the document."""
    before, begun, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise SystemExit(f"{document} has no place for figures between {BEGIN} and {END}")
    return before, after


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="of: " + ", ".join(GROUPS))
    parser.add_argument("--full", action="store_true", help="a tree of 1M, longer loads")
    parser.add_argument("--write", action="store_true", help=f"renew docs/{DOCUMENT.name}")
    asked = parser.parse_args(arguments)
    for name in asked.names:
        if name not in GROUPS:
            parser.error(f"{name} is none of: " + ", ".join(GROUPS))
    if asked.write and asked.names:
        parser.error("--write renews all tables: name no group")
    if asked.write:
        around(DOCUMENT)  # before minutes of measuring
    return asked


if __name__ == "__main__":
    main(sys.argv[1:])
