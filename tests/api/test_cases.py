"""Published cases over a real node: three regions publish, cite, recognise, withdraw, search."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from registry.proofs.hexes import to_hex
from registry.proofs.number import number_of
from registry.proofs.record import Digest
from registry.proofs.tlog_proof import parse_proof
from registry.proofs.trust import parse_trust
from registry.proofs.verify import Outcome, verify
from registry.proofs.verify.report import Life
from registry.recognition.model.numbers import Kind, new_reference
from tests.cases import Court, MediationBody
from tests.serving import Answer, Served, copied
from tests.unit.recognition.stating import (
    TURNED_AWAY,
    citation_body,
    publication_body,
    recognition_body,
    status_body,
)


class World:
    """A node with bodies of three regions and some cases."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.court = Court(served)
        self.hainan = self.court.own
        self.singapore = self.court.admit("Singapore Centre", "SG", "IPOSADR")
        self.guangdong = self.court.admit("Guangdong Centre", "CN-44", "DGMC")

    def publish(self, serial: int, body: MediationBody | None = None, **changes: Any) -> Digest:
        speaking = body or self.hainan
        told = {"id": self.reference(serial, speaking) + "@1", **changes}
        return self.court.tell("case.publication", publication_body(**told), speaking)

    def reference(self, serial: int, body: MediationBody | None = None) -> str:
        speaking = body or self.hainan
        return str(new_reference(Kind.CASE, speaking.region, speaking.station, 2026, serial))

    def recognition(self, case: Digest, serial: int, body: MediationBody) -> dict[str, Any]:
        id = new_reference(Kind.RECOGNITION, body.region, body.station, 2026, serial)
        return recognition_body(case, id=str(id))

    def show(self, name: str) -> Any:
        answer = self.served.get(f"/api/v1/cases/{quote(name, safe='')}")
        assert answer.status == 200, answer.body
        return answer.json()

    def life(self, record: Digest) -> Life:
        """What the certificate of a record says of what came later."""
        certificate = self.served.get(f"/api/v1/certificates/{to_hex(record)}").body
        trust = parse_trust(self.served.get("/api/v1/trust").body)
        report = verify(certificate, trust=trust)
        assert report.checks[3].outcome is Outcome.PASSED
        return report.life

    def search(self, **asked: Any) -> Any:
        answer = self.served.get(f"/api/v1/cases?{urlencode(asked)}")
        assert answer.status == 200, answer.body
        return answer.json()


