"""Which statements count: everything that the door refuses is refused here, whoever recorded it."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.proofs.hexes import to_hex
from registry.proofs.record import Digest
from registry.recognition.model.fold import fault_of, fold
from registry.recognition.model.status import Status
from tests.unit.recognition.stating import (
    GUANGDONG,
    HAINAN,
    SINGAPORE,
    TURNED_AWAY,
    Speaking,
    World,
    case_id,
    citation_body,
    publication_body,
    recognition_body,
    recognition_id,
    status_body,
)

NOWHERE = Digest(sha256(b"nowhere").digest())
REASON = [{"text": "另一段理由", "lang": "zh"}]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Digest:
    return world.publish()


# ---- publications --------------------------------------------------------------------------------


def test_a_case_and_its_versions(world: World, case: Digest) -> None:
    second = world.correct(case, case, 2, days=20)
    third = world.correct(case, second, 3)
    found = world.cases.cases[case]
    assert [version.digest for version in found.versions] == [case, second, third]
    assert str(found.current.summary.version) == case_id(version=3)
    assert found.status is Status.ACTIVE
    assert world.cases.version_of == {case: case, second: case, third: case}
    assert not world.cases.refused


def test_a_reference_is_of_the_own_region(world: World) -> None:
    stranger = Speaking(region="SG", station="QHCMS")
    told = world.tell("case.publication", publication_body(), stranger)
    assert world.code(told) == "REFERENCE_REGION_WRONG"


def test_a_station_is_held_by_the_first_body_that_used_it(world: World, case: Digest) -> None:
    rival = Speaking(region="CN-46", station="OTHER")
    told = world.tell("case.publication", publication_body(id=case_id(18)), rival)
    assert world.code(told) == "CASE_STATION_TAKEN"
    same_code_elsewhere = Speaking(region="CN-44", station="QHCMS")
    assert world.code(world.publish(1, same_code_elsewhere)) is None
    recognising = recognition_body(case, id=recognition_id(body=GUANGDONG))
    world.tell("recognition.statement", recognising, GUANGDONG)
    neighbour = Speaking(region="CN-44", station="OTHER")
    taken = publication_body(id=case_id(3, body=GUANGDONG))
    assert world.code(world.tell("case.publication", taken, neighbour)) == "CASE_STATION_TAKEN"


def test_a_serial_is_published_once(world: World, case: Digest) -> None:
    assert world.code(world.publish(17, days=3)) == "CASE_ID_TAKEN"
    assert world.code(world.publish(18)) is None


def test_a_version_follows_the_one_before(world: World, case: Digest) -> None:
    assert world.code(world.correct(case, case, 3)) == "CASE_VERSION_WRONG"
    other = world.correct(case, case, 2, id=case_id(18, 2))
    assert world.code(other) == "CASE_VERSION_WRONG"
    assert world.code(world.correct(NOWHERE, NOWHERE, 2)) == "CASE_UNKNOWN"
    second = world.correct(case, case, 2)
    assert world.code(second) is None
    # Of two that follow one publication the first counts, the other is shown as refused.
    rival = world.correct(case, case, 2, days=5)
    assert world.code(rival) == "PREVIOUS_NOT_LATEST"
    assert world.cases.cases[case].current.digest == second


def test_only_the_issuer_corrects(world: World, case: Digest) -> None:
    colleague = Speaking(region="CN-46", station="QHCMS")
    assert colleague == HAINAN
    body = publication_body(id=case_id(17, 2, Speaking(region="SG", station="IPOSADR")))
    told = world.tell("case.publication", body, SINGAPORE, subject=case, previous=case)
    assert world.code(told) == "CASE_NOT_ISSUER"


@pytest.mark.parametrize("status", ["withdrawn", "sealed"])
def test_a_closed_case_is_not_published_anew(world: World, case: Digest, status: str) -> None:
    world.change(case, status)
    assert world.code(world.correct(case, case, 2)) == "CASE_WITHDRAWN"
    world.change(case, "active")
    assert world.code(world.correct(case, case, 2)) is None


# ---- status --------------------------------------------------------------------------------------


def test_the_last_change_is_the_status(world: World, case: Digest) -> None:
    first = world.change(case, "under_challenge")
    world.change(case, "active")
    assert world.cases.cases[case].status is Status.ACTIVE
    rival = world.tell("case.status", status_body(), HAINAN, subject=case, previous=first)
    assert world.code(rival) == "PREVIOUS_NOT_LATEST"
    assert [change.status for _, change in world.cases.cases[case].changes] == [
        "under_challenge",
        "active",
    ]


def test_only_the_issuer_changes_the_status(world: World, case: Digest) -> None:
    told = world.tell("case.status", status_body(), SINGAPORE, subject=case, previous=case)
    assert world.code(told) == "CASE_NOT_ISSUER"
    assert world.code(world.change(NOWHERE)) == "CASE_UNKNOWN"


# ---- citations -----------------------------------------------------------------------------------


def test_a_citation_counts(world: World, case: Digest) -> None:
    own = world.publish(2, GUANGDONG)
    world.cite(case)
    world.cite(case, citing=to_hex(own), **TURNED_AWAY)
    assert [(one.citing, one.citation.treatment) for one in world.cases.citations] == [
        (None, "followed"),
        (own, "distinguished"),
    ]


def test_what_is_cited_must_be_there(world: World, case: Digest) -> None:
    assert world.code(world.cite(NOWHERE)) == "CIT_UNRESOLVED"
    assert world.code(world.cite(case, read=NOWHERE)) == "CIT_UNRESOLVED"
    assert world.code(world.cite(case, citing=to_hex(NOWHERE))) == "CIT_UNRESOLVED"
    second = world.correct(case, case, 2)
    assert world.code(world.cite(second)) == "CIT_UNRESOLVED"  # a version does not name the case


def test_what_is_published_later_cannot_have_been_cited(world: World) -> None:
    early = World()
    case = early.publish()
    told = world.cite(case)
    assert world.code(told) == "CIT_UNRESOLVED"
    world.recorded += early.recorded
    assert world.code(told) == "CIT_FUTURE"
    assert not world.cases.citations


def test_a_case_cites_only_what_was_there_before_it(world: World) -> None:
    own = world.publish(2, GUANGDONG)
    case = world.publish()
    assert world.code(world.cite(case, citing=to_hex(own))) == "CIT_FUTURE"
    body = publication_body(id=case_id(2, 2, GUANGDONG))
    second = world.tell("case.publication", body, GUANGDONG, subject=own, previous=own)
    assert world.code(world.cite(case, citing=to_hex(second))) is None


def test_a_version_that_was_replaced_is_not_cited(world: World, case: Digest) -> None:
    before = world.cite(case)
    second = world.correct(case, case, 2)
    assert world.code(before) is None
    assert world.code(world.cite(case, reason=REASON)) == "CIT_VERSION_OUTDATED"
    assert world.code(world.cite(case, read=second)) is None


def test_no_case_cites_itself(world: World, case: Digest) -> None:
    second = world.correct(case, case, 2)
    third = world.correct(case, second, 3)
    body = citation_body(case, third, citing=to_hex(second))
    assert world.code(world.tell("citation.statement", body, HAINAN)) == "CIT_SELF"


def test_nobody_cites_in_anothers_name(world: World, case: Digest) -> None:
    own = world.publish(2, GUANGDONG)
    assert world.code(world.cite(case, SINGAPORE, citing=to_hex(own))) == "CIT_CITING_NOT_OWN"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("withdrawn", "CIT_TARGET_WITHDRAWN"),
        ("sealed", "CIT_TARGET_SEALED"),
        ("under_challenge", None),
        ("overruled_by_court", None),
    ],
)
def test_what_is_closed_is_not_cited(
    world: World, case: Digest, status: str, code: str | None
) -> None:
    before = world.cite(case)
    world.change(case, status)
    assert world.code(world.cite(case, SINGAPORE)) == code
    assert world.code(before) is None


def test_one_passage_is_cited_once(world: World, case: Digest) -> None:
    own = to_hex(world.publish(2, GUANGDONG))
    for changes, code in (
        ({"citing": own}, None),
        ({"citing": own, "reason": REASON, "treatment": "adapted"}, "CIT_DUPLICATE"),
        ({"citing": own, "pinpoint": ["#issue1"]}, None),
        ({}, None),
        ({}, "CIT_DUPLICATE"),
        ({"reason": REASON}, None),
    ):
        assert world.code(world.cite(case, **changes)) == code
    assert world.code(world.cite(case, SINGAPORE)) is None


# ---- recognitions --------------------------------------------------------------------------------


def test_a_recognition_and_what_follows_it(world: World, case: Digest) -> None:
    first = world.recognise(case)
    told = recognition_body(case, decision="full", scope=[], conditions=[])
    second = world.tell("recognition.statement", told, SINGAPORE, subject=first, previous=first)
    rival = world.tell("recognition.statement", told, SINGAPORE, subject=first, previous=first)
    (found,) = world.cases.recognitions.values()
    assert [said.digest for said, _ in found.statements] == [first, second]
    assert found.current.decision == "full"
    assert world.code(rival) == "PREVIOUS_NOT_LATEST"


def test_the_own_region_does_not_recognise(world: World, case: Digest) -> None:
    neighbour = Speaking(region="CN-46", station="HKCMS")
    assert world.code(world.recognise(case, HAINAN)) == "REC_SELF"
    assert world.code(world.recognise(case, neighbour)) == "REC_SELF"


def test_a_recognition_is_of_its_own_region_and_reference(world: World, case: Digest) -> None:
    assert world.code(world.recognise(case, id=recognition_id(1, GUANGDONG))) == (
        "REFERENCE_REGION_WRONG"
    )
    assert world.code(world.recognise(case)) is None
    other = world.publish(18)
    assert world.code(world.recognise(other)) == "REC_ID_TAKEN"
    assert world.code(world.recognise(other, id=recognition_id(2))) is None


def test_one_body_states_once_and_then_continues(world: World, case: Digest) -> None:
    first = world.recognise(case)
    other = world.publish(18)
    assert world.code(world.recognise(case, id=recognition_id(2))) == "REC_ALREADY_STATED"
    for subject, body, told, code in (
        (NOWHERE, SINGAPORE, recognition_body(case), "REC_UNKNOWN"),
        (first, SINGAPORE, recognition_body(other), "REC_UNKNOWN"),
        (first, SINGAPORE, recognition_body(case, id=recognition_id(3)), "REC_ID_TAKEN"),
        (first, GUANGDONG, recognition_body(case, id=recognition_id(1, GUANGDONG)), "REC_NOT_OWN"),
    ):
        told_ = world.tell("recognition.statement", told, body, subject=subject, previous=subject)
        assert world.code(told_) == code


def test_what_is_recognised_is_the_newest_version(world: World, case: Digest) -> None:
    assert world.code(world.recognise(NOWHERE)) == "REC_SUBJECT_UNKNOWN"
    second = world.correct(case, case, 2)
    assert world.code(world.recognise(case)) == "REC_SUBJECT_VERSION_STALE"
    assert world.code(world.recognise(second)) is None


def test_a_withdrawn_case_can_only_be_refused(world: World, case: Digest) -> None:
    world.change(case)
    assert world.code(world.recognise(case)) == "REC_SUBJECT_WITHDRAWN"
    refusal: dict[str, Any] = {
        "decision": "refused",
        "reason_codes": ["SUBJECT_WITHDRAWN"],
        "scope": [],
        "conditions": [],
    }
    assert world.code(world.recognise(case, **refusal)) is None


# ---- as a function -------------------------------------------------------------------------------


def told_by_all(world: World) -> None:
    """Some of everything, in order and not."""
    case = world.publish()
    own = world.publish(2, GUANGDONG)
    world.cite(case, citing=to_hex(own))
    world.recognise(case)
    second = world.correct(case, case, 2)
    world.correct(case, case, 2, days=4)
    world.cite(case, SINGAPORE)
    world.recognise(second, id=recognition_id(2))
    world.change(case)
    world.cite(case, SINGAPORE, read=second)
    world.publish(17)


def test_what_the_door_refuses_is_what_the_fold_refuses() -> None:
    world = World()
    told_by_all(world)
    assert len(world.cases.refused) == 5
    for place, said in enumerate(world.recorded):
        at_the_door = fault_of(world.recorded[:place], said)
        refused = world.cases.refused.get(said.digest)
        assert at_the_door == (None if refused is None else refused.fault)


@given(st.permutations(range(11)))
def test_state_is_a_function_of_the_order_alone(order: list[int]) -> None:
    world = World()
    told_by_all(world)
    told = [world.recorded[place] for place in order]
    first, again = fold(told), fold(iter(told))
    assert first == again
    counted = {*first.version_of, *(one.said.digest for one in first.citations)}
    counted |= {said.digest for case in first.cases.values() for said, _ in case.changes}
    counted |= {s.digest for one in first.recognitions.values() for s, _ in one.statements}
    assert counted | set(first.refused) == {said.digest for said in told}
    assert not counted & set(first.refused)


def test_of_equal_digests_the_first_counts(world: World, case: Digest) -> None:
    world.cite(case)
    world.recognise(case)
    before: Any = world.cases
    world.recorded += world.recorded
    assert world.cases == before
    assert not before.refused
