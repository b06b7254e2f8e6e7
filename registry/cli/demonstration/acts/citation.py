"""Singapore cites the case in a dispute of its own, and says why it follows it."""

from functools import partial
from typing import Any

from registry.cli.demonstration.playground import Region
from registry.cli.demonstration.stage import Stage, Told, asked
from registry.cli.recognition import stating
from registry.cli.recognition.stating import Treated

TREATMENT = "adapted"
TREATED = Treated(
    treatment=TREATMENT,
    similarity={"facts": "similar", "issues": "same", "law": "same"},
    reason=[
        "同一许可争议，参照其计算方法，按本地费率换算@zh",
        "the same question of licence; its method, our tariff@en",
    ],
    differences=["场所规模较小，费率不同@zh"],
    pinpoint=["#method"],
)


def play(stage: Stage, told: Told) -> None:
    """Cite with treatment and reason; both regions must show it beside the case."""
    case = stage.records["case"]
    accepted = stating.cite(stage.speaking(stage.singapore), case.digest, None, TREATED)
    found = stage.accepted("citation", stage.singapore, accepted)
    told.record("citation", found)
    for reader in stage.ground.regions:
        stage.wait_for(
            partial(_shown, reader, case.digest, found.digest),
            f"{reader.place.en} shows the citation beside the case",
        )
    told.verdicts["treatment"] = TREATMENT
    told.said += [
        "Singapore has a similar dispute, reads the case, and says in public what it did with it: "
        f"“{TREATMENT}” 变通参照. The facts are similar, the question and the law the same; the "
        "amount is converted to the local tariff.",
        f"Number 编号 {found.number}, recorded {stage.singapore.place.clock(found.at)}",
        "Both regions now show the citation beside the case, with proof.",
        "Nobody had to trust a footnote: it names the very version of the case that was read.",
    ]


def _shown(reader: Region, case: str, citation: str) -> bool:
    told = asked(reader, f"/api/v1/cases/{case}")
    received = [each["digest"] for each in told["citations"]["received"]]
    return citation in received and citation in _proven(told)


def _proven(told: Any) -> list[str]:
    return [each["digest"] for each in told["evidence"] if each["anchor"] is not None]
