"""Mediated Case References and the references of recognitions, with their check character.

    MCR:CN-46:QHCMS:2026:0000177@1      REC:SG:IPOSADR:2026:000001Y

Place (ISO 3166-1 or -2), station code, year, a serial of six digits and a check character by ISO
7064 MOD 37,36 over the letters and digits of all of them. A published case carries its version
after `@`; a reference with another check character was mistyped.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.iso7064 import mod_37_36

from registry.errors import Field, InvalidInput

MOST_SERIAL = 999_999
PLACE = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"
STATION = r"[A-Z][A-Z0-9]{1,9}"

_REFERENCE = re.compile(rf"(MCR|REC):({PLACE}):({STATION}):([0-9]{{4}}):([0-9]{{6}})([0-9A-Z])")
_STANDARD = re.compile(
    rf"STD:{PLACE}:{STATION}:[A-Z0-9]+(?:-[A-Z0-9]+)*:[0-9]{{1,3}}\.[0-9]{{1,3}}"
)
_VERSION = re.compile(r"[1-9][0-9]{0,3}")


class Kind(StrEnum):
    """What a reference names."""

    CASE = "MCR"
    RECOGNITION = "REC"


@dataclass(frozen=True, slots=True, order=True)
class Station:
    """A station code in its region: held by one body."""

    region: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The reference of a case or a recognition; its text carries the check character."""

    kind: Kind
    station: Station
    year: int
    serial: int

    @property
    def check(self) -> str:
        """The check character."""
        place = self.station.region.replace("-", "")
        digits = f"{place}{self.station.code}{self.year:04}{self.serial:06}"
        return str(mod_37_36.calc_check_digit(digits))

    def __str__(self) -> str:
        """As it is written."""
        region, code = self.station.region, self.station.code
        return f"{self.kind}:{region}:{code}:{self.year:04}:{self.serial:06}{self.check}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a published case."""

    reference: Reference
    number: int

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.reference}@{self.number}"


def new_reference(kind: Kind, region: str, station: str, year: int, serial: int) -> Reference:
    """A reference of these parts. Raises InvalidInput REFERENCE_MALFORMED."""
    reference = Reference(kind=kind, station=Station(region, station), year=year, serial=serial)
    if not 1 <= serial <= MOST_SERIAL or not _REFERENCE.fullmatch(str(reference)):
        raise _malformed(kind, "")
    return reference


def parse_reference(kind: Kind, text: str, path: str = "") -> Reference:
    """The reference that `text` is, `path` being where it stands.

    Raises InvalidInput REFERENCE_MALFORMED, REFERENCE_CHECK.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None or found[1] != kind or found[5] == "000000":
        raise _malformed(kind, path)
    station = Station(found[2], found[3])
    reference = Reference(kind=kind, station=station, year=int(found[4]), serial=int(found[5]))
    if found[6] != reference.check:
        reason = f"the check character of {text} is wrong: a character was mistyped"
        raise InvalidInput("REFERENCE_CHECK", reason, fields=[Field(path, reason)])
    return reference


def parse_version(text: str, path: str = "") -> Version:
    """The version of a case that `text`, as `MCR:…@1`, is. Raises as `parse_reference`."""
    reference, _, number = text.partition("@")
    if not _VERSION.fullmatch(number):
        raise _malformed(Kind.CASE, path)
    return Version(parse_reference(Kind.CASE, reference, path), int(number))


def is_standard(text: str) -> bool:
    """Whether `text` has the form of a class-case standard, as `STD:CN-46:QHCMS:KTV-PERF:2.1`."""
    return _STANDARD.fullmatch(text) is not None


def _malformed(kind: Kind, path: str) -> InvalidInput:
    example = (
        "MCR:CN-46:QHCMS:2026:0000177@1" if kind is Kind.CASE else "REC:SG:IPOSADR:2026:000001Y"
    )
    reason = f"a reference is written like {example}"
    return InvalidInput("REFERENCE_MALFORMED", reason, fields=[Field(path, reason)])
