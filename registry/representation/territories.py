"""Territories: an ordered list of inclusions and exclusions, resolved on a day.

As CISAC's CWR manual reads such lists, order matters: `+World -Commonwealth +Canada` holds Canada,
`+World +Canada -Commonwealth` does not. Groups are resolved with their members of the day. A set of
territories is a bit mask over every country that ever was one, so that history works.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import auto
from functools import cache, cached_property
from typing import Any, NewType

from registry.errors import Field, InvalidInput
from registry.proofs.hexes import to_hex
from registry.representation.tis import Territory, Tis, TisCode, shipped
from registry.representation.words import Word

Mask = NewType("Mask", int)
"""A set of countries; bit i stands for the i-th of `Resolver.countries`."""

NOWHERE = Mask(0)
WORLD = TisCode(2136)
MAINLAND = TisCode(156)  # of China; Hong Kong, Macao and Taiwan are territories of their own
MOST_ITEMS = 500

_SIGN = re.compile(r"[+\-−]")
_MINUS = "-−"
_GLUED = re.compile(r"(?<=[0-9])(?=[+\-−][0-9])")
_ITEM = re.compile(r"([+-])([1-9][0-9]{0,3})")


class Remark(Word):
    """What the caller should know of a list that could be resolved."""

    ILLOGICAL_SCOPE = auto()
    TERRITORY_NOT_EXISTING = auto()
    GRANTED_FOR_THE_WHOLE = auto()
    TERRITORY_NOT_IN_TIS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A remark about one item of a list, in both languages."""

    code: Remark
    item: str
    en: str
    zh: str

    def to_json(self) -> dict[str, str]:
        """The caution as answers carry it."""
        return {"code": self.code.value, "item": self.item, "en": self.en, "zh": self.zh}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One step of a list: put the territory's countries in, or take them out."""

    include: bool
    territory: TisCode

    def __str__(self) -> str:
        return f"{'+' if self.include else '-'}{self.territory}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a list comes to on a day: its countries, and those that an item took out for good."""

    mask: Mask
    excluded: Mask
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A list as somebody wrote it, read: items, remarks, and ISO codes that TIS lacks."""

    items: tuple[Item, ...]
    cautions: tuple[Caution, ...]
    absent: tuple[str, ...]


def read_items(texts: Sequence[str], path: str = "territory") -> tuple[Item, ...]:
    """The items of a record: each a sign and a TIS number, as `+2136`, no other spelling.

    Raises InvalidInput TERRITORY_UNKNOWN naming every item that is none, under `path`.
    """
    known = shipped().territories
    found, faults = [], []
    for i, text in enumerate(texts):
        match = _ITEM.fullmatch(text)
        if match is not None and TisCode(int(match[2])) in known:
            found.append(Item(include=match[1] == "+", territory=TisCode(int(match[2]))))
            continue
        reason = _why_not(match[2]) if match else f"{text!r} is not written like +2136 or -156"
        faults.append(Field(f"{path}[{i}]", reason))
    if faults:
        raise _unknown(faults)
    return tuple(found)


def read_expression(text: str, on: date) -> Asked:
    """A list as a person writes it: `+2136 -2114 +124`, or one code without a sign.

    A code is a TIS number, TIS or ISO 3166-1 letters as of `on`, or an ISO 3166-2 code of China.
    Raises InvalidInput TERRITORY_UNKNOWN naming each code that is none of these.
    """
    items, cautions, absent, faults = [], [], [], []
    for include, code in _steps(text):
        found, caution = _identified(code.upper(), on)
        if found is not None:
            items.append(Item(include=include, territory=found))
            cautions += [caution] if caution else []
        elif _absent(code) is not None:
            absent.append(code)
        else:
            faults.append(Field(code, _why_not(code)))
    if faults or not (items or absent):
        raise _unknown(faults or [Field("territory", f"{text!r} names no territory")])
    if len(items) > MOST_ITEMS:
        raise _unknown([Field("territory", f"a list has at most {MOST_ITEMS} territories")])
    return Asked(items=tuple(items), cautions=tuple(cautions), absent=tuple(absent))


def read_strictly(text: str, on: date) -> Asked:
    """As `read_expression`, and a code that TIS does not hold is refused with the others."""
    asked = read_expression(text, on)
    if asked.absent:
        raise _unknown([Field(code, _why_not(code)) for code in asked.absent])
    return asked


def _steps(text: str) -> Iterator[tuple[bool, str]]:
    """Sign and code of each step; a sign may stand apart, and none means inclusion."""
    include = True
    for word in _GLUED.sub(" ", text.replace(",", " ")).split():
        if _SIGN.match(word):
            include, word = word[0] not in _MINUS, word[1:]
        if word:
            yield include, word
            include = True


def _identified(code: str, on: date) -> tuple[TisCode | None, Caution | None]:
    tis = shipped()
    if code.isascii() and code.isdigit():
        number = TisCode(int(code[:5]))
        return (number if number in tis.territories else None), None
    part = tis.subdivisions.get(code)
    if part is None:
        return _by_letters(code, on), None
    if part.whole:
        return part.territory, None
    caution = Caution(
        code=Remark.GRANTED_FOR_THE_WHOLE,
        item=code,
        en=f"{code} ({part.en}) is a part of territory {part.territory}: representation is "
        "granted for the whole of it",
        zh=f"{code}（{part.zh}）是{part.territory}号地域的一部分：代表权就该地域整体授予",
    )
    return part.territory, caution


def _by_letters(code: str, on: date) -> TisCode | None:
    """The territory with these letters on the day, else the only one that ever had them."""
    named = [
        (territory.code, name.window.holds(on) and territory.window.holds(on))
        for territory in shipped().territories.values()
        for name in territory.names
        if code in (name.alpha2, name.alpha3)
    ]
    ever = {found for found, _ in named}
    now = [found for found, holds in named if holds]
    if now:
        return now[0]
    return ever.pop() if len(ever) == 1 else None


def _absent(code: str) -> str | None:
    return shipped().absent.get(code.upper().lstrip("0"))


def _why_not(code: str) -> str:
    """Why a code leads nowhere."""
    name = _absent(code)
    if name is None:
        return f"{code!r} names no territory of CISAC's TIS"
    return (
        f"{Remark.TERRITORY_NOT_IN_TIS}: {code!r} ({name}) is a code of ISO 3166 for which TIS has "
        "no territory; name the territory that the societies count it to"
    )


def _unknown(faults: Sequence[Field]) -> InvalidInput:
    return InvalidInput(
        "TERRITORY_UNKNOWN", "; ".join(fault.reason for fault in faults), fields=faults
    )


class Resolver:
    """Lists of territories against one edition of the data. Pure; safe for several threads."""

    def __init__(self, tis: Tis) -> None:
        """`tis`: the edition."""
        self.tis = tis
        self._leaves: dict[tuple[TisCode, int], Mask] = {}

    @cached_property
    def countries(self) -> tuple[TisCode, ...]:
        """Every country that ever was one, ascending: the bits of a mask."""
        return tuple(sorted(t.code for t in self.tis.territories.values() if not t.group))

    @cached_property
    def _bits(self) -> Mapping[TisCode, Mask]:
        return {code: Mask(1 << i) for i, code in enumerate(self.countries)}

    @cached_property
    def _turns(self) -> list[date]:
        """The days on which anything changed: between two of them every answer is the same."""
        windows = [
            window
            for territory in self.tis.territories.values()
            for window in (territory.window, *(member for _, member in territory.members))
        ]
        return sorted({day for each in windows for day in (each.start, each.end) if day})

    def exists(self, code: TisCode, on: date) -> bool:
        """Whether the territory existed on that day."""
        return self.tis.territories[code].window.holds(on)

    def leaves(self, code: TisCode, on: date) -> Mask:
        """The countries of a territory on a day: itself, or its members'; none before its time."""
        key = (code, bisect_right(self._turns, on))
        known = self._leaves.get(key)
        if known is None:
            known = self._leaves[key] = self._found(self.tis.territories[code], on)
        return known

    def _found(self, territory: Territory, on: date) -> Mask:
        if not territory.window.holds(on):
            return NOWHERE
        if not territory.group:
            return self._bits[territory.code]
        mask = 0
        for member, window in territory.members:
            if window.holds(on):
                mask |= self.leaves(member, on)
        return Mask(mask)

    def scope(self, items: Sequence[Item], on: date) -> Scope:
        """What the list comes to on a day, taken literally and in its order."""
        mask = taken = 0
        cautions = []
        for i, item in enumerate(items):
            leaves = self.leaves(item.territory, on)
            if i == 0 and not item.include:
                cautions.append(_illogical(item))
            if not self.exists(item.territory, on):
                cautions.append(self._not_existing(item, on))
            mask = mask | leaves if item.include else mask & ~leaves
            taken = taken & ~leaves if item.include else taken | leaves
        return Scope(mask=Mask(mask), excluded=Mask(taken), cautions=tuple(cautions))

    def codes(self, mask: Mask) -> list[TisCode]:
        """The countries of a mask, ascending."""
        return [code for code, bit in self._bits.items() if bit & mask]

    def compressed(self, mask: Mask, on: date) -> list[TisCode]:
        """The mask as few territories of that day: the largest groups that fit, then countries."""
        left, found = int(mask), []
        for size, group in self._groups(on):
            leaves = self.leaves(group, on)
            if size > 1 and leaves & left == leaves:
                found.append(group)
                left &= ~leaves
        return [*found, *self.codes(Mask(left))]

    def _groups(self, on: date) -> list[tuple[int, TisCode]]:
        """Groups of the day with their number of countries, the largest first."""
        groups = (each.code for each in self.tis.territories.values() if each.group)
        sized = ((self.leaves(code, on).bit_count(), code) for code in groups)
        return sorted(sized, key=lambda each: (-each[0], each[1]))

    def named(self, code: TisCode, on: date) -> tuple[str, str]:
        """What a territory is called on a day, English and Chinese."""
        name = self.tis.territories[code].name(on)
        return name.en, name.zh

    def _not_existing(self, item: Item, on: date) -> Caution:
        en, zh = self.named(item.territory, on)
        return Caution(
            code=Remark.TERRITORY_NOT_EXISTING,
            item=str(item),
            en=f"{item.territory} ({en}) did not exist on {on}: the item changes nothing",
            zh=f"{item.territory}（{zh}）在{on}不存在：该项不起作用",
        )


