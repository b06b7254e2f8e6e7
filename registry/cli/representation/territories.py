"""`comity territories`: what a list of territories comes to on a day."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from registry.cli.style import STYLE, AsJson

app = typer.Typer(name="territories", **STYLE)


@app.callback()
def group() -> None:
    """Territories (CISAC TIS), resolved on a day; needs no node."""


# A list may begin with a minus: it is no option.
@app.command(context_settings={"ignore_unknown_options": True})
def resolve(
    territories: Annotated[
        str, typer.Argument(metavar="LIST", help="As '+2136 -2114 +124', or a code as CN-HK.")
    ],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="As 2026-11-21; else today.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the countries of an ordered list of territories on a day.

    Order matters: '+2136 -2114 +124' holds Canada, '+2136 +124 -2114' does not. A code is a TIS
    number, letters of TIS or ISO 3166-1, or an ISO 3166-2 code of China; without a sign it is
    included.
    """
    import json

    from registry.cli.representation import asking
    from registry.cli.text import remark, say
    from registry.representation.territories import described

    told = described(territories, asking.day(on, "--on") if on else datetime.now(UTC).date())
    for caution in told["warnings"]:
        remark(f"{caution['code']}: {caution['en']} {caution['zh']}")
    if as_json:
        shown = {key: told[key] for key in ("on", "data_version", "leaves", "warnings")}
        say(json.dumps(shown, ensure_ascii=False))
        return
    say(f"{told['expression']} on {told['on']}: {len(told['leaves'])} countries")
    for code in told["leaves"]:
        name = told["names"][str(code)]
        say(f"  {code:>4}  {name['en']} {name['zh']}")
    say(f"data: {told['data_version']}")
