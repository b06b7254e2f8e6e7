"""The parts that bodies of records share, and how a body is read.

A body is closed: a field that its type does not know is refused, and so is one that is missing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from registry.errors import Field, InvalidInput
from registry.proofs.hexes import from_hex


class Body(BaseModel):
    """A closed, frozen, strictly typed part of a record."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _hex32(value: Any) -> bytes:
    try:
        return from_hex(value, size=32)
    except InvalidInput as exc:
        raise ValueError(exc.detail) from exc


def _civil_date(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    # ISO 8601 also writes days by their week, and without hyphens: here a day has one form.
    if found is None or found.isoformat() != value:
        raise ValueError("a date as 2026-11-22 is wanted")
    return found


Hex32 = Annotated[bytes, BeforeValidator(_hex32)]
CivilDate = Annotated[date, BeforeValidator(_civil_date)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^\S(.*\S)?$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Text(Body):
    """A text in one language; `lang` is a BCP 47 tag."""

    text: Name
    lang: Language


class Identifier(Body):
    """An identifier by its scheme, as `{"scheme": "ISWC", "value": "T-034.524.680-1"}`."""

    scheme: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
    value: Annotated[str, StringConstraints(min_length=1, max_length=200)]


B = TypeVar("B", bound=Body)


class NewerBody(InvalidInput):
    """A body with fields that this release does not know: a later one may."""


def read_body(kind: type[B], body: Mapping[str, Any]) -> B:
    """The body as `kind`, or `InvalidInput` BODY_INVALID with every field that is wrong.

    It is a `NewerBody` where a field is not known.
    """
    try:
        return kind.model_validate(body)
    except ValidationError as exc:
        found = exc.errors(include_url=False)
        newer = any(each["type"] == "extra_forbidden" for each in found)
        raise (NewerBody if newer else InvalidInput)(
            "BODY_INVALID",
            "the body is not what its type asks for; correct the fields named",
            fields=[Field(_path(each["loc"]), each["msg"]) for each in found],
        ) from exc


def _path(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "body" + "".join(parts)
