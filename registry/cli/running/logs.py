"""`comity logs`: every log of the ledger, and how far a node follows it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, NodeUrl

app = typer.Typer(**STYLE)

BEHIND = 1


@app.command()
def logs(
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit code 1 where a log is not known whole.")
    ] = False,
) -> None:
    """Show how far the node knows every organisation's log, and what of it does not verify.

    Each log is followed from the chain: sizes, roots, records and signatures are checked by the
    node itself. An entry that is named here is kept, and counts for nothing.
    """
    import json

    from registry.cli.node import Node, malformed
    from registry.cli.text import say

    told = Node(node).request("GET", "/api/v1/logs").json()
    try:
        lines = [line for each in told["logs"] for line in _lines(each)]
        whole = all(_whole(each) for each in told["logs"])
    except (KeyError, TypeError, AttributeError) as fault:
        raise malformed("something else than a list of logs") from fault
    if as_json:
        say(json.dumps(told, ensure_ascii=False))
    else:
        say("\n".join(lines))
    if check and not whole:
        raise typer.Exit(BEHIND)


def _whole(log: Mapping[str, Any]) -> bool:
    return log["followed"] == log["anchored"] and log["trouble"] is None and not log["faults"]


def _lines(log: Mapping[str, Any]) -> Iterator[str]:
    """A log as a person reads it; what a stranger may have written is shown plainly."""
    from registry.cli.text import plain

    whose = "own log" if log["own"] else f"log of {plain(log['organisation'])}"
    yield f"{plain(log['log'])} ({whose})"
    yield f"  {log['followed']} of {log['anchored']} anchored entries are verified and kept here"
    trouble = log["trouble"]
    if trouble is not None:
        yield f"  not followed further: {plain(trouble['detail'])} ({plain(trouble['code'])})"
    for fault in log["faults"]:
        yield f"  entry {fault['index']}: {plain(fault['detail'])} ({plain(fault['code'])})"
