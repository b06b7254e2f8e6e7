"""The page as the node writes it, read without a browser and without scripts."""

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from api.pages import files
from api.security import PAGE_POLICY
from registry.proofs.certificate import EFFECT
from registry.proofs.hexes import to_hex
from registry.proofs.record import Visibility
from registry.proofs.submission import Submission
from registry.recognition.model.codes import effect
from registry.representation.rights import RIGHTS
from tests.api.test_cases import World as Bodies
from tests.api.test_routes import fresh, hexed
from tests.drafts import registration_body
from tests.pages.conftest import SONG
from tests.pages.reading import Element, read
from tests.serving import Answer, Served
from tests.societies import D
from tests.societies import World as Societies

LANGUAGES = ("en", "zh")
CHECKS = [
    *("format", "content", "signatures", "authority", "inclusion"),
    *("checkpoint", "anchor", "time", "status"),
]
SONG_SHA256 = sha256(SONG).hexdigest()


def get(served: Served, **query: str) -> Answer:
    return served.get(f"/?{urlencode(query)}")


def page(served: Served, status: int = 200, /, **query: str) -> Element:
    answer = get(served, **query)
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return read(answer.body.decode())


def part(found: Element, section: str) -> Element:
    return found.one(id=f"{section}-answer")


def outcomes(found: Element) -> dict[str, str]:
    return {
        each.attributes["data-check"]: each.attributes["data-outcome"]
        for each in found.all("li")
        if "data-check" in each.attributes
    }


def question(world: Societies, **changes: str) -> dict[str, str]:
    return {
        "ask": "representation",
        "society": world.mcsc.hex,
        "repertoire": world.sacem.hex,
        "right": "CN.10.9",
        "territory": "CN",
        "on": D,
        **changes,
    }


@pytest.fixture(scope="module")
def every(served: Served, societies: Societies, bodies: Bodies, song: Submission) -> list[Element]:
    """The page in each of its states, in both languages."""
    asked: list[tuple[Served, int, dict[str, str]]] = [
        (served, 200, {}),
        (served, 200, {"content_sha256": SONG_SHA256}),
        (served, 200, {"content_sha256": "00" * 32}),
        (served, 422, {"content_sha256": "no fingerprint"}),
        (served, 200, {"number": served.record(hexed(song))["number"]}),
        (served, 422, {"number": "4CP0"}),
        (societies.served, 200, question(societies)),
        (societies.served, 200, question(societies, right="CN.10.12")),
        (societies.served, 422, question(societies, territory="nowhere")),
        (bodies.served, 200, {"ask": "cases"}),
        (bodies.served, 200, {"ask": "cases", "words": "不存在的词"}),
        (bodies.served, 422, {"ask": "cases", "words": "?"}),
    ]
    return [
        page(node, status, lang=language, **query)
        for node, status, query in asked
        for language in LANGUAGES
    ]


# ---- the frame ----------------------------------------------------------------------------------


def test_a_page_has_a_strict_policy_and_what_is_for_programs_a_stricter_one(
    served: Served,
) -> None:
    assert "unsafe" not in PAGE_POLICY
    assert PAGE_POLICY.startswith("default-src 'none'; script-src 'self'; ")
    script = f"/static/{files.edition()}/page.js"
    for path in ("/", script, "/?number=4CP0"):
        assert served.get(path).headers.get_all("Content-Security-Policy") == [PAGE_POLICY]
    for path in ("/api/v1/ledger", "/static/of/another"):
        (policy,) = served.get(path).headers.get_all("Content-Security-Policy") or []
        assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_nothing_is_written_into_a_page_but_text(every: list[Element]) -> None:
    for each in every:
        assert each.all("style") == []
        assert [one.text for one in each.all("script")] == [""]
        for element in each.walk():
            odd = {name for name in element.attributes if name == "style" or name[:2] == "on"}
            assert odd == set(), element


