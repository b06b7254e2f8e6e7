"""Territories: what the data says on a day, how lists are read, and in which order they count."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.representation.territories import (
    MAINLAND,
    WORLD,
    Item,
    Mask,
    described,
    read_expression,
    read_items,
    read_strictly,
    resolver,
)
from registry.representation.tis import TisCode, shipped

D = date(2026, 11, 21)
KNOWN = sorted(shipped().territories)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
ITEMS = st.lists(
    st.builds(Item, include=st.booleans(), territory=st.sampled_from(KNOWN)), max_size=8
)


def leaves(expression: str, on: date = D) -> list[int]:
    asked = read_strictly(expression, on)
    return list(map(int, resolver().codes(resolver().scope(asked.items, on).mask)))


def holds(group: int, country: int, on: date) -> bool:
    return country in leaves(f"+{group}", on)


def cautions(expression: str, on: date = D) -> list[str]:
    return [each["code"] for each in described(expression, on)["warnings"]]


# ---- the data ------------------------------------------------------------------------------------


def test_the_world_has_201_countries() -> None:
    assert len(leaves("+2136")) == 201
    assert len(resolver().countries) == 211, "ten of those that ever were have ended"


@pytest.mark.parametrize(
    ("group", "country", "last"),
    [
        (2114, 344, date(1997, 6, 30)),
        (2123, 826, date(2020, 1, 31)),
        (2121, 826, date(2020, 1, 31)),
        (2114, 716, date(2003, 12, 6)),
        (2118, 268, date(2009, 8, 17)),
        (2136, 810, date(1991, 12, 31)),
        (2136, 278, date(1990, 10, 2)),
    ],
)
def test_a_country_belongs_to_a_group_until_its_last_day(
    group: int, country: int, last: date
) -> None:
    assert holds(group, country, last)
    assert not holds(group, country, last + timedelta(days=1))


def test_macao_is_a_territory_since_december_1999() -> None:
    assert not holds(2106, 446, date(1999, 12, 19))
    assert holds(2106, 446, date(1999, 12, 20))


@pytest.mark.parametrize("group", [2106, 2136])
def test_china_and_its_three_other_territories_stand_side_by_side(group: int) -> None:
    assert {156, 158, 344, 446} <= set(leaves(f"+{group}"))
    assert leaves("+156") == [156]


def test_every_name_and_every_member_is_a_territory() -> None:
    tis = shipped()
    for territory in tis.territories.values():
        assert territory.names
        assert {code for code, _ in territory.members} <= set(tis.territories)
        assert territory.group == bool(territory.members)
    assert len(tis.version) == 32


def test_names_change_with_time() -> None:
    assert resolver().named(TisCode(104), date(1980, 1, 1))[0] == "Burma"
    assert resolver().named(TisCode(104), D) == ("Myanmar", "缅甸")


# ---- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "territory"),
    [
        ("156", 156),
        ("+156", 156),
        ("0156", 156),
        ("CN", 156),
        ("cn", 156),
        ("CHN", 156),
        ("CN-HK", 344),
        ("CN-MO", 446),
        ("CN-TW", 158),
        ("CN-91", 344),
        ("CN-92", 446),
        ("CN-71", 158),
        ("HK", 344),
        ("MO", 446),
        ("TW", 158),
        ("2WL", 2136),
        ("2EN", 2123),
    ],
)
def test_a_code_names_a_territory(code: str, territory: int) -> None:
    (item,) = read_strictly(code, D).items
    assert item == Item(include=True, territory=TisCode(territory))


@pytest.mark.parametrize("code", ["CN-46", "CN-HI", "cn-hi", "CN-11", "CN-XJ"])
def test_a_part_of_china_stands_for_the_whole_with_a_warning(code: str) -> None:
    assert leaves(code) == [156]
    assert cautions(code) == ["GRANTED_FOR_THE_WHOLE"]


def test_letters_are_read_as_of_the_day() -> None:
    assert read_strictly("CS", date(1990, 1, 1)).items[0].territory == 200
    assert read_strictly("CS", date(2000, 1, 1)).items[0].territory == 891
    assert read_strictly("ZR", D).items[0].territory == 180, "nobody else ever had them"
    with pytest.raises(InvalidInput, match="'CS' names no territory"):
        read_strictly("CS", D)


@pytest.mark.parametrize(
    "text",
    [
        "+2136 -2114 +124",
        "2136,-2114,+124",
        "+ 2136 - 2114 124",
        "+2136-2114+124",
        " 2136 −2114 CA ",
    ],
)
def test_a_list_is_read_however_it_is_written(text: str) -> None:
    assert described(text, D)["expression"] == "+2136 -2114 +124"


@pytest.mark.parametrize(
    "text", ["", "+", "9999", "99999999", "ZZ", "CN-XX", "CN-", "²", "世界", "@"]
)
def test_what_is_no_territory(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_expression(text, D)
    assert refused.value.code == "TERRITORY_UNKNOWN"


@pytest.mark.parametrize("code", ["GL", "gl", "304", "PS", "GI", "016"])
def test_an_iso_code_that_tis_does_not_hold_is_named_with_its_reason(code: str) -> None:
    assert read_expression(code, D).absent == (code,)
    with pytest.raises(InvalidInput, match="TERRITORY_NOT_IN_TIS") as refused:
        read_strictly(f"+2136 -{code}", D)
    assert (refused.value.code, refused.value.fields[0].path) == ("TERRITORY_UNKNOWN", code)


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_expression("+ZZ +156 -YY", D)
    assert [field.path for field in refused.value.fields] == ["ZZ", "YY"]


def test_a_record_writes_its_items_in_one_way() -> None:
    assert list(map(str, read_items(["+2136", "-156"]))) == ["+2136", "-156"]
    for text in ("2136", "+02136", "+CN", "+ 156", "−156", "+9999", "+2136 ", ""):
        with pytest.raises(InvalidInput) as refused:
            read_items(["+156", text], "body.legs[0].territory")
        assert refused.value.code == "TERRITORY_UNKNOWN"
        assert [field.path for field in refused.value.fields] == ["body.legs[0].territory[1]"]


# ---- resolving -----------------------------------------------------------------------------------


def test_order_matters() -> None:
    assert 124 in leaves("+2136 -2114 +124")
    assert 124 not in leaves("+2136 +124 -2114")


def test_a_list_that_begins_with_an_exclusion_is_taken_literally_and_warned_of() -> None:
    assert len(leaves("-2114 +2136")) == 201
    assert cautions("-2114 +2136") == ["ILLOGICAL_SCOPE"]


def test_a_territory_outside_its_time_changes_nothing_and_is_warned_of() -> None:
    assert leaves("+156 +810") == [156]
    assert cautions("+156 +810") == ["TERRITORY_NOT_EXISTING"]
    assert cautions("+2136 +2104", date(1980, 1, 1)) == ["TERRITORY_NOT_EXISTING"]


def test_what_an_item_takes_out_by_name_is_known() -> None:
    scope = resolver().scope(read_strictly("+2136 -2114 +124", D).items, D)
    excluded = resolver().codes(scope.excluded)
    assert 826 in excluded
    assert 124 not in excluded, "it was put in again"
    assert not scope.excluded & scope.mask


@given(ITEMS, DAYS)
def test_a_scope_is_what_sets_would_come_to(items: Sequence[Item], on: date) -> None:
    expected: set[TisCode] = set()
    for item in items:
        countries = set(resolver().codes(resolver().leaves(item.territory, on)))
        expected = expected | countries if item.include else expected - countries
    scope = resolver().scope(items, on)
    assert resolver().codes(scope.mask) == sorted(expected)
    assert not scope.mask & scope.excluded


@given(ITEMS, DAYS, st.sampled_from(KNOWN))
def test_what_is_put_in_last_is_in_and_what_is_taken_out_last_is_out(
    items: list[Item], on: date, last: TisCode
) -> None:
    leaves = resolver().leaves(last, on)
    inside = resolver().scope([*items, Item(include=True, territory=last)], on)
    outside = resolver().scope([*items, Item(include=False, territory=last)], on)
    assert inside.mask & leaves == leaves
    assert outside.mask & leaves == 0
    assert outside.excluded & leaves == leaves


@given(ITEMS, DAYS)
def test_compressed_it_is_the_same(items: Sequence[Item], on: date) -> None:
    mask = resolver().scope(items, on).mask
    found = 0
    for code in resolver().compressed(mask, on):
        assert not found & resolver().leaves(code, on), "no country twice"
        found |= resolver().leaves(code, on)
    assert Mask(found) == mask


def test_the_whole_world_is_one_name() -> None:
    assert resolver().compressed(resolver().leaves(WORLD, D), D) == [WORLD]
    assert resolver().compressed(resolver().leaves(MAINLAND, D), D) == [MAINLAND]
