"""The code lists of this room, from `codes.toml`: what may be said, in Chinese and English.

Lists are dated data and grow by lines. A code that has the right form and is not listed is refused
with the list, so that nobody invents a class that no other region can find.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from registry.recognition.model.faults import Fault


@dataclass(frozen=True, slots=True)
class Label:
    """What a code means."""

    zh: str
    en: str

    def to_json(self) -> dict[str, str]:
        """The label as an object by language."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """One list: its name, the day of its last change, and its codes in order."""

    name: str
    dated: date
    codes: Mapping[str, Label]

    def faults(self, code: str, path: str) -> Iterator[Fault]:
        """CODE_UNKNOWN with the list, where `code` is not on it."""
        if code not in self.codes:
            listed = ", ".join(self.codes)
            reason = f"is none of the list {self.name} of {self.dated}: {listed}"
            yield Fault("CODE_UNKNOWN", path, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The fixed statement of what a recognition does."""

    code: str
    text: Label


@cache
def _data() -> dict[str, Any]:
    text = Path(__file__).with_name("codes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def code_list(name: str) -> CodeList:
    """The list of that name: class, use, right, region_tier, unit, issue, method, factor,
    confirmation, status, treatment, similarity, decision, reason or place."""
    data = _data()
    codes = {code: Label(zh=label["zh"], en=label["en"]) for code, label in data[name].items()}
    return CodeList(name=name, dated=data["dated"], codes=codes)


@cache
def effect() -> Effect:
    """What every recognition states as its effect, and nothing beyond it."""
    stated = _data()["effect"]
    return Effect(code=stated["code"], text=Label(zh=stated["zh"], en=stated["en"]))