def test_everything_that_a_page_uses_or_names_is_here(served: Served) -> None:
    for language in LANGUAGES:
        shown = page(served, lang=language)
        named = [
            element.attributes[name]
            for element in shown.walk()
            for name in ("href", "src", "action")
            if name in element.attributes
        ]
        assert len(named) > 10
        for address in named:
            assert address[0] in "/#", f"{address} leads elsewhere"
            if address[0] == "#":
                shown.one(id=address[1:])
            else:
                assert served.get(address.partition("#")[0]).status == 200, address


def test_every_field_has_a_label_and_every_reference_its_element(every: list[Element]) -> None:
    for each in every:
        ids = [one.attributes["id"] for one in each.walk() if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        labels = {one.attributes["for"] for one in each.all("label")}
        for field in (*each.all("input"), *each.all("select")):
            assert field.attributes.get("type") == "hidden" or field.attributes["id"] in labels
        for reference in references(each):
            assert reference in ids


def references(root: Element) -> Iterator[str]:
    for element in root.walk():
        for name in ("for", "aria-describedby", "aria-labelledby"):
            if name in element.attributes:
                yield element.attributes[name]


def test_headings_go_down_step_by_step(every: list[Element]) -> None:
    for each in every:
        levels = [int(one.tag[1]) for one in each.walk() if re.fullmatch(r"h[1-6]", one.tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def test_the_language_is_that_of_the_reader_and_the_other_is_a_link_away(served: Served) -> None:
    chinese = read(served.get("/", **{"Accept-Language": "zh-CN,zh;q=0.9"}).body.decode())
    english = read(served.get("/", **{"Accept-Language": "en"}).body.decode())
    assert chinese.one("html").attributes["lang"] == "zh-Hans"
    assert english.one("html").attributes["lang"] == "en"
    assert "登记" in chinese.one("h1").text
    assert "signed" in english.one("h1").text
    assert served.get("/").headers["Vary"] == "Accept-Language"
    asked = page(served, 422, lang="en", number="4CP0")
    (other,) = asked.all("a", hreflang="zh")
    assert other.attributes["href"] == "/?lang=zh&number=4CP0"


def test_what_a_reader_types_stays_text(served: Served) -> None:
    hostile = '"><script src=//elsewhere></script>{{ 7 * 7 }}'
    for field in ("number", "content_sha256", "words"):
        query = {"ask": "cases", "words": hostile} if field == "words" else {field: hostile}
        answer = get(served, **query)
        assert b"<script src=//" not in answer.body
        shown = read(answer.body.decode())
        assert hostile in [one.attributes.get("value") for one in shown.all("input")]


def test_a_single_operator_is_called_one(served: Served) -> None:
    assert "Single operator" in page(served, lang="en").one("main").text
    assert "单一运营者" in page(served, lang="zh").one("main").text


def test_where_a_script_is_needed_the_page_says_so(served: Served) -> None:
    for language, words in (("en", "JavaScript switched off"), ("zh", "未启用 JavaScript")):
        assert words in page(served, lang=language).one("noscript").text


# ---- a file and a number ------------------------------------------------------------------------


def test_a_file_is_found_with_nine_checks(served: Served, song: Submission) -> None:
    found = part(page(served, lang="en", content_sha256=f"0x{SONG_SHA256}"), "file")
    record = served.record(hexed(song))
    assert found.one(class_="headline").words == "This file is registered"
    assert found.one("a", class_="number").words == record["number"]
    told = outcomes(found)
    assert list(told) == CHECKS
    assert told == {**dict.fromkeys(CHECKS, "passed"), "time": "could-not-check"}
    assert found.one("strong", **{"data-verdict": "valid"}).words == "Verdict: valid"
    assert EFFECT["en"] in found.words
    assert f"comity verify {record['number']}.json FILE --trust trust.json" in found.words
    assert "夜航 · Night <i>Flight</i>" in found.words
    assert "final: anchored on the chain and confirmed" in found.words
    times = [each.attributes["datetime"] for each in found.all("time")]
    assert times == [record["recorded_at"], record["received_at"]]
    day, clock = record["recorded_at"].rstrip("Z").split("T")
    assert f"{day} {clock} UTC" in found.words
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\+8", found.words)


def test_the_page_and_the_interface_agree_on_the_checks(served: Served, song: Submission) -> None:
    shown = part(page(served, lang="zh", number=served.record(hexed(song))["number"]), "number")
    certificate = served.get(f"/api/v1/certificates/{hexed(song)}").body
    report = served.post("/api/v1/verify", b'{"certificate":' + certificate + b"}").json()
    assert outcomes(shown) == {each["name"]: each["outcome"] for each in report["checks"]}
    for check in report["checks"][:8]:  # the ninth tells its own moment
        assert check["zh"] in shown.words
    assert EFFECT["zh"] in shown.words


def test_a_number_is_read_forgivingly(served: Served, song: Submission) -> None:
    number = served.record(hexed(song))["number"]
    written = number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert number in part(page(served, number=f" {written} "), "number").text


def test_a_fingerprint_is_read_forgivingly(served: Served, song: Submission) -> None:
    written = f" {SONG_SHA256[:32].upper()} {SONG_SHA256[32:]}"
    found = part(page(served, content_sha256=written), "file")
    assert served.record(hexed(song))["number"] in found.text


def test_of_a_file_that_is_not_known_no_more_is_said(served: Served) -> None:
    found = part(page(served, lang="en", content_sha256="11" * 32), "file")
    assert found.one(class_="headline").words.startswith("No public registration of this file")
    assert outcomes(found) == {}


def test_the_first_registration_of_a_file_comes_first_and_a_few_are_checked(
    served: Served,
) -> None:
    content = sha256(b"registered by many").digest()
    body = registration_body()
    body["content"] = {**body["content"], "sha256": to_hex(content)}
    submissions = [fresh(served, body) for _ in range(4)]
    for each in submissions:
        served.submit(each.to_bytes())
    found = part(page(served, lang="en", content_sha256=to_hex(content)), "file")
    assert found.one(class_="headline").words.startswith("This file was registered 4 times")
    numbers = [one.one(class_="number").words for one in found.all("article")]
    assert numbers == [served.record(hexed(each))["number"] for each in submissions]
    assert [len(outcomes(one)) for one in found.all("article")] == [9, 9, 9, 0]


def test_of_a_sealed_record_nothing_is_shown_but_that_it_is_one(served: Served) -> None:
    sealed = fresh(served, visibility=Visibility.SEALED)
    served.submit(sealed.to_bytes())
    found = part(page(served, lang="en", number=hexed(sealed)), "number")
    assert "Sealed record" in found.words
    assert "林梅" not in found.text
    assert outcomes(found) == {}


@pytest.mark.parametrize(("number", "status"), [("4CP0", 422), ("0000-0000-0000-0000", 404)])
def test_what_is_refused_is_told_in_the_language_of_the_page(
    served: Served, number: str, status: int
) -> None:
    problem = served.get(f"/api/v1/records/{number}").json()
    chinese = part(page(served, status, lang="zh", number=number), "number")
    assert chinese.one(class_="headline").words == problem["title_zh"]
    assert f"建议：{problem['do_zh']}" in chinese.words
    assert chinese.one("a").words == problem["code"]
    english = part(page(served, status, lang="en", number=number), "number")
    assert english.one(class_="headline").words == problem["title"]
    assert f"What to do: {problem['do']}" in english.words


# ---- who represents whom ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "value"),
    [({}, "YES"), ({"on": "2028-06-01"}, "NO"), ({"right": "CN.10.12"}, "UNKNOWN")],
)
def test_an_answer_comes_with_everything_it_rests_on(
    societies: Societies, changes: dict[str, str], value: str
) -> None:
    for language in LANGUAGES:
        asked = question(societies, **changes)
        found = part(page(societies.served, 200, lang=language, **asked), "representation")
        del asked["ask"]
        told = societies.served.get(f"/api/v1/representation?{urlencode(asked)}").json()
        assert told["answer"] == value
        assert found.one("article", **{"data-answer": value})
        assert told["sentence"][language] in found.words
        for reason in told["reasons"]:
            assert reason[language] in found.words
        for near in told["nearest"]:
            assert near["would_be_yes_if"][language] in found.words
        assert societies.number in [one.words for one in found.all("a", class_="number")]
        assert str(told["stands_on"]["block"]) in found.words


def test_the_societies_and_the_rights_are_listed(societies: Societies) -> None:
    shown = page(societies.served, lang="en")
    for field in ("society", "repertoire"):
        options = {one.attributes["value"]: one.words for one in shown.one(id=field).all("option")}
        assert options[societies.mcsc.hex] == "中国音乐著作权协会 (CN) · CISAC 119"
        assert set(options) == {"", societies.mcsc.hex, societies.sacem.hex}
    rights = {one.attributes["value"]: one.words for one in shown.one(id="right").all("option")}
    assert rights["CN.10.10"] == "projection 放映权 CN.10.10"
    assert set(rights) == {code for code, right in RIGHTS.items() if right.licensable}


def test_an_agreement_is_shown_leg_by_leg(societies: Societies) -> None:
    found = part(page(societies.served, lang="zh", number=societies.number), "number")
    assert "两家集体管理组织之间的协议" in found.words
    assert "SACEM (FR) → 中国音乐著作权协会 (中国 CN)" in found.words
    assert "表演权 CN.10.9" in found.words
    assert list(outcomes(found)) == CHECKS
    assert "FILE" not in found.words


# ---- mediated cases -----------------------------------------------------------------------------


def test_cases_are_listed_with_what_others_said_of_them(bodies: Bodies) -> None:
    told = bodies.search()
    for language in LANGUAGES:
        found = part(page(bodies.served, lang=language, ask="cases"), "cases")
        listed = found.all("li", class_="found")
        assert len(listed) == told["total"] == 2
        for case, shown in zip(told["cases"], listed, strict=True):
            assert case["id"] in shown.words
            assert case["number"] in shown.words
            assert case["status"][language] in shown.words
            assert case["effect"][language] in shown.words
    recognised = part(page(bodies.served, lang="en", ask="cases"), "cases").words
    assert "recognised on conditions 1" in recognised


def test_a_search_keeps_what_was_asked(bodies: Bodies) -> None:
    asked = {"ask": "cases", "class": "KTV-PERF", "region": "SG", "words": "放映"}
    shown = page(bodies.served, 200, lang="en", **asked)
    chosen = [one.attributes["value"] for one in shown.all("option", selected="")]
    assert chosen[-2:] == ["KTV-PERF", "SG"]
    (listed,) = part(shown, "cases").all("li", class_="found")
    assert "MCR:SG:" in listed.words


def test_a_case_is_shown_with_its_recognition_and_its_effect(bodies: Bodies) -> None:
    case = bodies.search(region="CN-46")["cases"][0]
    found = part(page(bodies.served, lang="en", number=case["number"]), "number")
    whole = bodies.show(case["digest"])
    assert case["id"] in found.words
    assert whole["recognitions"][0]["number"] in found.words
    assert effect().text.en in found.words
    assert outcomes(found)["content"] == "could-not-check"


# ---- files of the page --------------------------------------------------------------------------


def test_the_files_of_a_page_may_be_kept_for_ever(served: Served) -> None:
    assert {"page.css", "page.js", "sha256.js", "sha256-worker.js", "icon.svg"} == set(
        files.files()
    )
    for name, data in files.files().items():
        answer = served.get(f"/static/{files.edition()}/{name}")
        assert (answer.status, answer.body) == (200, data)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["other.js", "..%2Fview.py", "%2e%2e%2Fstrings.toml", ""])
def test_nothing_else_is_served(served: Served, name: str) -> None:
    assert served.get(f"/static/{files.edition()}/{name}").status == 404
    assert served.get("/static/0000000000000000/page.js").status == 404


def test_the_page_is_small(served: Served) -> None:
    everything = len(get(served).body) + sum(map(len, files.files().values()))
    assert everything < 60_000


def test_scripts_name_nothing_outside_and_write_no_code() -> None:
    for name, data in files.files().items():
        text = data.decode()
        assert "http" not in text.replace("http://www.w3.org/2000/svg", ""), name
        assert not re.search(r"innerHTML|outerHTML|eval\(|new Function|document\.write", text), name
