"""`comity agreement`: two societies draft, sign and record what one may do for the other."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, KeyFile, NodeUrl

app = typer.Typer(name="agreement", **STYLE)

Draft = Annotated[Path, typer.Argument(metavar="DRAFT.json", help="As `agreement draft` wrote it.")]


@app.callback()
def agreement() -> None:
    """Agreements between societies: draft, sign in turn, submit, show.

    The draft is a file that goes from one party to the other; both sign the same record, and
    nothing is recorded before both have.
    """


@app.command()
def draft(
    terms: Annotated[Path, typer.Argument(metavar="TERMS.json", help="What the parties agree.")],
    out: Annotated[Path, typer.Option("--out", metavar="DRAFT.json", help="The file to write.")],
    signer: Annotated[
        list[str],
        typer.Option(
            "--signer",
            metavar="ORGANISATION=KEY",
            help="Which key signs for a party; else its one key with the scope agreements.",
        ),
    ] = [],  # noqa: B006 (the library reads the default, nobody changes it)
    sealed: Annotated[
        bool,
        typer.Option("--sealed", help="Publish nothing but a salted digest; you keep the draft."),
    ] = False,
    node: NodeUrl = defaults.NODE,
) -> None:
    """Draft an agreement from its terms, checked as the node's door will check it.

    In TERMS.json a party may be written by its organisation's id or by an identifier (CISAC:119).
    """
    from registry.cli.representation import agreeing
    from registry.cli.text import remark, say

    drafted = agreeing.draft(terms, out, signer, sealed, node)
    say("\n".join(agreeing.account(drafted)))
    remark(f"send {out} from party to party; each runs: comity agreement sign {out} --key KEY.json")


@app.command()
def sign(draft: Draft, key: KeyFile) -> None:
    """Sign a draft for your party. What you sign is shown first; nothing is sent."""
    from registry.cli.representation import agreeing
    from registry.cli.text import remark, say

    signed = agreeing.sign(draft, key)
    say("\n".join(agreeing.account(signed)))
    missing = [each.capacity for each in signed.unsigned()]
    remark(
        f"still to sign: {len(missing)} of {len(signed.record.signers)}"
        if missing
        else f"both have signed; record it with: comity agreement submit {draft}"
    )


@app.command()
def submit(draft: Draft, node: NodeUrl = defaults.NODE, as_json: AsJson = False) -> None:
    """Record an agreement that both parties have signed; the receipt is checked."""
    from registry.cli.representation import agreeing
    from registry.cli.text import say
    from registry.proofs import hexes

    accepted = agreeing.submit(draft, node)
    if as_json:
        say(accepted.raw.decode())
        return
    say(f"number: {accepted.receipt.number}")
    say(f"digest: {hexes.to_hex(accepted.receipt.digest)}")
    say(f"state:  received, entry {accepted.receipt.index} of the log; the receipt was checked")


@app.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Its number or digest.")],
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Show a recorded agreement: parties, legs, filing, and when it was recorded."""
    from registry.cli.representation import agreeing

    agreeing.show(number, node, as_json)
