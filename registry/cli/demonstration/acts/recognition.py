"""Singapore recognises the case on a condition; Hainan cannot recognise its own."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from registry.cli.demonstration.playground import Region
from registry.cli.demonstration.stage import Stage, Told, asked, require
from registry.cli.recognition import stating
from registry.cli.recognition.stating import Decided
from registry.cli.submitting import Accepted
from registry.errors import Damaged, NotAuthorised
from registry.recognition.model.codes import effect
from registry.recognition.model.numbers import Kind, new_reference

DECISION = "conditional"
YEAR = timedelta(days=365)


def play(stage: Stage, told: Told) -> None:
    """Recognise on a condition; both show it. A recognition by the own region is refused."""
    case = stage.records["case"]
    found = stage.accepted(
        "recognition", stage.singapore, _recognise(stage, stage.singapore, stage.singapore)
    )
    told.record("recognition", found)
    for reader in stage.ground.regions:
        shown = stage.wait_for(
            partial(_shown, reader, case.digest, found.digest),
            f"{reader.place.en} shows the recognition beside the case",
        )
        require(shown["decision"]["code"] == DECISION, "the decision should be shown as made")
        told.numbers["reference"] = shown["id"]
    told.verdicts["decision"] = DECISION
    for door in stage.ground.regions:
        told.verdicts[f"own region, at {door.place.name}"] = _refused(stage, door)
    told.said += [
        "The body in Singapore recognises the case on one condition 附条件认可: amounts are "
        "converted with the local tariff, by a day that it names.",
        f"Reference 认可编号 {told.numbers['reference']}",
        f"Number 编号 {found.number}, recorded {stage.singapore.place.clock(found.at)}",
        effect().text.en,
        effect().text.zh,
        "Hainan tries to recognise its own case. Its own office refuses, and so does Singapore's "
        "本地不得认可本地案例.",
        "Nobody had to trust Hainan to keep that rule: it is checked wherever a record arrives.",
    ]


def _shown(reader: Region, case: str, recognition: str) -> Any:
    told = asked(reader, f"/api/v1/cases/{case}")
    proven = [each["digest"] for each in told["evidence"] if each["anchor"] is not None]
    listed = (each for each in told["recognitions"] if each["digest"] == recognition)
    return next(listed, None) if recognition in proven else None


def _refused(stage: Stage, door: Region) -> str:
    """The code with which a region's door refuses Hainan's recognition of Hainan's own case."""
    try:
        _recognise(stage, stage.hainan, door)
    except NotAuthorised as fault:
        require(fault.code == "REC_SELF", f"another refusal was due than {fault.code}")
        return fault.code
    raise Damaged("DEMO_NOT_AS_TOLD", "a region recognised its own case")


def _recognise(stage: Stage, region: Region, door: Region) -> Accepted:
    """What the body of a region states on the case, at a door: for reference, on one condition."""
    today = datetime.now(UTC).date()
    place = region.place
    decided = Decided(
        id=str(new_reference(Kind.RECOGNITION, place.region, place.station, today.year, 1)),
        decision=DECISION,
        scope=["#issue1", "#method"],
        conditions=[f"{today + YEAR / 4}=按本地费率换算@zh / convert with the local tariff@en"],
        reason_codes=["TARIFF_NOT_COMPARABLE"],
        reasons=["两地费率不可直接比较@zh", "the tariffs cannot be compared directly@en"],
        legal_basis=[],
        reciprocity=stage.records["agreement"].number,
        adjustments=[],
        valid_from=str(today),
        valid_to=str(today + 2 * YEAR),
    )
    return stating.recognise(stage.speaking(region, door), stage.records["case"].digest, decided)
