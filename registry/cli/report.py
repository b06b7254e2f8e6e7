"""How an error of our family reaches a person: what is wrong, where, what to do; and the exit code.

Exit codes: 1 what was checked is false or damaged, 2 the caller must change something, 3 the node
or the chain cannot be reached or cannot now.
"""

import sys

from registry.cli.text import plain
from registry.errors import Damaged, QuotaExceeded, RegistryError, Unavailable, catalogue

MOST_FIELDS = 50


def exit_code(fault: RegistryError) -> int:
    """The process's exit code for `fault`."""
    if isinstance(fault, Damaged):
        return 1
    return 3 if isinstance(fault, Unavailable | QuotaExceeded) else 2


def lines(fault: RegistryError) -> list[str]:
    """`fault` as lines of text: sentence and code, fields, what to do next."""
    said = [f"error: {plain(fault.detail)} ({plain(fault.code)})"]
    shown = fault.fields[:MOST_FIELDS]
    said += [f"  {plain(field.path)}: {plain(field.reason)}" for field in shown]
    if len(fault.fields) > MOST_FIELDS:
        said.append(f"  … and {len(fault.fields) - MOST_FIELDS} more")
    # A node's own advice is attached as a note; the catalogue knows the rest.
    known = catalogue().get(fault.code)
    advice = getattr(fault, "__notes__", []) or ([known.do_en] if known else [])
    said += [f"  what to do: {plain(line)}" for line in advice]
    if fault.retry_after is not None:
        said.append(f"  try again in {fault.retry_after} s")
    return said


def report(fault: RegistryError) -> None:
    """Write `fault` to standard error."""
    print("\n".join(lines(fault)), file=sys.stderr)
