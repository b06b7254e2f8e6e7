"""`comity represent`: who may license what, asked of a node."""

from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, NodeUrl

app = typer.Typer(name="represent", **STYLE)


@app.callback()
def represent() -> None:
    """Who may license what: the question that agreements answer."""


@app.command()
def ask(
    society: Annotated[
        str,
        typer.Option("--society", metavar="S", help="A CISAC code, SCHEME:VALUE, or 0x…: who acts"),
    ],
    repertoire: Annotated[
        str, typer.Option("--repertoire", metavar="S", help="The same: whose works.")
    ],
    territory: Annotated[
        str, typer.Option("--territory", metavar="LIST", help="As CN, or '+2136 -2114'.")
    ],
    right: Annotated[str, typer.Option("--right", metavar="CODE", help="As CN.10.9.")] = "",
    use: Annotated[str, typer.Option("--use", help="As KTV_PLAY, FASHION_SHOW, LIVESTREAM.")] = "",
    object_class: Annotated[
        str,
        typer.Option("--object-class", metavar="KIND", help="As MUSICAL_WORK; with a use alone."),
    ] = "",
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="As 2026-11-21; else today.")] = "",
    known_at: Annotated[
        str, typer.Option("--known-at", metavar="TIME", help="As was known at 2026-11-21T00:00:00Z")
    ] = "",
    action: Annotated[str, typer.Option("--action", help="LICENSE, COLLECT or ENFORCE.")] = "",
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Ask whether a society may act on a right, with a repertoire, somewhere, on a day.

    The answer is YES, NO, CONDITIONAL, CONTESTED, PARTIAL or UNKNOWN. What is not in this ledger is
    unknown, never no. Every answer exits with 0.
    """
    from registry.cli.representation import asking

    asked = {
        "society": society,
        "repertoire": repertoire,
        "territory": territory,
        "right": right,
        "use": use,
        "object_class": object_class,
        "on": on,
        "known_at": known_at,
        "action": action,
    }
    asking.ask(asked, node, as_json)
