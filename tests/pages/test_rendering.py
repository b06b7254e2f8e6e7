"""What a page shows of states that a quiet node does not have: withdrawn, disputed, in trouble."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from api.pages.asking import Api
from api.pages.rendering import render
from api.pages.view import Found, Frame, Result, frame
from api.pages.words import Language
from registry.proofs.submission import Submission
from tests.api.test_routes import hexed
from tests.pages.reading import Element, read
from tests.serving import Served

DIGEST = "0x" + "ab" * 32


@pytest.fixture(scope="module")
def found(served: Served, song: Submission) -> Found:
    """A registration with its nine checks, as the interface tells them."""
    certificate = served.get(f"/api/v1/certificates/{hexed(song)}").body
    report = served.post("/api/v1/verify", b'{"certificate":' + certificate + b"}").json()
    return Found(record=served.record(hexed(song)), checks=report)


def shown(found: Found, language: Language = Language.EN, **changes: Any) -> Element:
    assert found.checks is not None
    changed = Found(record=found.record, checks={**found.checks, **changes})
    result = Result(fields={}, found=[changed])
    html = render(language, Frame(), {}, "number", result)
    return read(html).one(id="number-answer")


@pytest.mark.parametrize(
    ("said", "en", "zh"),
    [
        ({"withdrawn_by": DIGEST}, f"Withdrawn by {DIGEST}", f"已撤回 见 {DIGEST}"),
        ({"superseded_by": DIGEST}, f"Superseded by {DIGEST}", f"已被取代 见 {DIGEST}"),
        ({"transferred_by": DIGEST}, f"Transferred by {DIGEST}", f"已转让 见 {DIGEST}"),
        ({"disputed_by": [DIGEST]}, f"Disputed by {DIGEST}", f"存在争议 见 {DIGEST}"),
        ({"disputes_beside": 2}, "not admitted: 2", "未获采纳的争议：2"),
    ],
)
def test_what_later_records_say_is_marked(
    found: Found, said: dict[str, Any], en: str, zh: str
) -> None:
    assert found.checks is not None
    life = {**found.checks["life"], **said}
    assert en not in shown(found).words
    assert en in shown(found, life=life).words
    assert zh in shown(found, Language.ZH, life=life).words


@pytest.mark.parametrize(
    ("verdict", "exit_code", "mark"),
    [
        ("valid", 0, "✓"),
        ("valid but disputed", 0, "!"),
        ("superseded", 0, "!"),
        ("valid, confirmation pending", 0, "!"),
        ("could not check fully", 3, "?"),
        ("withdrawn", 1, "✗"),
        ("not valid", 1, "✗"),
    ],
)
def test_a_verdict_has_word_and_mark(found: Found, verdict: str, exit_code: int, mark: str) -> None:
    told = shown(found, verdict=verdict, exit=exit_code).one("p", class_="verdict")
    assert told.words == f"{mark} Verdict: {verdict}"


def test_every_outcome_has_word_and_mark(found: Found) -> None:
    assert found.checks is not None
    outcomes = ("passed", "failed", "warning", "could-not-check")
    checks = [
        {**check, "outcome": outcomes[place % 4]}
        for place, check in enumerate(found.checks["checks"])
    ]
    listed = [one for one in shown(found, checks=checks).all("li") if one.all(class_="outcome")]
    told = [(one.all(class_="mark")[0].words, one.one(class_="outcome").words) for one in listed]
    assert told[:4] == [
        ("✓", "passed"),
        ("✗", "failed"),
        ("!", "warning"),
        ("?", "could not check"),
    ]
    assert len({one.all(class_="mark")[0].attributes["class"] for one in listed}) == 4


def test_regions_that_cosigned_are_named(found: Found) -> None:
    several = shown(found, single_operator=False, regions=["CN-46", "SG"])
    assert "Cosigned by Hainan CN-46, Singapore SG." in several.words
    alone = "no other region witnesses this log"
    assert alone in shown(found).words
    assert alone not in several.words


def test_a_record_that_does_not_count_shows_no_particulars(found: Found) -> None:
    refused = Found(record={**found.record, "fault": "WORK_INVALID", "record": {"type": "odd"}})
    html = render(Language.EN, Frame(), {}, "number", Result(fields={}, found=[refused]))
    assert "does not count: WORK_INVALID" in read(html).one(id="number-answer").words


def test_of_a_record_that_another_node_took_the_page_names_that_node(found: Found) -> None:
    problem = {
        "title": "sealed elsewhere",
        "title_zh": "另一节点",
        "do": "Ask that node.",
        "do_zh": "请询问该节点。",
        "code": "CERTIFICATE_ELSEWHERE",
    }
    there = {
        "id": DIGEST,
        "region": "SG",
        "kinds": [],
        "names": [],
        "identifiers": [],
        "logs": [{"log": found.record["log"]}],
        "endpoints": ["https://node.example/"],
    }
    result = Result(fields={}, found=[Found(record=found.record, problem=problem)])
    around = Frame(organisations={DIGEST: there})
    told = read(render(Language.EN, around, {}, "number", result)).one(id="number-answer")
    assert "could not be made here. sealed elsewhere Ask that node." in told.words
    address = f"https://node.example/?lang=en&number={found.record['number']}"
    assert address in [one.attributes["href"] for one in told.all("a")]


def test_a_page_over_a_node_in_trouble_says_what_the_matter_is() -> None:
    told = {
        "type": "/problems/DATABASE_AWAY",
        "title": "away",
        "title_zh": "不可用",
        "status": 503,
        "detail": "",
        "code": "DATABASE_AWAY",
        "do": "wait",
        "do_zh": "请稍候",
        "errors": [{"path": "a", "reason": "b"}],
    }
    whole = read(render(Language.ZH, Frame(problem=told), {}, None, None))
    assert "不可用" in whole.one("main").words
    assert "尚无机构加入本账本" in whole.one(id="representation").words


async def failing(scope: Scope, receive: Receive, send: Send) -> None:
    """Like an application whose server answers, and then raises for its log."""
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b'{"code":"NODE_FAILED"}'})
    raise RuntimeError("nobody foresaw this")


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("nobody foresaw this either")


def test_what_nobody_foresaw_is_a_problem_and_not_the_end_of_the_page() -> None:
    asked = asyncio.run(frame(Api(failing, {})))
    assert asked.problem == {"code": "NODE_FAILED"}
    with pytest.raises(RuntimeError, match="either"):
        asyncio.run(frame(Api(silent, {})))
