"""Checks 5 to 8: inclusion, checkpoint, anchor, time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.proofs.certificate import Timestamp, build_certificate
from registry.proofs.note import NoteSigner
from registry.proofs.record import Record
from registry.proofs.verify import Outcome, Verdict, verify
from registry.proofs.verify.inputs import fingerprint
from tests.unit.proofs.checking import FAILED, OFFLINE, UNKNOWN, WARNING, check, sentence
from tests.unit.proofs.world import (
    ALICE,
    FILE,
    START,
    FakeChain,
    World,
    to_bytes,
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def work(world: World) -> Record:
    return world.append(world.registration(), ALICE)


class TestInclusionAndCheckpoint:
    """Checks 5 and 6."""

    def test_another_index_fails_inclusion(self, world: World, work: Record) -> None:
        world.append(world.registration(file=b"other"), ALICE)
        evidence = world.evidence(work)
        moved = replace(evidence, proof=replace(evidence.proof, index=1))
        certificate = world.certificate(work).to_json() | {"proof": moved.proof.encode()}
        report = verify(to_bytes(certificate), trust=world.trust)
        assert report.not_passed[5] is FAILED
        assert report.record is None

    def test_a_checkpoint_that_the_log_did_not_sign_fails(self, world: World, work: Record) -> None:
        world.log = NoteSigner(world.log.key.name, b"\5" * 32)
        report = check(world, work)
        assert (report.not_passed[1], report.not_passed[6]) == (FAILED, FAILED)

    def test_too_few_regions_leave_it_open(self, world: World, work: Record) -> None:
        world.witnesses = world.witnesses[:1]
        report = check(world, work)
        assert report.not_passed == {6: UNKNOWN} | OFFLINE
        assert report.trust.cosigned_by == ("CN-46",)
        assert "CN-46" in sentence(report, 6)

    def test_an_invalid_cosignature_is_not_counted_and_harms_nothing(
        self, world: World, work: Record
    ) -> None:
        evidence = world.evidence(work)
        note = evidence.proof.note
        broken = replace(note.signatures[1], value=bytes(72))
        noisy = replace(note, signatures=(*note.signatures, broken))
        proof = replace(evidence.proof, note=noisy)
        certificate = build_certificate(
            evidence=replace(evidence, proof=proof),
            received_at=START,
            anchor=None,
            timestamps=(),
            related=(),
            as_of=START,
            signer=world.log,
        )
        report = verify(to_bytes(certificate), content=fingerprint(FILE), trust=world.trust)
        assert report.not_passed == OFFLINE


class TestAnchor:
    """Check 7."""

    def test_a_final_anchor_makes_it_valid(self, world: World, work: Record) -> None:
        chain = FakeChain()
        report = check(world, work, anchor=world.anchor(chain), chain=chain)
        assert report.not_passed == {8: UNKNOWN}
        assert (report.verdict, report.exit_code) == (Verdict.VALID, 0)
        assert report.trust.anchor_block == 10

    def test_without_a_connection_it_stays_pending(self, world: World, work: Record) -> None:
        anchor = world.anchor(FakeChain())
        assert check(world, work, anchor=anchor).verdict is Verdict.PENDING
        down = FakeChain(down=True)
        assert check(world, work, anchor=anchor, chain=down).not_passed == OFFLINE

    def test_blocks_make_it_final(self, world: World, work: Record) -> None:
        chain = FakeChain()
        anchor = world.anchor(chain)
        outcomes = {}
        for head in (9, 10, 11, 12):
            chain.head_block = head
            report = check(world, work, anchor=anchor, chain=chain)
            outcomes[head] = report.checks[6].outcome
        assert outcomes == {9: UNKNOWN, 10: UNKNOWN, 11: UNKNOWN, 12: Outcome.PASSED}

    def test_a_chain_that_lost_the_anchor_fails_it(self, world: World, work: Record) -> None:
        chain = FakeChain()
        anchor = world.anchor(chain)
        chain.anchors.clear()
        report = check(world, work, anchor=anchor, chain=chain)
        assert report.not_passed[7] is FAILED
        assert report.verdict is Verdict.NOT_VALID

    @pytest.mark.parametrize(
        ("change", "outcome"),
        [
            ({"timestamp": 1}, FAILED),
            ({"root": bytes(32)}, FAILED),
            ({"size": 9}, FAILED),
            ({"block_hash": bytes(32)}, FAILED),
            ({"chain_id": 1}, UNKNOWN),
            ({"contract": bytes(20)}, UNKNOWN),
            ({"block_number": 12}, UNKNOWN),
        ],
    )
    def test_another_anchor_does_not_pass(
        self, world: World, work: Record, change: dict[str, Any], outcome: Outcome
    ) -> None:
        chain = FakeChain()
        anchor = replace(world.anchor(chain), **change)
        assert check(world, work, anchor=anchor, chain=chain).not_passed[7] is outcome

    def test_another_chain_or_trust_without_contracts_stays_open(
        self, world: World, work: Record
    ) -> None:
        chain = FakeChain()
        anchor = world.anchor(chain)
        assert (
            check(world, work, anchor=anchor, chain=replace(chain, id=1)).not_passed[7] is UNKNOWN
        )
        world.trust_json["contracts"] = {}
        assert check(world, work, anchor=anchor, chain=chain).not_passed[7] is UNKNOWN


class TestTime:
    """Check 8."""

    def test_a_witness_before_the_record_is_a_warning(self, world: World, work: Record) -> None:
        world.cosigned_at = START - timedelta(seconds=120)
        assert check(world, work).not_passed == OFFLINE
        world.cosigned_at = START - timedelta(seconds=121)
        assert check(world, work).not_passed == {7: UNKNOWN, 8: WARNING}

    def test_a_token_is_not_read_yet(self, world: World, work: Record) -> None:
        token = Timestamp(authority="tsa.example", token=b"\x30\x00")
        report = check(world, work, timestamps=[token])
        assert report.not_passed == OFFLINE
        assert "does not read" in sentence(report, 8)

    def test_a_single_operator_needs_chain_or_time(self, world: World, work: Record) -> None:
        world.quorum_none()
        report = check(world, work)
        assert report.verdict is Verdict.COULD_NOT_CHECK
        assert report.trust.single_operator
        assert "Single operator" in sentence(report, 6)
        chain = FakeChain()
        anchored = check(world, work, anchor=world.anchor(chain), chain=chain)
        assert anchored.verdict is Verdict.VALID
        assert anchored.trust.single_operator