@pytest.fixture(scope="module")
def world(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = copied(founded, tmp_path_factory.mktemp("three regions") / "node")
    with Served(folder) as served:
        yield World(served)


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


def test_a_case_goes_round(world: World) -> None:
    """Published here, followed and recognised there, withdrawn: everybody who relies is told."""
    case = world.publish(1)
    own = world.publish(1, world.guangdong)
    citing = citation_body(case, citing=to_hex(own))
    cited = world.court.tell("citation.statement", citing, world.guangdong)
    other = citation_body(case, **TURNED_AWAY)
    world.court.tell("citation.statement", other, world.singapore)
    told = world.recognition(case, 1, world.singapore)
    recognised = world.court.tell("recognition.statement", told, world.singapore)
    world.served.settle()

    shown = world.show(world.reference(1))
    assert (shown["id"], shown["case"]) == (world.reference(1) + "@1", to_hex(case))
    assert (shown["status"]["code"], shown["review"]) == ("active", None)
    assert shown["counts"] == {
        "treatments": {"followed": 1, "distinguished": 1},
        "citing_regions": {"CN-44": 1, "SG": 1},
        "decisions": {"conditional": 1},
        "recognising_regions": {"SG": 1},
    }
    assert shown["effect"]["code"] == told["effect"]
    assert shown["labels"]["right"] == [
        {"code": "public_showing", "zh": "放映权", "en": "public showing"}
    ]
    assert [one["citing"] and one["citing"]["id"] for one in shown["citations"]["received"]] == [
        world.reference(1, world.guangdong),
        None,
    ]
    (recognition,) = shown["recognitions"]
    assert recognition["decision"]["code"] == "conditional"
    assert recognition["statement"]["conditions"] == told["conditions"]
    assert recognition["body"]["names"] == [{"text": "Singapore Centre", "lang": "en"}]
    proved = {item["digest"]: item for item in shown["evidence"]}
    assert {to_hex(each) for each in (case, cited, recognised)} <= set(proved)
    for item in proved.values():
        assert parse_proof(item["proof"]).index == item["index"]
        assert item["anchor"]["size"] > item["index"]

    world.court.tell("case.status", status_body(), world.hainan, subject=case, previous=case)
    world.served.settle()
    shown = world.show(number_of(case))
    assert shown["status"] == {"code": "withdrawn", "zh": "已撤回", "en": "withdrawn"}
    assert {(one["kind"], one["mark"]) for one in shown["reached"]} == {
        ("case", "review_required"),
        ("recognition", "review_required"),
        ("citation", "information"),
    }
    assert shown["recognitions"][0]["review"] == "review_required"
    relier = world.show(to_hex(own))
    assert relier["review"] == "review_required"
    (reason,) = relier["reasons_for_review"]
    assert (reason["id"], reason["status"]["code"]) == (world.reference(1), "withdrawn")
    (made,) = relier["citations"]["made"]
    assert made["cited"]["status"]["code"] == "withdrawn"
    life = world.life(case)
    assert life.withdrawn_by is not None


def test_versions_are_shown_each_by_its_name(world: World) -> None:
    case = world.publish(2)
    body = publication_body(id=world.reference(2) + "@2", days=20)
    second = world.court.tell("case.publication", body, world.hainan, subject=case, previous=case)
    world.served.settle()
    for name, version, latest in (
        (world.reference(2), 2, True),
        (world.reference(2).lower(), 2, True),
        (world.reference(2) + "@1", 1, False),
        (to_hex(case), 1, False),
        (to_hex(second), 2, True),
    ):
        shown = world.show(name)
        assert (shown["version"], shown["latest"]) == (version, latest)
        assert shown["case"] == to_hex(case)
        assert len(shown["versions"]) == 2
    assert world.life(case).superseded_by == second
    assert world.life(second) == Life()
    body = status_body("under_challenge")
    change = world.court.tell("case.status", body, world.hainan, subject=case, previous=case)
    world.served.settle()
    assert world.life(second).disputed_by == (change,)
    listed = [one for one in world.search(limit=100)["cases"] if one["case"] == to_hex(case)]
    assert [one["version"] for one in listed] == [2]


def test_what_is_not_final_is_shown_and_not_listed(founded: Path, tmp_path: Path) -> None:
    with Served(
        copied(founded, tmp_path / "slow"), anchor_age_s=3600, anchor_entries=2**16
    ) as slow:
        world = World.__new__(World)
        world.served, world.court = slow, Court(slow)
        world.hainan = world.court.own
        case = world.publish(1)
        shown = world.show(to_hex(case))
        assert (shown["recorded_at"], shown["evidence"][0]["anchor"]) == (None, None)
        assert world.search()["total"] == 0


# ---- refused at the door -------------------------------------------------------------------------


def test_the_door_refuses(world: World) -> None:
    """Provisional records count at the door: nothing here waits for an anchor."""
    court, hainan = world.court, world.hainan
    case = world.publish(10)
    body = publication_body(id=world.reference(10) + "@1")
    second = publication_body(id=world.reference(10) + "@2")
    own = world.publish(10, world.singapore)
    gone = world.publish(11)
    court.tell("case.status", status_body(), hainan, subject=gone, previous=gone)
    nowhere = Digest(bytes(32))
    rec, sg, gd = "recognition.statement", world.singapore, world.guangdong
    cit = "citation.statement"
    later = world.publish(12)
    taken = world.recognition(later, 20, sg)
    court.tell(rec, taken, sg)
    for answer, status, code in (
        (court.submit("case.publication", body, hainan), 409, "CASE_ID_TAKEN"),
        (court.submit("case.publication", body, sg), 422, "REFERENCE_REGION_WRONG"),
        (
            court.submit("case.publication", second, hainan, subject=nowhere, previous=nowhere),
            409,
            "CASE_UNKNOWN",
        ),
        (
            court.submit("case.status", status_body(), sg, subject=case, previous=case),
            403,
            "CASE_NOT_ISSUER",
        ),
        (
            court.submit("case.status", status_body(), hainan, subject=gone, previous=gone),
            409,
            "PREVIOUS_NOT_LATEST",
        ),
        (court.submit(cit, citation_body(nowhere), gd), 409, "CIT_UNRESOLVED"),
        (court.submit(cit, citation_body(gone), gd), 409, "CIT_TARGET_WITHDRAWN"),
        (
            court.submit(cit, citation_body(later, citing=to_hex(own)), sg),
            409,
            "CIT_FUTURE",
        ),
        (
            court.submit(cit, citation_body(case, citing=to_hex(own)), gd),
            403,
            "CIT_CITING_NOT_OWN",
        ),
        (court.submit(cit, citation_body(case, citing=to_hex(case)), gd), 422, "CIT_SELF"),
        (court.submit(cit, citation_body(case, reason=[]), gd), 422, "CIT_TREATMENT_REASON"),
        (court.submit(rec, world.recognition(case, 9, hainan), hainan), 403, "REC_SELF"),
        (court.submit(rec, world.recognition(gone, 9, sg), sg), 409, "REC_SUBJECT_WITHDRAWN"),
        (court.submit(rec, world.recognition(nowhere, 9, sg), sg), 409, "REC_SUBJECT_UNKNOWN"),
        (court.submit(rec, world.recognition(case, 20, sg), sg), 409, "REC_ID_TAKEN"),
        (court.submit(rec, world.recognition(later, 21, sg), sg), 409, "REC_ALREADY_STATED"),
        (
            court.submit(rec, world.recognition(case, 9, sg) | {"reasons": {"zh": "可执行"}}, sg),
            422,
            "REC_CLAIMS_ENFORCEMENT",
        ),
    ):
        assert refused(answer) == (status, code)


def test_what_the_door_took_the_fold_counts(world: World) -> None:
    world.served.settle()
    for one in world.search(limit=100)["cases"]:
        assert world.show(one["case"])["refused"] == []


# ---- search --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(world: World) -> dict[str, Digest]:
    bgm: dict[str, Any] = {"class": "BGM-PERF", "use": "background_music"}
    net: dict[str, Any] = {"class": "STREAM-NET", "use": "livestream"}
    cases = {
        "bgm": world.publish(
            50,
            **bgm,
            rights=["performance"],
            region_tier=1,
            scale_band="50-100 m2",
            issue_codes=["standing"],
        ),
        "stream": world.publish(
            51,
            world.guangdong,
            **net,
            rights=["network_dissemination"],
            method="B4",
            factors=["KNOWING"],
            standard=None,
            confirmation="not_applied",
            scale_band="1000+ followers",
        ),
        "venue": world.publish(52, world.singapore, region_tier=None),
    }
    world.served.settle()
    return cases


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"class": "BGM-PERF"}, {"bgm"}),
        ({"use": "livestream"}, {"stream"}),
        ({"right": "performance"}, {"bgm"}),
        ({"tier": 1}, {"bgm"}),
        ({"issue": "standing"}, {"bgm"}),
        ({"method": "B4"}, {"stream"}),
        ({"factor": "KNOWING"}, {"stream"}),
        ({"confirmation": "not_applied"}, {"stream"}),
        ({"region": "CN-44", "class": "STREAM-NET"}, {"stream"}),
        ({"standard": "STD:CN-46:QHCMS:KTV-PERF:2.1", "region": "SG", "words": "52"}, set()),
        ({"words": "直播"}, {"stream"}),
        ({"words": "背景"}, {"bgm"}),
        ({"words": "平方"}, {"bgm"}),
        ({"words": "Livestream"}, {"stream"}),
        ({"words": "livestreams 音乐"}, {"stream"}),
        ({"words": "直播 背景"}, set()),
        ({"words": "广东", "use": "livestream"}, {"stream"}),
        ({"words": "新加坡 0000521"}, set()),
        ({"use": "livestream", "right": "performance"}, set()),
    ],
)
def test_cases_are_found(
    world: World, found: dict[str, Digest], asked: dict[str, Any], names: set[str]
) -> None:
    answer = world.search(**asked)
    assert {one["case"] for one in answer["cases"]} == {to_hex(found[name]) for name in names}
    assert answer["total"] == len(names)


