"""The territories of CISAC's Territory Information System as dated facts, from the files beside.

Numbers are TIS numbers: ISO 3166-1 numeric for countries, 2100 and more for groups. Every window is
half-open, `[start, end)`, in civil days; None is an open end. See `data/README.md`.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NewType, TypeVar

from registry.proofs.canonical import encode

TisCode = NewType("TisCode", int)
"""A TIS number: 156 China, 2136 World."""

T = TypeVar("T")

FOLDER = Path(__file__).with_name("data")
FILES = ("territories", "names", "memberships", "not_in_tis", "subdivisions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days from `start` on and before `end`."""

    start: date | None
    end: date | None

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the window."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a territory was called in a window, with its letters (TIS and ISO 3166-1)."""

    window: Window
    alpha2: str
    alpha3: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """A country, or a group of territories, with its names in the order of time."""

    code: TisCode
    group: bool
    window: Window
    names: tuple[Name, ...]
    members: tuple[tuple["TisCode", Window], ...]

    def name(self, day: date) -> Name:
        """Its name on `day`, or the nearest: the first before its time, else the last."""
        for name in self.names:
            if name.window.end is None or day < name.window.end:
                return name
        return self.names[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subdivision:
    """An ISO 3166-2 code: the territory that it is, or, where not `whole`, is a part of."""

    territory: TisCode
    whole: bool
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tis:
    """Everything that the files say; `version` is the digest of their content."""

    version: bytes
    territories: Mapping[TisCode, Territory]
    absent: Mapping[str, str]
    subdivisions: Mapping[str, Subdivision]


@cache
def shipped() -> Tis:
    """The data of this release."""
    rows = {name: list(_rows(name)) for name in FILES}
    return Tis(
        version=sha256(encode(rows)).digest(),
        territories=_territories(rows),
        absent=_absent(rows["not_in_tis"]),
        subdivisions={
            row["code"]: Subdivision(
                territory=TisCode(int(row["territory"])),
                whole=row["covers"] == "whole",
                en=row["en"],
                zh=row["zh"],
            )
            for row in rows["subdivisions"]
        },
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _territories(rows: Mapping[str, list[dict[str, str]]]) -> dict[TisCode, Territory]:
    names = _grouped(rows["names"], "code", _name)
    members = _grouped(rows["memberships"], "group", _membership)
    codes = [TisCode(int(row["code"])) for row in rows["territories"]]
    return {
        code: Territory(
            code=code,
            group=row["kind"] == "group",
            window=_window(row),
            names=tuple(names[code]),
            members=tuple(members.get(code, ())),
        )
        for code, row in zip(codes, rows["territories"], strict=True)
    }


def _grouped(
    rows: list[dict[str, str]], column: str, read: Callable[[dict[str, str]], T]
) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(int(row[column]), []).append(read(row))
    return found


def _name(row: dict[str, str]) -> Name:
    return Name(
        window=_window(row),
        alpha2=row["alpha2"],
        alpha3=row["alpha3"],
        en=row["en"],
        zh=row["zh"],
    )


def _membership(row: dict[str, str]) -> tuple[TisCode, Window]:
    return TisCode(int(row["member"])), _window(row)


def _window(row: Mapping[str, Any]) -> Window:
    return Window(start=_day(row["from"]), end=_day(row["until"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _absent(rows: list[dict[str, str]]) -> dict[str, str]:
    """English names by letters and by number."""
    return {key: row["en"] for row in rows for key in (row["alpha2"], str(int(row["numeric"])))}