def _illogical(item: Item) -> Caution:
    return Caution(
        code=Remark.ILLOGICAL_SCOPE,
        item=str(item),
        en=f"the list begins with an exclusion ({item}): there is nothing to take it out of",
        zh=f"列表以排除项（{item}）开头：此时尚无可供排除的地域",
    )


@cache
def resolver() -> Resolver:
    """The resolver over the data of this release."""
    return Resolver(shipped())


def described(expression: str, on: date) -> dict[str, Any]:
    """What a list comes to on a day, as a JSON object.

    Raises InvalidInput TERRITORY_UNKNOWN.
    """
    asked = read_strictly(expression, on)
    known = resolver()
    scope = known.scope(asked.items, on)
    codes, compressed = known.codes(scope.mask), known.compressed(scope.mask, on)
    named = {code: known.named(code, on) for code in (*compressed, *codes)}
    return {
        "expression": " ".join(map(str, asked.items)),
        "on": on.isoformat(),
        "data_version": to_hex(known.tis.version),
        "leaves": [int(code) for code in codes],
        "compressed": [int(code) for code in compressed],
        "names": {str(code): {"en": en, "zh": zh} for code, (en, zh) in named.items()},
        "warnings": [each.to_json() for each in (*asked.cautions, *scope.cautions)],
    }
