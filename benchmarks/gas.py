"""What the contracts cost: the committed snapshot beside its ceilings, and beside the field.

Nothing is measured here: `tests/contracts/test_gas.py` measures and holds the snapshot.
"""

import json
import tomllib
from importlib.resources import files
from pathlib import Path

from benchmarks.results import Figure, Group

SNAPSHOT = Path(__file__).parents[1] / "contracts" / "snapshots" / "gas.json"
OURS = "Logs.advance per registration, 1000 a batch, 1M"
FAIRNESS = (
    "Ours is one anchor shared by 1,000 registrations, on a log of a million; it needs the "
    "manifest in the document store and the proof that the creator keeps. EAS and Story buy "
    "generality; ours also buys a history that the chain refuses to see rewritten."
)


def costs() -> Group:
    """Each operation of the snapshot beside its ceiling, where it has one."""
    measured: dict[str, int] = json.loads(SNAPSHOT.read_bytes())
    ceilings = figures_of("ceilings")
    return Group(
        title="Gas of the contracts (snapshot; Cancun)",
        headings=("operation", "gas", "ceiling", "ratio"),
        figures=[
            Figure(what=what, value=gas, unit="", limit=ceilings.get(what))
            for what, gas in measured.items()
        ],
    )


def field() -> Group:
    """What one registration costs elsewhere, beside ours in a batch."""
    ours = json.loads(SNAPSHOT.read_bytes())[OURS]
    return Group(
        title="Gas of one registration in the field",
        headings=("operation", "gas", "ours in a batch", "ratio"),
        figures=[
            Figure(what=what, value=gas, unit="", limit=ours)
            for what, gas in figures_of("field").items()
        ],
        remarks=(FAIRNESS,),
    )


def figures_of(table: str) -> dict[str, int]:
    """A table of `gas.toml`: gas by operation."""
    text = files("benchmarks").joinpath("gas.toml").read_text(encoding="utf-8")
    found: dict[str, int] = tomllib.loads(text)[table]
    return found
