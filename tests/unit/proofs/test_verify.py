"""The nine checks and the verdict, each outcome at least once."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import registry.proofs.verify
from registry.errors import Unavailable
from registry.proofs import hexes
from registry.proofs.batch import BatchTree
from registry.proofs.record import Record
from registry.proofs.submission import new_submission
from registry.proofs.verify import Outcome, Verdict, verify
from registry.proofs.verify.inputs import fingerprint
from tests.unit.proofs.checking import FAILED, OFFLINE, UNKNOWN, WARNING, check, sentence, step
from tests.unit.proofs.world import (
    ALICE,
    FILE,
    FakeChain,
    FakeNode,
    World,
    person,
    to_bytes,
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def work(world: World) -> Record:
    return world.append(world.registration(), ALICE)


def test_a_certificate_verifies_offline_by_its_regions(world: World, work: Record) -> None:
    report = check(world, work)
    assert report.not_passed == OFFLINE
    assert (report.verdict, report.exit_code) == (Verdict.PENDING, 0)
    assert report.trust.cosigned_by == ("CN-46", "SG")
    assert report.trust.trust_file == world.trust.digest
    assert report.record == work


def test_every_check_speaks_both_languages_and_the_report_is_json(
    world: World, work: Record
) -> None:
    report = json.loads(json.dumps(check(world, work).to_json()))
    assert [item["number"] for item in report["checks"]] == list(range(1, 10))
    for item in report["checks"]:
        assert item["sentence"]["zh"]
        assert item["sentence"]["en"]
        assert item["remedy"]["zh"]
        assert item["remedy"]["en"]
    assert report["digest"] == hexes.to_hex(work.digest)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b'{"a":1,"a":2}', b"[" * 999])
def test_what_is_no_object_leaves_the_rest_unchecked(world: World, data: bytes) -> None:
    report = verify(data, trust=world.trust)
    assert report.not_passed == {1: FAILED} | dict.fromkeys(range(2, 10), UNKNOWN)
    assert (report.verdict, report.exit_code, report.record) == (Verdict.NOT_VALID, 1, None)


def test_an_empty_object_is_not_valid(world: World) -> None:
    report = verify(b"{}", trust=world.trust)
    assert report.not_passed[1] is FAILED
    assert report.verdict is Verdict.NOT_VALID


def test_nothing_of_the_content_is_shown_where_signatures_or_inclusion_fail(
    world: World, work: Record
) -> None:
    certificate = world.certificate(work).to_json()
    certificate["record"]["body"]["title"][0]["text"] = "Another"
    report = verify(to_bytes(certificate), trust=world.trust)
    assert report.not_passed == {
        1: FAILED,
        2: UNKNOWN,
        3: FAILED,
        5: FAILED,
        7: UNKNOWN,
        8: UNKNOWN,
    }
    assert report.record is None
    assert "Another" not in json.dumps(report.to_json())


class TestFormat:
    """Check 1."""

    def test_the_seal_covers_everything(self, world: World, work: Record) -> None:
        for name, value in (
            ("as_of", "2026-11-23T00:00:00Z"),
            ("received_at", "2026-11-21T00:00:00Z"),
            ("related", []),
            ("timestamps", [{"authority": "x", "token": "AAAA"}]),
        ):
            other = world.append(world.registration(file=b"other"), ALICE)
            certificate = world.certificate(work, related=[other]).to_json()
            report = verify(to_bytes(certificate | {name: value}), trust=world.trust)
            assert report.not_passed[1] is FAILED
            assert "seal" in sentence(report, 1)

    def test_the_order_of_fields_and_spaces_do_not_matter(self, world: World, work: Record) -> None:
        certificate = world.certificate(work).to_json()
        turned = dict(reversed(certificate.items()))
        data = json.dumps(turned, indent=3).encode()
        assert verify(data, trust=world.trust).checks[0].outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("number", "0000-0000-0000-0000", "number"),
            ("effect", {"zh": "x", "en": "y"}, "effect"),
            ("spec", "comity-certificate/2", "spec"),
            ("extra", 1, "extra"),
            ("seal", "AA==", "seal"),
            ("signatures", {}, "signatures"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, world: World, work: Record, name: str, value: Any, told: str
    ) -> None:
        certificate = world.certificate(work).to_json() | {name: value}
        report = verify(to_bytes(certificate), trust=world.trust)
        assert report.checks[0].outcome is FAILED
        assert told in sentence(report, 1)

    def test_an_unknown_log_leaves_the_seal_unchecked(self, world: World, work: Record) -> None:
        world.trust_json["organisations"][0]["logs"] = []
        lines = world.trust_json["policy"].splitlines(keepends=True)
        world.trust_json["policy"] = "".join(lines[1:])
        report = check(world, work)
        assert report.not_passed == {1: UNKNOWN, 6: UNKNOWN} | OFFLINE
        assert report.verdict is Verdict.COULD_NOT_CHECK

    def test_a_log_key_that_organisations_list_is_enough_for_the_seal(
        self, world: World, work: Record
    ) -> None:
        lines = world.trust_json["policy"].splitlines(keepends=True)
        world.trust_json["policy"] = "".join(lines[1:])
        assert check(world, work).not_passed == {6: UNKNOWN} | OFFLINE

    def test_without_trust_much_stays_open(self, world: World, work: Record) -> None:
        report = check(world, work, trust=None)
        assert report.not_passed == {1: UNKNOWN, 4: UNKNOWN, 6: UNKNOWN} | OFFLINE
        assert report.exit_code == 3

    def test_a_policy_alone_is_enough_where_no_organisation_signed(
        self, world: World, work: Record
    ) -> None:
        data = to_bytes(world.certificate(work))
        report = verify(data, content=fingerprint(FILE), policy=world.trust.policy)
        assert report.not_passed == OFFLINE
        assert report.trust.trust_file is None


class TestContent:
    """Check 2."""

    def test_another_file_is_not_the_work(self, world: World, work: Record) -> None:
        data = to_bytes(world.certificate(work))
        report = verify(data, content=fingerprint(FILE + b"x"), trust=world.trust)
        assert report.not_passed[2] is FAILED
        assert report.verdict is Verdict.NOT_VALID
        assert report.record == work

    def test_a_record_without_a_file_has_nothing_to_compare(
        self, world: World, work: Record
    ) -> None:
        withdrawal = step(world, work, "work.withdrawal", ALICE)
        assert check(world, withdrawal, related=[work]).not_passed[2] is UNKNOWN


class TestSignatures:
    """Check 3."""

    def batch(self, world: World) -> tuple[list[Record], Record]:
        works = [world.registration(file=bytes((n,))) for n in range(3)]
        tree = BatchTree([work.digest for work in works])
        batch = world.append(world.draft("work.batch", [person(ALICE)], tree.body()), ALICE)
        for index, work in enumerate(works):
            world.enter(new_submission(work, [tree.signature(batch, index).to_json()]))
        return works, batch

    def test_a_work_of_a_batch_verifies_with_the_batch_beside_it(self, world: World) -> None:
        works, batch = self.batch(world)
        for work in works:
            report = check(world, work, related=[batch])
            assert report.not_passed == {2: FAILED} | OFFLINE

    def test_without_the_batch_it_could_not_be_checked(self, world: World) -> None:
        works, _ = self.batch(world)
        report = verify(to_bytes(world.certificate(works[0])), trust=world.trust)
        assert report.not_passed[3] is UNKNOWN
        assert report.verdict is Verdict.COULD_NOT_CHECK

    def test_a_batch_that_does_not_hold_is_left_aside(self, world: World) -> None:
        works, batch = self.batch(world)
        evidence = world.evidence(batch)
        broken = replace(evidence, proof=replace(evidence.proof, index=1))
        report = verify(to_bytes(world.certificate(works[0], related=[broken])), trust=world.trust)
        assert (report.not_passed[3], report.not_passed[9]) == (UNKNOWN, WARNING)
        assert report.life.ignored == 1

    def test_the_batch_must_come_first(self, world: World) -> None:
        work = world.registration()
        tree = BatchTree([work.digest])
        batch = world.draft("work.batch", [person(ALICE)], tree.body())
        world.enter(new_submission(work, [tree.signature(batch, 0).to_json()]))
        world.append(batch, ALICE)
        assert check(world, work, related=[batch]).not_passed[3] is FAILED


def test_the_fakes_fail_as_the_ports_do() -> None:
    with pytest.raises(Unavailable):
        FakeChain(down=True).chain_id()
    with pytest.raises(Unavailable):
        FakeNode(down=True).as_of()


def test_all_sentences_are_used_and_speak_both_languages() -> None:
    room = Path(registry.proofs.verify.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    used = set(re.findall(r'"((?:passed|failed|warning|unknown)[a-z-]*)"', source))
    sentences = tomllib.loads((room / "sentences.toml").read_text(encoding="utf-8"))
    named = {name for group in sentences.values() for name in group}
    assert named - used == set()
    assert used - named <= {"warning", "unknown"}
    for group in sentences.values():
        for name, words in group.items():
            assert words.keys() >= {"en", "zh"}
            assert name.startswith("passed") or words.keys() == {"en", "zh", "do_en", "do_zh"}
            for en, zh in (("en", "zh"), ("do_en", "do_zh")):
                blanks = [set(re.findall(r"{(\w+)}", words.get(name, ""))) for name in (en, zh)]
                assert blanks[0] == blanks[1]
