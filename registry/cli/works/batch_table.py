"""The table of a batch: every row of META.csv read and checked before anything is signed.

Faults are named as a spreadsheet shows them: row (the header is row 1), column, what to do.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.cli import files
from registry.cli.works import drafting
from registry.cli.works.drafting import Faults, Stated
from registry.cli.works.media_types import media_type_of
from registry.errors import Field, InvalidInput
from registry.proofs.record import Visibility
from registry.works.model import MOST_IN_ONE_BATCH

REQUIRED = ("file", "title", "category", "authors")
OPTIONAL = (
    "lang",
    "claimant",
    "created_on",
    "first_published_on",
    "ai",
    "statement",
    "identifiers",
    "media_type",
)
FIRST_ROW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that is in order: its number in the table, its file, the body that it asks for."""

    number: int
    file: str
    body: Mapping[str, Any]


def read_rows(data: bytes, folder: Path, progress: Callable[[], Any]) -> list[Row]:
    """The rows of a table, their files hashed; `progress` is called once a row.

    Raises InvalidInput TABLE_INVALID naming every fault of every row.
    """
    rows, faults = list[Row](), list[Field]()
    seen = dict[str, int]()
    cells = list(_cells(data))
    if not 1 <= len(cells) <= MOST_IN_ONE_BATCH:
        raise _invalid(f"the table must have 1 to {MOST_IN_ONE_BATCH} rows below its header")
    for number, row in enumerate(cells, FIRST_ROW):
        found = Faults()
        body = _read_row(row, folder, found)
        if not found.fields and seen.setdefault(row["file"].strip(), number) != number:
            found.add("file", f"is the file of row {seen[row['file'].strip()]} already")
        faults += (Field(f"row {number}, {at.path}", at.reason) for at in found.fields)
        if body is not None:
            rows.append(Row(number=number, file=row["file"].strip(), body=body))
        progress()
    if faults:
        raise _invalid("the table has faults; nothing was signed or sent", faults)
    return rows


def _cells(data: bytes) -> Iterator[dict[str, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _invalid("the table is not UTF-8; save it as “CSV UTF-8”") from fault
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        _check_columns(columns)
        for row in reader:
            if any(_texts(row)):
                yield {name: row.get(name) or "" for name in columns} | _surplus(row)
    except csv.Error as fault:
        raise _invalid(f"line {reader.line_num} is not CSV: {fault}") from fault


def _check_columns(columns: list[str]) -> None:
    faults = [Field(f"column {name}", "is missing") for name in REQUIRED if name not in columns]
    known = (*REQUIRED, *OPTIONAL)
    faults += [
        Field(f"column {name!r}", f"is not one of {', '.join(known)}")
        for name in columns
        if name not in known
    ]
    faults += [
        Field(f"column {name}", "is there twice")
        for name in sorted(set(columns))
        if columns.count(name) > 1
    ]
    if faults:
        raise _invalid("the table's header is not as it must be", faults)


def _read_row(row: Mapping[str, str], folder: Path, faults: Faults) -> dict[str, Any] | None:
    if _SURPLUS in row:
        faults.add("after the last column", "has more cells than the header; quote cells with , in")
        return None
    name = row["file"].strip()
    work = drafting.read(_stated(row, name), faults)
    path = _inside(folder, name, faults)
    if path is None or faults.fields:
        return None
    try:
        file = files.fingerprint(path)
    except InvalidInput as fault:
        faults.add("file", fault.detail)
        return None
    faults.fields += drafting.check(work, file, Visibility.PUBLIC, datetime.now(UTC))
    return drafting.body_of(work, file, Visibility.PUBLIC)


def _stated(row: Mapping[str, str], file: str) -> Stated:
    return Stated(
        titles=_list(row["title"]),
        lang=row.get("lang", "").strip(),
        category=row["category"],
        authors=_list(row["authors"]),
        claimant=row.get("claimant", ""),
        created_on=row.get("created_on", ""),
        first_published_on=row.get("first_published_on", ""),
        ai=row.get("ai", ""),
        statement=row.get("statement", ""),
        identifiers=_list(row.get("identifiers", "")),
        media_type=row.get("media_type", "").strip() or media_type_of(file),
    )


def _inside(folder: Path, name: str, faults: Faults) -> Path | None:
    path = folder / name
    if not name or Path(name).is_absolute() or ".." in Path(name).parts:
        faults.add("file", f"{name!r} must be the path of a file inside the folder")
    elif not path.is_file():
        faults.add("file", f"{name!r} is no file in {folder}")
    else:
        return path
    return None


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


_SURPLUS = "\0surplus"


def _surplus(row: Mapping[Any, Any]) -> dict[str, str]:
    return {_SURPLUS: "yes"} if any(row.get(None) or ()) else {}


def _texts(row: Mapping[Any, Any]) -> Iterable[str]:
    return (value for value in row.values() if isinstance(value, str) and value.strip())


def _invalid(reason: str, faults: Iterable[Field] = ()) -> InvalidInput:
    return InvalidInput("TABLE_INVALID", reason, fields=list(faults))
