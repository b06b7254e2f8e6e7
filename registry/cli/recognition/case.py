"""`comity case`: publish a mediated case, find cases, cite and recognise them, change a status."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, AsOrganisation, KeyFile, NodeUrl

app = typer.Typer(**STYLE)

Reference = Annotated[
    str,
    typer.Argument(metavar="CASE", help="MCR:… (perhaps with @version), number or digest."),
]
Save = Annotated[
    Path | None, typer.Option("--save", metavar="PATH", help="Where to keep the signed record.")
]
Code = Annotated[str | None, typer.Option(metavar="CODE")]
Day = Annotated[str | None, typer.Option(metavar="DAY", help="As 2026-11-22.")]
Reasons = Annotated[
    list[str],
    typer.Option("--reason", metavar="TEXT[@LANG]", help="Why; repeatable, once a language."),
]
# What a repeatable option is where it is not given: the library reads it, nobody changes it.
NOTHING: list[str] = []
Limb = Annotated[str, typer.Option(metavar="same|similar|different")]


Scope = Annotated[
    list[str],
    typer.Option("--scope", metavar="#ANCHOR", help="The parts recognised; repeatable."),
]
Conditions = Annotated[
    list[str],
    typer.Option(
        "--condition",
        metavar="DAY[+DAY]=TEXT[@LANG]",
        help="Due by that day, met on the second; further languages after ' / '. Repeatable.",
    ),
]
ReasonCodes = Annotated[
    list[str], typer.Option("--reason-code", metavar="CODE", help="As NOT_FINAL; repeatable.")
]


@app.callback()
def case() -> None:
    """Published cases: publish, search, show, cite, recognise, change a status.

    A case is published as an anonymous summary in codes. A body of another region may recognise it;
    that is for reference only and enforces nothing.
    """


@app.command()
def number(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="ISO 3166, as CN-46 or SG.")],
    station: Annotated[str, typer.Argument(metavar="STATION", help="Your station's code.")],
    year: Annotated[int, typer.Argument(metavar="YEAR")],
    serial: Annotated[int, typer.Argument(metavar="SERIAL", help="From 1, without nulls.")],
    recognition: Annotated[
        bool, typer.Option("--recognition", help="Of a recognition (REC), not of a case (MCR).")
    ] = False,
) -> None:
    """Print a reference with its check character (ISO 7064 MOD 37,36)."""
    from registry.cli.text import say
    from registry.recognition.model.numbers import Kind, new_reference

    kind = Kind.RECOGNITION if recognition else Kind.CASE
    say(str(new_reference(kind, place.upper(), station.upper(), year, serial)))


@app.command()
def publish(
    summary: Annotated[
        Path, typer.Argument(metavar="SUMMARY.json", help="The summary, in codes and bands.")
    ],
    key: KeyFile,
    organisation: AsOrganisation = None,
    save: Save = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Publish a mediated case, or, where its id ends on @2 or more, a corrected version of it.

    Every field is checked before the key is opened. What is published stays published: a correction
    adds a version, and `comity case status` withdraws.
    """
    from registry.cli.recognition import stating

    speaking = stating.Speaking(node, key, organisation, save)
    stating.account(stating.publish(speaking, summary), as_json)


