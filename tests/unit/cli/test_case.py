"""`comity case` over a real node: publish, find, cite, recognise, withdraw; and what it refuses."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.cli import keystore
from registry.cli.recognition.stating import by_language, texts
from registry.errors import InvalidInput
from tests.cases import Court, MediationBody
from tests.serving import Served, copied
from tests.unit.cli.conftest import PASSWORD, Comity, Ran
from tests.unit.recognition.stating import HAINAN, case_id, publication_body, recognition_id

MCR = "MCR:CN-46:QHCMS:2026:0000177"


class Regions:
    """A node with bodies of two regions."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.served = served
        self.court = Court(served)
        self._folder = folder
        self.hainan = self.court.own
        self.singapore = self.court.admit("Singapore Centre", "SG", "IPOSADR")

    def key(self, body: MediationBody) -> Path:
        path = self._folder / f"{body.region}.json"
        if not path.exists():
            path.write_text(json.dumps(keystore.encrypt(body.key, PASSWORD, n=1 << 4)))
        return path


@pytest.fixture(scope="module")
def regions(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Regions]:
    folder = tmp_path_factory.mktemp("two regions")
    with Served(copied(founded, folder / "node")) as served:
        yield Regions(served, folder)


Run = Callable[..., Ran]


@pytest.fixture
def case(comity: Comity, regions: Regions) -> Run:
    """`comity case …` at the node; a body of this region or that signs where one is named."""

    def run(*arguments: object, by: MediationBody | None = None) -> Ran:
        key = () if by is None else ("--key", regions.key(by))
        return comity("case", *arguments, "--node", regions.served.url, *key)

    return run


def summary(path: Path, **changes: Any) -> Path:
    path.write_text(json.dumps(publication_body(**changes), ensure_ascii=False))
    return path


def did(ran: Ran) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


SAME = ("--facts", "same", "--issues", "same", "--law", "similar")


def test_number_prints_the_check_character(comity: Comity) -> None:
    assert comity("case", "number", "cn-46", "QHCMS", 2026, 17).out == f"{MCR}\n"
    ran = comity("case", "number", "CN-44", "DGMC", "2026", "3", "--recognition")
    assert ran.out == "REC:CN-44:DGMC:2026:000003A\n"
    wrong = comity("case", "number", "Hainan", "QHCMS", "2026", "17")
    assert (wrong.code, "REFERENCE_MALFORMED" in wrong.err) == (2, True)


def test_a_case_goes_round(case: Run, regions: Regions, tmp_path: Path) -> None:
    hainan, singapore = regions.hainan, regions.singapore
    published = case("publish", summary(tmp_path / "s.json"), by=hainan)
    assert published.code == 0, published.err
    assert "the receipt was checked" in published.out
    corrected = summary(tmp_path / "s2.json", id=case_id(version=2), days=20)
    did(case("publish", corrected, "--json", by=hainan))
    regions.served.settle()

    assert f"{MCR}@2" in case("search", "放映", "karaoke", "--class", "KTV-PERF").out
    assert did(case("search", "直播", "--json"))["total"] == 0

    reason = ("--reason", "两案许可争议相同@zh", "--reason", "the same question of licence@en")
    did(case("cite", MCR, "--treatment", "followed", *SAME, *reason, "--json", by=singapore))
    away = ("--difference", "场所规模不同", "--reason", "本案场所规模与城市等级明显不同，不宜参照")
    limbs = ("--facts", "different", *SAME[2:], "--pinpoint", "#method")
    told = case("cite", MCR, "--treatment", "distinguished", *limbs, *away, by=singapore)
    assert told.code == 0, told.err

    due = "2027-01-31=按本地费率换算@zh / convert with the local tariff@en"
    stated = ["--scope", "#issue1", "--reason-code", "TARIFF_NOT_COMPARABLE", "--adjust"]
    stated += ["tariff=SG/2026", "--valid-to", "2028-11-30", "--reciprocity", "AGR-2"]
    stated += ["--reason", "费率不可直接比较", "--legal-basis", "Copyright Act 2021", "--condition"]
    first = ("recognise", MCR, "--decision", "conditional", "--id", recognition_id(), *stated, due)
    did(case(*first, "--json", by=singapore))
    regions.served.settle()
    met = [*stated, "2027-01-31+2026-11-22=按本地费率换算"]
    did(case("recognise", MCR, "--decision", "conditional", *met, "--json", by=singapore))
    regions.served.settle()

    shown = did(case("show", MCR, "--json"))
    assert shown["counts"]["treatments"] == {"followed": 1, "distinguished": 1}
    (recognition,) = shown["recognitions"]
    assert recognition["id"] == recognition_id()
    assert len(recognition["earlier"]) == 1
    assert recognition["statement"]["conditions"][0]["met_at"] == "2026-11-22"
    assert recognition["statement"]["adjustments"] == {"tariff": "SG/2026"}

    why = ("--reason", "一方撤回同意", "--basis", "withdrawal of consent")
    did(case("status", MCR, "withdrawn", *why, "--json", by=hainan))
    regions.served.settle()
    shown_to_a_person = case("show", MCR).out
    for words in (
        "status: withdrawn 已撤回",
        "distinguished 区别",
        "recognised on conditions 附条件认可",
        "met on 2026-11-22",
        "review_required",
        "title to execution",
        "不产生执行效力",
    ):
        assert words in shown_to_a_person
    again = case("cite", MCR, "--treatment", "mentioned", *SAME, *reason, by=singapore)
    assert (again.code, "CIT_TARGET_WITHDRAWN" in again.err) == (2, True)


