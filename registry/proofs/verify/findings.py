"""What a check found, before it is put into words; the words are in `sentences.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from registry.errors import RegistryError, catalogue
from registry.proofs.verify.report import NAMES, Check, Outcome, Text

_OUTCOME_OF = {
    "passed": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "warning": Outcome.WARNING,
    "unknown": Outcome.COULD_NOT_CHECK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of a check and the sentence that tells it, with what fills its blanks."""

    outcome: Outcome
    sentence: str
    values: Mapping[str, Text] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        """Whether the check passed, if with a warning."""
        return self.outcome in (Outcome.PASSED, Outcome.WARNING)


def finding(sentence: str, **values: str | int | Text) -> Finding:
    """A finding told by `sentence`, whose first word names the outcome: `failed-ledger`."""
    texts = {
        name: item if isinstance(item, Text) else Text(zh=str(item), en=str(item))
        for name, item in values.items()
    }
    outcome = _OUTCOME_OF[sentence.partition("-")[0]]
    return Finding(outcome=outcome, sentence=sentence, values=texts)


def reason_of(error: RegistryError) -> Text:
    """An error's detail in English, and what its code means in Chinese."""
    known = catalogue().get(error.code)
    return Text(zh=error.code if known is None else known.zh.rstrip("。"), en=error.detail)


def to_check(number: int, found: Finding) -> Check:
    """Put a finding of check `number` (1 to 9) into words."""
    name = NAMES[number - 1]
    words = _sentences()[name][found.sentence]
    return Check(
        number=number,
        name=name,
        outcome=found.outcome,
        sentence=_fill(words["zh"], words["en"], found.values),
        remedy=_fill(words["do_zh"], words["do_en"], found.values),
    )


def _fill(zh: str, en: str, values: Mapping[str, Text]) -> Text:
    return Text(
        zh=zh.format(**{name: text.zh for name, text in values.items()}),
        en=en.format(**{name: text.en for name, text in values.items()}),
    )


@cache
def _sentences() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    text = Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8")
    nothing = {"do_en": "Nothing to do.", "do_zh": "无需处理。"}
    return {
        check: {sentence: {**nothing, **words} for sentence, words in group.items()}
        for check, group in tomllib.loads(text).items()
    }
