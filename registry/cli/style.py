"""How the commands look, and the options that several of them share."""

from pathlib import Path
from typing import Annotated, Any

import typer

from registry.cli import defaults

STYLE: dict[str, Any] = {
    # Plain help: the library's coloured boxes cost more time than most commands here.
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "add_completion": False,
}

NodeUrl = Annotated[
    str,
    typer.Option(
        "--node", envvar=defaults.NODE_VARIABLE, metavar="URL", help="The node to talk to."
    ),
]
KeyFile = Annotated[
    Path, typer.Option("--key", metavar="KEY.json", help="The keystore file to sign with.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs, nothing else.")]
AsOrganisation = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="ID",
        help="Whom the key speaks for, 0x… or SCHEME:VALUE; else the one that has this key.",
    ),
]
