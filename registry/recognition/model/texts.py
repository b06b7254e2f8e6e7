"""Texts in languages, the anchors that point into a case, and words that claim too much."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.recognition.model.faults import Fault

_ANCHOR = re.compile(r"#(?:(?:p|term|issue|calc\.line)[1-9][0-9]{0,3}|method)")

# Says or implies a title to execution, 执行力 in Chinese law; simplified and traditional forms.
_ENFORCEMENT = re.compile(
    r"[强強]制?[执執]行|[执執]行(?:力|效力|名[义義]|依[据據])|申[请請][执執]行"
    r"|可(?:予|供|以)?(?:[强強]制)?[执執]行"
    r"|(?<![a-z])enforc(?:e|es|ed|eable|eability|ement|ing)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language (BCP 47)."""

    text: str
    lang: str


def anchors(listed: Sequence[str], path: str, code: str) -> Iterator[Fault]:
    """Each anchor that has no anchor's form, and each that stands twice, told with `code`."""
    for place, anchor in enumerate(listed):
        if not _ANCHOR.fullmatch(anchor):
            reason = f"{anchor} is no anchor as #p3, #term2, #issue1, #calc.line4 or #method"
            yield Fault(code, f"{path}[{place}]", reason)
    if len(set(listed)) < len(listed):
        yield Fault(code, path, "names an anchor twice")


def same_language_twice(texts: Iterable[Text], path: str, code: str) -> Iterator[Fault]:
    """Where a text is given twice in one language."""
    languages = [text.lang for text in texts]
    if len(set(languages)) < len(languages):
        yield Fault(code, path, "says it twice in one language")


def claims_enforcement(text: str) -> bool:
    """Whether a text speaks of enforcement, in Chinese or English, however it is written.

    A denial is told by the fixed effect statement alone, so a text that denies is refused as well:
    no reader has to decide which of two sentences was meant.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    # Chinese is written without spaces: one between two characters hides nothing.
    joined = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", visible)
    return _ENFORCEMENT.search(joined) is not None


def enforcement_faults(texts: Mapping[str, str]) -> Iterator[Fault]:
    """REC_CLAIMS_ENFORCEMENT for each text, by its path, that claims it."""
    for path, text in texts.items():
        if claims_enforcement(text):
            reason = "speaks of enforcement; a recognition is for reference only"
            yield Fault("REC_CLAIMS_ENFORCEMENT", path, reason)


def width(text: str) -> int:
    """How long a text is: a Chinese character counts for two Latin letters, spaces for nothing."""
    wide = ("W", "F")
    return sum(2 if unicodedata.east_asian_width(c) in wide else 1 for c in text if not c.isspace())
