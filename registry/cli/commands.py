"""The commands, found by name and imported only when they are called.

The table is what `comity --help` shows; a command's module is imported for its own help or run, so
that neither of them pays for the others.
"""

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from registry.cli.style import STYLE

COMMANDS = {
    "up": "Run a node; everything of it lives in one folder.",
    "demo": "Two regions on this machine, and a story: try it.",
    "keygen": "Make a key to sign with, in an encrypted file.",
    "register": "Register a work: sign its fingerprint, get a receipt.",
    "register-batch": "Register a folder of works with one signature.",
    "submit": "Send a signed record that was saved to a file.",
    "certificate": "Fetch a work's certificate, anchored where it is.",
    "trust": "Whom to trust: the ledger's organisations and keys.",
    "verify": "Verify a certificate: nine checks and a verdict.",
    "check-number": "Check a certificate number for mistakes of writing.",
    "chain": "Found a ledger on a chain: draft, sign, deploy, enrol.",
    "organisation": "Organisations: propose, endorse, keys, profiles, show.",
    "logs": "Show every log of the ledger, and what is wrong with it.",
    "agreement": "Agreements between societies: draft, sign, submit, show.",
    "represent": "Who may license what: ask by right, place and day.",
    "territories": "Territories (CISAC TIS), resolved on a day.",
    "case": "Published mediated cases: search, cite, recognise.",
}
OWN_PARSER = "verify"


class Commands(TyperGroup):
    """The commands of the table: listed without being imported, imported when named."""

    def __init__(self, **attributes: Any) -> None:
        """List every command by its summary alone."""
        super().__init__(**attributes)
        for name, summary in COMMANDS.items():
            self.add_command(TyperCommand(name=name, help=summary, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` names, now with its options."""
        name, _, rest = super().resolve_command(ctx, args)
        if name == OWN_PARSER:
            from registry.cli.verify import run as verify

            raise typer.Exit(verify(rest))
        return name, load(str(name)), rest


def load(name: str) -> Any:
    """The command `name` of the table, from the module that carries its name."""
    module = importlib.import_module(f"registry.cli.{name.replace('-', '_')}")
    return typer.main.get_command(module.app)


app = typer.Typer(cls=Commands, no_args_is_help=True, **STYLE)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"comity {version('comity')}")
        raise typer.Exit


@app.callback()
def comity(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Show the version and end."
        ),
    ] = False,
) -> None:
    """Comity: a ledger for copyright that several regions run together.

    A creator's file becomes a certificate that anybody can verify; the file never leaves this
    machine unless you say so, and keys never do.
    """


def run(arguments: list[str]) -> int:
    """Run the command that `arguments` name; the exit code. Raises RegistryError."""
    try:
        typer.main.get_command(app)(arguments, prog_name="comity")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
