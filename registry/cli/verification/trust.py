"""`comity trust`: the file that says whom a verifier trusts."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, NodeUrl

app = typer.Typer(**STYLE)


@app.callback()
def trust() -> None:
    """Whom to trust: the ledger's organisations, keys and logs."""


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", metavar="trust.json", help="The file to write.")],
    node: NodeUrl = defaults.NODE,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file with other content.")
    ] = False,
) -> None:
    """Write the ledger's trust file: organisations, keys, logs, witnesses, policy.

    All of it is read from the chain at one block. Whoever gives you this file decides whom you
    trust: take it from a region you know, and compare the digest with what others publish.
    """
    from registry.cli import files
    from registry.cli.node import Node
    from registry.cli.text import plain, remark, say
    from registry.errors import Conflict
    from registry.proofs import hexes
    from registry.proofs.trust import parse_trust

    data = Node(node).trust()
    known = parse_trust(data)
    if out.exists() and not force and files.read(out) != data:
        raise Conflict("FILE_EXISTS", f"{out} has other content; --force replaces it")
    files.replace(out, data)
    say(f"trust file: {out}")
    say(f"sha256: {known.digest.hex()}")
    say(f"ledger: {hexes.to_hex(known.ledger)}, at block {known.block} of chain {known.chain_id}")
    for organisation in known.organisations:
        region, status = plain(organisation.region), organisation.status.value
        say(f"  {region} {hexes.to_hex(organisation.id)} ({status})")
    if known.policy.single_operator:
        remark("Single operator: nobody but the log's own operator vouches for it. 单一运营者。")
