"""Every text of the page in both languages, and the language that a reader gets."""

import re
from pathlib import Path

import pytest

from api.pages import words
from api.pages.words import Language, language_of, texts

PAGES = Path(words.__file__).parent
BLANK = re.compile(r"\{(\w+)\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
#: What the page calls the other language, and its name, hold both.
MIXED = {"other_language", "name", "tab_title"}
#: Names that the templates put together from a code.
COMPOSED = re.compile(r"(kind|state|outcome)_\w+|answer_[A-Z]+|cases_(class|right)")


def test_every_text_is_there_in_both_languages() -> None:
    for name, text in texts().items():
        assert text.keys() == set(Language), name
        assert all(text.values()), name


def test_both_languages_leave_the_same_blanks() -> None:
    for name, text in texts().items():
        assert set(BLANK.findall(text["en"])) == set(BLANK.findall(text["zh"])), name


def test_each_text_is_in_its_own_language() -> None:
    for name, text in texts().items():
        if name in MIXED or not re.search(r"\w", text["en"]):
            continue
        assert not CHINESE.search(text["en"]), name
        assert CHINESE.search(text["zh"]), name


def test_every_text_is_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (*PAGES.rglob("*.html"), *PAGES.glob("*.py"))
    )
    unused = [
        name
        for name in texts()
        if not re.search(rf"\b{name}\b", sources) and not COMPOSED.fullmatch(name)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, "fr,de;q=0.9,zh-Hant;q=0.1", "zh"),
        (None, "en;q=0.5, zh;q=0.7", "zh"),
        (None, "zh;q=0, en;q=0.1", "en"),
        (None, "en, zh", "en"),
        (None, "fr", "en"),
        (None, "*", "en"),
        (None, "zh;q=high,en;q=0.1", "en"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("fr", "zh", "zh"),
        ("", "zh", "zh"),
    ],
)
def test_a_reader_gets_the_language_asked_for_else_preferred_else_english(
    asked: str | None, accepted: str, language: str
) -> None:
    assert language_of(asked, accepted) == language
