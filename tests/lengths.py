"""Hold the lengths that keep the house readable: functions up to 60 lines, modules up to 400."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES = 60
MODULE_LINES = 400
ROOMS = ("registry", "api", "benchmarks", "tests")


def too_long(path: Path) -> Iterator[str]:
    """Each function or module of `path` that is over its length, as a line to print."""
    source = path.read_text(encoding="utf-8")
    lines = source.count("\n")
    if lines > MODULE_LINES:
        yield f"{path}: {lines} lines, {MODULE_LINES} at most: split it"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                where = f"{path}:{node.lineno}: {node.name}"
                yield f"{where} has {length} lines, {FUNCTION_LINES} at most"


def main() -> int:
    """Print what is too long; 1 if anything is."""
    found = [
        line
        for room in ROOMS
        for path in sorted(Path(room).rglob("*.py"))
        if "versions" not in path.parts  # migrations are written by Alembic and never edited
        for line in too_long(path)
    ]
    print("\n".join(found) or "lengths: all functions and modules within bounds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
