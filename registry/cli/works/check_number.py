"""`comity check-number`: is a number that somebody wrote down one at all?"""

from typing import Annotated

import typer

from registry.cli.style import STYLE

app = typer.Typer(**STYLE)


@app.command(name="check-number")
def check_number(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="As it was written down.")],
    node: Annotated[
        str | None, typer.Option("--node", metavar="URL", help="Look it up there as well.")
    ] = None,
) -> None:
    """Check a certificate number for mistakes of writing.

    Case, spaces and hyphens do not matter, nor O for 0 and I or L for 1. Exit code 1: one character
    is wrong, or two are swapped. A number is a handle: that it is well formed does not show that a
    record has it.
    """
    from registry.cli.text import plain, remark, say
    from registry.errors import InvalidInput
    from registry.proofs.number import parse_number

    try:
        canonical = parse_number(number)
    except InvalidInput as fault:
        remark(f"{plain(number)}: not a number: {fault.detail}")
        raise typer.Exit(1) from fault
    say(canonical)
    if node is None:
        remark("well formed; --node URL looks up what has it")
        return
    from registry.cli.node import Node, read_listed

    found = Node(node).records(canonical)
    for item in found:
        kind, digest = read_listed(item, "type"), read_listed(item, "digest")
        say(f"  {plain(str(digest))} {plain(str(kind))}, {plain(str(read_listed(item, 'state')))}")
