"""`comity keygen`: a fresh key in an encrypted file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.style import STYLE

app = typer.Typer(**STYLE)


@app.command()
def keygen(
    out: Annotated[Path, typer.Option("--out", metavar="KEY.json", help="The file to write.")],
) -> None:
    """Make a key to sign with, in an encrypted file (keystore v3).

    The password is asked for twice, or taken from COMITY_KEY_PASSWORD. Nobody can replace a lost
    file or a forgotten password: keep a copy of both. A key file that exists is never overwritten.
    """
    from coincurve import PrivateKey

    from registry.cli import files, keystore
    from registry.cli.text import remark, say
    from registry.errors import Conflict, InvalidInput
    from registry.proofs.signature import key_of

    if out.exists():
        raise Conflict("FILE_EXISTS", f"{out} is there already and is not overwritten")
    if not out.parent.is_dir():
        raise InvalidInput("FILE_UNWRITABLE", f"there is no folder {out.parent}")
    password = keystore.password(f"password for {out}: ", twice=True)
    private_key = PrivateKey().secret
    content = json.dumps(keystore.encrypt(private_key, password), indent=2) + "\n"
    files.write_new(out, content.encode("ascii"), mode=0o600)
    say(key_of(private_key))
    remark(f"The key is in {out}. Keep a copy of file and password: nobody can renew them.")
