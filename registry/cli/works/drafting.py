"""What a person says about a work, read into the body of a `work.registration`.

The same reading serves the options of `register` and the columns of `register-batch`, so each
fault is named by column. What a registration may say is decided in `works.model`, before anything
is signed; the node decides again.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from registry.cli.files import Fingerprint
from registry.errors import Field
from registry.proofs import hexes
from registry.proofs.record import Visibility
from registry.works import model

DEFAULT_STATEMENT = "The claimant states that these particulars are true."
AI = ("none", "assisted", "generated")

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ROLE = re.compile(r"[A-Za-z][A-Za-z_ -]{0,31}")
_SCHEME = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_LONGEST_NAME = 300
_LONGEST_STATEMENT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a person wrote, as it was written; empty means not said."""

    titles: Sequence[str]
    category: str
    ai: str
    media_type: str
    lang: str = ""
    authors: Sequence[str] = ()
    claimant: str = ""
    created_on: str = ""
    first_published_on: str = ""
    statement: str = ""
    identifiers: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The particulars of a work, read."""

    titles: tuple[tuple[str, str], ...]
    category: str
    authors: tuple[model.Author, ...]
    claimant: str
    created_on: date | None
    first_published_on: date | None
    ai: str
    statement: str
    identifiers: tuple[tuple[str, str], ...]
    media_type: str

    def names(self) -> list[str]:
        """Every person named, each once: the authors in order, then the claimant."""
        return list(dict.fromkeys([author.name for author in self.authors] + [self.claimant]))


class Faults:
    """What is wrong, gathered so that a person hears of everything at once."""

    def __init__(self) -> None:
        self.fields: list[Field] = []

    def add(self, column: str, reason: str) -> None:
        """Note that `column` is wrong, and why."""
        self.fields.append(Field(column, reason))


def read(stated: Stated, faults: Faults) -> Work:
    """The particulars; whatever cannot be read is noted in `faults`, and the work then useless."""
    authors = tuple(_author(text, faults) for text in stated.authors)
    if not authors:
        faults.add("authors", "name at least one author")
    claimant = stated.claimant.strip() or (authors[0].name if authors else "")
    if stated.claimant:
        _check_name(claimant, "claimant", faults)
    if not stated.titles:
        faults.add("title", "give at least one title")
    return Work(
        titles=tuple(_title(text, stated.lang, faults) for text in stated.titles),
        category=_one_of(stated.category, tuple(model.Category), "category", faults),
        authors=authors,
        claimant=claimant,
        created_on=_day(stated.created_on, "created_on", faults),
        first_published_on=_day(stated.first_published_on, "first_published_on", faults),
        ai=_one_of(stated.ai or AI[0], AI, "ai", faults),
        statement=_statement(stated.statement, faults),
        identifiers=tuple(_identifier(text, faults) for text in stated.identifiers),
        media_type=_media_type(stated.media_type, faults),
    )


def body_of(work: Work, file: Fingerprint, visibility: Visibility) -> dict[str, Any]:
    """The body of the registration; consent lists everybody named where the record is public."""
    return {
        "title": [{"text": text, "lang": lang} for text, lang in work.titles],
        "category": work.category,
        "content": {
            "sha256": hexes.to_hex(file.sha256),
            "size": file.size,
            "media_type": work.media_type,
            "cid": file.cid,
        },
        "authors": [
            {
                "name": author.name,
                "role": author.role,
                "share": None if author.share is None else f"{author.share:.4f}",
            }
            for author in work.authors
        ],
        "claimant": {"name": work.claimant},
        "created_on": _day_text(work.created_on),
        "first_published_on": _day_text(work.first_published_on),
        "declaration": {"statement": work.statement, "ai": work.ai},
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in work.identifiers],
        "consent": work.names() if visibility is Visibility.PUBLIC else [],
    }


def check(work: Work, file: Fingerprint, visibility: Visibility, now: datetime) -> list[Field]:
    """Each rule of registering works that these particulars would break."""
    public = visibility is Visibility.PUBLIC
    registration = model.Registration(
        authors=work.authors,
        claimant=work.claimant,
        consent=work.names() if public else [],
        content=model.Content(sha256=file.sha256, size=file.size, cid=file.cid),
        created_on=work.created_on,
        first_published_on=work.first_published_on,
        public=public,
        issued_on=now.date(),
    )
    return [
        Field(fault.path.removeprefix("body."), fault.reason)
        for fault in model.faults(registration)
    ]


def _title(text: str, default: str, faults: Faults) -> tuple[str, str]:
    """A title and its language: `夜航@zh`, or a text in the language given for all."""
    head, found, tail = text.rpartition("@")
    if found and head.strip() and _LANGUAGE.fullmatch(tail):
        title, lang = head.strip(), tail
    else:
        title, lang = text.strip(), default
    _check_name(title, "title", faults)
    lang = lang or language_of(title)
    if not _LANGUAGE.fullmatch(lang):
        faults.add("lang", f"{lang!r} is not a language tag like en, zh or zh-Hant")
    return title, lang


def language_of(text: str) -> str:
    """The language that a title's script suggests where nobody says it; `und` where none does."""
    if text.isascii():
        return "en"
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in text}
    if scripts & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    if "HANGUL" in scripts:
        return "ko"
    return "zh" if "CJK" in scripts else "und"


