"""Checks 4 and 9 for agreements, published cases, citations and recognitions."""

from collections.abc import Mapping
from typing import Any

import pytest

from registry.proofs.record import Digest, OrganisationId, Record
from registry.proofs.trust import Scope
from registry.proofs.verify import Report, Verdict
from tests.unit.proofs.checking import FAILED, OFFLINE, UNKNOWN, check, sentence
from tests.unit.proofs.world import ALICE, CAROL, STATION_B, World, member, person

NO_FILE = {2: UNKNOWN} | OFFLINE
SCOPES = {
    "agreement.terms": Scope.AGREEMENTS,
    "case.publication": Scope.CASES,
    "case.status": Scope.CASES,
    "citation.statement": Scope.CASES,
    "recognition.statement": Scope.RECOGNISE,
}


@pytest.fixture
def world() -> World:
    return World()


class Told:
    """Station B speaks, as its key with all scopes may; others where they are named."""

    def __init__(self, world: World) -> None:
        self.world = world

    def tell(
        self,
        type: str,
        body: Mapping[str, Any] | None = None,
        *,
        subject: Digest | None = None,
        previous: Digest | None = None,
        key: bytes = STATION_B,
        organisation: OrganisationId | None = None,
    ) -> Record:
        signers = [member(key, organisation or self.world.station_b)]
        record = self.world.draft(
            type, signers, dict(body or {}), subject=subject, previous=previous
        )
        return self.world.append(record, key)

    def status(self, case: Record, status: str, previous: Record | None = None) -> Record:
        return self.tell(
            "case.status",
            {"status": status},
            subject=case.digest,
            previous=(previous or case).digest,
        )

    def version(self, case: Record, previous: Record | None = None, **more: Any) -> Record:
        return self.tell(
            "case.publication", subject=case.digest, previous=(previous or case).digest, **more
        )

    def verdict(self, record: Record, *related: Record) -> Verdict:
        return self.report(record, *related).verdict

    def report(self, record: Record, *related: Record) -> Report:
        return check(self.world, record, related=related)


@pytest.fixture
def told(world: World) -> Told:
    return Told(world)


@pytest.fixture
def case(told: Told) -> Record:
    return told.tell("case.publication")


# ---- check 4 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("type", "scope"), SCOPES.items())
def test_each_type_needs_its_scope(world: World, told: Told, type: str, scope: Scope) -> None:
    record = told.tell(type)
    keys = world.trust_json["organisations"][1]["keys"]
    keys[0]["scopes"] = int(scope)
    assert told.report(record).not_passed == NO_FILE
    keys[0]["scopes"] = 255 & ~int(scope)
    assert told.report(record).not_passed == {4: FAILED} | NO_FILE


@pytest.mark.parametrize("type", SCOPES)
def test_no_person_signs_them_and_no_stranger(world: World, told: Told, type: str) -> None:
    record = world.append(world.draft(type, [person(CAROL)], {}), CAROL)
    expected = UNKNOWN if type == "case.status" else FAILED  # a court may stand behind a status
    assert told.report(record).not_passed == {4: expected} | NO_FILE
    assert told.report(told.tell(type, key=CAROL)).not_passed == {4: FAILED} | NO_FILE


def test_both_parties_sign_an_agreement(world: World, told: Told) -> None:
    both = [member(ALICE, world.station_a), member(STATION_B, world.station_b)]
    record = world.append(world.draft("agreement.terms", both, {}), ALICE, STATION_B)
    assert told.report(record).not_passed == NO_FILE
    forged = [member(CAROL, world.station_a), member(STATION_B, world.station_b)]
    record = world.append(world.draft("agreement.terms", forged, {}), CAROL, STATION_B)
    assert told.report(record).not_passed == {4: FAILED} | NO_FILE


# ---- check 9 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict", "exit_code"),
    [
        ("withdrawn", Verdict.WITHDRAWN, 1),
        ("sealed", Verdict.WITHDRAWN, 1),
        ("corrected", Verdict.SUPERSEDED, 0),
        ("superseded", Verdict.SUPERSEDED, 0),
        ("under_challenge", Verdict.DISPUTED, 0),
        ("overruled_by_court", Verdict.DISPUTED, 0),
        ("confirmation_revoked", Verdict.DISPUTED, 0),
        ("active", Verdict.PENDING, 0),
    ],
)
def test_the_body_changes_the_status(
    told: Told, case: Record, status: str, verdict: Verdict, exit_code: int
) -> None:
    change = told.status(case, status)
    report = told.report(case, change)
    assert (report.verdict, report.exit_code) == (verdict, exit_code)
    assert report.not_passed == NO_FILE
    if status == "withdrawn":
        assert report.life.withdrawn_by == change.digest
        assert "withdrawn" in sentence(report, 9)


def test_the_last_change_is_the_status(told: Told, case: Record) -> None:
    first = told.status(case, "withdrawn")
    second = told.status(case, "active", first)
    rival = told.status(case, "sealed", first)
    assert told.verdict(case, second, first) is Verdict.PENDING
    assert told.verdict(case, rival, second, first) is Verdict.PENDING
    assert told.report(first, case, second).life.superseded_by == second.digest
    assert told.verdict(second, case, first) is Verdict.PENDING
    assert told.verdict(first, case) is Verdict.PENDING


def test_a_correction_supersedes(told: Told, case: Record) -> None:
    second = told.version(case)
    third = told.version(case, second)
    assert told.report(case, third, second).life.superseded_by == third.digest
    assert told.verdict(second, case, third) is Verdict.SUPERSEDED
    assert told.verdict(third, case, second) is Verdict.PENDING
    withdrawal = told.status(case, "withdrawn")
    assert told.verdict(third, case, second, withdrawal) is Verdict.WITHDRAWN


def test_of_two_that_follow_one_publication_the_first_counts(told: Told, case: Record) -> None:
    second = told.version(case)
    rival = told.version(case)
    assert told.report(case, rival, second).life.superseded_by == second.digest


def test_nobody_else_changes_a_case(world: World, told: Told, case: Record) -> None:
    others = [
        told.version(case, key=ALICE, organisation=world.station_a),
        told.version(case, key=CAROL),  # in the body's name, with a key that is not the body's
        world.append(
            world.draft(
                "case.status",
                [person(CAROL)],
                {"status": "withdrawn"},
                subject=case.digest,
                previous=case.digest,
            ),
            CAROL,
        ),
    ]
    for other in others:
        assert told.verdict(case, other) is Verdict.PENDING


def test_a_recognition_is_replaced_by_the_next(told: Told) -> None:
    first = told.tell("recognition.statement")
    second = told.tell("recognition.statement", subject=first.digest, previous=first.digest)
    assert told.report(first, second).life.superseded_by == second.digest
    assert told.verdict(second, first) is Verdict.PENDING


def test_a_citation_stands_by_itself(told: Told, case: Record) -> None:
    citation = told.tell("citation.statement")
    assert told.verdict(citation, told.status(case, "withdrawn")) is Verdict.PENDING
