"""The commands, found by name and imported only when they are called.

The table is what `comity --help` shows; a command's module is imported for its own help or run, so
that neither of them pays for the others.
"""

import importlib
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from registry.cli.style import STYLE

ROOMS: Mapping[str, Mapping[str, str]] = {
    "demonstration": {
        "demo": "Two regions on this machine, and a story: try it.",
    },
    "works": {
        "keygen": "Make a key to sign with, in an encrypted file.",
        "register": "Register a work: sign its fingerprint, get a receipt.",
        "register-batch": "Register a folder of works with one signature.",
        "submit": "Send a signed record that was saved to a file.",
        "certificate": "Fetch a work's certificate, anchored where it is.",
        "check-number": "Check a certificate number for mistakes of writing.",
    },
    "verification": {
        "verify": "Verify a certificate: nine checks and a verdict.",
        "trust": "Whom to trust: the ledger's organisations and keys.",
    },
    "representation": {
        "represent": "Who may license what: ask by right, place and day.",
        "agreement": "Agreements between societies: draft, sign, submit, show.",
        "territories": "Territories (CISAC TIS), resolved on a day.",
    },
    "recognition": {
        "case": "Published mediated cases: search, cite, recognise.",
    },
    "organisations": {
        "organisation": "Organisations: propose, endorse, keys, profiles, show.",
    },
    "running": {
        "up": "Run a node; everything of it lives in one folder.",
        "logs": "Show every log of the ledger, and what is wrong with it.",
        "chain": "Found a ledger on a chain: draft, sign, deploy, enrol.",
    },
}
"""The commands by the folder that they live in, each with what `comity --help` says of it."""

COMMANDS = {name: summary for room in ROOMS.values() for name, summary in room.items()}
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
            from registry.cli.verification.verify import run as verify

            raise typer.Exit(verify(rest))
        return name, load(str(name)), rest


def load(name: str) -> Any:
    """The command `name` of the table, from the module that carries its name."""
    room = next(room for room, commands in ROOMS.items() if name in commands)
    module = importlib.import_module(f"registry.cli.{room}.{name.replace('-', '_')}")
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
