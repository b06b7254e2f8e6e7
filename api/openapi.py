"""The committed OpenAPI document: `python -m api.openapi` writes it, a test holds it equal."""

import json
from pathlib import Path

from api.app import create_app

DOCUMENT = Path(__file__).resolve().parents[1] / "docs/openapi.json"


def document() -> str:
    """The document as committed: indented, in the order of the routes."""
    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
