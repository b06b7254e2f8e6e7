"""Canonical JSON: one value, one sequence of bytes (RFC 8785, and the bounds of the protocol).

The admitted values are null, booleans, integers within ±(2^53 − 1), strings, arrays and objects
with ASCII keys; no floats, no duplicate keys, arrays and objects nested at most 16 deep (the root
is 1). Inside these bounds orjson with sorted keys writes exactly what RFC 8785 asks, at an
eightieth of the price of a general implementation; a property test holds the two equal.
"""

import json
from typing import Any, NoReturn

import orjson

from registry.errors import InvalidInput, RegistryError, TooLarge

LIMIT = 256 * 1024
"""Longest canonical record, in bytes."""

DEPTH = 16
"""Deepest nesting of arrays and objects; the root is 1."""

PARSE_LIMIT = 4 * 1024 * 1024
PARSE_DEPTH = 24
LARGEST = 2**53 - 1

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)

_NESTING = (dict, list, tuple)

_REASONS = {
    "FLOAT": "a number is written with a fraction or an exponent; write integers, or strings",
    "INTEGER_RANGE": "an integer lies outside ±(2^53 − 1); write it as a string",
    "KEY_NOT_ASCII": "a field name holds characters outside ASCII",
    "TOO_DEEP": "arrays and objects are nested too deeply",
    "DUPLICATE_KEY": "an object names one field twice",
    "NOT_CANONICAL": "the bytes are not the canonical form (RFC 8785) of their own content",
    "MALFORMED_JSON": "the bytes are not JSON in UTF-8",
}


def encode(value: Any, *, depth: int = DEPTH) -> bytes:
    """The canonical bytes of `value`.

    Raises InvalidInput FLOAT, INTEGER_RANGE, KEY_NOT_ASCII, TOO_DEEP or MALFORMED_JSON (a value
    that JSON does not know, or text that is not Unicode).
    """
    _check(value, depth)
    return _dump(value)


def decode(data: bytes, *, limit: int = LIMIT, depth: int = DEPTH) -> Any:
    """The value that canonical `data` states; bytes that are not canonical are refused.

    Raises TooLarge TOO_LONG, and InvalidInput MALFORMED_JSON, NOT_CANONICAL, DUPLICATE_KEY,
    FLOAT, INTEGER_RANGE, KEY_NOT_ASCII or TOO_DEEP.
    """
    if len(data) > limit:
        raise too_long(limit)
    value = _loads(data)
    try:
        _check(value, depth)
        if _dump(value) == data:
            return value
    except RegistryError:
        _check(_read_strictly(data), depth)
        raise
    _check(_read_strictly(data), depth)
    raise InvalidInput("NOT_CANONICAL", _REASONS["NOT_CANONICAL"])


def parse(data: bytes, *, limit: int = PARSE_LIMIT, depth: int = PARSE_DEPTH) -> Any:
    """The value that JSON `data` states, which need not be canonical.

    Raises TooLarge TOO_LONG, and InvalidInput MALFORMED_JSON, DUPLICATE_KEY, FLOAT,
    INTEGER_RANGE or TOO_DEEP.
    """
    if len(data) > limit:
        raise too_long(limit)
    _loads(data)
    value = _read_strictly(data)
    _check(value, depth, ascii_keys=False)
    return value


def _check(value: Any, depth: int, *, ascii_keys: bool = True) -> None:
    """Refuse what the protocol does not admit, level by level (on the hot path of every record)."""
    level: list[Any] = [value]
    while level:
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str or item is None:
                continue
            if depth < 1 and kind in _NESTING:
                _refuse("TOO_DEEP")
            if kind is dict:
                if ascii_keys and not _names(item).isascii():
                    _refuse("KEY_NOT_ASCII")
                below += item.values()
            elif kind is list or kind is tuple:
                below += item
            elif kind is int:
                if not -LARGEST <= item <= LARGEST:
                    _refuse("INTEGER_RANGE")
            elif kind is not bool:
                _refuse("FLOAT" if kind is float else "MALFORMED_JSON")
        depth -= 1
        level = below


def _names(item: dict[Any, Any]) -> str:
    try:
        return "".join(item)
    except TypeError as fault:
        raise InvalidInput("MALFORMED_JSON", _REASONS["MALFORMED_JSON"]) from fault


def _dump(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as fault:
        raise InvalidInput("MALFORMED_JSON", _REASONS["MALFORMED_JSON"]) from fault


def _loads(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        code = "TOO_DEEP" if "depth" in str(fault) else "MALFORMED_JSON"
        raise InvalidInput(code, _REASONS[code]) from fault


def _read_strictly(data: bytes) -> Any:
    """The value, or the refusal that says most: twice named fields, fractions, large integers.

    Only for bytes that `_loads` has read: it stops at 1,024 levels, where the standard library's
    reader may overflow the stack.
    """
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=lambda _: _refuse("FLOAT"),
            parse_int=_integer,
            parse_constant=lambda _: _refuse("FLOAT"),
        )
    except RecursionError as fault:
        raise InvalidInput("TOO_DEEP", _REASONS["TOO_DEEP"]) from fault
    except ValueError as fault:
        raise InvalidInput("MALFORMED_JSON", _REASONS["MALFORMED_JSON"]) from fault


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("DUPLICATE_KEY")
    return found


def _integer(text: str) -> int:
    if len(text) > 17:
        _refuse("INTEGER_RANGE")
    return int(text)


def _refuse(code: str) -> NoReturn:
    raise InvalidInput(code, _REASONS[code])


def too_long(limit: int) -> TooLarge:
    """The refusal of bytes longer than `limit`."""
    return TooLarge("TOO_LONG", f"the bytes are longer than the {limit} that are admitted")
