"""Check 4: who may say what, and when."""

from typing import Any

import pytest

from registry.proofs.conformance import load
from registry.proofs.record import Record
from registry.proofs.submission import new_submission
from registry.proofs.verify import Outcome, Verdict, verify
from tests.unit.proofs.checking import FAILED, OFFLINE, UNKNOWN, WARNING, check, sentence, step
from tests.unit.proofs.world import (
    ALICE,
    BOB,
    CAROL,
    STATION_B,
    FakeChain,
    World,
    member,
    person,
    registration_body,
    to_bytes,
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def work(world: World) -> Record:
    return world.append(world.registration(), ALICE)


class TestAuthority:
    """Check 4."""

    def on_behalf(self, world: World, key: bytes = STATION_B) -> Record:
        signers = [member(key, world.station_b)]
        record = world.draft("work.registration", signers, registration_body())
        return world.append(record, key)

    def key(self, world: World) -> dict[str, Any]:
        key: dict[str, Any] = world.trust_json["organisations"][1]["keys"][0]
        return key

    def test_an_organisation_registers_on_behalf(self, world: World) -> None:
        assert check(world, self.on_behalf(world)).not_passed == OFFLINE

    def test_another_ledger_fails(self, world: World, work: Record) -> None:
        world.trust_json["ledger"] = "0x" + "00" * 32
        report = check(world, work)
        assert report.not_passed == {4: FAILED} | OFFLINE
        assert report.verdict is Verdict.NOT_VALID

    def test_a_key_of_nobody_fails(self, world: World) -> None:
        assert check(world, self.on_behalf(world, CAROL)).not_passed[4] is FAILED

    def test_an_unknown_organisation_fails(self, world: World) -> None:
        record = self.on_behalf(world)
        world.trust_json["organisations"] = world.trust_json["organisations"][:1]
        assert check(world, record).not_passed[4] is FAILED

    @pytest.mark.parametrize("scopes", [0, 1, 2, 128, 255 - 64])
    def test_another_scope_fails(self, world: World, scopes: int) -> None:
        self.key(world)["scopes"] = scopes
        assert check(world, self.on_behalf(world)).not_passed[4] is FAILED

    @pytest.mark.parametrize(
        ("change", "outcome"),
        [
            ({"until": "2026-11-22T03:01:00Z"}, FAILED),
            ({"until": "2026-11-22T03:01:01Z"}, None),
            ({"from": "2026-11-22T03:01:01Z"}, FAILED),
            ({"from": "2026-11-22T03:01:00Z"}, None),
            ({"contested_since": "2026-11-22T03:01:00Z"}, WARNING),
            ({"contested_since": "2026-11-22T03:01:01Z"}, None),
        ],
    )
    def test_the_window_is_asked_at_the_quorums_time(
        self, world: World, change: dict[str, str], outcome: Outcome | None
    ) -> None:
        record = self.on_behalf(world)
        self.key(world).update(change)
        assert check(world, record).not_passed.get(4) is outcome

    def test_a_final_anchor_decides_the_time(self, world: World) -> None:
        record, chain = self.on_behalf(world), FakeChain()
        anchor = world.anchor(chain)
        self.key(world)["from"] = "2026-11-22T03:02:00Z"
        assert check(world, record, anchor=anchor, chain=chain).verdict is Verdict.VALID
        assert check(world, record, anchor=anchor).not_passed[4] is FAILED

    def test_a_suspension_is_told(self, world: World) -> None:
        record = self.on_behalf(world)
        world.trust_json["organisations"][1]["status"] = "suspended"
        assert check(world, record).not_passed == {4: WARNING} | OFFLINE

    def test_a_policy_alone_does_not_know_organisations(self, world: World) -> None:
        data = to_bytes(world.certificate(self.on_behalf(world)))
        report = verify(data, policy=world.trust.policy)
        assert report.not_passed[4] is UNKNOWN

    def test_nobodys_time_is_no_time(self, world: World) -> None:
        record = self.on_behalf(world)
        world.quorum_none()
        world.witnesses = []
        assert check(world, record).not_passed[4] is UNKNOWN

    def test_a_first_profile_is_known_by_its_digest(self, world: World) -> None:
        item = load("records.json")["records"][1]
        profile = Record.from_json(item["record"])
        world.enter(new_submission(profile, item["signatures"]))
        assert check(world, profile).not_passed == {2: UNKNOWN} | OFFLINE
        stranger = world.draft("organisation.profile", [person(BOB)], {})
        world.append(stranger, BOB)
        assert check(world, stranger).not_passed[4] is UNKNOWN
        world.trust_json["organisations"][0]["keys"] = []
        assert check(world, profile).not_passed[4] is FAILED

    def test_agreements_are_signed_for_organisations(self, world: World) -> None:
        both = [member(ALICE, world.station_a), member(STATION_B, world.station_b)]
        terms = world.append(world.draft("agreement.terms", both, {}), ALICE, STATION_B)
        assert check(world, terms).not_passed == {2: UNKNOWN} | OFFLINE
        person_only = world.append(world.draft("agreement.terms", [person(BOB)], {}), BOB)
        assert check(world, person_only).not_passed[4] is FAILED

    def test_newer_types_are_told(self, world: World) -> None:
        newer = world.append(world.draft("claim.share", [person(BOB)], {}), BOB)
        report = check(world, newer)
        assert report.not_passed[4] is UNKNOWN
        assert "claim.share" in sentence(report, 4)

    def test_holders_types_need_the_works_line(self, world: World, work: Record) -> None:
        version = step(world, work, "work.version", ALICE)
        assert check(world, version, related=[work]).not_passed == {2: UNKNOWN} | OFFLINE
        assert check(world, version).not_passed[4] is UNKNOWN
        by_bob = step(world, work, "work.version", BOB)
        assert check(world, by_bob, related=[work]).not_passed[4] is UNKNOWN
