"""What was measured, and its tables: for a terminal and for `docs/performance.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "measured", "limit of this machine", "ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: `value` in `unit`, beside `limit` (same unit), which `limited_by` explains."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    limited_by: str = ""

    @property
    def ratio(self) -> float | None:
        """The value as a share of the limit, None where there is no limit."""
        return None if self.limit is None else self.value / self.limit

    def cells(self) -> tuple[str, str, str, str]:
        """The row as text, under HEADINGS."""
        limit = "–" if self.limit is None else _quantity(self.limit, self.unit)
        return (
            self.what,
            _quantity(self.value, self.unit),
            f"{limit} ({self.limited_by})" if self.limited_by else limit,
            _share(self.ratio),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The figures of one subject; `remarks` are lines to print under them."""

    title: str
    figures: Sequence[Figure]
    headings: tuple[str, str, str, str] = HEADINGS
    remarks: Sequence[str] = ()


def show(group: Group, console: Console) -> None:
    """Print a group as a table."""
    table = Table(title=group.title, title_justify="left", title_style="bold")
    for heading, justify in zip(group.headings, ("left", "right", "right", "right"), strict=True):
        table.add_column(heading, justify="right" if justify == "right" else "left")
    for figure in group.figures:
        table.add_row(*figure.cells())
    console.print(table)
    for remark in group.remarks:
        console.print(f"  {remark}", style="dim")
    console.print()


def markdown(groups: Sequence[Group]) -> str:
    """The groups as Markdown tables."""
    return "\n".join(line for group in groups for line in _lines(group))


def _lines(group: Group) -> Iterator[str]:
    yield f"### {group.title}\n"
    yield "| " + " | ".join(group.headings) + " |"
    yield "|---|---:|---:|---:|"
    for figure in group.figures:
        yield "| " + " | ".join(figure.cells()) + " |"
    yield ""
    for remark in group.remarks:
        yield f"{remark}\n"


def _quantity(value: float, unit: str) -> str:
    whole = value >= 100 or value == int(value)
    digits = 0 if whole else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}".rstrip()


def _share(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    if ratio >= 2:
        return f"{ratio:,.1f} ×"
    return f"{ratio:.0%}" if ratio >= 0.1 else f"{ratio:.1%}"
