"""`comity register-batch`: a folder of works, one signature."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import defaults
from registry.cli.style import STYLE, AsJson, KeyFile, NodeUrl

app = typer.Typer(**STYLE)


@app.command(name="register-batch")
def register_batch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the works are.")],
    key: KeyFile,
    table: Annotated[
        Path, typer.Option("--csv", metavar="META.csv", help="What is to be said of each file.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RESULTS.csv", help="Write the results there.")
    ] = None,
    resume_file: Annotated[
        Path | None,
        typer.Option(
            "--resume-file", metavar="PATH", help="The signed batch [META.csv.comity-batch]."
        ),
    ] = None,
    node: NodeUrl = defaults.NODE,
    as_json: AsJson = False,
) -> None:
    """Register a folder of works with one signature.

    META.csv (UTF-8) has a header and a row a work: file, title, lang, category, authors (a;b, each
    NAME, NAME:ROLE or NAME:ROLE:SHARE), and where wanted claimant, created_on, first_published_on,
    ai, statement, identifiers (a;b), media_type. Several titles in one cell: Night Sea@en;夜航@zh.

    Every row is checked before anything is signed. The signed batch is kept beside the table: after
    an interruption the same command sends it again, and nothing is registered twice. --json prints
    one receipt a line.
    """
    from registry.cli.text import remark
    from registry.cli.works import batch_results, batching

    kept = resume_file or table.with_name(f"{table.name}.comity-batch")
    results = batching.register_folder(folder, table, key, node, kept)
    if as_json:
        batch_results.print_receipts(results)
    elif out is None:
        batch_results.print_table(results)
    if out is not None:
        batch_results.write_csv(results, out)
    refused = sum(result.receipt is None for result in results.rows)
    remark(f"{len(results.rows) - refused} registered, {refused} refused; the batch is in {kept}")
    if refused:
        raise typer.Exit(2)
