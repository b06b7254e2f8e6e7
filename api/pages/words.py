"""The page's texts and the language they are shown in."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path


class Language(StrEnum):
    """The languages of the page."""

    EN = "en"
    ZH = "zh"

    @property
    def other(self) -> "Language":
        """The language that the page links to."""
        return Language.EN if self is Language.ZH else Language.ZH


def language_of(asked: str | None, accepted: str) -> Language:
    """The language that was asked for, else the one that the browser prefers, else English.

    `accepted` is an Accept-Language header (RFC 9110 section 12.5.4); of equal weights the first.
    """
    if asked in set(Language):
        return Language(asked)
    weighed = [_weighed(each) for each in accepted.split(",")]
    for tag, weight in sorted(weighed, key=lambda pair: -pair[1]):
        primary = tag.partition("-")[0]
        if weight > 0 and primary in set(Language):
            return Language(primary)
    return Language.EN


@cache
def words(language: Language) -> Mapping[str, str]:
    """Every text of the page by its name."""
    return {name: text[language] for name, text in texts().items()}


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text by name and language, from `strings.toml`."""
    return tomllib.loads(Path(__file__).with_name("strings.toml").read_text(encoding="utf-8"))


def _weighed(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().lower().partition(";")
    name, _, weight = parameter.strip().partition("=")
    try:
        return tag.strip(), float(weight) if name.strip() == "q" else 1.0
    except ValueError:
        return tag.strip(), 0.0
