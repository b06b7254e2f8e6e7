"""CISAC's list as kept here: its form, and what it answers about a day."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInput, NotFound
from registry.organisations.societies import LISTED_ON, MEMBERS, member_on, societies, society

STATUSES = MEMBERS | {"client", "related", "left", "ceased", "secretariat", ""}
REPERTOIRES = {"music", "audiovisual", "drama", "literature", "visual-arts"}
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def test_every_code_is_three_digits_and_stands_once_in_order() -> None:
    codes = list(societies())
    assert codes == sorted(set(codes))
    assert len(codes) == 393
    assert all(len(code) == 3 and code.isdigit() for code in codes)


def test_every_row_is_in_the_form_that_its_readme_states() -> None:
    for known in societies().values():
        assert known.name == known.name.strip() != ""
        assert known.status in STATUSES
        assert set(known.repertoires) <= REPERTOIRES
        assert known.country is None or len(known.country) == 2
        for day in (known.member_from, known.member_until):
            assert day is None or (day.month, day.day) == (1, 1), "the list knows years"
        if known.member_from and known.member_until:
            assert known.member_from < known.member_until


def test_a_member_is_one_since_its_year_and_still() -> None:
    mcsc = society("119")
    assert (mcsc.name, mcsc.country, mcsc.repertoires) == ("MCSC", "CN", ("music",))
    assert member_on(mcsc, date(2003, 12, 31)) is False
    assert member_on(mcsc, date(2004, 6, 1)) is None, "the list knows the year of joining alone"
    assert member_on(mcsc, date(2005, 1, 1)) is True
    assert member_on(mcsc, date(2026, 11, 22)) is True


def test_a_relation_that_ended_has_ended() -> None:
    icsc = society("329")
    assert icsc.status == "related"
    assert member_on(icsc, date(2024, 6, 1)) is None, "the list does not say since when"
    assert member_on(icsc, date(2025, 6, 1)) is None, "nor on which day of 2025 it ended"
    assert member_on(icsc, date(2026, 1, 1)) is False


def test_a_client_is_no_member() -> None:
    assert member_on(society("780"), date(2026, 1, 1)) is False
    assert member_on(society("021"), date(2000, 1, 1)) is True, "BMI was one before"
    assert member_on(society("021"), date(2024, 1, 1)) is False


def test_a_code_that_no_society_has_is_named() -> None:
    with pytest.raises(NotFound) as caught:
        society("100")
    assert caught.value.code == "SOCIETY_UNKNOWN"


@pytest.mark.parametrize("code", ["", "19", "0119", "11a", "１１９", "CISAC:119"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        society(code)
    assert caught.value.code == "SOCIETY_CODE_INVALID"


@given(code=st.sampled_from(sorted(societies())), day=DAYS)
def test_nobody_is_a_member_outside_of_its_time(code: str, day: date) -> None:
    known = society(code)
    begun = known.member_from is None or day >= known.member_from
    over = known.member_until is not None and day >= known.member_until
    if not begun or over:
        assert member_on(known, day) is False
    elif known.member_from is None and day < LISTED_ON:
        assert member_on(known, day) is None


@given(code=st.sampled_from(sorted(societies())), day=DAYS)
def test_knowing_less_never_makes_the_answer_surer(code: str, day: date) -> None:
    known = society(code)
    blurred = replace(known, member_from=None)
    if member_on(blurred, day) is not None and day < LISTED_ON:
        assert member_on(known, day) == member_on(blurred, day)
