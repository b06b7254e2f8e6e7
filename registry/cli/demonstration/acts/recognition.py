"""Singapore recognises the case on a condition; Hainan cannot recognise its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

from registry.cli.demonstration.playground import Region, wait_for
from registry.cli.demonstration.stage import Stage, Told, asked, require
from registry.errors import NotAuthorised
from registry.proofs import hexes
from registry.recognition.model.codes import effect
from registry.recognition.model.numbers import Kind, new_reference

DECISION = "conditional"
YEAR = timedelta(days=365)


def play(stage: Stage, told: Told) -> None:
    """Recognise on a condition; both regions show it. A recognition by the own region is refused."""
    case = stage.records["case"]
    accepted = stage.publish(
        stage.singapore, "recognition.statement", _statement(stage, stage.singapore)
    )
    found = stage.recorded("recognition", stage.singapore, hexes.to_hex(accepted.receipt.digest))
    told.record("recognition", found)
    for reader in stage.ground.regions:
        shown = wait_for(
            lambda reader=reader: _shown(reader, case.digest, found.digest),
            f"{reader.place.en} shows the recognition beside the case",
        )
        require(
            shown["decision"]["code"] == DECISION, "the decision should be shown as it was made"
        )
        told.numbers["reference"] = shown["id"]
    refused = _refused(stage)
    told.verdicts |= {"decision": DECISION, "own region": refused}
    told.said += [
        "The body in Singapore recognises the case on one condition 附条件认可: amounts are",
        "converted with the local tariff, by a day that it names.",
        f"Reference 认可编号 {told.numbers['reference']}",
        f"Number 编号 {found.number}, recorded {stage.singapore.place.clock(found.at)}",
        f"What it does, and no more: {effect().text.en}",
        f"效力: {effect().text.zh}",
        f"Hainan tries to recognise its own case: refused 不予受理 ({refused}).",
        "Nobody had to trust that rule to be kept: Singapore would refuse the same record again.",
    ]


def _shown(reader: Region, case: str, recognition: str) -> Any:
    told = asked(reader, f"/api/v1/cases/{case}")
    proven = [each["digest"] for each in told["evidence"] if each["anchor"] is not None]
    listed = (each for each in told["recognitions"] if each["digest"] == recognition)
    return next(listed, None) if recognition in proven else None


def _refused(stage: Stage) -> str:
    """The code with which Hainan's own node refuses Hainan's recognition of its own case."""
    try:
        stage.publish(stage.hainan, "recognition.statement", _statement(stage, stage.hainan))
    except NotAuthorised as fault:
        require(fault.code == "REC_SELF", f"another refusal was due than {fault.code}")
        return fault.code
    require(False, "a region recognised its own case")
    return ""


def _statement(stage: Stage, region: Region) -> dict[str, Any]:
    case, today = stage.records["case"], datetime.now(UTC).date()
    place = region.place
    reference = new_reference(Kind.RECOGNITION, place.region, place.station, today.year, 1)
    condition = {"zh": "按本地费率换算", "en": "convert with the local tariff"}
    return {
        "id": str(reference),
        "recognised": case.digest,
        "recognised_number": case.number,
        "subject_hash": case.digest,
        "decision": DECISION,
        "scope": ["#issue1", "#method"],
        "conditions": [
            {
                "no": 1,
                "text": condition,
                "due": f"{today + YEAR / 4:%Y-%m-%d}",
                "met_at": None,
            }
        ],
        "reason_codes": ["TARIFF_NOT_COMPARABLE"],
        "reasons": {"zh": "两地费率不可直接比较", "en": "the tariffs cannot be compared directly"},
        "legal_basis": [],
        "reciprocity": stage.records["agreement"].number,
        "adjustments": None,
        "valid_from": f"{today:%Y-%m-%d}",
        "valid_to": f"{today + 2 * YEAR:%Y-%m-%d}",
        "effect": effect().code,
    }
