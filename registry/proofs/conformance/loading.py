"""Reads the vectors that ship with the package."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

Vectors = Mapping[str, Any]


def load(name: str) -> Any:
    """The vectors of one file of `registry/proofs/vectors/`, parsed."""
    text = files("registry.proofs").joinpath("vectors", name).read_text(encoding="utf-8")
    return json.loads(text)