def _author(text: str, faults: Faults) -> model.Author:
    """An author: NAME, NAME:ROLE or NAME:ROLE:SHARE, the share in percent."""
    name, role, share, *more = (*(part.strip() for part in text.split(":")), "", "")
    if len(more) > 2:
        faults.add("authors", f"{text!r} must be NAME, NAME:ROLE or NAME:ROLE:SHARE")
        role = share = ""
    _check_name(name, "authors", faults)
    role = role or "author"
    if not _ROLE.fullmatch(role):
        faults.add("authors", f"{role!r} must be a role: a word, or a letter as in CWR")
    return model.Author(name=name, role=role, share=_share(share, faults))


def _share(text: str, faults: Faults) -> Decimal | None:
    if not text:
        return None
    try:
        share = Decimal(text.removesuffix("%").strip())
        if share.is_finite() and 0 <= share <= 100 and share == round(share, 4):
            return share
    except InvalidOperation:
        pass  # said below, with the other shares that are none
    faults.add("authors", f"{text!r} must be a share from 0 to 100 percent, four decimals at most")
    return None


def _identifier(text: str, faults: Faults) -> tuple[str, str]:
    scheme, _, value = (part.strip() for part in text.partition("="))
    if not _SCHEME.fullmatch(scheme) or not 1 <= len(value) <= 200:
        faults.add("identifiers", f"{text!r} must be SCHEME=VALUE, as ISWC=T-034.524.680-1")
    return scheme, value


def _day(text: str, column: str, faults: Faults) -> date | None:
    if not text.strip():
        return None
    try:
        if len(text.strip()) == len("2026-11-22"):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass  # said below, with the days that are written another way
    faults.add(column, f"{text!r} must be a day written like 2026-11-22")
    return None


def _one_of(text: str, admitted: Sequence[str], column: str, faults: Faults) -> str:
    if text.strip() not in admitted:
        faults.add(column, f"{text!r} must be one of {', '.join(admitted)}")
    return text.strip()


def _statement(text: str, faults: Faults) -> str:
    if len(text.strip()) > _LONGEST_STATEMENT:
        faults.add("statement", f"has at most {_LONGEST_STATEMENT} characters")
    return text.strip() or DEFAULT_STATEMENT


def _media_type(text: str, faults: Faults) -> str:
    if not _MEDIA_TYPE.fullmatch(text) or len(text) > 127:
        faults.add("media_type", f"{text!r} must be a media type like audio/flac")
    return text


def _check_name(text: str, column: str, faults: Faults) -> None:
    if not text:
        faults.add(column, "is empty")
    elif len(text) > _LONGEST_NAME or not text.isprintable():
        faults.add(column, f"{text[:40]!r} must be one line of at most {_LONGEST_NAME} characters")


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def renamed(fields: Sequence[Field], names: Mapping[str, str]) -> list[Field]:
    """`fields` under the names that the person used: options instead of columns."""
    return [
        Field(names.get(re.split(r"[.\[]", field.path)[0], field.path), field.reason)
        for field in fields
    ]
