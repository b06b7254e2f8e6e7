"""`comity register`: a file here becomes a signed registration there."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, KeyFile, NodeUrl

app = typer.Typer(**STYLE)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The work. It stays here.")]
Titles = Annotated[
    list[str], typer.Option("--title", metavar="TEXT[@LANG]", help="A title; repeatable: 夜航@zh.")
]
TitleLang = Annotated[
    str, typer.Option("--title-lang", metavar="LANG", help="Language of titles without @LANG.")
]
Category = Annotated[
    str,
    typer.Option(
        "--category",
        help="written, oral, music, art, photo, audiovisual, graphic, software or other"
        " (PRC Copyright Law, Art. 3).",
    ),
]
Authors = Annotated[
    list[str],
    typer.Option("--author", metavar="NAME[:ROLE[:SHARE]]", help="An author; repeatable."),
]
Claimant = Annotated[
    str, typer.Option("--claimant", metavar="NAME", help="Who claims; else the first author.")
]
CreatedOn = Annotated[str, typer.Option("--created-on", metavar="DAY", help="As 2026-11-22.")]
PublishedOn = Annotated[
    str, typer.Option("--first-published-on", metavar="DAY", help="As 2026-11-22.")
]
Ai = Annotated[
    str, typer.Option("--ai", help="How far a machine made it: none, assisted, generated.")
]
Statement = Annotated[
    str, typer.Option("--statement", metavar="TEXT", help="What you declare, in your own words.")
]
Identifiers = Annotated[
    list[str],
    typer.Option("--identifier", metavar="SCHEME=VALUE", help="As ISWC=T-034.524.680-1."),
]
MediaType = Annotated[
    str, typer.Option("--media-type", metavar="TYPE", help="Else taken from the file's name.")
]
Sealed = Annotated[
    bool,
    typer.Option("--sealed", help="Publish nothing but a salted digest; you keep the record."),
]
Save = Annotated[
    Path | None,
    typer.Option("--save", metavar="PATH", help="Where to keep the signed record."),
]
Publish = Annotated[
    bool, typer.Option("--publish-file", help="Publish the file itself, for everybody, for good.")
]


@app.command()
def register(
    file: File,
    key: KeyFile,
    title: Titles,
    category: Category,
    author: Authors,
    claimant: Claimant = "",
    title_lang: TitleLang = "",
    created_on: CreatedOn = "",
    first_published_on: PublishedOn = "",
    ai: Ai = "none",
    statement: Statement = "",
    identifier: Identifiers = [],  # noqa: B006 (the library reads the default, nobody changes it)
    media_type: MediaType = "",
    sealed: Sealed = False,
    save: Save = None,
    publish_file: Publish = False,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Register a work: fingerprint a file here, sign, get a receipt.

    The file stays here: only its SHA-256 travels, unless --publish-file. A public registration
    shows the names of authors and claimant to everybody; signing it states that they consent.
    """
    from registry.cli.works import registering
    from registry.cli.works.drafting import Stated
    from registry.cli.works.media_types import media_type_of

    stated = Stated(
        titles=title,
        lang=title_lang,
        category=category,
        authors=author,
        claimant=claimant,
        created_on=created_on,
        first_published_on=first_published_on,
        ai=ai,
        statement=statement,
        identifiers=identifier,
        media_type=media_type or media_type_of(file.name),
    )
    registered = registering.register(
        stated, file, key, node, sealed=sealed, publish=publish_file, save=save
    )
    out = sys.stderr if as_json else sys.stdout
    print("\n".join(registering.account(registered)), file=out)
    if as_json:
        print(registered.accepted.raw.decode())
