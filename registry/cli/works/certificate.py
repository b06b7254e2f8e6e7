"""`comity certificate`: the file that shows, without any of us, that a record stands in the log."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, NodeUrl

app = typer.Typer(**STYLE)


@app.command()
def certificate(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A number, or a digest 0x….")],
    out: Annotated[
        Path, typer.Option("--out", metavar="certificate.json", help="The file to write.")
    ],
    wait: Annotated[
        int, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait for the final anchor.")
    ] = 0,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="RECORD.json", help="The kept record of a sealed work."),
    ] = None,
    node: NodeUrl = defaults.NODE,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file of another content.")
    ] = False,
) -> None:
    """Fetch a work's certificate, with its anchor once there is one.

    A certificate is complete at once and becomes better: fetch it again after the anchor is final,
    or wait for that. A newer certificate replaces an older one of the same record; no other file
    is replaced without --force.
    """
    from registry.cli.node import Node
    from registry.cli.text import remark, say
    from registry.cli.works import certifying

    fetched = certifying.fetch(Node(node), number, record, wait)
    certifying.save(fetched, out, force=force)
    say(f"certificate: {out}")
    say(f"number: {fetched.number}")
    say(f"state:  {certifying.describe(fetched)}")
    if not fetched.final:
        remark("It verifies already, with the anchor unchecked; fetch it again, or use --wait 60.")
