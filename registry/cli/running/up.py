"""`comity up`: a node, from nothing or from what its folder holds."""

from pathlib import Path
from typing import Annotated, Any

import typer

from registry.cli.style import STYLE
from registry.cli.text import say

app = typer.Typer(**STYLE)


@app.command()
def up(
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="The node's folder [data/node].")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on [8000].")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on [127.0.0.1].")
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Register a file that ships with Comity, as a walk.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="End when the walk is done.")] = False,
) -> None:
    """Run a node; everything of it lives in one folder.

    Without a deployment file it founds a ledger of its own on an embedded chain. Other settings
    come from the environment as COMITY_…; an option wins over them.
    """
    import logging

    from api.server import serve
    from registry.cli.running.walk import walk
    from registry.config import read_settings

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    given: dict[str, Any] = {"data": data, "port": port, "host": host}
    settings = read_settings(**{k: value for k, value in given.items() if value is not None})

    def first_walk(url: str) -> None:
        if sample or once:
            walk(url, settings.data.absolute() / "sample")
        if not once:
            say(f"serving on {url}  (Ctrl-C ends it)")

    serve(settings, first_walk, once=once)
