"""`comity submit`: a signed record in a file, handed to a node (again)."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, NodeUrl

app = typer.Typer(**STYLE)


@app.command()
def submit(
    record: Annotated[
        Path, typer.Argument(metavar="RECORD.json", help="Signed records, one a line.")
    ],
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Send a signed record that was saved to a file.

    As `register` keeps it when a node is away, `register --sealed` always, and `chain deploy` for
    profiles. A record that the node has already is answered with its first receipt: sending it
    again never registers anything twice.
    """
    from registry.cli import files, submitting
    from registry.cli.node import Node
    from registry.cli.text import say
    from registry.proofs import hexes
    from registry.proofs.submission import parse_submission

    submissions = [parse_submission(line) for line in files.read(record).splitlines() if line]
    to = Node(node)
    log_key = to.ledger().log_key
    for submission in submissions:
        accepted = submitting.submit(to, log_key, submission)
        receipt = accepted.receipt
        if as_json:
            say(accepted.raw.decode())
            continue
        say(f"number: {receipt.number}")
        say(f"digest: {hexes.to_hex(receipt.digest)}")
        known = "received" if accepted.fresh else "known already"
        say(f"state:  {known}, entry {receipt.index} of the log; the receipt was checked")