@app.command()
def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[WORDS]", help="放映 or karaoke; all of them must be there."),
    ] = NOTHING,
    class_: Annotated[str | None, typer.Option("--class", metavar="CODE")] = None,
    use: Code = None,
    right: Code = None,
    region: Code = None,
    tier: Annotated[int | None, typer.Option(metavar="1-5", help="City tier.")] = None,
    issue: Code = None,
    method: Code = None,
    factor: Code = None,
    standard: Annotated[str | None, typer.Option(metavar="STD:…")] = None,
    confirmation: Code = None,
    body: Annotated[str | None, typer.Option(metavar="0x…", help="Who published it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    after: Annotated[
        str | None, typer.Option(metavar="0x…", help="The `case` that ended the page before.")
    ] = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Find published cases by words, Chinese or English, and by codes; newest first.

    Only what is final on the chain is listed.
    """
    from registry.cli.recognition import case_view

    asked = {
        "words": " ".join(words) or None,
        "class": class_,
        "use": use,
        "right": right,
        "region": region,
        "tier": tier,
        "issue": issue,
        "method": method,
        "factor": factor,
        "standard": standard,
        "confirmation": confirmation,
        "body": body,
        "limit": limit,
        "after": after,
    }
    case_view.search(node, asked, as_json)


@app.command()
def show(reference: Reference, node: NodeUrl = defaults.NODE, as_json: AsJson = False) -> None:
    """Show a case: status, citations, recognitions, and whom a change of status reaches."""
    from registry.cli.recognition import case_view

    case_view.show(node, reference, as_json)


@app.command()
def cite(
    reference: Reference,
    key: KeyFile,
    treatment: Annotated[
        str,
        typer.Option(
            metavar="TREATMENT",
            help="followed, applied_standard, adapted, considered, mentioned, distinguished,"
            " not_followed, criticised or superseded_by.",
        ),
    ],
    facts: Limb,
    issues: Limb,
    law: Limb,
    reason: Reasons,
    difference: Annotated[
        list[str],
        typer.Option(
            "--difference",
            metavar="TEXT[@LANG]",
            help="Where the cases differ; owed where you turn away from it. Repeatable.",
        ),
    ] = NOTHING,
    pinpoint: Annotated[
        list[str],
        typer.Option(
            "--pinpoint",
            metavar="#ANCHOR",
            help="#p3, #term2, #issue1, #calc.line4 or #method; repeatable.",
        ),
    ] = NOTHING,
    citing: Annotated[
        str | None,
        typer.Option(
            "--citing", metavar="CASE", help="Your own published case that cites; else none yet."
        ),
    ] = None,
    organisation: AsOrganisation = None,
    save: Save = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Cite a case: how your body treated it, the three limbs of similarity, and why.

    The version that is latest now counts as the one you read, unless CASE names another.
    """
    from registry.cli.recognition import stating

    speaking = stating.Speaking(node, key, organisation, save)
    said = stating.Treated(
        treatment=treatment,
        similarity={"facts": facts, "issues": issues, "law": law},
        reason=reason,
        differences=difference,
        pinpoint=pinpoint,
    )
    stating.account(stating.cite(speaking, reference, citing, said), as_json)


@app.command()
def recognise(
    reference: Reference,
    key: KeyFile,
    decision: Annotated[str, typer.Option(metavar="full|partial|conditional|refused|deferred")],
    id: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="REC:…",
            help="Its reference (`case number --recognition`); not for a later statement.",
        ),
    ] = None,
    scope: Scope = NOTHING,
    condition: Conditions = NOTHING,
    reason_code: ReasonCodes = NOTHING,
    reason: Reasons = NOTHING,
    legal_basis: Annotated[list[str], typer.Option("--legal-basis", metavar="TEXT")] = NOTHING,
    reciprocity: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    adjust: Annotated[
        list[str],
        typer.Option("--adjust", metavar="NAME=VALUE", help="As tariff=SG/2026; repeatable."),
    ] = NOTHING,
    valid_from: Day = None,
    valid_to: Day = None,
    organisation: AsOrganisation = None,
    save: Save = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """State whether your region recognises a case of another: for reference, never enforcement.

    What your body stated on the case before is continued.
    """
    from registry.cli.recognition import stating

    decided = stating.Decided(
        id=id,
        decision=decision,
        scope=scope,
        conditions=condition,
        reason_codes=reason_code,
        reasons=reason,
        legal_basis=legal_basis,
        reciprocity=reciprocity,
        adjustments=adjust,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    speaking = stating.Speaking(node, key, organisation, save)
    stating.account(stating.recognise(speaking, reference, decided), as_json)


@app.command()
def status(
    reference: Reference,
    status: Annotated[
        str,
        typer.Argument(
            metavar="STATUS",
            help="active, corrected, superseded, under_challenge, withdrawn, confirmation_refused,"
            " confirmation_revoked, overruled_by_court or sealed.",
        ),
    ],
    key: KeyFile,
    reason: Reasons,
    basis: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="What it rests on; owed where a court decided."),
    ] = None,
    effective_on: Day = None,
    organisation: AsOrganisation = None,
    save: Save = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Change the status of a case that your body published; who relies on it sees it at once."""
    from registry.cli.recognition import stating

    speaking = stating.Speaking(node, key, organisation, save)
    changed = stating.Changed(status, reason, basis, effective_on)
    stating.account(stating.change(speaking, reference, changed), as_json)
