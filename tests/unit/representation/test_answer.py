"""Who may license what: each predicate, gate and answer, and what is said of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registry.representation.model.question import Value
from registry.representation.model.wording import sentence
from registry.representation.rights import RightCode, Use
from registry.representation.territories import resolver
from registry.representation.words import Action, ObjectClass
from tests.agreements import FILED, MCSC, SACEM, THIRD, leg
from tests.unit.representation.asking import (
    D,
    ask,
    between,
    codes,
    failed,
    of,
    query,
    recorded,
    society,
)


def test_a_leg_in_force_carries_a_yes() -> None:
    agreement = recorded(leg())
    found = ask(query(), agreement)
    assert (found.value, codes(found)) == (Value.YES, ["LEG_OK"])
    assert found.evidence == (agreement.digest,)
    assert found.nearest == ()


def test_without_an_agreement_nothing_is_known() -> None:
    found = ask(query())
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["NO_AGREEMENT"])


def test_a_leg_the_other_way_says_nothing() -> None:
    found = ask(query(), recorded(leg(MCSC, SACEM)))
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["NO_AGREEMENT"])


def test_a_leg_to_somebody_else_says_nothing() -> None:
    assert ask(query(), between(THIRD)).value is Value.UNKNOWN


@pytest.mark.parametrize(
    ("on", "value"),
    [
        (date(2025, 12, 31), Value.UNKNOWN),
        (date(2026, 1, 31), Value.YES),
        (date(2027, 12, 31), Value.YES),
        (date(2028, 1, 1), Value.NO),
    ],
)
def test_the_last_day_is_the_day_before_the_end(on: date, value: Value) -> None:
    found = ask(query(on=on), recorded(leg()))
    assert found.value is value
    assert failed(found) == (() if value is Value.YES else ("NOT_IN_FORCE",))


def test_a_leg_without_an_end_goes_on() -> None:
    open_ended = recorded(leg(valid={"from": "2026-01-01", "to": None}))
    assert ask(query(on=date(2099, 1, 1)), open_ended).value is Value.YES


# ---- a positive ground for no, or none ----------------------------------------------------------

NOT_GRANTED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"rights": ["CN.10.11"]}, {}, "RIGHT_NOT_GRANTED"),
    ({"uses_included": ["LIVESTREAM"]}, {"use": Use.KTV_PLAY}, "USE_NOT_GRANTED"),
    ({"uses_excluded": ["KTV_PLAY"]}, {"use": Use.KTV_PLAY}, "USE_EXCLUDED"),
    ({"object_classes": ["TEXT"]}, {"object_class": ObjectClass.MUSICAL_WORK}, "CLASS_NOT_COVERED"),
    ({"actions": ["COLLECT"]}, {}, "ACTION_NOT_GRANTED"),
]


@pytest.mark.parametrize(("changes", "asked", "why"), NOT_GRANTED)
def test_what_a_leg_does_not_grant_another_paper_may(
    changes: dict[str, Any], asked: dict[str, Any], why: str
) -> None:
    found = ask(query(**asked), recorded(leg(**changes)))
    value = Value.NO if why == "USE_EXCLUDED" else Value.UNKNOWN
    assert (found.value, codes(found), failed(found)) == (value, [why], (why,))
    assert found.reasons[0].leg is not None


@pytest.mark.parametrize(("changes", "asked", "why"), NOT_GRANTED)
def test_what_an_ended_leg_did_not_grant_either_is_not_known(
    changes: dict[str, Any], asked: dict[str, Any], why: str
) -> None:
    found = ask(query(on=date(2028, 1, 1), **asked), recorded(leg(**changes)))
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["NOT_IN_FORCE", why])


def test_a_territory_that_is_taken_out_by_name_is_refused() -> None:
    found = ask(query(), recorded(leg(territory=["+2136", "-156"])))
    assert (found.value, codes(found)) == (Value.NO, ["TERRITORY_EXCLUDED"])


@pytest.mark.parametrize("changes", [{"rights": ["CN.10.11"]}, {"actions": ["COLLECT"]}])
def test_where_a_leg_does_not_reach_it_reserves_nothing(changes: dict[str, Any]) -> None:
    elsewhere = leg(territory=["+2136", "-156"], **changes)
    assert ask(query(), recorded(elsewhere)).value is Value.UNKNOWN


def test_a_territory_that_a_leg_does_not_name_is_not_known() -> None:
    found = ask(query("HK"), recorded(leg()))
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["TERRITORY_NOT_GRANTED"])


def test_a_country_that_has_left_its_group_is_told_apart() -> None:
    european = recorded(leg(territory=["+2123"], valid={"from": "2015-01-01", "to": None}))
    assert ask(query("GB", on=date(2020, 1, 31)), european).value is Value.YES
    found = ask(query("GB", on=date(2020, 2, 1)), european)
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["GROUP_MEMBERSHIP_CHANGED"])


@pytest.mark.parametrize("scope", ["CATALOGUE_LIST", "WORK_LIST"])
def test_listed_works_are_not_a_repertoire(scope: str) -> None:
    found = ask(query(), recorded(leg(repertoire={"scope": scope})))
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["REPERTOIRE_LIMITED"])


def test_a_no_of_a_log_that_is_not_followed_is_not_known() -> None:
    ended = query(on=date(2028, 1, 1))
    found = ask(ended, recorded(leg()), complete=False)
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["NOT_IN_FORCE", "LOG_NOT_FOLLOWED"])
    assert ask(query(), recorded(leg()), complete=False).value is Value.YES


def test_a_suspended_society_may_not() -> None:
    suspended = query(society=society(MCSC, "MCSC", suspended=True))
    for complete in (True, False):
        found = ask(suspended, recorded(leg()), complete=complete)
        assert (found.value, codes(found)) == (Value.NO, ["SUSPENDED"])


def test_a_moral_right_is_nobodys_to_license() -> None:
    found = ask(query(right="CN.10.2"), recorded(leg()))
    assert (found.value, codes(found)) == (Value.NO, ["RIGHT_NOT_LICENSABLE"])
    enforced = ask(query(right="CN.10.2", action=Action.ENFORCE))
    assert enforced.value is Value.UNKNOWN


def test_of_two_legs_the_one_that_grants_counts() -> None:
    ended = recorded(leg(valid={"from": "2020-01-01", "to": "2021-01-01"}), salt=1)
    assert ask(query(), ended, recorded(leg())).value is Value.YES
    assert ask(query(), ended).value is Value.NO


# ---- conditions and conflicts --------------------------------------------------------------------


@pytest.mark.parametrize(
    "filing",
    [
        None,
        {**FILED, "announced_on": None},
        {**FILED, "announced_on": "2026-11-22"},
    ],
)
def test_in_china_an_agreement_is_filed_and_announced(filing: Any) -> None:
    found = ask(query(), recorded(leg(), filing=filing))
    expected = (Value.CONDITIONAL, ["LEG_OK", "CN_RRA_FILING_NOT_EVIDENCED"])
    assert (found.value, codes(found)) == expected


@pytest.mark.parametrize("territory", ["HK", "MO", "TW", "FR"])
def test_elsewhere_no_filing_is_asked_for(territory: str) -> None:
    worldwide = recorded(leg(territory=["+2136"]), filing=None)
    assert ask(query(territory), worldwide).value is Value.YES


def test_the_day_of_the_announcement_is_enough() -> None:
    on = date(2026, 1, 15)
    assert ask(query(on=on), recorded(leg())).value is Value.YES


def test_all_works_but_some_is_a_condition() -> None:
    found = ask(query(), recorded(leg(repertoire={"scope": "ALL_EXCEPT_LIST"})))
    assert (found.value, codes(found)) == (Value.CONDITIONAL, ["LEG_OK", "REPERTOIRE_EXCEPTIONS"])


def test_one_leg_without_a_condition_is_enough() -> None:
    conditional = recorded(leg(), salt=1, filing=None)
    assert ask(query(), conditional, recorded(leg())).value is Value.YES


@pytest.mark.parametrize(
    ("ours", "theirs", "value"),
    [
        ("EXCLUSIVE", "EXCLUSIVE", Value.CONTESTED),
        ("NON_EXCLUSIVE", "EXCLUSIVE", Value.CONTESTED),
        ("EXCLUSIVE", "NON_EXCLUSIVE", Value.CONTESTED),
        ("SOLE", "NON_EXCLUSIVE", Value.CONTESTED),
        ("NON_EXCLUSIVE", "NON_EXCLUSIVE", Value.YES),
    ],
)
def test_grants_that_exclude_one_another(ours: str, theirs: str, value: Value) -> None:
    mine, rival = between(MCSC, exclusivity=ours), between(THIRD, exclusivity=theirs)
    found = ask(query(), mine, rival)
    assert found.value is value
    if value is Value.CONTESTED:
        assert set(found.evidence) == {mine.digest, rival.digest}
        assert codes(found) == ["LEG_OK", "EXCLUSIVE_OVERLAP"]


@pytest.mark.parametrize(
    "changes",
    [
        {"territory": ["+344"]},
        {"rights": ["CN.10.11"]},
        {"valid": {"from": "2020-01-01", "to": "2026-01-01"}},
    ],
)
def test_grants_that_do_not_meet_are_no_conflict(changes: dict[str, Any]) -> None:
    mine = between(MCSC, exclusivity="EXCLUSIVE")
    assert ask(query(), mine, between(THIRD, exclusivity="EXCLUSIVE", **changes)).value is Value.YES


# ---- several territories, several rights --------------------------------------------------------


def test_several_countries_have_several_answers() -> None:
    agreement = recorded(leg(territory=["+2106", "-344"]), filing=None)
    found = ask(query("+156 +344 +702 +250"), agreement)
    assert found.value is Value.PARTIAL
    assert {value: of(found, value) for value in found.territories} == {
        Value.YES: [702],
        Value.CONDITIONAL: [156],
        Value.UNKNOWN: [250],
        Value.NO: [344],
    }


def test_every_right_is_needed() -> None:
    both = (RightCode("CN.10.5"), RightCode("CN.10.13"))
    asked = query(right="CN.10.5", rights=both)
    assert ask(asked, recorded(leg(rights=["CN.10.5", "CN.10.13"]))).value is Value.YES
    assert ask(asked, recorded(leg(rights=["CN.10.5"]))).value is Value.UNKNOWN
    later = recorded(leg(rights=["CN.10.13"], territory=["+344"]), salt=1)
    mixed = ask(query("CN", rights=both), recorded(leg(rights=["CN.10.5"])), later)
    assert mixed.value is Value.UNKNOWN


def test_a_grant_for_some_uses_says_so() -> None:
    found = ask(query(), recorded(leg(uses_included=["KTV_PLAY"])))
    assert (found.value, codes(found)) == (Value.YES, ["LEG_OK", "USES_LIMITED"])
    assert found.reasons[1].actual == "+KTV_PLAY"


@pytest.mark.parametrize(
    ("right", "use", "kind", "missing"),
    [
        ("CN.10.9", Use.KTV_PLAY, None, None),
        ("CN.10.9", Use.KTV_PLAY, ObjectClass.AV_WORK, "放映权 CN.10.10"),
        ("CN.10.9", Use.LIVESTREAM, ObjectClass.MUSICAL_WORK, "广播权 CN.10.11"),
        ("CN.10.5", Use.SYNC_EDIT, ObjectClass.MUSICAL_WORK, "摄制权 CN.10.13"),
        ("CN.10.9", Use.INSTALL, None, "软件复制权 SW.8.REPRO"),
    ],
)
def test_a_right_that_is_not_enough_for_the_use(
    right: str, use: Use, kind: ObjectClass | None, missing: str | None
) -> None:
    found = ask(query(right=right, use=use, object_class=kind))
    told = [each.actual for each in found.reasons if each.code == "RIGHT_NOT_SUFFICIENT_FOR_USE"]
    assert told == ([] if missing is None else [missing])


def test_a_use_that_the_table_does_not_know_is_not_known() -> None:
    asked = replace(query(), right=None, rights=(), use=Use.INSTALL, object_class=ObjectClass.TEXT)
    found = ask(asked, recorded(leg()))
    assert (found.value, codes(found)) == (Value.UNKNOWN, ["NO_USE_TABLE"])


# ---- societies and territories that cannot be answered ------------------------------------------


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"society": society(None, "AKM")}, "SOCIETY_NOT_ON_LEDGER"),
        ({"repertoire": society(None, "AKM")}, "SOCIETY_NOT_ON_LEDGER"),
        ({"repertoire": society(MCSC, "MCSC")}, "MEMBERSHIP_NOT_RECORDED"),
        ({"society": society(None, "x", claimants=(MCSC.id, THIRD.id))}, "SOCIETY_AMBIGUOUS"),
    ],
)
def test_a_society_that_nothing_is_known_of(changes: dict[str, Any], why: str) -> None:
    found = ask(query(**changes), recorded(leg()))
    assert (found.value, codes(found)) == (Value.UNKNOWN, [why])


def test_a_society_that_has_left_cisac_is_warned_of() -> None:
    left = query(repertoire=society(SACEM, "SACEM", member=False))
    found = ask(left, recorded(leg()))
    assert (found.value, codes(found)) == (Value.YES, ["LEG_OK", "CISAC_MEMBERSHIP_ENDED"])


def test_a_territory_that_has_no_country_then() -> None:
    for territory, why in (("+810", "TERRITORY_NOT_EXISTING"), ("GL", "TERRITORY_NOT_IN_TIS")):
        found = ask(query(territory), recorded(leg()))
        assert (found.value, codes(found)) == (Value.UNKNOWN, [why])


# ---- explanations --------------------------------------------------------------------------------


def test_the_nearest_miss_fails_least() -> None:
    far = recorded(leg(rights=["CN.10.5"], actions=["COLLECT"]), salt=1)
    near = recorded(leg(rights=["CN.10.5"]), salt=2)
    found = ask(query(), far, near)
    assert (found.nearest[0].agreement, failed(found)) == (near, ("RIGHT_NOT_GRANTED",))
    assert found.nearest[0].zh == "授予表演权 CN.10.9"


def test_of_equal_misses_the_one_that_began_last_is_nearest() -> None:
    old = recorded(leg(valid={"from": "2010-01-01", "to": "2012-01-01"}), salt=1)
    new = recorded(leg(valid={"from": "2020-01-01", "to": "2022-01-01"}), salt=2)
    for order in ((old, new), (new, old)):
        assert ask(query(), *order).nearest[0].agreement == new


@pytest.mark.parametrize(
    ("asked", "en", "zh"),
    [
        (
            query(),
            "Yes: MCSC may license the right of performance (表演权, CN.10.9) in China",
            "是：",
        ),
        (
            query("HK"),
            "Not known: whether MCSC may license",
            "未知：MCSC是否可就SACEM的曲目在中国香港",
        ),
        (query(on=date(2028, 1, 1)), "No: as recorded here MCSC may not license", "不可就SACEM"),
        (query("+156 +344"), "In part: MCSC may", "中国内地可以；中国香港未知"),
        (query(use=Use.KTV_PLAY), "for playing in a karaoke room", "用于卡拉OK播放的表演权"),
        (query(action=Action.COLLECT), "may collect for the right of", "收取表演权"),
        (query("GL"), "in GL on 2026-11-21", "在GL许可"),
    ],
)
def test_the_answer_is_a_sentence_in_both_languages(asked: Any, en: str, zh: str) -> None:
    told = sentence(asked, ask(asked, recorded(leg())), resolver())
    assert en in told.en
    assert zh in told.zh


def test_a_conditional_answer_opens_with_its_condition() -> None:
    told = sentence(query(), ask(query(), recorded(leg(), filing=None)), resolver())
    assert told.en.startswith("Yes, on a condition: MCSC may license")
    assert "Art. 22" in told.en
    assert "第二十二条" in told.zh


def test_many_territories_are_counted() -> None:
    asked = query("+2136 -2106 -250", on=D)
    told = sentence(asked, ask(asked), resolver())
    assert " more on 2026-11-21" in told.en
    assert "个地域" in told.zh
