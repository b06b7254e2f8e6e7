"""The page in a browser: a file is hashed, answers come in place, keys and telephones work.

Chromium and its driver are no part of what is installed here; without them this is not run.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from registry.proofs.submission import Submission
from tests.api.test_cases import World as Bodies
from tests.api.test_routes import hexed
from tests.pages.browser.webdriver import CHROMIUM, DRIVER, Browser
from tests.pages.conftest import SONG
from tests.pages.test_page import question
from tests.serving import Served, until
from tests.societies import World as Societies

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="not run: no Chromium with chromedriver here"
)

MIB = 1 << 20
TAB, ENTER = "\ue004", "\ue007"
REFUSED = "Failed to load resource: the server responded with a status of 4"
VIOLATION = "Content Security Policy"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, served: Served) -> Browser:
    """The page of a node that holds a song, in English, as it comes."""
    browser.resize(1280, 900)
    browser.open(f"{served.url}/?lang=en")
    browser.complaints()
    return browser


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "song.txt"
    path.write_bytes(SONG)
    return path


def choose(page: Browser, path: Path) -> None:
    page.type("#file-input", str(path))


# ---- a file -------------------------------------------------------------------------------------


def test_a_file_is_hashed_here_and_found_there(
    page: Browser, served: Served, song: Submission, file: Path
) -> None:
    choose(page, file)
    page.wait("#file-answer .checks")
    assert served.record(hexed(song))["number"] in page.text("#file-answer")
    assert page.text('[data-check="content"] .outcome') == "passed"
    assert page.count("#file-answer [data-check]") == 9
    assert sha256(SONG).hexdigest() in page.text("#file-print")
    assert page.script("return document.getElementById('file-status').textContent") == (
        "This file is registered"
    )
    assert page.complaints() == []


def test_only_the_fingerprint_of_a_file_is_sent(page: Browser, file: Path) -> None:
    choose(page, file)
    page.wait("#file-answer .headline")
    sent = page.script("return performance.getEntriesByType('resource').map((one) => one.name)")
    asked = [one for one in sent if "/static/" not in one]
    assert len(asked) == 1
    assert asked[0].endswith(f"content_sha256=0x{sha256(SONG).hexdigest()}")
    assert "song" not in asked[0]


def test_a_file_can_be_dropped(page: Browser, song: Submission) -> None:
    page.script(
        """
        const carried = new DataTransfer();
        carried.items.add(new File([arguments[0]], "dropped.txt"));
        const event = new DragEvent("drop", {
          dataTransfer: carried, bubbles: true, cancelable: true,
        });
        return document.getElementById("drop").dispatchEvent(event);
        """,
        SONG.decode(),
    )
    page.wait("#file-answer .checks")
    assert "dropped.txt" in page.text("#file-print")


@pytest.mark.parametrize("size", [0, 1, 4 * MIB, 9 * MIB + 7])
def test_files_of_every_size_have_the_right_fingerprint(
    page: Browser, tmp_path: Path, size: int
) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    path = tmp_path / "any"
    path.write_bytes(content)
    choose(page, path)
    page.wait("#file-answer .headline")
    assert sha256(content).hexdigest() in page.text("#file-print")
    assert "No public registration" in page.text("#file-answer")


def test_a_long_file_shows_its_progress_and_can_be_stopped(page: Browser, tmp_path: Path) -> None:
    path = tmp_path / "long"
    with path.open("wb") as stream:
        stream.truncate(512 * MIB)
    choose(page, path)
    until(lambda: float(page.script("return document.querySelector('progress').value")) > 0)
    assert "Computing the fingerprint of long" in page.text("#file-status")
    page.click("#file-reading button")
    assert page.text("#file-status") == "Stopped. Nothing was sent."
    assert not page.script("return document.querySelector('progress').checkVisibility()")
    assert page.count("#file-answer *") == 0


def test_a_file_that_cannot_be_read_is_told(page: Browser) -> None:
    page.script(
        """
        const file = document.getElementById("file-input");
        Object.defineProperty(file, "files", { configurable: true, value: [arguments[0]] });
        file.dispatchEvent(new Event("change"));
        delete file.files;
        """,
        {"name": "no file", "size": 5},
    )
    until(lambda: "could not be read" in page.text("#file-status"))


# ---- answers in place ---------------------------------------------------------------------------


def test_a_number_is_answered_in_place_and_has_an_address(
    page: Browser, served: Served, song: Submission
) -> None:
    number = served.record(hexed(song))["number"]
    page.script("window.here = true")
    page.type("#number-input", number.lower())
    page.press(ENTER)
    page.wait("#number-answer .checks")
    assert page.script("return window.here"), "the page was not loaded anew"
    address = page.script("return location.href")
    assert f"number={number.lower()}" in address
    page.open(address)
    assert number in page.text("#number-answer")
    assert page.complaints() == []


def test_a_refusal_is_answered_in_place(page: Browser) -> None:
    page.type("#number-input", "4CP0")
    page.click("#number button")
    page.wait("#number-answer .headline")
    assert "NUMBER_MALFORMED" in page.text("#number-answer")
    assert [one for one in page.complaints() if REFUSED not in one] == []


def test_a_node_that_does_not_answer_is_told(page: Browser) -> None:
    page.type("#number-input", "4CP0")
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.devtools("Network.enable", {})
    page.devtools("Network.emulateNetworkConditions", {"offline": True, **network})
    try:
        page.click("#number button")
        until(lambda: "did not answer" in page.text("#number-status"))
    finally:
        page.devtools("Network.emulateNetworkConditions", {"offline": False, **network})
        page.complaints()


def test_the_question_is_asked_and_answered(browser: Browser, societies: Societies) -> None:
    browser.resize(1280, 900)
    browser.open(f"{societies.served.url}/?lang=zh")
    for field, value in (("society", societies.mcsc.hex), ("repertoire", societies.sacem.hex)):
        browser.script("document.getElementById(arguments[0]).value = arguments[1]", field, value)
    browser.click("#representation button")
    browser.wait("#representation-answer .headline")
    assert browser.text("#representation-answer .headline") == "可以"
    assert societies.number in browser.text("#representation-answer")
    assert browser.complaints() == []


def test_cases_are_searched(browser: Browser, bodies: Bodies) -> None:
    browser.resize(1280, 900)
    browser.open(f"{bodies.served.url}/?lang=zh")
    browser.type("#cases-words", "放映")
    browser.click("#cases button")
    browser.wait("#cases-answer .headline")
    assert browser.text("#cases-answer .headline") == "2 个案例"
    assert browser.complaints() == []


# ---- policy, keys, telephones -------------------------------------------------------------------


def test_what_is_written_into_the_page_does_not_run(page: Browser) -> None:
    ran = page.script(
        """
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        return window.ran === true;
        """
    )
    assert not ran
    assert any(VIOLATION in one for one in page.complaints()), "and the browser says so"


def test_everything_is_reached_by_keys_and_seen_where_it_is(page: Browser) -> None:
    reached: list[str] = []
    while len(reached) < 80:  # a field for dates is several stops
        page.press(TAB)
        name, outline = page.script(
            """
            const at = document.activeElement;
            const shown = at.matches("#file-input") ? at.nextElementSibling : at;
            const name = at === document.body ? "" : at.id || at.textContent.trim();
            return [name, getComputedStyle(shown).outlineStyle];
            """
        )
        if name == "":
            break
        assert outline == "solid", name
        reached.append(name)
    assert reached[0] == "Skip to the content"
    fields = {"file-input", "number-input", "society", "right", "on", "cases-words"}
    assert fields <= set(reached)
    order = [reached.index(each) for each in ("file-input", "number-input", "right", "on")]
    assert order == sorted(order)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_screen(
    browser: Browser,
    served: Served,
    societies: Societies,
    bodies: Bodies,
    song: Submission,
    language: str,
    width: int,
) -> None:
    asked = question(societies)
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    browser.resize(width, 844)
    for address in (
        f"{served.url}/?number={hexed(song)}",
        f"{served.url}/?number=4CP0",
        f"{societies.served.url}/?{query}",
        f"{bodies.served.url}/?ask=cases",
    ):
        browser.open(f"{address}&lang={language}")
        seen, whole = browser.script("return [innerWidth, document.documentElement.scrollWidth]")
        assert seen == width >= whole, address


def test_a_target_is_large_enough_for_a_finger(page: Browser) -> None:
    page.resize(390, 844)
    small = page.script(
        """
        return [...document.querySelectorAll("a, button, select, summary, input:not(.unseen)")]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
          .filter((one) => !one.matches(".skip"))
          .map((one) => one.outerHTML);
        """
    )
    assert small == []


def test_without_scripts_all_but_the_hashing_works(served: Served, song: Submission) -> None:
    number = served.record(hexed(song))["number"]
    with Browser(language="zh-CN", scripts=False) as browser:
        browser.resize(390, 844)
        browser.open(served.url)
        assert "未启用 JavaScript" in browser.text("#file")
        assert not browser.seen("#drop")
        browser.type("#number-input", number)
        browser.click("#number button")
        assert number in browser.text("#number-answer h3.headline + .found h3")
        assert "有效" in browser.text("#number-answer .verdict")
        browser.click("#file summary")
        browser.type("#content_sha256", sha256(SONG).hexdigest())
        browser.click("#file form button")
        assert number in browser.text("#file-answer h3.headline + .found h3")
