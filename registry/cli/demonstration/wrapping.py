"""Sentences in two scripts, broken into lines for a terminal."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

COLUMNS = 98
INDENT = "   "
# A Chinese character with the punctuation that must not begin a line, or a word with its space.
_WIDE = r"\u3000-\u9fff\uff00-\uffef"
_PIECES = re.compile(rf"[{_WIDE}][，。；：？、）》]*|[^\s{_WIDE}]+\s*|\s")


def wrapped(text: str) -> Iterator[str]:
    """Lines of at most COLUMNS columns, indented; a Chinese character takes two columns."""
    line = ""
    for piece in _PIECES.findall(text):
        if line and _columns(line + piece.rstrip()) > COLUMNS - len(INDENT):
            yield INDENT + line.rstrip()
            line = ""
        line += piece
    yield INDENT + line.rstrip()


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)
