"""Hainan publishes a mediated case; Singapore finds it by a word of two characters."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from registry.cli.demonstration.stage import Stage, Told, asked, name_in
from registry.cli.recognition import stating
from registry.proofs import hexes
from registry.recognition.model.numbers import Kind, new_reference

WORD = "放映"


def play(stage: Stage, told: Told) -> None:
    """Publish the summary, search for it in the other region."""
    summary = stage.ground.folder / "summary.json"
    summary.write_text(json.dumps(_summary(stage), indent=2), encoding="utf-8")
    accepted = stating.publish(stage.speaking(stage.hainan), summary)
    found = stage.accepted("case", stage.hainan, accepted)
    told.record("case", found)
    case = stage.wait_for(
        lambda: _searched(stage, found.digest), f"Singapore finds the case by the word {WORD}"
    )
    told.numbers["reference"] = case["reference"]
    told.verdicts["status"] = case["status"]["code"]
    labels = case["labels"]
    told.said += [
        "A station in Hainan settled a dispute by mediation and publishes what others can learn "
        "from it: no names, no exact figures, with the consent of both sides 双方同意公开.",
        f"{labels['class'][0]['en']} {labels['class'][0]['zh']}",
        f"Reference 案例编号 {case['reference']}",
        f"Number 编号 {found.number}, recorded {stage.hainan.place.clock(found.at)}",
        f"A mediator in Singapore looks for “{WORD}” (public showing) and finds it at once.",
        "It is a bargain that two parties made, no judgment and no precedent 调解案例不是判例.",
        "Nobody had to trust a copy: Singapore's own books hold it, with Hainan's signature.",
    ]


def _searched(stage: Stage, digest: str) -> Any:
    cases = asked(stage.singapore, f"/api/v1/cases?words={name_in(WORD)}")["cases"]
    return next((case for case in cases if case["digest"] == digest), None)


def _summary(stage: Stage) -> dict[str, Any]:
    place = stage.hainan.place
    year = datetime.now(UTC).year
    reference = new_reference(Kind.CASE, place.region, place.station, year, 1)
    return {
        "id": f"{reference}@1",
        "class": "KTV-PERF",
        "use": "karaoke",
        "rights": ["public_showing"],
        "region_tier": 3,
        "scale_band": "16-30 rooms",
        "works_band": "library",
        "issue_codes": ["licence_scope_vendor_vs_venue"],
        "standard": None,
        "method": "B3",
        "factors": ["DURATION", "EARLY"],
        "per_unit_band": "RMB 8-10 /room/day",
        "licence_converted": True,
        "days": 19,
        "confirmation": "confirmed",
        "departures": [],
        "consents": [hexes.to_hex(secrets.token_bytes(32)) for _ in range(2)],
        "reviewer2": "R-07",
        "k_anonymity": 7,
        "lang": {"authentic": "zh", "translations": ["en"]},
    }
