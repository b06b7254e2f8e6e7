"""Strict reading of JSON objects: exactly these fields, of these kinds, named by their path.

A field that is not known is refused as firmly as one that is missing: a verifier that skips what
it does not understand can be told anything.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from registry.errors import Field, InvalidInput


def invalid(path: str, reason: str, *, code: str = "FIELD_INVALID") -> InvalidInput:
    """The refusal of one field."""
    return InvalidInput(code, f"{path or 'the value'} {reason}", fields=[Field(path, reason)])


def join(path: str, name: str | int) -> str:
    """The path of a field or element below `path`: `body.title[0].text`."""
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def exact(
    value: Any, required: frozenset[str], path: str = "", optional: frozenset[str] = frozenset()
) -> Mapping[str, Any]:
    """`value` as an object with the required fields, perhaps optional ones, and no others.

    Raises InvalidInput FIELD_INVALID, FIELD_UNKNOWN or FIELD_MISSING, naming each such field.
    """
    if type(value) is not dict:
        raise invalid(path, "must be an object")
    found = value.keys()
    if found == required:
        return value
    unknown = sorted(map(str, found - required - optional))
    if unknown:
        raise _named("FIELD_UNKNOWN", path, unknown, "is not a field of this format")
    missing = sorted(required - found)
    if missing:
        raise _named("FIELD_MISSING", path, missing, "is missing")
    return value


def text(value: Any, path: str, *, empty: bool = False) -> str:
    """`value` as a string, not empty unless `empty`."""
    if type(value) is not str or (not value and not empty):
        raise invalid(path, "must be a text" if empty else "must be a text that is not empty")
    return value


def integer(value: Any, path: str, *, least: int = 0, most: int = 2**53 - 1) -> int:
    """`value` as an integer from `least` to `most`."""
    if type(value) is not int or not least <= value <= most:
        raise invalid(path, f"must be an integer from {least} to {most}")
    return value


def array(value: Any, path: str) -> list[Any]:
    """`value` as an array."""
    if type(value) is not list:
        raise invalid(path, "must be an array")
    return value


def time(value: Any, path: str) -> datetime:
    """`value` as a UTC time of whole seconds, written `2026-11-22T03:00:00Z` and no other way."""
    if type(value) is str and len(value) == 20 and value[19] == "Z":
        try:
            moment = datetime.fromisoformat(value[:19])
        except ValueError:
            moment = None
        if moment is not None and moment.isoformat() == value[:19]:
            return moment.replace(tzinfo=UTC)
    raise invalid(path, "must be a UTC time like 2026-11-22T03:00:00Z", code="TIME_INVALID")


def seconds_text(seconds: int) -> str:
    """Seconds since 1970 in the one form that `time` reads."""
    return time_text(datetime.fromtimestamp(seconds, UTC))


def time_text(moment: datetime) -> str:
    """`moment`, an aware time of whole seconds, in the one form that `time` reads."""
    if moment.tzinfo is None or moment.microsecond:
        raise invalid("time", "must be aware and of whole seconds", code="TIME_INVALID")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _named(code: str, path: str, names: list[str], reason: str) -> InvalidInput:
    fields = [Field(join(path, name), reason) for name in names]
    listed = ", ".join(field.path for field in fields)
    return InvalidInput(code, f"{listed} {reason}", fields=fields)