def test_cases_are_found_by_their_body(world: World, found: dict[str, Digest]) -> None:
    answer = world.search(body=to_hex(world.singapore.id), words="IPOSADR")
    assert to_hex(found["venue"]) in [one["case"] for one in answer["cases"]]
    assert {one["body"]["organisation"] for one in answer["cases"]} == {to_hex(world.singapore.id)}


def test_pages_follow_one_another_newest_first(world: World, found: dict[str, Digest]) -> None:
    every = world.search(limit=100)
    assert every["total"] == len(every["cases"]) > 3
    assert [one["case"] for one in every["cases"]][:3] == [
        to_hex(found[name]) for name in ("venue", "stream", "bgm")
    ]
    paged: list[Any] = []
    while len(paged) < every["total"]:
        after = {"after": paged[-1]["case"]} if paged else {}
        page = world.search(limit=2, **after)
        assert page["total"] == every["total"]
        paged += page["cases"]
    assert paged == every["cases"]
    assert world.search(after=paged[-1]["case"])["cases"] == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("?limit=0", 422, "PARAMETER_INVALID"),
        ("?limit=101", 422, "PARAMETER_INVALID"),
        ("?after=0x12", 422, "PARAMETER_INVALID"),
        (f"?after=0x{'00' * 32}", 422, "PARAMETER_INVALID"),
        ("?words=%EF%BC%81", 422, "PARAMETER_INVALID"),
        (f"/0x{'00' * 32}", 404, "CASE_UNKNOWN"),
        ("/0000-0000-0000-0000", 404, "CASE_UNKNOWN"),
        ("/MCR:CN-46:QHCMS:2026:0000179", 422, "REFERENCE_CHECK"),
        ("/MCR:CN-46:QHCMS:2025:000017X", 422, "REFERENCE_CHECK"),
        ("/MCR:nothing", 422, "REFERENCE_MALFORMED"),
        ("/something", 422, "NUMBER_MALFORMED"),
    ],
)
def test_what_is_no_case_and_no_question(world: World, path: str, status: int, code: str) -> None:
    assert refused(world.served.get(f"/api/v1/cases{path}")) == (status, code)
