"""Organisations as a person reads them: a table of all, or one with everything known of it.

What a node tells is somebody else's text: names are shown by `plain`, and what is missing from the
answer is told as a malformed answer.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.cli.node import malformed
from registry.cli.text import plain

WIDE = "WF"
HEADINGS = ("region", "voice", "status", "kinds", "name", "id")


def table(told: Mapping[str, Any]) -> list[str]:
    """All organisations, a line each under a line of headings; the id last, to be copied."""
    try:
        rows = [_row(each) for each in told["organisations"]]
    except (KeyError, TypeError, IndexError) as fault:
        raise malformed("something else than a list of organisations") from fault
    widths = [max(map(_width, column)) for column in zip(HEADINGS, *rows, strict=True)]
    return [_padded(row, widths) for row in (HEADINGS, *rows)]


def lines(told: Mapping[str, Any]) -> list[str]:
    """One organisation with its profile, keys, logs and suspensions."""
    try:
        return list(_lines(told))
    except (KeyError, TypeError, IndexError) as fault:
        raise malformed("something else than an organisation") from fault


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        plain(one["region"]),
        "yes" if one["voice"] else "-",
        plain(one["status"]),
        plain(", ".join(one["kinds"])),
        plain(one["names"][0]["text"]) if one["names"] else "-",
        plain(one["id"]),
    )


def _lines(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"id:       {plain(one['id'])}"
    yield f"region:   {plain(one['region'])}" + (", and speaks for it" if one["voice"] else "")
    yield f"kinds:    {plain(', '.join(one['kinds']))}"
    yield f"status:   {plain(one['status'])}"
    for name in one["names"]:
        yield f"name:     {plain(name['text'])} ({plain(name['lang'])})"
    for each in one["identifiers"]:
        yield f"known as: {plain(each['scheme'])} {plain(each['value'])}"
    if one["contact"] is not None:
        yield f"contact:  {plain(one['contact'])}"
    for url in one["endpoints"]:
        yield f"endpoint: {plain(url)}"
    profile = one["profile"]
    yield f"profile:  {plain(profile['number']) if profile else 'none is known here'}"
    for key in one["keys"]:
        yield f"key:      {plain(key['key'])}"
        yield f"          {plain(', '.join(key['scopes']))}; {_window(key)}"
        if key["contested_since"] is not None:
            yield f"          contested since {plain(key['contested_since'])}"
    for log in one["logs"]:
        yield f"log:      {plain(log['origin'])} ({'open' if log['open'] else 'closed'})"
    yield f"witness:  {plain(one['witness'] or 'none')}"
    for span in one["suspensions"]:
        yield f"suspended: from {plain(span['from'])} until {plain(span['until'])}"


def _window(key: Mapping[str, Any]) -> str:
    until = key["until"]
    return f"from {plain(key['from'])}" + (f" until {plain(until)}" if until else "")


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in pairs).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(mark) in WIDE else 1 for mark in text)
