"""Check 9: what later records say."""

import json
from datetime import timedelta
from typing import Any

import pytest

from registry.proofs.record import LedgerId, Record
from registry.proofs.signature import key_of
from registry.proofs.verify import Verdict, verify
from tests.unit.proofs.checking import OFFLINE, WARNING, check, sentence, step
from tests.unit.proofs.world import (
    ALICE,
    BOB,
    CAROL,
    START,
    STATION_B,
    FakeNode,
    World,
    member,
    person,
    registration_body,
    to_bytes,
    transfer_body,
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def work(world: World) -> Record:
    return world.append(world.registration(), ALICE)


class TestStatus:
    """Check 9."""

    def test_the_holder_withdraws(self, world: World, work: Record) -> None:
        withdrawal = step(world, work, "work.withdrawal", ALICE)
        report = check(world, work, related=[withdrawal])
        assert report.not_passed == OFFLINE
        assert (report.verdict, report.exit_code) == (Verdict.WITHDRAWN, 1)
        assert report.life.withdrawn_by == withdrawal.digest
        assert check(world, withdrawal, related=[work]).verdict is Verdict.PENDING

    def test_nobody_else_withdraws(self, world: World, work: Record) -> None:
        stranger = step(world, work, "work.withdrawal", BOB)
        assert check(world, work, related=[stranger]).verdict is Verdict.PENDING

    @pytest.mark.parametrize("type", ["work.version", "work.correction"])
    def test_a_later_version_or_correction_supersedes(
        self, world: World, work: Record, type: str
    ) -> None:
        first = step(world, work, type, ALICE)
        second = step(world, work, type, ALICE, previous=first.digest)
        report = check(world, work, related=[second, first])
        assert (report.verdict, report.exit_code) == (Verdict.SUPERSEDED, 0)
        assert report.life.superseded_by == second.digest
        assert check(world, first, related=[work, second]).verdict is Verdict.SUPERSEDED
        assert check(world, second, related=[work, first]).verdict is Verdict.PENDING

    def test_of_two_that_follow_one_record_the_first_counts(
        self, world: World, work: Record
    ) -> None:
        first = step(world, work, "work.version", ALICE)
        rival = step(world, work, "work.version", ALICE)
        report = check(world, work, related=[rival, first])
        assert report.life.superseded_by == first.digest

    def test_after_a_transfer_the_new_holder_speaks(self, world: World, work: Record) -> None:
        signers = [person(ALICE), person(BOB, "transferee")]
        body = transfer_body(key_of(BOB))
        transfer = step(world, work, "work.transfer", ALICE, BOB, signers=signers, body=body)
        report = check(world, work, related=[transfer])
        assert report.verdict is Verdict.PENDING
        assert report.life.transferred_by == transfer.digest
        assert "transferred" in sentence(report, 9)
        by_first = step(world, work, "work.withdrawal", ALICE)
        assert check(world, work, related=[transfer, by_first]).verdict is Verdict.PENDING
        by_new = step(world, work, "work.withdrawal", BOB)
        assert check(world, work, related=[transfer, by_new]).verdict is Verdict.WITHDRAWN

    @pytest.mark.parametrize("body", [{}, {"to": "eth:0x"}, {"to": ["x"]}, {"to": None}])
    def test_a_transfer_to_nobody_does_not_count(
        self, world: World, work: Record, body: dict[str, Any]
    ) -> None:
        transfer = step(world, work, "work.transfer", ALICE, body=body)
        assert check(world, work, related=[transfer]).life.transferred_by is None

    def test_joint_claimants_act_together(self, world: World) -> None:
        both = [person(ALICE), person(BOB)]
        work = world.draft("work.registration", both, registration_body())
        world.append(work, ALICE, BOB)
        alone = step(world, work, "work.withdrawal", ALICE)
        assert check(world, work, related=[alone]).verdict is Verdict.PENDING
        together = step(world, work, "work.withdrawal", ALICE, BOB)
        assert check(world, work, related=[together]).verdict is Verdict.WITHDRAWN

    def test_an_organisation_admits_a_dispute(self, world: World, work: Record) -> None:
        signers = [person(CAROL), member(STATION_B, world.station_b)]
        dispute = step(world, work, "work.dispute", CAROL, STATION_B, signers=signers)
        report = check(world, work, related=[dispute])
        assert (report.verdict, report.exit_code) == (Verdict.DISPUTED, 0)
        assert report.life.disputed_by == (dispute.digest,)

    def test_another_claimant_of_the_content_disputes(self, world: World, work: Record) -> None:
        rival = world.append(world.registration(BOB), BOB)
        dispute = step(world, work, "work.dispute", BOB)
        assert check(world, work, related=[rival, dispute]).verdict is Verdict.DISPUTED

    def test_other_disputes_are_counted_beside(self, world: World, work: Record) -> None:
        other = world.append(world.registration(BOB, b"another file"), BOB)
        dispute = step(world, work, "work.dispute", BOB)
        own = step(world, work, "work.dispute", ALICE)
        report = check(world, work, related=[other, dispute, own])
        assert report.verdict is Verdict.PENDING
        assert report.life.disputes_beside == 2

    def test_withdrawn_is_said_before_superseded_before_disputed(
        self, world: World, work: Record
    ) -> None:
        signers = [member(STATION_B, world.station_b)]
        dispute = step(world, work, "work.dispute", STATION_B, signers=signers)
        version = step(world, work, "work.version", ALICE)
        withdrawal = step(world, work, "work.withdrawal", ALICE)
        related = [dispute, version]
        assert check(world, work, related=related).verdict is Verdict.SUPERSEDED
        assert check(world, work, related=[*related, withdrawal]).verdict is Verdict.WITHDRAWN

    def test_online_the_node_tells_what_is_later(self, world: World, work: Record) -> None:
        data = to_bytes(world.certificate(work))
        withdrawal = step(world, work, "work.withdrawal", ALICE)
        node = FakeNode(items=[world.evidence(withdrawal).to_json()])
        report = verify(data, trust=world.trust, status=node)
        assert report.verdict is Verdict.WITHDRAWN
        assert report.as_of == node.as_of()
        offline = verify(data, trust=world.trust, status=FakeNode(down=True))
        assert offline.verdict is Verdict.PENDING
        assert offline.as_of == START + timedelta(minutes=10)

    def test_what_was_said_in_another_ledger_says_nothing(self, world: World, work: Record) -> None:
        own, world.ledger = world.ledger, LedgerId(bytes(32))
        foreign = step(world, work, "work.withdrawal", ALICE)
        world.ledger = own
        report = check(world, work, related=[foreign])
        assert report.not_passed == {9: WARNING} | OFFLINE
        assert report.verdict is Verdict.PENDING

    def test_what_the_node_tells_has_to_hold(self, world: World, work: Record) -> None:
        withdrawal = step(world, work, "work.withdrawal", ALICE)
        item = world.evidence(withdrawal).to_json()
        forged = json.loads(json.dumps(item))
        forged["record"]["body"]["reason"] = "y"
        report = check(world, work, status=FakeNode(items=[forged, {}]))
        assert report.not_passed == {9: WARNING} | OFFLINE
        assert report.life.ignored == 2
        assert report.verdict is Verdict.PENDING
