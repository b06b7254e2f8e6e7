"""The results of a batch: a table for people, receipts or a CSV file for programs."""

import csv
import io
import json
from pathlib import Path

from registry.cli import files
from registry.cli.text import plain, say
from registry.cli.works.batching import Result, Results
from registry.proofs import hexes, shape

COLUMNS = ("row", "file", "number", "digest", "index", "received_at", "state", "reason")


def print_receipts(results: Results) -> None:
    """One receipt a line as the node gave it: the batch's own first, then those of the rows."""
    say(results.batch.raw.decode())
    for result in results.rows:
        say(json.dumps(result.raw, ensure_ascii=False, separators=(",", ":")))


def print_table(results: Results) -> None:
    """The rows with their numbers, refused ones with the reason."""
    from rich.console import Console
    from rich.table import Table

    table = Table("row", "file", "number", "state", box=None)
    for result in results.rows:
        number = "" if result.receipt is None else result.receipt.number
        words = " ".join(part for part in (_state(result), _reason(result)) if part)
        table.add_row(str(result.row.number), plain(result.row.file), number, plain(words))
    Console(markup=False, highlight=False, soft_wrap=True).print(table)


def write_csv(results: Results, out: Path) -> None:
    """The rows as CSV (UTF-8 with a mark, so that spreadsheets read it as such)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for result in results.rows:
        writer.writerow(_cells(result))
    files.replace(out, text.getvalue().encode("utf-8-sig"))


def _cells(result: Result) -> list[str]:
    receipt = result.receipt
    known = (
        ["", "", "", ""]
        if receipt is None
        else [
            receipt.number,
            hexes.to_hex(receipt.digest),
            str(receipt.index),
            shape.time_text(receipt.received_at),
        ]
    )
    return [str(result.row.number), result.row.file, *known, _state(result), _reason(result)]


def _state(result: Result) -> str:
    if result.receipt is None:
        return "refused"
    return "received" if result.fresh else "known already"


def _reason(result: Result) -> str:
    fault = result.refusal
    return "" if fault is None else f"{fault.detail} ({fault.code})"
