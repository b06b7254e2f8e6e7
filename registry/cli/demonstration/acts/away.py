"""Singapore's node is stopped: Hainan goes on answering, and the certificate still holds."""

from registry.cli.demonstration.acts import registration
from registry.cli.demonstration.stage import Stage, Told, asked, require


def play(stage: Stage, told: Told) -> None:
    """Stop one node, ask the other, verify the certificate with every connection cut."""
    stage.singapore.stop()
    case, agreement = stage.records["case"], stage.records["agreement"]
    shown = asked(stage.hainan, f"/api/v1/cases/{case.digest}")
    require(len(shown["recognitions"]) == 1, "the recognition should be shown without its author")
    asked(stage.hainan, f"/api/v1/agreements/{agreement.digest}")
    report = registration.verify_again(stage)
    require(report.exit_code == 0, f"the certificate should hold: {report.verdict}")
    told.verdicts["certificate"] = report.verdict.value
    told.said += [
        "Singapore's computer is switched off. Hainan still shows the case, what Singapore said of "
        "it, and the agreement: each region keeps what it has read 各地留存所读.",
        f"Lin Mei's certificate, with every connection cut: “{report.verdict.value}” "
        f"{report.verdict.zh}.",
        "Nobody had to trust a computer to stay switched on.",
    ]
