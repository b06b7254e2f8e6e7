"""What holds of every answer: the order of arrival is nobody's business, and facts only add."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry.representation.model.agreement import Agreement, fold
from registry.representation.model.question import Answer, Query, Value
from registry.representation.territories import NOWHERE, resolver
from tests.agreements import FILED, MCSC, SACEM, THIRD, leg
from tests.unit.representation.asking import ask, query, recorded

PARTIES = (MCSC, SACEM, THIRD)
LISTS = (["+156"], ["+2136"], ["+2136", "-156"], ["+2106", "-2114", "+344"], ["+2123"])
TERMS = (("2020-01-01", None), ("2026-01-01", "2028-01-01"), ("2010-01-01", "2021-01-01"))


@cache
def pool() -> tuple[Agreement, ...]:
    """Agreements of all kinds; drawing from them is cheaper than writing each anew."""
    found = []
    kinds = [("CN.10.9", "NON_EXCLUSIVE", FILED), ("CN.10.9", "EXCLUSIVE", None)]
    kinds += [("CN.10.11", "SOLE", FILED)]
    for grantee, other in ((MCSC, SACEM), (THIRD, SACEM), (SACEM, MCSC)):
        for territory in LISTS:
            for start, end in TERMS:
                for salt, (right, exclusivity, filing) in enumerate(kinds):
                    grant = leg(
                        other,
                        grantee,
                        territory=territory,
                        rights=[right],
                        exclusivity=exclusivity,
                        valid={"from": start, "to": end},
                    )
                    parties = (grantee, other)
                    found.append(recorded(grant, salt=salt, parties=parties, filing=filing))
    return tuple(found)


KNOWN = st.lists(st.deferred(lambda: st.sampled_from(pool())), max_size=8)
ASKED = st.builds(
    lambda territory, on, right: query(territory, on=on, right=right),
    st.sampled_from(("CN", "+2136", "+2114", "HK", "GB", "+156 +344 +826")),
    st.dates(date(2005, 1, 1), date(2035, 1, 1)),
    st.sampled_from(("CN.10.9", "CN.10.11")),
)


def whole(found: Answer) -> tuple[Any, ...]:
    return found.value, dict(found.territories), found.reasons, found.nearest, found.evidence


@given(ASKED, KNOWN, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing(
    asked: Query, known: list[Agreement], chance: Any
) -> None:
    told = whole(ask(asked, *fold(known)))
    chance.shuffle(known)
    assert whole(ask(asked, *fold(known))) == told


@given(ASKED, KNOWN)
def test_a_fact_that_is_told_twice_counts_once(asked: Query, known: list[Agreement]) -> None:
    assert whole(ask(asked, *fold([*known, *known]))) == whole(ask(asked, *fold(known)))


@given(ASKED, KNOWN)
def test_every_country_has_one_answer(asked: Query, known: list[Agreement]) -> None:
    found = ask(asked, *fold(known))
    union = NOWHERE
    for mask in found.territories.values():
        assert not union & mask
        union |= mask  # type: ignore[assignment]  # a mask all the same
    assert union == asked.mask
    assert (found.value is Value.PARTIAL) == (len(found.territories) > 1)
    assert Value.PARTIAL not in found.territories


@given(ASKED, KNOWN, KNOWN)
def test_more_facts_never_take_a_grant_away_but_may_contest_it(
    asked: Query, known: list[Agreement], more: list[Agreement]
) -> None:
    before, after = ask(asked, *fold(known)), ask(asked, *fold([*known, *more]))
    standing = after.territories.get(Value.YES, 0) | after.territories.get(Value.CONTESTED, 0)
    assert before.territories.get(Value.YES, 0) & ~standing == 0
    decided = asked.mask & ~after.territories.get(Value.UNKNOWN, 0)
    known_before = asked.mask & ~before.territories.get(Value.UNKNOWN, 0)
    assert known_before & ~decided == 0, "what was known is not forgotten"


@given(ASKED, KNOWN)
def test_agreements_of_others_change_nothing(asked: Query, known: list[Agreement]) -> None:
    ours: Sequence[Agreement] = [each for each in known if THIRD.id not in each.terms.parties]
    theirs = [each for each in pool() if SACEM.id not in {one.grantor for one in each.terms.legs}]
    assert whole(ask(asked, *fold([*ours, *theirs]))) == whole(ask(asked, *fold(ours)))


@given(ASKED, KNOWN)
def test_no_has_a_ground_and_what_is_incomplete_rules_nothing_out(
    asked: Query, known: list[Agreement]
) -> None:
    found = ask(asked, *fold(known))
    refused = found.territories.get(Value.NO, NOWHERE)
    for code in resolver().codes(refused):
        bit = resolver().leaves(code, asked.on)
        assert any(each.agreement and each.mask & bit for each in found.reasons)
        assert found.nearest
    assert Value.NO not in ask(asked, *fold(known), complete=False).territories
