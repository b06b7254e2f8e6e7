"""The view as HTML: one template, escaped throughout, and the words for codes and times."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.pages import files
from api.pages.asking import JSON
from api.pages.view import CHECKED_AT_MOST, Fields, Frame, Result
from api.pages.words import Language, words
from registry.proofs.certificate import EFFECT
from registry.recognition.model.codes import code_list
from registry.representation.rights import RIGHTS

MARKS = {"passed": "✓", "failed": "✗", "warning": "!", "could-not-check": "?"}
ANSWER_MARKS = {
    "YES": "passed",
    "CONDITIONAL": "warning",
    "PARTIAL": "warning",
    "CONTESTED": "warning",
    "UNKNOWN": "could-not-check",
    "NO": "failed",
}
CHINA_STANDARD = timedelta(hours=8)

Options = Sequence[tuple[str, str]]


def render(
    language: Language, frame: Frame, fields: Fields, section: str | None, result: Result | None
) -> str:
    """The page in `language`, with the result of the section that was asked, if one was."""
    speaking = _Speaking(language, frame)
    return _template().render(
        w=words(language),
        lang=language.value,
        other=language.other.value,
        other_query=urlencode({**fields, "lang": language.other.value}),
        edition=files.edition(),
        frame=frame,
        asked=section,
        result=result,
        effect=EFFECT[language],
        checked_at_most=CHECKED_AT_MOST,
        marks=MARKS,
        answer_marks=ANSWER_MARKS,
        rights=_rights(language),
        codes={name: _codes(name, language) for name in ("class", "right")},
        societies=[(each["id"], speaking.society(each)) for each in frame.societies],
        regions=[(each, speaking.place(each)) for each in sorted(frame.regions)],
        nodes_of=frame.nodes_of,
        organisation=speaking.organisation,
        speaker=speaking.speaker,
        places=speaking.places,
        label=speaking.label,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(utc=_utc, utc8=_utc8, right=_right, verdict_mark=_verdict_mark)
    return environment.get_template("page.html")


class _Speaking:
    """Names as a reader of one language is told them."""

    def __init__(self, language: Language, frame: Frame) -> None:
        self._language = language
        self._frame = frame
        self._separator = words(language)["list_separator"]

    def organisation(self, identity: str) -> str:
        known = self._frame.organisations.get(identity)
        return identity if known is None else self.speaker({**known, "organisation": identity})

    def speaker(self, body: JSON) -> str:
        """A body by its name and region."""
        place = "" if body["region"] is None else f" ({self.place(body['region'])})"
        return f"{self._name(body['names'], body['organisation'])}{place}"

    def society(self, body: JSON) -> str:
        """A society in a list to choose from: short enough for a telephone."""
        codes = [each["value"] for each in body["identifiers"] if each["scheme"] == "CISAC"]
        name = f"{self._name(body['names'], body['id'])} ({body['region']})"
        return " · ".join([name, *(f"CISAC {code}" for code in codes)])

    def places(self, regions: Iterable[str]) -> str:
        return self._separator.join(map(self.place, regions))

    def place(self, region: str) -> str:
        known = code_list("place").codes.get(region)
        return region if known is None else f"{self._of(known)} {region}"

    def label(self, name: str, code: str) -> str:
        """What a code of one of the lists of cases means."""
        known = code_list(name).codes.get(code)
        return code if known is None else self._of(known)

    def _name(self, names: Sequence[JSON], otherwise: str) -> str:
        matching = [
            each["text"] for each in names if each["lang"].partition("-")[0] == self._language
        ]
        return str(next(iter([*matching, *(each["text"] for each in names)]), otherwise))

    def _of(self, text: Any) -> str:
        return str(getattr(text, self._language.value))


def _rights(language: Language) -> Mapping[str, Options]:
    """The rights that can be licensed, in the groups of the statutes; the Chinese term first."""
    groups: dict[str, list[tuple[str, str]]] = {
        "rights_author": [],
        "rights_related": [],
        "rights_software": [],
    }
    for code, right in RIGHTS.items():
        if not right.licensable:
            continue
        group = "rights_software" if code.startswith("SW.") else "rights_related"
        group = "rights_author" if code.startswith("CN.10.") else group
        text = f"{right.zh} {code}"
        groups[group].append((code, text if language is Language.ZH else f"{right.en} {text}"))
    return groups


def _codes(name: str, language: Language) -> Options:
    """A list of codes of cases; the Chinese term beside the English one."""
    return [
        (code, known.zh if language is Language.ZH else f"{known.en} {known.zh}")
        for code, known in code_list(name).codes.items()
    ]


def _right(code: str) -> str:
    known = RIGHTS.get(code)
    return code if known is None else f"{known.zh} {code}"


def _utc(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S} UTC"


def _utc8(text: str) -> str:
    return f"{datetime.fromisoformat(text) + CHINA_STANDARD:%Y-%m-%d %H:%M:%S} UTC+8"


def _verdict_mark(report: JSON) -> str:
    """The mark of a verdict: like its outcome, a valid one with a remark is a warning."""
    if report["verdict"] == "valid":
        return "passed"
    return {0: "warning", 1: "failed"}.get(report["exit"], "could-not-check")
