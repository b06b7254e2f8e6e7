"""What Hainan recorded meanwhile is read by Singapore as soon as its node is back."""

import json
from pathlib import Path

from registry.cli.demonstration.playground import follows
from registry.cli.demonstration.stage import Stage, Told
from registry.cli.works import registering
from registry.cli.works.drafting import Stated
from registry.proofs import hexes

STATED = Stated(
    titles=["归航@zh", "Homeward@en"],
    category="written",
    authors=["林梅"],
    ai="none",
    media_type="text/plain",
)


def play(stage: Stage, told: Told) -> None:
    """Register while one node is away; start it; it must catch up and prove the new work."""
    poem = _poem(stage)
    registered = registering.register(
        STATED,
        poem,
        stage.ground.creator,
        stage.hainan.url,
        sealed=False,
        publish=False,
        save=None,
    )
    stage.singapore.start()
    assert stage.singapore.process is not None  # it was just started
    stage.singapore.process.serving()
    digest = hexes.to_hex(registered.accepted.receipt.digest)
    found = stage.final(stage.hainan, digest)
    told.record("poem", found)
    stage.wait_for(lambda: follows(stage.singapore, [stage.hainan]), "Singapore catches up")
    # Singapore was not there to sign when this was anchored; Hainan asks it again.
    stage.require_proven(stage.singapore, digest, by_all=False)
    stage.require_proven(stage.hainan, digest)
    told.verdicts["singapore"] = "caught up"
    told.said += [
        "While Singapore was dark, Lin Mei registered a poem, “Homeward” 归航, in Hainan.",
        f"Number 编号 {found.number}, recorded {stage.hainan.place.clock(found.at)}",
        "Singapore's computer is switched on, reads what it missed, checks all of it, and shows "
        "the poem with proof 补读并核验. Then it signs for that, too.",
        "Nobody had to trust what was said meanwhile: it was checked against the shared chain.",
    ]


def _poem(stage: Stage) -> Path:
    path = stage.ground.folder / "homeward.txt"
    path.write_text(json.dumps("归航"), encoding="utf-8")
    return path
