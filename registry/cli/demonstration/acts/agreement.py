"""The two societies sign an agreement: each may license the other's works at home."""

import json
from datetime import UTC, datetime
from typing import Any

from registry.cli.demonstration.places import Place
from registry.cli.demonstration.stage import Stage, Told, asked, require
from registry.cli.representation import agreeing
from registry.representation.words import Exclusivity, ObjectClass, RepertoireScope

RIGHT = "CN.10.9"
YEARS = 3


def play(stage: Stage, told: Told) -> None:
    """Draft, sign in turn, record; both regions must show the same agreement."""
    folder = stage.ground.folder
    terms, draft = folder / "terms.json", folder / "agreement.json"
    terms.write_text(json.dumps(terms_of(stage), ensure_ascii=False, indent=2), encoding="utf-8")
    agreeing.draft(terms, draft, [], False, stage.hainan.url)
    for region in stage.ground.regions:
        agreeing.sign(draft, region.desk.daily)
    accepted = agreeing.submit(draft, stage.hainan.url)
    found = stage.accepted("agreement", stage.hainan, accepted)
    told.record("agreement", found)
    shown = [asked(each, f"/api/v1/agreements/{found.digest}") for each in stage.ground.regions]
    legs = [each["legs"] for each in shown]
    require(legs[0] == legs[1], "both regions should show the same agreement")
    told.said += [
        "Both societies sign one paper. Hainan may license the performing right 表演权 in "
        "Singapore's works in China; Singapore the same in Hainan's works in Singapore; both for "
        f"{YEARS} years. Nothing is stated of a filing with the Chinese authority 备案.",
        f"Number 编号 {found.number}, recorded {stage.hainan.place.clock(found.at)}",
        "Nobody had to trust one party's copy: it counts because both have signed the same words.",
    ]


def terms_of(stage: Stage) -> dict[str, Any]:
    """What the parties agree: two legs, no filing stated."""
    hainan, singapore = (region.place for region in stage.ground.regions)
    return {
        "parties": [hainan.identifier, singapore.identifier],
        "family": "CISAC-PR",
        "legs": [_leg(singapore, hainan), _leg(hainan, singapore)],
        "filing": None,
    }


def _leg(grantor: Place, grantee: Place) -> dict[str, Any]:
    """The grantee may license the grantor's works in its own territory, for three years."""
    year = datetime.now(UTC).year
    return {
        "grantor": grantor.identifier,
        "grantee": grantee.identifier,
        "rights": [RIGHT],
        "uses_included": [],
        "uses_excluded": [],
        "object_classes": [ObjectClass.MUSICAL_WORK.value],
        "territory": [f"+{grantee.territory}"],
        "exclusivity": Exclusivity.NON_EXCLUSIVE.value,
        "repertoire": {"scope": RepertoireScope.OWN_MEMBERS.value},
        "valid": {"from": f"{year}-01-01", "to": f"{year + YEARS}-01-01"},
        "actions": ["LICENSE", "COLLECT"],
        "sub_representation": {"allowed": False, "max_depth": None, "consent_doc": None},
    }
