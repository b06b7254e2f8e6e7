"""The parts of the documentation that are written from the code: error codes and settings.

`python -m tests.docs.generated` renews them; a test holds them equal.
"""

import re
from pathlib import Path

from registry.config import Settings
from registry.errors import catalogue

ROOT = Path(__file__).parents[2]
OPERATE = ROOT / "docs/operate.md"
ERRORS = ROOT / "docs/errors.md"
PART = re.compile(r"<!-- settings -->.*?(?=\n## )", re.DOTALL)

HEAD = """# Errors 错误

Every error has a stable code. Over HTTP it is in `code` of the problem details, and its explanation
is at `/problems/{code}`; the command line prints it first.
"""


def errors_page() -> str:
    """`docs/errors.md`."""
    parts = [HEAD]
    for code, known in sorted(catalogue().items()):
        parts.append(
            f"## {code}\n\n{known.en} {known.zh}\n\nWhat to do: {known.do_en} {known.do_zh}\n"
        )
    return "\n".join(parts)


def settings_table() -> str:
    """The settings in `docs/operate.md`."""
    rows = ["<!-- settings -->", "| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `COMITY_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def operate_page() -> str:
    """`docs/operate.md` with its table renewed."""
    return PART.sub(lambda _: settings_table(), OPERATE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    ERRORS.write_text(errors_page(), encoding="utf-8")
    OPERATE.write_text(operate_page(), encoding="utf-8")
