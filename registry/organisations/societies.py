"""CISAC's societies: who has which code, and whether it was a member on a given day.

Follows `cisac/README.md`, which says where the list is from. Membership is dated data: it begins
and ends, and the list knows both only by the year. Where it does not tell, the answer is None.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from registry.errors import InvalidInput, NotFound

SCHEME = "CISAC"
CODE = re.compile(r"[0-9]{3}")
#: The first day of the month in which the list stood as it is kept here.
LISTED_ON = date(2025, 6, 1)
MEMBERS = frozenset(("member", "provisional", "associate"))

_LIST = Path(__file__).with_name("cisac") / "societies.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Society:
    """A row of the list. The membership is `[member_from, member_until)`, None where not known.

    Both days are the widest that the list's years allow; see `member_on`. `country` is an ISO
    3166-1 code or None, `founded` and `ceased` are years.
    """

    code: str
    name: str
    former_names: tuple[str, ...]
    status: str
    repertoires: tuple[str, ...]
    country: str | None
    founded: int | None
    ceased: int | None
    member_from: date | None
    member_until: date | None
    note: str


@cache
def societies() -> Mapping[str, Society]:
    """Every society of the list by its code."""
    with _LIST.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: _society(row) for row in csv.DictReader(stream)}


def society(code: str) -> Society:
    """The society of a three-digit code.

    Raises InvalidInput SOCIETY_CODE_INVALID, NotFound SOCIETY_UNKNOWN.
    """
    if not CODE.fullmatch(code):
        raise InvalidInput("SOCIETY_CODE_INVALID", "a CISAC code has three digits, as 119")
    known = societies().get(code)
    if known is None:
        raise NotFound("SOCIETY_UNKNOWN", f"CISAC's list of {LISTED_ON:%Y-%m} has no code {code}")
    return known


def member_on(known: Society, day: date) -> bool | None:
    """Whether a society was a member of CISAC on `day`; None where the list does not tell.

    It does not tell the days of the first and of the last year, nor what lies between two years of
    which one is missing. After the day of the list it answers by what stood then.
    """
    first, end = known.member_from, known.member_until
    listed = known.status in MEMBERS
    if (first is not None and day < first) or (end is not None and day >= end):
        return False
    if day >= LISTED_ON and end is None:
        return listed
    if first is None or (end is None and not listed):
        return None
    if day.year == first.year or (end is not None and day.year == end.year - 1):
        return None
    return True


def _society(row: Mapping[str, str]) -> Society:
    return Society(
        code=row["code"],
        name=row["name"],
        former_names=_several(row["former_names"]),
        status=row["status"],
        repertoires=_several(row["repertoires"]),
        country=row["country"] or None,
        founded=int(row["founded"]) if row["founded"] else None,
        ceased=int(row["ceased"]) if row["ceased"] else None,
        member_from=_day(row["member_from"]),
        member_until=_day(row["member_until"]),
        note=row["note"],
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
