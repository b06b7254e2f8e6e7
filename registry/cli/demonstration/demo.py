"""`comity demo`: two regions on this machine, and a story of what their ledger is for."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.style import STYLE, AsJson

app = typer.Typer(**STYLE)


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Where everything lies; else a temporary one"),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the folder there at the end, for looking at.")
    ] = False,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="No story: two running regions to try things in [playground]"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Two regions found a ledger, and a picture, a question and a case go round between them.

    Both nodes and their chain run on this machine, in one folder; everything is stopped and removed
    at the end. Ends with 0 only if every step came out as told.
    """
    from registry.cli.demonstration import showing

    if serve:
        showing.serve(folder, keep=keep, as_json=as_json)
    else:
        raise typer.Exit(showing.show(folder, keep=keep, as_json=as_json))
