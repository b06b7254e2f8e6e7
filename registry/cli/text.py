"""Text for a terminal, which may hold what a stranger wrote.

A title or a name can carry control characters and marks that reorder what stands around them; on a
terminal they could make a bad certificate look good, so they are shown by number, never obeyed.
"""

import os
import sys
import unicodedata
from collections.abc import Mapping

_HARMFUL = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def plain(text: str) -> str:
    """`text` on one line, each control or reordering character as `<U+…>`."""
    if text.isprintable():
        return text
    return "".join(_shown(mark) for mark in text)


def _shown(mark: str) -> str:
    return f"<U+{ord(mark):04X}>" if unicodedata.category(mark) in _HARMFUL else mark


def say(text: str = "") -> None:
    """A line for the person, on standard output, there at once also where it is a pipe."""
    print(text, flush=True)


def remark(text: str) -> None:
    """A line beside the result, on standard error: what a program that reads us need not see."""
    print(text, file=sys.stderr)


def prefers_chinese(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment's language is Chinese (POSIX: LC_ALL, LC_MESSAGES, LANG)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name].lower().startswith("zh")
    return False