# ---- refused before anything is sent -------------------------------------------------------------


@pytest.fixture
def published(case: Run, regions: Regions, tmp_path: Path) -> str:
    """A case that stands."""
    known = did(case("search", "--json"))["cases"]
    standing = [one["reference"] for one in known if one["status"]["code"] == "active"]
    if standing:
        return str(standing[0])
    file = summary(tmp_path / "standing.json", id=case_id(99))
    did(case("publish", file, "--json", by=regions.hainan))
    regions.served.settle()
    return case_id(99).partition("@")[0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"k_anonymity": 2}, "PUB_REIDENTIFICATION_RISK"),
        ({"consents": []}, "PUB_CONSENT_MISSING"),
        ({"class": "KTV"}, "CODE_UNKNOWN"),
        ({"schema": "mediated-case-summary/1"}, "BODY_INVALID"),
        ({"id": "MCR:CN-46:QHCMS:2026:0000178@1"}, "REFERENCE_CHECK"),
        ({"id": case_id(500, version=2)}, "CASE_UNKNOWN"),
    ],
)
def test_a_summary_is_checked_here(
    case: Run, regions: Regions, tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    size = regions.served.node.log.size
    ran = case("publish", summary(tmp_path / "s.json", **changes), by=regions.hainan)
    assert ran.code == 2
    assert code in ran.err
    assert regions.served.node.log.size == size


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cite", "--treatment", "liked", *SAME, "--reason", "x"), "CODE_UNKNOWN"),
        (("cite", "--treatment", "not_followed", *SAME, "--reason", "x"), "CIT_TREATMENT_REASON"),
        (
            ("cite", "--treatment", "followed", "--facts", "different", *SAME[2:], "--reason", "x"),
            "CIT_FOLLOWED_DIFFERENT",
        ),
        (("recognise", "--decision", "full"), "REC_INVALID"),
        (
            ("recognise", "--decision", "partial", "--id", recognition_id(7)),
            "REC_SCOPE_EMPTY",
        ),
        (
            ("recognise", "--decision", "refused", "--id", recognition_id(7)),
            "REC_REFUSAL_NO_REASON",
        ),
        (
            ("recognise", "--decision", "conditional", "--id", recognition_id(7)),
            "REC_CONDITION_NONE",
        ),
        (
            ("recognise", "--decision", "full", "--id", recognition_id(7), "--condition", "soon"),
            "REC_INVALID",
        ),
        (
            ("recognise", "--decision", "full", "--id", recognition_id(7), "--adjust", "tariff"),
            "REC_INVALID",
        ),
        (
            (
                "recognise",
                "--decision",
                "full",
                "--id",
                recognition_id(7),
                "--reason",
                "可强制执行",
            ),
            "REC_CLAIMS_ENFORCEMENT",
        ),
        (
            (
                *("recognise", "--decision", "full", "--id", recognition_id(7)),
                *("--valid-from", "2026-12-01", "--valid-to", "2026-11-30"),
            ),
            "DATES_REVERSED",
        ),
        (("status", "overruled_by_court", "--reason", "x"), "CASE_INVALID"),
        (("status", "gone", "--reason", "x"), "CODE_UNKNOWN"),
    ],
)
def test_what_breaks_a_rule_is_not_sent(
    case: Run, regions: Regions, published: str, arguments: tuple[str, ...], code: str
) -> None:
    verb, *rest = arguments
    size = regions.served.node.log.size
    ran = case(verb, published, *rest, by=regions.singapore)
    assert ran.code == 2
    assert code in ran.err
    assert regions.served.node.log.size == size


def test_what_the_node_refuses_is_told(case: Run, regions: Regions, published: str) -> None:
    own = ("--decision", "full", "--id", recognition_id(1, body=HAINAN))
    ran = case("recognise", published, *own, by=regions.hainan)
    assert (ran.code, "REC_SELF" in ran.err) == (2, True)
    ran = case("status", published, "withdrawn", "--reason", "x", by=regions.singapore)
    assert (ran.code, "CASE_NOT_ISSUER" in ran.err) == (2, True)
    assert "CASE_UNKNOWN" in case("show", case_id(77).partition("@")[0]).err


def test_texts_carry_their_language() -> None:
    assert texts(["理由@zh-Hant", "理由", "a reason", "write to a@b.c"]) == [
        {"text": "理由", "lang": "zh-Hant"},
        {"text": "理由", "lang": "zh"},
        {"text": "a reason", "lang": "en"},
        {"text": "write to a@b.c", "lang": "en"},
    ]
    with pytest.raises(InvalidInput, match="two texts are in en"):
        by_language(["one", "two@en"])
